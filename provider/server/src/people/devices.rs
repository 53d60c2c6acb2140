//! The devices of a person: registered by the applications on them, and removed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use credenza_protocol::client::Client;
use credenza_protocol::device::{
    Device, LONGEST_NAME, LONGEST_VERSION, MOST, Platform, fault, push_token_fault,
};
use credenza_protocol::ids::{ClientId, DeviceId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_storage::{DeviceMade, DeviceRecord, PushToken, StoreError};

use crate::admin::{Administration, InvalidField, Outcome, Refusal, grants};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::account_token::Holder;
use crate::rng;

/// How many devices are read for a page of the person: more than anybody looks through.
const SHOWN: u32 = 200;

/// What an application tells of a device.
#[derive(Clone)]
pub struct Told {
    /// What the person calls it.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// The version of the application.
    pub app_version: Option<String>,
    /// What messages to it are addressed to.
    pub push_token: Option<String>,
}

/// A device of the person.
pub struct Found {
    /// The device.
    pub device: Device,
    /// What messages to it are addressed to. Only the application on it is told.
    pub push_token: Option<String>,
}

/// A device of the person, and the application on it.
pub struct Installed {
    /// The device.
    pub device: Device,
    /// What the application is called.
    pub application: String,
    /// When the application there last told of it or got tokens.
    pub last_seen_at: Time,
}

impl Told {
    fn faults(&self) -> Vec<InvalidField> {
        let version = self.app_version.as_deref().and_then(|version| fault(version, LONGEST_VERSION));
        let faults = [
            ("name", fault(&self.name, LONGEST_NAME)),
            ("app_version", version),
            ("push_token", self.push_token.as_deref().and_then(push_token_fault)),
        ];
        let invalid = |(field, why): (&'static str, Option<String>)| {
            why.map(|why| InvalidField { field, value: None, why })
        };
        faults.into_iter().filter_map(invalid).collect()
    }
}

/// Registers the device that this application runs on, in place of the one that it registered by the same grant or with the
/// same push token.
///
/// # Errors
/// [`Failure`].
pub async fn register(context: &Context, holder: &Holder, told: Told) -> Result<Outcome<Found>, Failure> {
    let faults = told.faults();
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let device = Device {
        device_id: DeviceId::new(rng::id(context.state.rng.as_ref())),
        user_id: holder.user_id().clone(),
        client_id: holder.grant.client_id.clone(),
        grant_id: holder.grant.grant_id.clone(),
        sid: holder.grant.sid.clone(),
        name: told.name,
        platform: told.platform,
        app_version: told.app_version,
        created_at: context.now,
        updated_at: context.now,
        version: Version::FIRST,
    };
    let push_token = sealed(context, &device, told.push_token.as_deref())?;
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    let record = DeviceRecord { device: device.clone(), push_token };
    Ok(match devices.register(tenant, record, MOST, context.now).await? {
        DeviceMade::Yes => Outcome::Done(Found { device, push_token: told.push_token }),
        DeviceMade::TooMany => Outcome::Refused(Refusal::TooManyDevices),
        DeviceMade::Dead => Outcome::Absent,
    })
}

/// A device of the person.
///
/// # Errors
/// [`Failure`].
pub async fn find(
    context: &Context,
    holder: &Holder,
    device_id: &DeviceId,
) -> Result<Option<Found>, Failure> {
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    let found = devices.find(tenant, holder.user_id(), device_id, context.now).await?;
    found.map(|record| opened(context, &holder.client.client, record)).transpose()
}

/// The devices of the person by id: at most `limit`, after the id `after`.
///
/// # Errors
/// [`Failure`].
pub async fn page(
    context: &Context,
    holder: &Holder,
    after: Option<&DeviceId>,
    limit: u32,
) -> Result<Vec<Found>, Failure> {
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    let found = devices.page(tenant, holder.user_id(), None, after, limit, context.now).await?;
    found.into_iter().map(|record| opened(context, &holder.client.client, record)).collect()
}

/// The devices of a person, for a page of theirs.
///
/// # Errors
/// [`StoreError`].
pub async fn list(context: &Context, user: &UserId) -> Result<Vec<Device>, StoreError> {
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    let found = devices.page(tenant, user, None, None, SHOWN, context.now).await?;
    Ok(found.into_iter().map(|record| record.device).collect())
}

/// The devices of a person with the applications on them, the one that was seen last first.
///
/// # Errors
/// [`Failure`].
pub async fn installed(context: &Context, user: &UserId) -> Result<Vec<Installed>, Failure> {
    let admin = Administration::of_server(&context.state, context.now);
    let used = grants::page(&admin, &context.realm.tenant.tenant_id, user, None, SHOWN).await?;
    let used: BTreeMap<_, _> =
        used.into_iter().map(|used| (used.grant.grant_id, used.last_used_at)).collect();
    let mut installed = vec![];
    for device in list(context, user).await? {
        let client = context.client(&device.client_id).await?;
        let name = client.map(|client| client.client.client_name.clone());
        let told = device.updated_at;
        installed.push(Installed {
            application: name.unwrap_or_else(|| device.client_id.to_string()),
            last_seen_at: used.get(&device.grant_id).map_or(told, |used| told.max(*used)),
            device,
        });
    }
    installed.sort_by_key(|installed| Reverse(installed.last_seen_at));
    Ok(installed)
}

/// Stores what an application tells of a device that it has read: its own alone.
///
/// # Errors
/// [`Failure`].
pub async fn update(context: &Context, found: Found, told: Told) -> Result<Outcome<Found>, Failure> {
    let faults = told.faults();
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let Told { name, platform, app_version, push_token } = told;
    let device = Device { name, platform, app_version, updated_at: context.now, ..found.device };
    let sealed = sealed(context, &device, push_token.as_deref())?;
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    let expected = device.version;
    let record = DeviceRecord { device: device.clone(), push_token: sealed };
    let updated = devices.update(tenant, expected, record, context.now).await?;
    let device = Device { version: expected.next(), ..device };
    Ok(Outcome::of_update(updated, Found { device, push_token }))
}

/// Removes a device of the person; `false` where they have none of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(context: &Context, user: &UserId, device_id: &DeviceId) -> Result<bool, StoreError> {
    let (tenant, devices) = (&context.realm.tenant.tenant_id, &context.state.store.devices);
    devices.remove(tenant, user, device_id, context.now).await
}

