//! Devices: where native applications of a user are installed.

use credenza_protocol::device::Device;
use credenza_protocol::ids::{DeviceId, TenantId, UserId};
use credenza_storage::StoreError;

use super::{Administration, Outcome, Refusal};

/// A page of the devices of a user, by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&DeviceId>,
    limit: u32,
) -> Result<Vec<Device>, StoreError> {
    let found = admin.store.devices.page(tenant, user, None, after, limit, admin.now).await?;
    Ok(found.into_iter().map(|record| record.device).collect())
}

/// Removes a device of a user.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &UserId,
    device_id: &DeviceId,
) -> Result<Outcome<()>, StoreError> {
    if !admin.may_act_on_user(tenant, user).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    Ok(Outcome::whether(admin.store.devices.remove(tenant, user, device_id, admin.now).await?))
}
