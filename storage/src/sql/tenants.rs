//! Tenants.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfTenant};
use credenza_protocol::ids::TenantId;
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::{erase, lifetime, revision, stale};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::tenants;
use crate::stored::{self, Settings};
use crate::{Events, Expected, Result, Tenants, Update, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
struct Row {
    tenant_id: String,
    name: String,
    created_at: i64,
    disabled_at: Option<i64>,
    settings: String,
    version: i64,
}

impl Row {
    fn record(self) -> Result<Tenant> {
        Ok(Tenant {
            tenant_id: TenantId::new(self.tenant_id),
            name: self.name,
            settings: stored::read::<Settings>(&self.settings)?,
            created_at: Time::from_seconds(self.created_at),
            disabled_at: value::time(self.disabled_at),
            version: Version::new(self.version),
        })
    }
}

/// If the tenant was changed, writes the event and moves the revision. Returns `changed`.
async fn changed(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    changed: bool,
    event: impl FnOnce(OfTenant) -> Event,
) -> Result<bool> {
    if changed {
        let event = event(OfTenant { tenant_id: tenant.clone() });
        put(conn, events, tenant, event).await?;
    }
    revision::changed(conn, tenant, changed).await
}

#[async_trait]
impl Tenants for Db {
    async fn create(&self, tenant: Tenant) -> Result<bool> {
        let settings = stored::write::<Settings>(tenant.settings)?;
        let events = self.events.of_this_task();
        self.write("tenants.create", async move |conn: &mut Conn| {
            let row = (
                tenants::tenant_id.eq(tenant.tenant_id.as_str()),
                tenants::name.eq(tenant.name),
                tenants::created_at.eq(tenant.created_at.seconds()),
                tenants::disabled_at.eq(value::seconds(tenant.disabled_at)),
                tenants::settings.eq(settings),
                tenants::version.eq(Version::FIRST.number()),
            );
            let made = diesel::insert_into(tenants::table).values(row).execute(conn).await;
            let made = value::inserted(made)?;
            changed(conn, &events, &tenant.tenant_id, made, Event::TenantCreated).await
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
            Ok(value::readable("tenants", rows.load(conn).await?, Row::record).collect())
        })
        .await
    }

    async fn page(&self, after: Option<&str>, limit: u32) -> Result<Vec<Tenant>> {
        let mut after = after.unwrap_or_default().to_owned();
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let rows = tenants::table
                    .filter(tenants::name.gt(after.as_str()))
                    .order(tenants::name)
                    .limit(wanted)
                    .select(Row::as_select());
                let rows: Vec<Row> = rows.load(conn).await?;
                if let Some(row) = rows.last() {
                    after.clone_from(&row.name);
                }
                page.add("tenants", rows, Row::record);
            }
            Ok(page.found())
        })
        .await
    }

    async fn update(
        &self,
        tenant: &TenantId,
        expected: Version,
        settings: TenantSettings,
        now: Time,
    ) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("tenants.update", async move |conn: &mut Conn| {
            // Locked before anything is read: whoever else updates the tenant waits.
            let lock =
                diesel::update(tenants::table.find(tenant.as_str())).set(tenants::name.eq(tenants::name));
            if lock.kept().execute(conn).await? == 0 {
                return Ok(Update::Absent);
            }
            let row = tenants::table.find(tenant.as_str()).select((tenants::settings, tenants::version));
            let (before, version): (String, i64) = row.get_result(conn).await?;
            if version != expected.number() {
                return Ok(Update::Stale);
            }
            let longest = lifetime::longest(conn, &tenant, now).await?;
            if longest > Lifetimes::longest(&settings).access_token {
                lifetime::remember(conn, &tenant, longest, now).await?;
            }
            let changes = (
                tenants::settings.eq(stored::rewrite::<Settings>(&before, settings)?),
                tenants::version.eq(expected.next().number()),
            );
            diesel::update(tenants::table.find(tenant.as_str())).set(changes).kept().execute(conn).await?;
            changed(conn, &events, &tenant, true, Event::TenantUpdated).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("tenants.set_disabled", async move |conn: &mut Conn| {
            if stale::tenant(conn, &tenant, expected).await? {
                return Ok(Update::Stale);
            }
            let row = diesel::update(tenants::table.find(tenant.as_str()));
            let changes = (
                tenants::disabled_at.eq(value::seconds(disabled_at)),
                tenants::version.eq(tenants::version + 1),
            );
            let count = row.set(changes).kept().execute(conn).await?;
            let event = if disabled_at.is_some() { Event::TenantDisabled } else { Event::TenantEnabled };
            let there = changed(conn, &events, &tenant, count == 1, event).await?;
            Ok(if there { Update::Updated } else { Update::Absent })
        })
        .await
    }

    async fn delete_at(&self, tenant: &TenantId, expected: Expected) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("tenants.delete", async move |conn: &mut Conn| {
            if stale::tenant(conn, &tenant, expected).await? {
                return Ok(Update::Stale);
            }
            let count = diesel::delete(tenants::table.find(tenant.as_str())).execute(conn).await?;
            erase::tenant(conn, &tenant).await?;
            if count == 0 {
                return Ok(Update::Absent);
            }
            let of = OfTenant { tenant_id: tenant.clone() };
            put(conn, &events, &tenant, Event::TenantDeleted(of)).await?;
            revision::all_changed(conn).await?;
            Ok(Update::Updated)
        })
        .await
    }
}
