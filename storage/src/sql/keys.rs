//! Signing keys.

use async_trait::async_trait;
use credenza_protocol::event::{Event, KeySchedule, NewKey, OfKey};
use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::revision;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::signing_keys;
use crate::{Events, KeyRecord, Keys, Result, StoreError, Update, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
struct Row {
    kid: String,
    algorithm: String,
    sealed: Vec<u8>,
    created_at: i64,
    active_at: i64,
    disabled_at: Option<i64>,
    retire_at: Option<i64>,
}

impl Row {
    fn record(self) -> Result<KeyRecord> {
        let unknown = |_| StoreError::new("a stored key has an unknown algorithm");
        Ok(KeyRecord {
            kid: KeyId::new(self.kid),
            algorithm: self.algorithm.parse().map_err(unknown)?,
            sealed: self.sealed,
            created_at: Time::from_seconds(self.created_at),
            active_at: Time::from_seconds(self.active_at),
            disabled_at: value::time(self.disabled_at),
            retire_at: value::time(self.retire_at),
        })
    }
}

async fn insert(conn: &mut Conn, tenant: &TenantId, record: &KeyRecord) -> QueryResult<usize> {
    let row = (
        signing_keys::tenant_id.eq(tenant.as_str()),
        signing_keys::kid.eq(record.kid.as_str()),
        signing_keys::algorithm.eq(record.algorithm.as_str()),
        signing_keys::sealed.eq(record.sealed.as_slice()),
        signing_keys::created_at.eq(record.created_at.seconds()),
        signing_keys::active_at.eq(record.active_at.seconds()),
        signing_keys::disabled_at.eq(value::seconds(record.disabled_at)),
        signing_keys::retire_at.eq(value::seconds(record.retire_at)),
    );
    diesel::insert_into(signing_keys::table).values(row).execute(conn).await
}

/// Writes the event of a new key.
async fn created(conn: &mut Conn, events: &Events, tenant: &TenantId, record: &KeyRecord) -> Result<()> {
    let KeyRecord { kid, algorithm, active_at, .. } = record;
    let new = NewKey { kid: kid.clone(), algorithm: *algorithm, active_at: *active_at };
    put(conn, events, tenant, Event::KeyCreated(new)).await
}

/// If a key was changed, writes the event and moves the revision. Returns `changed`.
async fn changed(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    changed: bool,
    event: Event,
) -> Result<bool> {
    if changed {
        put(conn, events, tenant, event).await?;
    }
    revision::changed(conn, tenant, changed).await
}

/// The keys of a tenant, the newest first.
async fn all(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<KeyRecord>> {
    let rows = signing_keys::table
        .filter(signing_keys::tenant_id.eq(tenant.as_str()))
        .order((signing_keys::created_at.desc(), signing_keys::kid))
        .select(Row::as_select());
    Ok(value::readable("signing_keys", rows.load(conn).await?, Row::record).collect())
}

/// Whether the keys are others than those of `ring`. Whoever else changes keys waits until this job ends.
async fn is_stale(conn: &mut Conn, tenant: &TenantId, ring: Option<&[KeyRecord]>) -> Result<bool> {
    revision::lock(conn).await?;
    match ring {
        Some(ring) => Ok(all(conn, tenant).await? != ring),
        None => Ok(false),
    }
}

#[async_trait]
impl Keys for Db {
    async fn create(&self, tenant: &TenantId, record: KeyRecord) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("keys.create", async move |conn: &mut Conn| {
            let made = value::inserted(insert(conn, &tenant, &record).await)?;
            if made {
                created(conn, &events, &tenant, &record).await?;
            }
            revision::changed(conn, &tenant, made).await
        })
        .await
    }

    async fn create_first(&self, tenant: &TenantId, records: Vec<KeyRecord>) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("keys.create_first", async move |conn: &mut Conn| {
            revision::lock(conn).await?;
            let of_tenant = signing_keys::table.filter(signing_keys::tenant_id.eq(tenant.as_str()));
            let known: i64 = of_tenant.count().get_result(conn).await?;
            if known > 0 {
                return Ok(false);
            }
            for record in &records {
                insert(conn, &tenant, record).await?;
                created(conn, &events, &tenant, record).await?;
            }
            revision::changed(conn, &tenant, true).await
        })
        .await
    }

    async fn create_next(&self, tenant: &TenantId, record: KeyRecord, beside: &[KeyId]) -> Result<bool> {
        let (tenant, mut beside) = (tenant.clone(), beside.to_vec());
        let events = self.events.of_this_task();
        self.write("keys.create_next", async move |conn: &mut Conn| {
            revision::lock(conn).await?;
            let known = signing_keys::table
                .filter(signing_keys::tenant_id.eq(tenant.as_str()))
                .filter(signing_keys::algorithm.eq(record.algorithm.as_str()))
                .select(signing_keys::kid);
            let known: Vec<String> = known.load(conn).await?;
            let mut known: Vec<KeyId> = known.into_iter().map(KeyId::new).collect();
            known.sort_unstable();
            beside.sort_unstable();
            if known != beside {
                return Ok(false);
            }
            insert(conn, &tenant, &record).await?;
            created(conn, &events, &tenant, &record).await?;
            revision::changed(conn, &tenant, true).await
        })
        .await
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<KeyRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| all(conn, &tenant).await).await
    }

    async fn set_active_at(&self, tenant: &TenantId, kid: &KeyId, active_at: Time) -> Result<bool> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        self.write("keys.set_active_at", async move |conn: &mut Conn| {
            revision::lock(conn).await?;
            let row = diesel::update(signing_keys::table.find((tenant.as_str(), kid.as_str())));
            let count = row.set(signing_keys::active_at.eq(active_at.seconds())).kept().execute(conn).await?;
            let event = Event::KeyScheduled(KeySchedule { kid, active_at: Some(active_at), retire_at: None });
            changed(conn, &events, &tenant, count == 1, event).await
        })
        .await
    }

    async fn set_retire_at(&self, tenant: &TenantId, kid: &KeyId, retire_at: Option<Time>) -> Result<bool> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        self.write("keys.set_retire_at", async move |conn: &mut Conn| {
            revision::lock(conn).await?;
            let row = diesel::update(signing_keys::table.find((tenant.as_str(), kid.as_str())));
            let row = row.set(signing_keys::retire_at.eq(value::seconds(retire_at)));
            let count = row.kept().execute(conn).await?;
            let event = Event::KeyScheduled(KeySchedule { kid, active_at: None, retire_at });
            changed(conn, &events, &tenant, count == 1, event).await
        })
        .await
    }

    async fn set_disabled_in(
        &self,
        tenant: &TenantId,
        kid: &KeyId,
        ring: Option<&[KeyRecord]>,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        let ring = ring.map(<[KeyRecord]>::to_vec);
        self.write("keys.set_disabled", async move |conn: &mut Conn| {
            if is_stale(conn, &tenant, ring.as_deref()).await? {
                return Ok(Update::Stale);
            }
            let row = diesel::update(signing_keys::table.find((tenant.as_str(), kid.as_str())));
            let row = row.set(signing_keys::disabled_at.eq(value::seconds(disabled_at)));
            let count = row.kept().execute(conn).await?;
            let of = OfKey { kid };
            let event = if disabled_at.is_some() { Event::KeyDisabled(of) } else { Event::KeyEnabled(of) };
            let there = changed(conn, &events, &tenant, count == 1, event).await?;
            Ok(if there { Update::Updated } else { Update::Absent })
        })
        .await
    }

    async fn delete_in(&self, tenant: &TenantId, kid: &KeyId, ring: Option<&[KeyRecord]>) -> Result<Update> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        let ring = ring.map(<[KeyRecord]>::to_vec);
        self.write("keys.delete", async move |conn: &mut Conn| {
            if is_stale(conn, &tenant, ring.as_deref()).await? {
                return Ok(Update::Stale);
            }
            let row = signing_keys::table.find((tenant.as_str(), kid.as_str()));
            let count = diesel::delete(row).execute(conn).await?;
            let event = Event::KeyDeleted(OfKey { kid });
            let there = changed(conn, &events, &tenant, count == 1, event).await?;
            Ok(if there { Update::Updated } else { Update::Absent })
        })
        .await
    }

    async fn retire(&self, tenant: &TenantId, kid: &KeyId, now: Time) -> Result<bool> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        self.write("keys.retire", async move |conn: &mut Conn| {
            revision::lock(conn).await?;
            let row = signing_keys::table
                .find((tenant.as_str(), kid.as_str()))
                .filter(signing_keys::disabled_at.is_null())
                .filter(signing_keys::retire_at.le(now.seconds()));
            let count = diesel::delete(row).execute(conn).await?;
            let event = Event::KeyRetired(OfKey { kid });
            changed(conn, &events, &tenant, count == 1, event).await
        })
        .await
    }
}
