//! Access tokens: opaque ones are stored; of JWTs, only those revoked before their time.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::Result;

/// An opaque access token.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessTokenRecord {
    /// Hash of the token.
    pub hash: SecretHash,
    /// Its `jti`, for introspection.
    pub jti: String,
    /// Its grant; none for `client_credentials`.
    pub grant_id: Option<GrantId>,
    /// Who got it.
    pub client_id: ClientId,
    /// Whose it is; none for `client_credentials`.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// Where it may be used.
    pub audience: Vec<String>,
    /// When it was made.
    pub issued_at: Time,
    /// When it dies.
    pub expires_at: Time,
}

/// Access tokens of a tenant.
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// Stores an opaque token.
    async fn insert(&self, tenant: &TenantId, record: AccessTokenRecord, now: Time) -> Result<()>;

    /// The opaque token of that hash while it lives: not expired, not revoked, its grant alive (or,
    /// without one, its client and tenant enabled).
    async fn find(&self, tenant: &TenantId, hash: SecretHash, now: Time)
    -> Result<Option<AccessTokenRecord>>;

    /// Whether a JWT of that `jti` (hashed), client and grant still lives: not revoked by
    /// [`AccessTokens::revoke`], its grant alive (or, without one, its client and tenant enabled).
    async fn is_live(
        &self,
        tenant: &TenantId,
        jti: SecretHash,
        client_id: &ClientId,
        grant_id: Option<&GrantId>,
        now: Time,
    ) -> Result<bool>;

    /// Revokes one access token: the opaque one of that hash, or the JWT whose `jti` has it; kept
    /// until `expires_at`, when it is dead by itself. Doing so twice changes nothing.
    async fn revoke(&self, tenant: &TenantId, hash: SecretHash, expires_at: Time, now: Time) -> Result<()>;
}
