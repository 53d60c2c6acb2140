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

/// What a JWT says of itself, its signature and times checked, by which it is known whether it lives.
#[derive(Clone, Copy, Debug)]
pub struct Jwt<'a> {
    /// Hash of its `jti`.
    pub jti: SecretHash,
    /// Who got it.
    pub client_id: &'a ClientId,
    /// Its grant; none for `client_credentials`.
    pub grant_id: Option<&'a GrantId>,
    /// When it was made.
    pub issued_at: Time,
}

/// A token that is revoked by itself.
#[derive(Clone, Debug)]
pub struct RevokedToken {
    /// Of an opaque one its hash, of a JWT that of its `jti`.
    pub hash: SecretHash,
    /// The `jti` of a JWT, by which [`crate::Revocations`] tells of it; an opaque one is told to nobody.
    pub jti: Option<String>,
    /// Whose it was.
    pub client_id: ClientId,
    /// When it dies by itself.
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

    /// Whether a JWT still lives: not revoked by [`AccessTokens::revoke`], its grant alive (or, without one, its
    /// client and tenant enabled, and the client not disabled or deleted since it was made).
    async fn is_live(&self, tenant: &TenantId, jwt: Jwt<'_>, now: Time) -> Result<bool>;

    /// Revokes one access token; kept until it is dead by itself. Doing so twice changes nothing.
    async fn revoke(&self, tenant: &TenantId, token: RevokedToken, now: Time) -> Result<()>;
}
