//! Users.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;

use crate::Result;

/// What became of a new or changed user.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Created {
    /// It is stored.
    Yes,
    /// Another user of the tenant has that username, compared without regard to case.
    UsernameTaken,
    /// There is no such user to change.
    Absent,
}

/// People of a tenant.
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds a user, with a password hash (a PHC string) if one is given.
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created>;

    /// The user of that id, enabled or not.
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>>;

    /// The user of that name, compared without regard to case, enabled or not.
    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>>;

    /// Users by id, at most `limit`, after the id `after`.
    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>>;

    /// Replaces username, claims and `updated_at`.
    async fn update(&self, tenant: &TenantId, user: User) -> Result<Created>;

    /// Disables the user (`Some`): ends the sessions and revokes the grants with it. Or enables the
    /// user again, which brings none of them back. `false` when there is no such user.
    async fn set_disabled(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        disabled_at: Option<Time>,
    ) -> Result<bool>;

    /// Deletes the user with everything of theirs. Of their grants the ids stay, revoked and empty, for as long as an
    /// access token of them could be taken.
    async fn delete(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool>;
}
