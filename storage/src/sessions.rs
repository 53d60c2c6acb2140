//! Sessions.

use async_trait::async_trait;
use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::session::Session;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use serde::{Deserialize, Serialize};

use crate::Result;

/// A live session and its enabled user.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SessionRecord {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

/// Sign-ins of a tenant's people.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a session under the hash of its handle. Has no effect unless the user is enabled.
    async fn begin(&self, tenant: &TenantId, handle: SecretHash, session: Session, now: Time) -> Result<()>;

    /// The same person signed in again in the same browser: the session of handle `old` keeps its `sid`
    /// and its grants, takes `auth_time`, `amr`, `acr`, `expires_at`, `last_seen_at`, `user_agent` and
    /// `place` from `session` and moves to the handle `new`; the old handle is dead (ASVS 7.2.4). `false` when `old`
    /// is no live session of that `sid` and user.
    async fn renew(
        &self,
        tenant: &TenantId,
        old: SecretHash,
        new: SecretHash,
        session: Session,
        now: Time,
    ) -> Result<bool>;

    /// The session of that handle, while it has not ended or expired (`expires_at`, or `last_seen_at`
    /// at or before `idle_since`), and its user is enabled.
    async fn find(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        idle_since: Time,
        now: Time,
    ) -> Result<Option<SessionRecord>>;

    /// Notes that the session was used.
    async fn touch(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<()>;

    /// The live sessions of a user, the newest first.
    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Session>>;

    /// The same, page by page: at most `limit`, after the one of that `auth_time` and `sid`. One that cannot be read is left
    /// out; there are fewer than `limit` only at the end.
    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<(Time, SessionId)>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Session>>;

    /// Ends one session of that user, and revokes the grants bound to it (those without `offline`);
    /// `false` when there is no such live session.
    async fn end(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId, now: Time) -> Result<bool>;

    /// Ends every session of the user in the same way; answers how many there were.
    async fn end_all(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<u64>;
}
