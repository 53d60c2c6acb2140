//! Tenants.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfTenant};
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::{Seconds, Time};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db, erase, maintenance, outbox};
use crate::kept::Keep;
use crate::revocations::LEEWAY;
use crate::schema::{tenants, token_lifetimes};
use crate::{Events, Result, Tenants, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
struct Row {
    tenant_id: String,
    name: String,
    created_at: i64,
    disabled_at: Option<i64>,
    settings: String,
}

impl Row {
    fn record(self) -> Result<Tenant> {
        Ok(Tenant {
            tenant_id: TenantId::new(self.tenant_id),
            name: self.name,
            settings: value::from_json(&self.settings)?,
            created_at: Time::from_seconds(self.created_at),
            disabled_at: value::time(self.disabled_at),
        })
    }
}

/// Passes on whether the tenant was changed and, if so, tells everybody.
async fn changed(
    conn: &mut Conn,
    events: &Events,
    tenant: TenantId,
    changed: bool,
    event: impl FnOnce(OfTenant) -> Event,
) -> Result<bool> {
    if changed {
        let event = event(OfTenant { tenant_id: tenant.clone() });
        outbox::put(conn, events, &tenant, event).await?;
    }
    maintenance::changed(conn, changed).await
}

/// How long an access token of the tenant lives at most that was made by now: as the settings say, or as they said
/// when it was made.
pub(super) async fn longest_token_lifetime(conn: &mut Conn, tenant: &TenantId, now: Time) -> Result<Seconds> {
    let row = tenants::table.find(tenant.as_str()).select(tenants::settings);
    let settings: Option<String> = row.get_result(conn).await.optional()?;
    let Some(settings) = settings else { return Ok(Seconds(0)) };
    let settings: TenantSettings = value::from_json(&settings)?;
    let earlier = token_lifetimes::table
        .find(tenant.as_str())
        .filter(token_lifetimes::expires_at.gt(now.seconds()))
        .select(token_lifetimes::seconds);
    let earlier: Option<i64> = earlier.get_result(conn).await.optional()?;
    Ok(settings.access_token_lifetime.max(Seconds(earlier.unwrap_or_default())))
}

/// Remembers a lifetime that is lowered now, for as long as a token that has it may be taken.
async fn remember_lifetime(conn: &mut Conn, tenant: &TenantId, longest: Seconds, now: Time) -> Result<()> {
    let expires_at = now + longest + LEEWAY;
    diesel::delete(token_lifetimes::table.find(tenant.as_str())).execute(conn).await?;
    let row = (
        token_lifetimes::tenant_id.eq(tenant.as_str()),
        token_lifetimes::seconds.eq(longest.0),
        token_lifetimes::expires_at.eq(expires_at.seconds()),
    );
    diesel::insert_into(token_lifetimes::table).values(row).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl Tenants for Db {
    async fn create(&self, tenant: Tenant) -> Result<bool> {
        let settings = value::to_json(&tenant.settings)?;
        let events = self.events.clone();
        self.write("tenants.create", async move |conn: &mut Conn| {
            let row = (
                tenants::tenant_id.eq(tenant.tenant_id.as_str()),
                tenants::name.eq(tenant.name),
                tenants::created_at.eq(tenant.created_at.seconds()),
                tenants::disabled_at.eq(value::seconds(tenant.disabled_at)),
                tenants::settings.eq(settings),
            );
            let made = diesel::insert_into(tenants::table).values(row).execute(conn).await;
            let made = value::inserted(made)?;
            changed(conn, &events, tenant.tenant_id, made, Event::TenantCreated).await
        })
        .await
    }

    async fn find(&self, name: &str) -> Result<Option<Tenant>> {
        let name = name.to_owned();
        self.read(async move |conn: &mut Conn| {
            let row = tenants::table.filter(tenants::name.eq(name)).select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn name(&self, tenant: &TenantId) -> Result<Option<String>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = tenants::table.find(tenant.as_str()).select(tenants::name);
            Ok(row.get_result(conn).await.optional()?)
        })
        .await
    }

    async fn list(&self) -> Result<Vec<Tenant>> {
        self.read(async move |conn: &mut Conn| {
            let rows = tenants::table.order(tenants::name).select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
        })
        .await
    }

    async fn update(&self, tenant: &TenantId, settings: TenantSettings, now: Time) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.clone());
        let lifetime = settings.access_token_lifetime;
        let settings = value::to_json(&settings)?;
        self.write("tenants.update", async move |conn: &mut Conn| {
            // Before what is looked at here: whoever else updates the tenant waits.
            let row = diesel::update(tenants::table.find(tenant.as_str()));
            if row.set(tenants::name.eq(tenants::name)).kept().execute(conn).await? == 0 {
                return Ok(false);
            }
            let longest = longest_token_lifetime(conn, &tenant, now).await?;
            if longest > lifetime {
                remember_lifetime(conn, &tenant, longest, now).await?;
            }
            let row = diesel::update(tenants::table.find(tenant.as_str()));
            let count = row.set(tenants::settings.eq(settings)).kept().execute(conn).await?;
            changed(conn, &events, tenant, count == 1, Event::TenantUpdated).await
        })
        .await
    }

    async fn set_disabled(&self, tenant: &TenantId, disabled_at: Option<Time>) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.clone());
        self.write("tenants.set_disabled", async move |conn: &mut Conn| {
            let row = diesel::update(tenants::table.find(tenant.as_str()));
            let count =
                row.set(tenants::disabled_at.eq(value::seconds(disabled_at))).kept().execute(conn).await?;
            let event = if disabled_at.is_some() { Event::TenantDisabled } else { Event::TenantEnabled };
            changed(conn, &events, tenant, count == 1, event).await
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.clone());
        self.write("tenants.delete", async move |conn: &mut Conn| {
            let count = diesel::delete(tenants::table.find(tenant.as_str())).execute(conn).await?;
            erase::tenant(conn, &tenant).await?;
            changed(conn, &events, tenant, count == 1, Event::TenantDeleted).await
        })
        .await
    }
}
