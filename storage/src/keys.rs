//! Signing keys.

use async_trait::async_trait;
use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_validator::algorithm::Algorithm;

use crate::{Result, Update};

/// A signing key as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRecord {
    /// `kid`.
    pub kid: KeyId,
    /// The one algorithm it is for.
    pub algorithm: Algorithm,
    /// The private key (PKCS#8) under the master key.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Time,
    /// When it begins to sign; it is published before.
    pub active_at: Time,
    /// When it was disabled; then it neither signs nor is published.
    pub disabled_at: Option<Time>,
    /// When it is to be deleted: another signs in its place, and what it signed has expired by then.
    pub retire_at: Option<Time>,
}

/// Signing keys of a tenant.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Adds a key; `false` when the `kid` is taken.
    async fn create(&self, tenant: &TenantId, record: KeyRecord) -> Result<bool>;

    /// Adds the tenant's first keys, all or none: `false` if it has a key already, so that of two
    /// servers that start at once one creates the keys.
    async fn create_first(&self, tenant: &TenantId, records: Vec<KeyRecord>) -> Result<bool>;

    /// Adds a key if `beside` are the tenant's keys of its algorithm, all of them and no others: of many
    /// servers that create the next key at once, one adds it.
    async fn create_next(&self, tenant: &TenantId, record: KeyRecord, beside: &[KeyId]) -> Result<bool>;

    /// Every key, the newest first. One of an algorithm that this version does not know is left out.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<KeyRecord>>;

    /// Changes when the key begins to sign; `false` when there is no such key.
    async fn set_active_at(&self, tenant: &TenantId, kid: &KeyId, active_at: Time) -> Result<bool>;

    /// Changes when the key is to be deleted; `false` when there is no such key.
    async fn set_retire_at(&self, tenant: &TenantId, kid: &KeyId, retire_at: Option<Time>) -> Result<bool>;

    /// Disables the key (`Some`) or enables it again, if the keys of the tenant are those of `ring`, as [`Keys::list`] told
    /// them: of two that are disabled at once, neither counts on the other.
    async fn set_disabled_in(
        &self,
        tenant: &TenantId,
        kid: &KeyId,
        ring: Option<&[KeyRecord]>,
        disabled_at: Option<Time>,
    ) -> Result<Update>;

    /// The same whatever the others are; `false` when there is no such key.
    async fn set_disabled(&self, tenant: &TenantId, kid: &KeyId, disabled_at: Option<Time>) -> Result<bool> {
        Ok(self.set_disabled_in(tenant, kid, None, disabled_at).await? == Update::Updated)
    }

    /// Deletes the key, if the keys of the tenant are those of `ring`.
    async fn delete_in(&self, tenant: &TenantId, kid: &KeyId, ring: Option<&[KeyRecord]>) -> Result<Update>;

    /// The same whatever the others are; `false` when there is no such key.
    async fn delete(&self, tenant: &TenantId, kid: &KeyId) -> Result<bool> {
        Ok(self.delete_in(tenant, kid, None).await? == Update::Updated)
    }

    /// Deletes the key if it is due (`retire_at`) and not disabled; otherwise `false`.
    async fn retire(&self, tenant: &TenantId, kid: &KeyId, now: Time) -> Result<bool>;
}
