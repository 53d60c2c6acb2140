//! People who change their address of mail: the new one counts when they have proven that they read it, and whoever reads the
//! old one may undo that for a while.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::{NewMail, Result};

/// How many addresses of one user may stand to be restored. More are not replaced until one of them has expired: none is ever
/// pushed out by others.
pub const MOST_UNDOS: i64 = 10;

/// Another address that somebody wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewEmailChange {
    /// Who.
    pub user_id: UserId,
    /// The hash of the secret that the mail holds.
    pub secret: SecretHash,
    /// The address, and where the mail goes.
    pub address: String,
    /// Until when it can be proven.
    pub expires_at: Time,
}

/// A change that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct EmailChange {
    /// Who they are, as they are now.
    pub user: User,
    /// The address that they want.
    pub address: String,
    /// Until when it can be proven.
    pub expires_at: Time,
}

/// How an address that is replaced may be restored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewEmailUndo {
    /// The hash of the secret that the mail holds.
    pub secret: SecretHash,
    /// Until when it is good.
    pub expires_at: Time,
    /// The mail that tells whoever reads the old address.
    pub mail: NewMail,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum EmailChanged {
    /// The new address counts, and the change is spent.
    Done,
    /// It does not stand.
    Dead,
    /// Another account has that address. The change stands.
    AddressTaken,
    /// Too many addresses of the user could still be restored ([`MOST_UNDOS`]), or too many mails of the tenant wait to be sent
    /// for the old one to be told. The change stands.
    TooMany,
}

/// An address that may be restored.
#[derive(Clone, Debug, PartialEq)]
pub struct EmailUndo {
    /// Whose it was, as they are now.
    pub user: User,
    /// The address.
    pub address: String,
}

/// The way to a new password for whoever has restored their address: a challenge as of [`crate::EmailChallenges`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewReset {
    /// The hash of its secret.
    pub secret: SecretHash,
    /// Until when it is good.
    pub expires_at: Time,
    /// The mail that holds the link.
    pub mail: NewMail,
}

/// What became of the wish to have an address back.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum EmailRestored {
    /// It counts again.
    Done(UserId),
    /// The link is not good any more.
    Dead,
    /// Another account has that address by now.
    AddressTaken,
}

/// Changes of addresses: at most one under way for each user. One stands as long as nothing changes that it rests on: the user
/// is enabled and has the same address, and neither a password that was reset nor anything else has ended their sessions and
/// grants since.
#[async_trait]
pub trait EmailChanges: Send + Sync {
    /// Adds a change in place of the one before it, and queues its mail with it; `false`, and nothing is stored, when the user
    /// is gone or disabled, or when too many mails of the tenant wait.
    async fn begin(&self, tenant: &TenantId, new: NewEmailChange, mail: NewMail, now: Time) -> Result<bool>;

    /// The change of that user that stands.
    async fn pending(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Option<EmailChange>>;

    /// The change of that secret, if it stands. Looking spends nothing.
    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailChange>>;

    /// Ends the change of that user; `false` if there is none.
    async fn cancel(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool>;

    /// Spends a change: the address is the user's, and verified; `username` is their name from then on, if one is given. Where
    /// there is an `undo`, the address before is told in the same transaction. Of many callers one changes it.
    async fn complete(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        username: Option<String>,
        undo: Option<NewEmailUndo>,
        now: Time,
    ) -> Result<EmailChanged>;

    /// What the secret of an undo stands for, if it is good. Looking spends nothing.
    async fn find_undo(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailUndo>>;

    /// Restores an address, and the username if it followed the address: sessions and grants end, the password is forgotten,
    /// and every other undo and change of the user with it. Of many callers one does. A change of the address by an operator
    /// ends what could be restored.
    async fn undo(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        reset: NewReset,
        now: Time,
    ) -> Result<EmailRestored>;
}
