//! Revocations: which JWTs are dead before their time, for those who check them without asking.
//!
//! Nothing is written for this where a grant is revoked: the grant itself is looked at. What is on record beside it is
//! what grants do not tell: that a client's or a user's epoch ended, and the names of tokens revoked one by one.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// For how long after its end a token may still be taken, by validators whose clock or patience differs: a
/// revocation is told for so long after the last token that it could concern has expired.
pub const LEEWAY: Seconds = Seconds(300);

/// What is dead.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Revocation {
    /// Every token of this grant.
    Grant(GrantId),
    /// The token of this `jti`.
    Token(String),
    /// Every token of what this user gave this client that was made at `before` or earlier.
    Given {
        /// The client.
        client_id: ClientId,
        /// The user.
        user_id: UserId,
        /// Until when.
        before: Time,
    },
    /// Every token of this client that was made at `before` or earlier; every one at all while the client is
    /// disabled or gone.
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
    /// What was revoked and could still be alive by its own word, each as exactly as it can be said.
    ///
    /// Where more than `limit` grants were revoked, they are told as [`Revocation::Given`]; where that is more than
    /// `limit` as well, and where more than `limit` single tokens were revoked, as [`Revocation::Client`]. What is
    /// told by a whole covers more than was revoked, never less.
    async fn list(&self, tenant: &TenantId, limit: u32, now: Time) -> Result<Vec<Revocation>>;
}
