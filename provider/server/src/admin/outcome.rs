//! What became of a command or request, for every noun the same, so that each door translates it once.

use credenza_protocol::client_secret;
use credenza_protocol::device;
use credenza_protocol::resource_definition;
use credenza_protocol::webhook::{MOST_SECRETS, MOST_WEBHOOKS};
use credenza_storage::Update;
use credenza_validator::Algorithm;

use super::InvalidField;

/// What became of what was asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Outcome<T> {
    /// It is done: the record as it is now.
    Done(T),
    /// Another one has that name or id already.
    Taken,
    /// These values are refused; nothing was changed.
    Invalid(Vec<InvalidField>),
    /// Somebody else has changed it since it was read; nothing was changed.
    Stale,
    /// There is no such thing, or no longer.
    Absent,
    /// It would leave something unusable; nothing was changed.
    Refused(Refusal),
}

/// What stands in the way of something that is otherwise in order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The tenant at the root of the host.
    #[error("the default tenant cannot be deleted; it can be disabled")]
    DefaultTenant,
    /// The key is the only one that can sign with this algorithm.
    #[error("nothing would be left to sign with {0}")]
    LastSigner(Algorithm),
    /// There is no key yet that another could follow.
    #[error("there is no key to rotate")]
    NoKey,
    /// The client has as many secrets as it may have.
    #[error("a client has at most {} secrets at a time", client_secret::MOST)]
    TooManySecrets,
    /// The client could not authenticate any more.
    #[error("the client would have no secret left")]
    LastSecret,
    /// The client could not authenticate any more.
    #[error("the client would have no key left that it could authenticate with")]
    LastKey,
    /// The person has as many devices of the application as they may have.
    #[error("a person has at most {} devices of one application", device::MOST)]
    TooManyDevices,
    /// One more change of the address could not be undone, or nobody would be told of it.
    #[error("the address was changed too often within a week, or too much mail waits")]
    TooManyAddresses,
    /// Others would have to take over what the person administers.
    #[error(
        "whoever administers something does not delete their own account: another operator does, or takes their roles"
    )]
    Administers,
    /// Recovery codes stand in for an authenticator.
    #[error("there is no authenticator that recovery codes could stand in for")]
    NoAuthenticator,
    /// The tenant describes as many resources as it may.
    #[error("at most {} resources are described", resource_definition::MOST)]
    TooManyResources,
    /// Somebody would give more than they have, or act on whoever has more.
    #[error("this needs rights that whoever asks does not have")]
    BeyondAuthority,
    /// A user who is disabled does nothing.
    #[error("the user is disabled")]
    UserDisabled,
    /// Mail goes to addresses that are proven.
    #[error("the user has no verified email address")]
    NoVerifiedAddress,
    /// The settings say that events are not sent to webhooks.
    #[error("events are not sent to webhooks here: the setting events.webhooks is false")]
    WebhooksOff,
    /// A tenant has as many webhooks as it may have.
    #[error("there are as many webhooks as a tenant may have ({MOST_WEBHOOKS})")]
    TooManyWebhooks,
    /// A webhook has as many secrets as it may have.
    #[error(
        "the webhook has as many secrets as it may have ({MOST_SECRETS}): delete one, or wait until one expires"
    )]
    TooManyWebhookSecrets,
    /// Somebody would have to be written to.
    #[error("no mail is sent here: set mail.from, and mail.smtp_url or mail.directory")]
    NoMail,
    /// Somebody would have to be written to, and too many mails wait.
    #[error("too many mails wait to be sent: try again when there are fewer")]
    MailWaits,
    /// Nobody waits for a decision.
    #[error("the account waits for no decision")]
    NotWaiting,
    /// The account waits for a decision, or was refused.
    #[error("the account is not approved: approve it, which enables it")]
    NotApproved,
    /// The invitation has ended for good.
    #[error("the invitation was accepted or taken back")]
    InvitationOver,
    /// A webhook would have no secret left.
    #[error("it is the last secret of the webhook: add another one first")]
    LastWebhookSecret,
}

impl<T> Outcome<T> {
    /// The same outcome with another view of the record.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(record) => Outcome::Done(change(record)),
            Self::Taken => Outcome::Taken,
            Self::Invalid(fields) => Outcome::Invalid(fields),
            Self::Stale => Outcome::Stale,
            Self::Absent => Outcome::Absent,
            Self::Refused(refusal) => Outcome::Refused(refusal),
        }
    }

    /// The record as an edit has stored it, or what stood in the way.
    pub(crate) fn of_update(update: Update, stored: T) -> Self {
        match update {
            Update::Updated => Self::Done(stored),
            Update::Stale => Self::Stale,
            Update::Absent => Self::Absent,
            Update::UsernameTaken | Update::NameTaken | Update::Clash(_) => Self::Taken,
        }
    }

    /// The record, or that there is none.
    pub(crate) fn found(record: Option<T>) -> Self {
        record.map_or(Self::Absent, Self::Done)
    }
}

impl<T, E> Outcome<Result<T, E>> {
    /// The outcome of what may have failed on the way.
    ///
    /// # Errors
    /// What failed.
    pub fn transpose(self) -> Result<Outcome<T>, E> {
        Ok(match self {
            Self::Done(record) => Outcome::Done(record?),
            Self::Taken => Outcome::Taken,
            Self::Invalid(fields) => Outcome::Invalid(fields),
            Self::Stale => Outcome::Stale,
            Self::Absent => Outcome::Absent,
            Self::Refused(refusal) => Outcome::Refused(refusal),
        })
    }
}

impl Outcome<()> {
    /// What became of a change that has nothing to show.
    pub(super) fn of_change(update: Update) -> Self {
        Self::of_update(update, ())
    }

    /// Done where storage has found the thing.
    pub(super) const fn whether(found: bool) -> Self {
        if found { Self::Done(()) } else { Self::Absent }
    }
}
