//! Accounts that are to be deleted: disabled until then, and kept if somebody says so in time.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::{Expected, NewMail, Result, Update};

/// The deletion of an account that is to be scheduled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewUserDeletion {
    /// Whose account it is.
    pub user_id: UserId,
    /// When it is deleted.
    pub deletes_at: Time,
    /// Whether the person asked for it, and may keep the account by themselves.
    pub own: bool,
    /// The hash of the secret in the mail by which the person keeps it.
    pub secret: Option<SecretHash>,
    /// When the person is reminded.
    pub reminds_at: Option<Time>,
    /// The language of the person, as a tag of BCP 47.
    pub lang: String,
}

/// An account that is to be deleted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserDeletion {
    /// Whose account it is.
    pub user_id: UserId,
    /// Their name.
    pub username: String,
    /// When it was asked for.
    pub requested_at: Time,
    /// When it is deleted.
    pub deletes_at: Time,
    /// Whether the person asked for it.
    pub own: bool,
    /// When the account was disabled otherwise, if it was; it stays so where it is kept.
    pub disabled_before: Option<Time>,
    /// When the person is reminded; `None` when they were, or are not.
    pub reminds_at: Option<Time>,
    /// Their language.
    pub lang: String,
}

impl UserDeletion {
    /// Whether the person may keep the account by themselves: they asked for its deletion, and nobody has disabled it.
    #[must_use]
    pub const fn is_up_to_them(&self) -> bool {
        self.own && self.disabled_before.is_none()
    }
}

/// Scheduled deletions, at most one for each user. Of keeping and erasing an account one happens, by whichever comes first.
#[async_trait]
pub trait UserDeletions: Send + Sync {
    /// Schedules a deletion, in place of the one before it, and queues the mail that tells the person: the account is disabled
    /// with it as by [`crate::Users::set_disabled_at`], which ends the sessions and revokes the grants. Where too many mails
    /// wait, it is scheduled all the same. [`Update::Stale`] as there.
    async fn schedule(
        &self,
        tenant: &TenantId,
        new: NewUserDeletion,
        expected: Expected,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Update>;

    /// That of a user.
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<UserDeletion>>;

    /// That whose mail, or reminder, holds this secret.
    async fn find_by_secret(&self, tenant: &TenantId, secret: SecretHash) -> Result<Option<UserDeletion>>;

    /// Those of a tenant by user, at most `limit`, after the id `after`.
    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<UserDeletion>>;

    /// Keeps the account: it is as it was, but for what the schedule has ended. `false` when it was not to be deleted, or is
    /// gone already: of many callers one keeps it.
    async fn cancel(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool>;

    /// Whose persons are to be reminded by now, of all tenants, at most `limit`.
    async fn to_remind(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserDeletion)>>;

    /// Queues a reminder, and a secret that it holds; without one, nobody is reminded of that deletion any more. `false` when
    /// another caller has done so.
    async fn remind(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        reminder: Option<(SecretHash, NewMail)>,
        now: Time,
    ) -> Result<bool>;

    /// Whose accounts are to be deleted by now, of all tenants, at most `limit`.
    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserId)>>;

    /// Deletes the account as [`crate::Users::delete_at`] does, if that is due, and the account is disabled still. `false` when
    /// it is not, or another caller has done so.
    async fn erase(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool>;
}
