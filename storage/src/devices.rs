//! Devices: where native applications of people are installed.

use async_trait::async_trait;
use credenza_protocol::device::Device;
use credenza_protocol::ids::{ClientId, DeviceId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;

use crate::{Result, Update};

/// What messages to a device are addressed to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PushToken {
    /// The token, encrypted.
    pub sealed: String,
    /// Its hash, by which the same one is found.
    pub hash: SecretHash,
}

/// A device, and what messages to it are addressed to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeviceRecord {
    /// The device.
    pub device: Device,
    /// None where it gets no messages.
    pub push_token: Option<PushToken>,
}

/// What became of a device that was to be registered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum DeviceMade {
    /// It is there.
    Yes,
    /// The person has as many devices of the application as they may have.
    TooMany,
    /// The grant that it belongs to does not live.
    Dead,
}

/// Devices of a tenant's people. Only those are there whose grant lives.
#[async_trait]
pub trait Devices: Send + Sync {
    /// Registers a device, in place of those of the same person and client that have the same grant or the same push token.
    /// Of one person and client there are at most `most`: exact, however many callers there are at once.
    async fn register(
        &self,
        tenant: &TenantId,
        record: DeviceRecord,
        most: u32,
        now: Time,
    ) -> Result<DeviceMade>;

    /// The device of that id, if it is that person's.
    async fn find(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        device_id: &DeviceId,
        now: Time,
    ) -> Result<Option<DeviceRecord>>;

    /// The devices of a person by id, of one client or of all: at most `limit`, after the id `after`. One that cannot be read is
    /// left out; there are fewer than `limit` only at the end.
    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: Option<&ClientId>,
        after: Option<&DeviceId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<DeviceRecord>>;

    /// Stores name, platform, version of the application and push token of a device, while it still has the version `expected`.
    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        record: DeviceRecord,
        now: Time,
    ) -> Result<Update>;

    /// Removes a device of that person; `false` where they have none of that id.
    async fn remove(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        device_id: &DeviceId,
        now: Time,
    ) -> Result<bool>;
}
