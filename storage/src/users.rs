//! Users.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::user_search::Index;
use credenza_protocol::version::Version;

use serde::{Deserialize, Serialize};

use crate::{Clash, Expected, Result, Update};

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

/// A step of a walk through users.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Step {
    /// It begins after this place; at the beginning without one.
    pub after: Option<UserPlace>,
    /// Against the order of the index.
    pub desc: bool,
    /// How many users it passes at most.
    pub limit: u32,
}

/// Where a user stands in a walk. It is meant for nothing but the next step of the same walk.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct UserPlace {
    /// What the walk is ordered by.
    pub key: String,
    /// Whom it is of.
    pub user_id: UserId,
}

/// A user who was passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// Where they stand.
    pub place: UserPlace,
    /// The user.
    pub user: User,
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

    /// Users along an index. Who was stored or changed by a node of an earlier version may be missed by
    /// email address, phone number and name, or passed by what they had before, until [`Users::identify`] was there. One
    /// that cannot be read is left out; there are fewer than `step.limit` only at the end.
    async fn walk(&self, tenant: &TenantId, index: &Index, step: Step) -> Result<Vec<Passed>>;

    /// Replaces username, claims, attributes and `updated_at` of the user whose version is `expected`. For whom the user
    /// could be taken matters where the name or the address is a new one.
    async fn update(&self, tenant: &TenantId, expected: Version, user: User) -> Result<Update>;

    /// The user accepts that version of the tenant's terms; `false` when there is no such user who is enabled, or they have accepted
    /// it already.
    async fn accept_terms(&self, tenant: &TenantId, user_id: &UserId, terms: TermsAcceptance)
    -> Result<bool>;

    /// Disables the user (`Some`): ends the sessions and revokes the grants with it. Or enables the
    /// user again, which brings none of them back, and keeps an account that was to be deleted. [`Update::Stale`] also when whoever acts has lost a role since they came
    /// ([`crate::Rights`]).
    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update>;

    /// The same of any version; `false` when there is no such user.
    async fn set_disabled(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        disabled_at: Option<Time>,
    ) -> Result<bool> {
        let disabled = self.set_disabled_at(tenant, user_id, Expected::Any, disabled_at).await?;
        Ok(disabled == Update::Updated)
    }

    /// Deletes the user with everything of theirs. Of their grants the ids stay, revoked and empty, for as long as an
    /// access token of theirs could be accepted. [`Update::Stale`] as with [`Users::set_disabled_at`].
    async fn delete_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        now: Time,
    ) -> Result<Update>;

    /// The same of any version; `false` when there is no such user.
    async fn delete(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool> {
        Ok(self.delete_at(tenant, user_id, Expected::Any, now).await? == Update::Updated)
    }
}
