//! Devices.

use async_trait::async_trait;
use credenza_protocol::device::{Device, Platform};
use credenza_protocol::event::{Event, OfDevice};
use credenza_protocol::ids::{ClientId, DeviceId, GrantId, SessionId, TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::live::{device_lives, grant_lives};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{devices, grants, users};
use crate::{DeviceMade, DeviceRecord, Devices, Events, PushToken, Result, StoreError, Update, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = devices)]
struct Row {
    user_id: String,
    device_id: String,
    client_id: String,
    grant_id: String,
    sid: String,
    name: String,
    platform: String,
    app_version: Option<String>,
    push_sealed: Option<String>,
    push_hash: Option<Vec<u8>>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl Row {
    fn record(self) -> Result<DeviceRecord> {
        let platform = Platform::parse(&self.platform);
        let push_token = match (self.push_sealed, self.push_hash) {
            (Some(sealed), Some(hash)) => Some(PushToken { sealed, hash: value::hash(&hash)? }),
            _ => None,
        };
        let device = Device {
            device_id: DeviceId::new(self.device_id),
            user_id: UserId::new(self.user_id),
            client_id: ClientId::new(self.client_id),
            grant_id: GrantId::new(self.grant_id),
            sid: SessionId::new(self.sid),
            name: self.name,
            platform: platform.ok_or_else(|| StoreError::new("the platform of a device is unknown"))?,
            app_version: self.app_version,
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            version: Version::new(self.version),
        };
        Ok(DeviceRecord { device, push_token })
    }
}

fn of(user_id: &str, client_id: &str, device_id: &str) -> OfDevice {
    OfDevice {
        device_id: DeviceId::new(device_id),
        user_id: UserId::new(user_id),
        client_id: ClientId::new(client_id),
    }
}

/// Holds the person until the job ends, so that no two devices of theirs are counted at once; `false` if there is none.
async fn hold(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
    Ok(row.set(users::epoch.eq(users::epoch)).kept().execute(conn).await? == 1)
}

/// When the row of the grant of that device expires, if the grant lives and is what the device says.
async fn grant_ends(conn: &mut Conn, tenant: &TenantId, device: &Device, now: Time) -> Result<Option<i64>> {
    let row = grants::table
        .filter(grants::tenant_id.eq(tenant.as_str()))
        .filter(grants::grant_id.eq(device.grant_id.as_str()))
        .filter(grants::user_id.eq(device.user_id.as_str()))
        .filter(grants::client_id.eq(device.client_id.as_str()))
        .filter(grant_lives(now.seconds()))
        .select(grants::ends_at);
    Ok(row.get_result(conn).await.optional()?)
}

/// Removes the other devices of the same person and client that have the same grant or push token, or are dead; answers how
/// many live on.
async fn make_room(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    record: &DeviceRecord,
    now: Time,
) -> Result<usize> {
    let DeviceRecord { device, push_token } = record;
    let of_client = || {
        devices::table
            .filter(devices::tenant_id.eq(tenant.as_str()))
            .filter(devices::user_id.eq(device.user_id.as_str()))
            .filter(devices::client_id.eq(device.client_id.as_str()))
            .filter(devices::device_id.ne(device.device_id.as_str()))
    };
    let columns = (devices::device_id, devices::grant_id, devices::push_hash);
    let rows: Vec<(String, String, Option<Vec<u8>>)> = of_client().select(columns).load(conn).await?;
    let live = of_client().filter(device_lives(now.seconds())).select(devices::device_id);
    let live: Vec<String> = live.load(conn).await?;
    let hash = push_token.as_ref().map(|token| token.hash.as_bytes().to_vec());
    let mut left = 0;
    for (device_id, grant_id, push_hash) in rows {
        let is_same = grant_id == device.grant_id.as_str() || hash.is_some() && push_hash == hash;
        if !is_same && live.contains(&device_id) {
            left += 1;
            continue;
        }
        let row = devices::table.find((tenant.as_str(), device.user_id.as_str(), device_id.as_str()));
        diesel::delete(row).execute(conn).await?;
        let removed = of(device.user_id.as_str(), device.client_id.as_str(), &device_id);
        put(conn, events, tenant, Event::DeviceRemoved(removed)).await?;
    }
    Ok(left)
}

#[async_trait]
impl Devices for Db {
    async fn register(
        &self,
        tenant: &TenantId,
        record: DeviceRecord,
        most: u32,
        now: Time,
    ) -> Result<DeviceMade> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("devices.register", async move |conn: &mut Conn| {
            let device = &record.device;
            if !hold(conn, &tenant, &device.user_id).await? {
                return Ok(DeviceMade::Dead);
            }
            let Some(ends_at) = grant_ends(conn, &tenant, device, now).await? else {
                return Ok(DeviceMade::Dead);
            };
            let left = make_room(conn, &events, &tenant, &record, now).await?;
            if left >= usize::try_from(most).unwrap_or(usize::MAX) {
                return Ok(DeviceMade::TooMany);
            }
            let push_token = record.push_token.as_ref();
            let row = (
                devices::tenant_id.eq(tenant.as_str()),
                devices::user_id.eq(device.user_id.as_str()),
                devices::device_id.eq(device.device_id.as_str()),
                devices::client_id.eq(device.client_id.as_str()),
                devices::grant_id.eq(device.grant_id.as_str()),
                devices::sid.eq(device.sid.as_str()),
                devices::name.eq(&device.name),
                devices::platform.eq(device.platform.as_str()),
                devices::app_version.eq(device.app_version.as_deref()),
                devices::push_sealed.eq(push_token.map(|token| token.sealed.as_str())),
                devices::push_hash.eq(push_token.map(|token| token.hash.as_bytes().to_vec())),
                devices::created_at.eq(device.created_at.seconds()),
                devices::updated_at.eq(device.updated_at.seconds()),
                devices::expires_at.eq(ends_at),
                devices::version.eq(device.version.number()),
            );
            diesel::insert_into(devices::table).values(row).execute(conn).await?;
            let made = of(device.user_id.as_str(), device.client_id.as_str(), device.device_id.as_str());
            put(conn, &events, &tenant, Event::DeviceRegistered(made)).await?;
            Ok(DeviceMade::Yes)
        })
        .await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        device_id: &DeviceId,
        now: Time,
    ) -> Result<Option<DeviceRecord>> {
        let (tenant, user_id, device_id) = (tenant.clone(), user_id.clone(), device_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = devices::table
                .find((tenant.as_str(), user_id.as_str(), device_id.as_str()))
                .filter(device_lives(now.seconds()))
                .select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: Option<&ClientId>,
        after: Option<&DeviceId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<DeviceRecord>> {
        let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.cloned());
        let mut after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let rows = devices::table
                    .filter(devices::tenant_id.eq(tenant.as_str()))
                    .filter(devices::user_id.eq(user_id.as_str()))
                    .filter(devices::device_id.gt(after.as_str()))
                    .filter(device_lives(now.seconds()))
                    .order(devices::device_id)
                    .limit(wanted)
                    .select(Row::as_select());
                let rows: Vec<Row> = match &client_id {
                    Some(client_id) => {
                        rows.filter(devices::client_id.eq(client_id.as_str())).load(conn).await?
                    }
                    None => rows.load(conn).await?,
                };
                if let Some(row) = rows.last() {
                    after.clone_from(&row.device_id);
                }
                page.add("devices", rows, Row::record);
            }
            Ok(page.found())
        })
        .await
    }

    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        record: DeviceRecord,
        now: Time,
    ) -> Result<Update> {
        let tenant = tenant.clone();
        self.write("devices.update", async move |conn: &mut Conn| {
            let DeviceRecord { device, push_token } = &record;
            let (user_id, device_id) = (device.user_id.as_str(), device.device_id.as_str());
            let row = devices::table
                .find((tenant.as_str(), user_id, device_id))
                .filter(devices::version.eq(expected.number()))
                .filter(device_lives(now.seconds()));
            let changes = (
                devices::name.eq(&device.name),
                devices::platform.eq(device.platform.as_str()),
                devices::app_version.eq(device.app_version.as_deref()),
                devices::push_sealed.eq(push_token.as_ref().map(|token| token.sealed.as_str())),
                devices::push_hash.eq(push_token.as_ref().map(|token| token.hash.as_bytes().to_vec())),
                devices::updated_at.eq(now.seconds()),
                devices::version.eq(expected.next().number()),
            );
            if diesel::update(row).set(changes).kept().execute(conn).await? == 1 {
                return Ok(Update::Updated);
            }
            let there = devices::table
                .find((tenant.as_str(), user_id, device_id))
                .filter(device_lives(now.seconds()));
            let there: Option<i64> = there.select(devices::version).get_result(conn).await.optional()?;
            Ok(there.map_or(Update::Absent, |_| Update::Stale))
        })
        .await
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        device_id: &DeviceId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, device_id) = (tenant.clone(), user_id.clone(), device_id.clone());
        let events = self.events.of_this_task();
        self.write("devices.remove", async move |conn: &mut Conn| {
            let row = || devices::table.find((tenant.as_str(), user_id.as_str(), device_id.as_str()));
            let found = row().filter(device_lives(now.seconds())).select(devices::client_id);
            let found: Option<String> = found.get_result(conn).await.optional()?;
            let Some(client_id) = found else { return Ok(false) };
            if diesel::delete(row()).execute(conn).await? == 0 {
                return Ok(false);
            }
            let removed = of(user_id.as_str(), &client_id, device_id.as_str());
            put(conn, &events, &tenant, Event::DeviceRemoved(removed)).await?;
            Ok(true)
        })
        .await
    }
}
