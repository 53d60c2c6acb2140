//! Initial access tokens: who may register clients (RFC 7591 3).

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// An initial access token as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialAccessTokenRecord {
    /// Its public id, which authorizes nothing.
    pub token_id: String,
    /// The hash of the token.
    pub hash: SecretHash,
    /// What the operator calls it.
    pub name: String,
    /// How often it may still be used; without it, any number of times.
    pub remaining: Option<i64>,
    /// When it was made.
    pub created_at: Time,
    /// When it expires; without it, never.
    pub expires_at: Option<Time>,
}

/// Initial access tokens of a tenant.
#[async_trait]
pub trait InitialAccessTokens: Send + Sync {
    /// Adds a token.
    async fn create(&self, tenant: &TenantId, record: InitialAccessTokenRecord) -> Result<()>;

    /// Whether there is such a token, neither expired nor used up. [`crate::Registrations::create`] spends it.
    async fn is_live(&self, tenant: &TenantId, hash: SecretHash, now: Time) -> Result<bool>;

    /// The tokens, the oldest first, those that are used up too.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<InitialAccessTokenRecord>>;

    /// Tokens, the oldest first, and of the same second by id: at most `limit`, after the one that was made then and has that
    /// id.
    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, String)>,
        limit: u32,
    ) -> Result<Vec<InitialAccessTokenRecord>>;

    /// Deletes a token; `false` when there is none of that id.
    async fn delete(&self, tenant: &TenantId, token_id: &str) -> Result<bool>;
}
