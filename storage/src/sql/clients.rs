//! Clients.

mod read;

use std::collections::BTreeSet;

use async_trait::async_trait;
use credenza_protocol::client::Client;
use credenza_protocol::event::{Event, OfClient, Revoked};
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::role::ResourceServer;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::{self, Subject};
use super::shared::events::put;
use super::shared::{client_version, erase, hold, kept_secrets, origins, resources, revision, stale};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{client_origins, clients};
use crate::{ClientRecord, Clients, Events, Expected, Result, Update, stored, value};

/// Adds a client, and moves the revision. Answers its first version; `None` if the `client_id` is taken.
pub(super) async fn insert(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    record: ClientRecord,
) -> Result<Option<Version>> {
    let client_id = record.client.client_id.clone();
    if !add(conn, events, tenant, record).await? {
        return Ok(None);
    }
    revision::changed(conn, tenant, true).await?;
    client_version::begin(conn, tenant, &client_id).await.map(Some)
}

async fn add(conn: &mut Conn, events: &Events, tenant: &TenantId, record: ClientRecord) -> Result<bool> {
    let record = in_order(record);
    let (hash, sealed) = kept_secrets::first(&record.secrets);
    let row = (
        clients::tenant_id.eq(tenant.as_str()),
        clients::client_id.eq(record.client.client_id.as_str()),
        clients::epoch.eq(revision::epoch(conn).await?),
        clients::created_at.eq(record.created_at.seconds()),
        clients::updated_at.eq(record.updated_at.seconds()),
        clients::disabled_at.eq(value::seconds(record.disabled_at)),
        clients::secret_hash.eq(hash),
        clients::secret_sealed.eq(sealed),
        clients::metadata.eq(stored::write::<stored::Client>(record.client.clone())?),
        clients::version.eq(Version::FIRST.number()),
        clients::service_account.eq(is_service_account(&record.client)),
    );
    let made = value::inserted(diesel::insert_into(clients::table).values(row).execute(conn).await)?;
    if made {
        kept_secrets::replace(conn, tenant, &record.client.client_id, &record.secrets).await?;
        origins::set(conn, tenant, &record.client).await?;
        let event = Event::ClientCreated(record.client.client_id.into());
        put(conn, events, tenant, event).await?;
    }
    Ok(made)
}

/// Deletes a client with everything of it, and moves the revision; `false` if there is none. The caller records the end of the
/// epoch unless the client was never used.
pub(super) async fn delete(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    client_id: &ClientId,
    now: Time,
) -> Result<bool> {
    // Held before its version is read, so that nobody changes it in between.
    hold::client(conn, tenant, client_id).await?;
    let row = clients::table.find((tenant.as_str(), client_id.as_str()));
    let version: Option<i64> = row.select(clients::version).get_result(conn).await.optional()?;
    let serves = resources::of_client(conn, tenant, client_id).await?;
    diesel::delete(row).execute(conn).await?;
    erase::client(conn, tenant, client_id).await?;
    if let Some(version) = version {
        let of = OfClient { client_id: client_id.clone(), serves: serves.clone() };
        put(conn, events, tenant, Event::ClientDeleted(of)).await?;
        resources::withdraw(conn, events, tenant, serves, now).await?;
        let revoked = Revoked { client_id: Some(client_id.clone()), ..Revoked::default() };
        put(conn, events, tenant, Event::GrantRevoked(revoked)).await?;
        revision::changed(conn, tenant, true).await?;
        client_version::end(conn, tenant, Version::new(version)).await?;
    }
    Ok(version.is_some())
}

/// As it stands in the index of service accounts.
fn is_service_account(client: &Client) -> Option<i64> {
    client.service_account.then_some(1)
}

/// The record with its secrets in the order in which they are kept.
fn in_order(mut record: ClientRecord) -> ClientRecord {
    kept_secrets::sort(&mut record.secrets);
    record
}

#[async_trait]
impl Clients for Db {
    async fn create_at(&self, tenant: &TenantId, record: ClientRecord) -> Result<Option<Version>> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("clients.create", async move |conn: &mut Conn| {
            insert(conn, &events, &tenant, record).await
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<ClientRecord>> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.read(async move |conn: &mut Conn| read::one(conn, &tenant, &client_id).await).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| read::page(conn, &tenant, after, limit, false).await).await
    }

