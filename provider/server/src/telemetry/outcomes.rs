//! The outcomes that are counted.

/// How an attempt to sign in with a password ended.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum LoginOutcome {
    /// The person is signed in.
    Succeeded,
    /// Username or password were wrong.
    Failed,
    /// There were too many failed attempts before.
    Throttled,
    /// The queue of passwords was full.
    Busy,
}

impl LoginOutcome {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Succeeded, "succeeded"),
        (Self::Failed, "failed"),
        (Self::Throttled, "throttled"),
        (Self::Busy, "busy"),
    ];
}

/// How an attempt to notify a client of a logout ended (OpenID Connect Back-Channel Logout).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum LogoutOutcome {
    /// The client was notified.
    Told,
    /// The client was notified and refused.
    Refused,
    /// There is no such client, or it does not want to be notified.
    Nobody,
    /// The client was not reached; the notification is retried.
    Failed,
    /// The client was not reached for so long that the notification was dropped.
    GivenUp,
}

impl LogoutOutcome {
    pub(super) const ALL: [(Self, &'static str); 5] = [
        (Self::Told, "told"),
        (Self::Refused, "refused"),
        (Self::Nobody, "nobody"),
        (Self::Failed, "failed"),
        (Self::GivenUp, "given_up"),
    ];
}

/// How an attempt to send a mail ended.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum MailOutcome {
    /// The mail server has it.
    Sent,
    /// It was not taken; it is sent again.
    Failed,
    /// It was refused for good, or not taken for so long that it is of no use any more.
    GivenUp,
}

impl MailOutcome {
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Sent, "sent"), (Self::Failed, "failed"), (Self::GivenUp, "given_up")];
}

/// How an attempt to send a message to a webhook ended.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum MessageOutcome {
    /// The endpoint has it.
    Delivered,
    /// The endpoint was not reached or did not accept it; it is sent again.
    Failed,
    /// The same for so long that the message was given up.
    GivenUp,
}

impl MessageOutcome {
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Delivered, "delivered"), (Self::Failed, "failed"), (Self::GivenUp, "given_up")];
}
