//! Credentials: what a person proves their identity with. Passwords, to begin with.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;

use crate::{NewMail, Result};

/// A password that a person changes.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// The hash as it is.
    pub old: String,
    /// The hash as it shall be.
    pub new: String,
    /// Whether everything that was signed in or granted ends.
    pub everywhere: bool,
    /// What tells the person.
    pub notice: Option<NewMail>,
}

/// Passwords of a tenant's people, as PHC strings.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The password hash of a user.
    async fn password(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<String>>;

    /// Sets a new password: ends the user's sessions and revokes their grants with it (ASVS 7.4.3);
    /// `false` when there is no such user.
    async fn set_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        hash: String,
        now: Time,
    ) -> Result<bool>;

    /// Changes the password, only while it still is `old`; with `everywhere` it ends the user's sessions and revokes their
    /// grants, as [`Credentials::set_password`] does, else none. No change of it is required then. The mail that tells the person is queued with it, if there
    /// is one. `false` when the password is another one by now: of many callers one changes it.
    async fn change_password(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        change: PasswordChange,
        now: Time,
    ) -> Result<bool>;

    /// The next sign-in has to change the password: [`User::password_change_required`]. Who is signed in stays so. `false` when
    /// there is no such user, or it has to already.
    ///
    /// [`User::password_change_required`]: credenza_protocol::user::User::password_change_required
    async fn require_password_change(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool>;

    /// Replaces the hash of the same password by a stronger one, only while it still is `old`.
    async fn upgrade_hash(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        old: &str,
        new: String,
        now: Time,
    ) -> Result<bool>;
}
