//! Access tokens: opaque ones are stored; of JWTs, only those that were revoked.

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
    /// The client.
    pub client_id: ClientId,
    /// The user; none for `client_credentials`.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// Where it may be used.
    pub audience: Vec<String>,
    /// When it was issued.
    pub issued_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

/// What a JWT, whose signature and times were checked, says of itself: whether it is live depends on this.
#[derive(Clone, Copy, Debug)]
pub struct Jwt<'a> {
    /// Hash of its `jti`.
    pub jti: SecretHash,
    /// The client.
    pub client_id: &'a ClientId,
    /// Its grant; none for `client_credentials`.
    pub grant_id: Option<&'a GrantId>,
    /// When it was issued.
    pub issued_at: Time,
}

/// A token that is revoked on its own.
#[derive(Clone, Debug)]
pub struct RevokedToken {
    /// The hash of an opaque token, or of the `jti` of a JWT.
    pub hash: SecretHash,
    /// The `jti` of a JWT, as [`crate::Revocations`] reports it; an opaque token is not reported.
    pub jti: Option<String>,
    /// The client.
    pub client_id: ClientId,
    /// When it expires.
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

    /// Revokes one access token; recorded until it expires. Doing so twice changes nothing.
    async fn revoke(&self, tenant: &TenantId, token: RevokedToken, now: Time) -> Result<()>;
}
