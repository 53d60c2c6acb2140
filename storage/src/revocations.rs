//! Revocations: which JWTs are dead before they expire, for validators that check them offline.
//!
//! Revoking a grant writes nothing for this: the grant itself is read. Recorded apart is only what grants do not
//! show: that the epoch of a client or user ended, and the ids of tokens that were revoked one by one.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// How long after its expiry a token may still be accepted, by validators whose clock or leeway differs: a
/// revocation is reported for this long after the last token that it concerns has expired.
pub const LEEWAY: Seconds = Seconds(300);

/// What is dead.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Revocation {
    /// Every token of this grant.
    Grant(GrantId),
    /// The token of this `jti`.
    Token(String),
    /// Every token that this user granted to this client and that was issued at `before` or earlier.
    Given {
        /// The client.
        client_id: ClientId,
        /// The user.
        user_id: UserId,
        /// Until when.
        before: Time,
    },
    /// Every token of this client that was issued at `before` or earlier; all of them while the client is disabled or
    /// deleted.
    Client {
        /// The client.
        client_id: ClientId,
        /// Until when.
        before: Option<Time>,
    },
}

/// What was revoked in a tenant.
#[async_trait]
pub trait Revocations: Send + Sync {
    /// What was revoked and has not expired, each as exactly as possible.
    ///
    /// If more than `limit` grants were revoked, they are reported as [`Revocation::Given`]; if that is more than
    /// `limit` as well, or more than `limit` single tokens were revoked, as [`Revocation::Client`]. Such a report
    /// covers more than was revoked, never less.
    async fn list(&self, tenant: &TenantId, limit: u32, now: Time) -> Result<Vec<Revocation>>;
}
