//! Signing keys. Private keys are encrypted under the master key, and never leave here.

mod create;
mod reseal;
mod ring;
mod rotate;

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::StoreError;

use self::ring::Ring;
use super::{Administration, Outcome, Refusal};

pub use self::ring::{Key, Status};
pub use create::{NewKey, adopt_first, create};
pub use reseal::{Resealed, reseal};
pub use rotate::{Rotation, Start, rotate};

/// Every key, the newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Key>, StoreError> {
    let ring = Ring::load(admin, tenant).await?;
    Ok(ring.records.iter().map(|record| ring.view(record)).collect())
}

/// The key of that `kid`, enabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
) -> Result<Option<Key>, StoreError> {
    let ring = Ring::load(admin, tenant).await?;
    Ok(ring.find(kid).map(|record| ring.view(record)))
}

/// Changes when a key begins to sign.
///
/// # Errors
/// [`StoreError`].
pub async fn set_active_at(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    active_at: Time,
) -> Result<Outcome<Key>, StoreError> {
    let found = admin.store.keys.set_active_at(tenant, kid, active_at).await?;
    shown(admin, tenant, kid, found).await
}

/// Disables a key: it neither signs nor is published. Unless `force` says so, the last one that can sign with its
/// algorithm stays.
///
/// # Errors
/// [`StoreError`].
pub async fn disable(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    force: bool,
) -> Result<Outcome<Key>, StoreError> {
    if let Some(refusal) = refusal(admin, tenant, kid, force).await? {
        return Ok(Outcome::Refused(refusal));
    }
    let found = admin.store.keys.set_disabled(tenant, kid, Some(admin.now)).await?;
    shown(admin, tenant, kid, found).await
}

/// Enables a key again.
///
/// # Errors
/// [`StoreError`].
pub async fn enable(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
) -> Result<Outcome<Key>, StoreError> {
    let found = admin.store.keys.set_disabled(tenant, kid, None).await?;
    shown(admin, tenant, kid, found).await
}

/// Deletes a key. Unless `force` says so, the last one that can sign with its algorithm stays.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    force: bool,
) -> Result<Outcome<()>, StoreError> {
    if let Some(refusal) = refusal(admin, tenant, kid, force).await? {
        return Ok(Outcome::Refused(refusal));
    }
    Ok(Outcome::whether(admin.store.keys.delete(tenant, kid).await?))
}

async fn refusal(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    force: bool,
) -> Result<Option<Refusal>, StoreError> {
    if force {
        return Ok(None);
    }
    let ring = Ring::load(admin, tenant).await?;
    let last = ring.find(kid).filter(|record| ring.is_last_signer(record));
    Ok(last.map(|record| Refusal::LastSigner(record.algorithm)))
}

async fn shown(
    admin: &Administration<'_>,
    tenant: &TenantId,
    kid: &KeyId,
    found: bool,
) -> Result<Outcome<Key>, StoreError> {
    match found {
        true => Ok(Outcome::found(find(admin, tenant, kid).await?)),
        false => Ok(Outcome::Absent),
    }
}
