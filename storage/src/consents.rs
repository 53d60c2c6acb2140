//! Consents: what a person has allowed a client, remembered.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;

use crate::Result;

/// Remembered decisions.
#[async_trait]
pub trait Consents: Send + Sync {
    /// The scopes the user has allowed the client; empty when none are on record.
    async fn find(&self, tenant: &TenantId, user_id: &UserId, client_id: &ClientId) -> Result<Scope>;

    /// Adds scopes to those allowed; two callers at once lose nothing.
    async fn remember(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        scope: &Scope,
        now: Time,
    ) -> Result<()>;

    /// Forgets them, and revokes the client's grants of that user; `false` when none were on record.
    async fn forget(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool>;
}
