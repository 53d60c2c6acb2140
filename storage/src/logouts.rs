//! Clients that are notified of the end of a session (OpenID Connect Back-Channel Logout 1.0 2.5, Front-Channel
//! Logout 1.0 3).

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::time::Time;

use crate::Result;

/// A client that is to be notified that a session ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logout {
    /// Its place in the queue.
    pub seq: i64,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Who is notified.
    pub client_id: ClientId,
    /// Whose session it was.
    pub user_id: UserId,
    /// The session.
    pub sid: SessionId,
    /// How often it was tried.
    pub attempts: i32,
}

/// The clients of sessions, and the queue of those that are to be notified. Whatever ends a session fills it, in the
/// same transaction.
#[async_trait]
pub trait Logouts: Send + Sync {
    /// Records that the client takes part in the session, so that it is notified of the end; `false` if that is not
    /// a live session of this user. If the session ends at this moment, either the client is notified or this is
    /// `false`.
    async fn join(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        sid: &SessionId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool>;

    /// The clients that take part in the session.
    async fn clients(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId) -> Result<Vec<ClientId>>;

    /// The clients, of all tenants, for which notifications are due; at most `limit`.
    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, ClientId)>>;

    /// The notifications due for that client, the oldest first; at most `limit`.
    async fn next(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Logout>>;

    /// Claims one attempt; unless it is [`done`](Self::done) by then, the next is due at `next_at`, on any node. Of
    /// many callers with the same `attempts`, one gets it.
    async fn claim(&self, logout: &Logout, next_at: Time) -> Result<bool>;

    /// The client was notified, or will not be: drops the entry.
    async fn done(&self, logout: &Logout) -> Result<()>;

    /// How many wait.
    async fn pending(&self) -> Result<u64>;
}