    async fn service_accounts(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| read::page(conn, &tenant, after, limit, true).await).await
    }

    async fn has_origin(&self, tenant: &TenantId, origin: &str) -> Result<bool> {
        let (tenant, origin) = (tenant.clone(), origin.to_owned());
        self.read(async move |conn: &mut Conn| {
            let enabled = clients::table
                .inner_join(
                    client_origins::table.on(clients::tenant_id
                        .eq(client_origins::tenant_id)
                        .and(clients::client_id.eq(client_origins::client_id))),
                )
                .filter(client_origins::tenant_id.eq(tenant.as_str()))
                .filter(client_origins::origin.eq(origin))
                .filter(clients::disabled_at.is_null())
                .select(clients::created_at);
            Ok(enabled.first::<i64>(conn).await.optional()?.is_some())
        })
        .await
    }

    async fn closed_resources(&self, tenant: &TenantId) -> Result<BTreeSet<String>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| Ok(resources::of_tenant(conn, &tenant).await?.closed())).await
    }

    async fn resource_servers(&self, tenant: &TenantId) -> Result<Vec<ResourceServer>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| resources::servers(conn, &tenant).await).await
    }

    async fn update(&self, tenant: &TenantId, expected: Version, record: ClientRecord) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let record = in_order(record);
        self.write("clients.update", async move |conn: &mut Conn| {
            let client_id = record.client.client_id.clone();
            let row = clients::table.find((tenant.as_str(), client_id.as_str()));
            let before = row.select((clients::metadata, clients::version));
            let Some((before, version)) = before.get_result::<(String, i64)>(conn).await.optional()? else {
                return Ok(Update::Absent);
            };
            if version != expected.number() {
                return Ok(Update::Stale);
            }
            let (hash, sealed) = kept_secrets::first(&record.secrets);
            let changes = (
                clients::updated_at.eq(record.updated_at.seconds()),
                clients::secret_hash.eq(hash),
                clients::secret_sealed.eq(sealed),
                clients::metadata.eq(stored::rewrite::<stored::Client>(&before, record.client.clone())?),
                clients::version.eq(expected.next().number()),
                clients::service_account.eq(is_service_account(&record.client)),
            );
            let row = row.filter(clients::version.eq(expected.number()));
            if diesel::update(row).set(changes).kept().execute(conn).await? == 0 {
                return Ok(Update::Stale);
            }
            kept_secrets::replace(conn, &tenant, &client_id, &record.secrets).await?;
            origins::set(conn, &tenant, &record.client).await?;
            put(conn, &events, &tenant, Event::ClientUpdated(client_id.into())).await?;
            revision::changed(conn, &tenant, true).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        let (tenant, client_id, events) = (tenant.clone(), client_id.clone(), self.events.of_this_task());
        self.write("clients.set_disabled", async move |conn: &mut Conn| {
            if stale::client(conn, &tenant, &client_id, expected).await? {
                return Ok(Update::Stale);
            }
            let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
            let epoch = i64::from(disabled_at.is_some());
            let changes = (
                clients::disabled_at.eq(value::seconds(disabled_at)),
                clients::epoch.eq(clients::epoch + epoch),
                clients::version.eq(clients::version + 1),
            );
            if row.set(changes).kept().execute(conn).await? == 0 {
                return Ok(Update::Absent);
            }
            let serves = resources::of_client(conn, &tenant, &client_id).await?;
            let of = OfClient { client_id: client_id.clone(), serves };
            if let Some(now) = disabled_at {
                epoch_end::note(conn, &tenant, Subject::Client, client_id.as_str(), now).await?;
                put(conn, &events, &tenant, Event::ClientDisabled(of)).await?;
                let revoked = Revoked { client_id: Some(client_id), ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            } else {
                put(conn, &events, &tenant, Event::ClientEnabled(of)).await?;
            }
            revision::changed(conn, &tenant, true).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn delete_at(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        expected: Expected,
        now: Time,
    ) -> Result<Update> {
        let (tenant, client_id, events) = (tenant.clone(), client_id.clone(), self.events.of_this_task());
        self.write("clients.delete", async move |conn: &mut Conn| {
            if stale::client(conn, &tenant, &client_id, expected).await? {
                return Ok(Update::Stale);
            }
            if !delete(conn, &events, &tenant, &client_id, now).await? {
                return Ok(Update::Absent);
            }
            epoch_end::note(conn, &tenant, Subject::Client, client_id.as_str(), now).await?;
            Ok(Update::Updated)
        })
        .await
    }
}
