//! Signing keys. Private keys are encrypted under the master key, and never leave here.

mod create;
mod reseal;
mod ring;
mod rotate;

use std::cmp::Reverse;

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::{StoreError, Update};

use self::ring::Ring;
use super::{Administration, Outcome};

pub use self::ring::{Key, Status};
pub use create::{NewKey, adopt_first, create};
pub use reseal::{Resealed, reseal};
pub use rotate::{Rotation, Start, rotate};

/// How often it is decided anew whether a key may go, since the keys have changed meanwhile.
const ATTEMPTS: u32 = 8;

/// Every key, the newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(admin: &Administration<'_>, tenant: &TenantId) -> Result<Vec<Key>, StoreError> {
    let ring = Ring::load(admin, tenant).await?;
    Ok(ring.records.iter().map(|record| ring.view(record)).collect())
}

/// One page of the keys, the newest first: at most `limit`, after the one that was made then and has that `kid`. All of them
/// are read, since what one does depends on the others; a tenant has a handful.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<(Time, KeyId)>,
    limit: usize,
) -> Result<Vec<Key>, StoreError> {
    let mut keys = list(admin, tenant).await?;
    if let Some((made, kid)) = after {
        keys.retain(|key| (Reverse(key.created_at), &key.kid) > (Reverse(made), &kid));
    }
    keys.truncate(limit);
    Ok(keys)
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
    for _ in 0..ATTEMPTS {
        let ring = Ring::load(admin, tenant).await?;
        if let Some(refusal) = ring.refusal(kid, force) {
            return Ok(Outcome::Refused(refusal));
        }
        let (seen, at) = (ring.seen(force), Some(admin.now));
        match admin.store.keys.set_disabled_in(tenant, kid, seen, at).await? {
            Update::Stale => {}
            update => return shown(admin, tenant, kid, update == Update::Updated).await,
        }
    }
    Ok(Outcome::Stale)
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
    for _ in 0..ATTEMPTS {
        let ring = Ring::load(admin, tenant).await?;
        if let Some(refusal) = ring.refusal(kid, force) {
            return Ok(Outcome::Refused(refusal));
        }
        match admin.store.keys.delete_in(tenant, kid, ring.seen(force)).await? {
            Update::Stale => {}
            update => return Ok(Outcome::of_change(update)),
        }
    }
    Ok(Outcome::Stale)
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
