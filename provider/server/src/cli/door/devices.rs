//! Devices of users, here and there.

use credenza_protocol::device::Device;
use credenza_protocol::ids::{DeviceId, UserId};

use super::Site;
use crate::admin::{Outcome, devices};
use crate::cli::Failure;
use crate::cli::remote::Asked;

/// How many are read at a time.
const PAGE: u32 = 200;

impl Site<'_> {
    /// The devices of a user, by id.
    pub(in crate::cli) async fn devices(&self, of: &UserId) -> Result<Vec<Device>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, mut found) = (installation.admin(), vec![]);
                loop {
                    let after = found.last().map(|last: &Device| last.device_id.clone());
                    let page = devices::page(&admin, &tenant.tenant_id, of, after.as_ref(), PAGE).await?;
                    if page.is_empty() {
                        return Ok(found);
                    }
                    found.extend(page);
                }
            }
            Self::There(api) => api.all(Asked::of("listUserDevices").path("user_id", of)).await,
        }
    }

    /// Removes one of a user's.
    pub(in crate::cli) async fn remove_device(
        &self,
        of: &UserId,
        id: &DeviceId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(devices::remove(&installation.admin(), &tenant.tenant_id, of, id).await?)
            }
            Self::There(api) => {
                api.done(Asked::of("removeUserDevice").path("user_id", of).path("device_id", id)).await
            }
        }
    }
}
