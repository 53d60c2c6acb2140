//! How what is counted may end.

/// How an attempt to sign in with a password ended.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum LoginOutcome {
    /// The person is signed in.
    Succeeded,
    /// Username or password were wrong.
    Failed,
    /// There were too many failures before.
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

/// How an attempt to tell a client of a logout ended (OpenID Connect Back-Channel Logout).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum LogoutOutcome {
    /// The client was told.
    Told,
    /// The client was told, and refused.
    Refused,
    /// There is no such client, or it wants to hear nothing.
    Nobody,
    /// The client was not reached; it is told again.
    Failed,
    /// The client was not reached for so long that it is not told again.
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