/// A push token as it is stored: encrypted, and good for this device alone.
fn sealed(context: &Context, device: &Device, token: Option<&str>) -> Result<Option<PushToken>, Failure> {
    let Some(token) = token else { return Ok(None) };
    let rng = context.state.rng.as_ref();
    let sealed = context.realm.push_tokens.seal(rng, &bound_to(device), token.as_bytes());
    let sealed = sealed.ok_or(Failure::Internal("a push token cannot be sealed"))?.handle.reveal().to_owned();
    Ok(Some(PushToken { sealed, hash: hash(&device.client_id, token) }))
}

/// A device as that client sees it.
fn opened(context: &Context, client: &Client, record: DeviceRecord) -> Result<Found, Failure> {
    let DeviceRecord { device, push_token } = record;
    let stored = push_token.filter(|_| device.client_id == client.client_id);
    let Some(stored) = stored else { return Ok(Found { device, push_token: None }) };
    let opened = context.realm.push_tokens.open(&stored.sealed, &bound_to(&device));
    let token = opened.and_then(|opened| String::from_utf8(opened.plain).ok());
    let token = token.ok_or(Failure::Internal("a push token does not open"))?;
    Ok(Found { device, push_token: Some(token) })
}

fn bound_to(device: &Device) -> Vec<u8> {
    format!("push token\0{}\0{}", device.user_id, device.device_id).into_bytes()
}

/// The same token of two clients has two hashes, so that the store does not tell which applications share one.
fn hash(client_id: &ClientId, token: &str) -> SecretHash {
    SecretHash::of(format!("push token\0{client_id}\0{token}").as_bytes())
}
