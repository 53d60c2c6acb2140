//! Consents: what a person allowed a client.

use async_trait::async_trait;
use credenza_protocol::consent::Consent;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;

use crate::Result;

/// Remembered decisions.
#[async_trait]
pub trait Consents: Send + Sync {
    /// The scopes the user has allowed the client; empty when none are on record.
    async fn find(&self, tenant: &TenantId, user_id: &UserId, client_id: &ClientId) -> Result<Scope>;

    /// What the user has allowed, by client: at most `limit`, after the client `after`.
    async fn list(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<Consent>>;

    /// Adds scopes to those allowed; of two callers at once, neither loses any.
    async fn remember(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        scope: &Scope,
        now: Time,
    ) -> Result<()>;

    /// Deletes them, and revokes the grants of that user to the client; `false` if none were on record.
    async fn forget(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool>;
}
