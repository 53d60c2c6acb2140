//! Users.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use crate::{Result, Update};

/// What became of a new user.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Created {
    /// It is stored.
    Yes,
    /// Another user of the tenant has that username, compared without regard to case.
    UsernameTaken,
}

/// Users of a tenant.
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds a user, with a password hash (a PHC string) if one is given.
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created>;

    /// The user of that id, enabled or not.
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>>;

    /// The user of that name, compared without regard to case, enabled or not.
    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>>;

    /// Users by id, at most `limit`, after the id `after`. One that cannot be read is left out; there are fewer than
    /// `limit` only at the end.
    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>>;

    /// Replaces username, claims, attributes and `updated_at` of the user whose version is `expected`.
    async fn update(&self, tenant: &TenantId, expected: Version, user: User) -> Result<Update>;

    /// Disables the user (`Some`): ends the sessions and revokes the grants with it. Or enables the
    /// user again, which brings none of them back. `false` when there is no such user.
    async fn set_disabled(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        disabled_at: Option<Time>,
    ) -> Result<bool>;

    /// Deletes the user with everything of theirs. Of their grants the ids stay, revoked and empty, for as long as an
    /// access token of theirs could be accepted.
    async fn delete(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool>;
}
