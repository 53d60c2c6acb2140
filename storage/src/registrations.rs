//! Clients that registered themselves (RFC 7591, RFC 7592).

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use crate::{ClientRecord, Result};

/// A client that registers itself.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// The client.
    pub client: ClientRecord,
    /// Its registration access token.
    pub token: SecretHash,
    /// The initial access token that admitted it; one use is spent.
    pub initial_access_token: Option<SecretHash>,
    /// When the client is deleted unless it was used.
    pub expires_at: Option<Time>,
}

/// Registrations of a tenant. A client that registered itself is a client like others: [`crate::Clients`] changes and
/// deletes it, together with its registration.
#[async_trait]
pub trait Registrations: Send + Sync {
    /// Adds a client and its registration, and spends one use of the initial access token, atomically; `false`,
    /// without effect, if that token has no use left. Of many who present the last use, one wins.
    async fn create(&self, tenant: &TenantId, new: NewRegistration, now: Time) -> Result<bool>;

    /// The hash of the registration access token of a client that registered itself.
    async fn token(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<SecretHash>>;

    /// Records that the client was used, so that it stays. `false` if that was known, or there is no such
    /// registration.
    async fn note_use(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool>;
}
