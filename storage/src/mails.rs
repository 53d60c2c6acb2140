//! Mails that wait to be sent.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;

use crate::Result;

/// How many mails of one tenant may wait. People can have mail sent to themselves before they have proven anything, so there
/// is an end to it.
pub const MOST_WAITING: i64 = 10_000;

/// A mail to be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewMail {
    /// What it is for, such as `password_reset`.
    pub kind: String,
    /// All of it, encrypted.
    pub sealed: Vec<u8>,
    /// When it is of no use any more.
    pub expires_at: Time,
}

/// A mail that waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Its place in the queue.
    pub seq: i64,
    /// The tenant.
    pub tenant_id: TenantId,
    /// What it is for.
    pub kind: String,
    /// All of it, encrypted.
    pub sealed: Vec<u8>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is of no use any more.
    pub expires_at: Time,
}

/// The queue of mails, of all tenants.
#[async_trait]
pub trait Mails: Send + Sync {
    /// Adds a mail, due at once; `false` when [`MOST_WAITING`] of the tenant wait already.
    async fn put(&self, tenant: &TenantId, mail: NewMail, now: Time) -> Result<bool>;

    /// Mails that are due and still of use, the longest due first; at most `limit`.
    async fn due(&self, limit: u32, now: Time) -> Result<Vec<Mail>>;

    /// Claims one attempt; unless it is [`done`](Self::done) by then, the next is due at `next_at`, on any node. Of
    /// many callers with the same `attempts`, one gets it.
    async fn claim(&self, mail: &Mail, next_at: Time) -> Result<bool>;

    /// It was sent, or will not be: drops it.
    async fn done(&self, mail: &Mail) -> Result<()>;

    /// How many wait.
    async fn pending(&self) -> Result<u64>;
}
