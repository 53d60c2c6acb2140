//! Users.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use crate::{Clash, Result, Update};

/// What became of a new user.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Created {
    /// It is stored.
    Yes,
    /// Another user of the tenant has that username, as usernames are compared (RFC 8265 3.3). Of two that are made at
    /// the same moment and only look alike, the second is told this as well.
    UsernameTaken,
    /// It could be taken for another user of the tenant.
    Clash(Clash),
}

/// What a person signs in with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Login {
    /// What was typed.
    pub typed: String,
    /// Whether it may be a verified email address, and not only a username.
    pub by_email: bool,
}

/// Users of a tenant.
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds a user, with a password hash if one is given.
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created>;

    /// What [`Users::create`] would answer now; nothing is stored.
    async fn would_create(&self, tenant: &TenantId, user: User) -> Result<Created>;

    /// The user of that id, enabled or not.
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>>;

    /// The user of that name, as usernames are compared, enabled or not.
    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>>;

    /// The user who signs in with that, enabled or not: the one of that username or, if there is none, the only one
    /// whose verified email address it is. It takes one statement, whatever is found.
    async fn find_by_login(&self, tenant: &TenantId, login: Login) -> Result<Option<User>>;

    /// Fills in what users are found by, for those whom a node of an earlier version stored: at most `limit`. Answers
    /// how many there were.
    async fn identify(&self, tenant: &TenantId, limit: u32) -> Result<u64>;

    /// Users by id, at most `limit`, after the id `after`. One that cannot be read is left out; there are fewer than
    /// `limit` only at the end.
    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>>;

    /// Replaces username, claims, attributes and `updated_at` of the user whose version is `expected`. For whom the user
    /// could be taken matters where the name or the address is a new one.
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
