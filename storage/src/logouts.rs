//! Who is told that a session ended (OpenID Connect Back-Channel Logout 1.0 2.5, Front-Channel Logout 1.0 3).

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::time::Time;

use crate::Result;

/// A client that is to be told that a session ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logout {
    /// Its place in the queue.
    pub seq: i64,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Who is told.
    pub client_id: ClientId,
    /// Whose session it was.
    pub user_id: UserId,
    /// The session.
    pub sid: SessionId,
    /// How often it was tried.
    pub attempts: i32,
}

/// The clients of sessions, and the queue of those that are to be told. It is filled by whatever ends a session, in
/// the same transaction.
#[async_trait]
pub trait Logouts: Send + Sync {
    /// Notes that the client takes part in the session, so that it hears of the end; `false` when that is no live
    /// session of this user: of one that ends at this moment the client either hears, or this is `false`.
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

    /// The clients, of all tenants, that are to be told something now; at most `limit`.
    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, ClientId)>>;

    /// What that client is to be told now, the oldest first; at most `limit`.
    async fn next(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Logout>>;

    /// Takes one attempt in hand; unless it is [`done`](Self::done) by then, the next comes at `next_at`, on
    /// whatever node. Of many who ask with the same `attempts`, one gets it.
    async fn claim(&self, logout: &Logout, next_at: Time) -> Result<bool>;

    /// The client was told, or will not be: dropped.
    async fn done(&self, logout: &Logout) -> Result<()>;

    /// How many wait.
    async fn pending(&self) -> Result<u64>;
}
