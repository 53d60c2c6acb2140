//! Clients.

use std::collections::{BTreeMap, BTreeSet};

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
use super::shared::kept_secrets::{self, InClient};
use super::shared::{client_version, erase, hold, origins, resources, revision, stale};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{client_origins, client_secrets, clients, registrations};
use crate::{ClientRecord, Clients, Events, Expected, Registered, Result, Update, stored, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct Row {
    client_id: String,
    created_at: i64,
    updated_at: i64,
    disabled_at: Option<i64>,
    secret_hash: Option<Vec<u8>>,
    secret_sealed: Option<Vec<u8>>,
    metadata: String,
    version: i64,
}

/// A client and, if it registered itself, when and when it was first used.
type Found = (Row, Option<i64>, Option<i64>);
/// The same beside one of its secrets, if it has any.
type FoundWithSecret = (
    Row,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<String>,
    Option<i64>,
    Option<i64>,
);
/// Rows of its secrets.
type Secrets = Vec<kept_secrets::Row>;

/// What [`Found`] is made of.
#[diesel::dsl::auto_type]
fn found() -> _ {
    clients::table.left_join(registrations::table.on(
        registrations::tenant_id.eq(clients::tenant_id).and(registrations::client_id.eq(clients::client_id)),
    ))
}

impl Row {
    fn record((row, registered_at, used_at): Found, secrets: Secrets) -> Result<ClientRecord> {
        let registered = registered_at.map(|_| Registered { used_at: value::time(used_at) });
        Ok(ClientRecord { registered, ..row.plain(secrets)? })
    }

    fn plain(self, secrets: Secrets) -> Result<ClientRecord> {
        let in_client =
            InClient { hash: self.secret_hash, sealed: self.secret_sealed, created_at: self.created_at };
        Ok(ClientRecord {
            client: stored::read::<stored::Client>(&self.metadata)?,
            secrets: kept_secrets::all(in_client, secrets)?,
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            disabled_at: value::time(self.disabled_at),
            version: Version::new(self.version),
            registered: None,
        })
    }
}

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

/// Clients by id, after that one: all, or service accounts alone.
async fn page(
    conn: &mut Conn,
    tenant: &TenantId,
    mut after: String,
    limit: u32,
    service_accounts: bool,
) -> Result<Vec<ClientRecord>> {
    let mut page = Page::new(limit);
    while let Some(wanted) = page.wanted() {
        let of_tenant = found()
            .filter(clients::tenant_id.eq(tenant.as_str()))
            .filter(clients::client_id.gt(after.as_str()))
            .order(clients::client_id)
            .limit(wanted)
            .select((
                Row::as_select(),
                registrations::created_at.nullable(),
                registrations::used_at.nullable(),
            ));
        let rows: Vec<Found> = if service_accounts {
            of_tenant.filter(clients::service_account.eq(1_i64)).load(conn).await?
        } else {
            of_tenant.load(conn).await?
        };
        let mut secrets = of_page(conn, tenant, &rows).await?;
        if let Some((row, ..)) = rows.last() {
            after.clone_from(&row.client_id);
        }
        page.add("clients", rows, |row| {
            let own = secrets.remove(&row.0.client_id).unwrap_or_default();
            Row::record(row, own)
        });
    }
    Ok(page.found())
}

/// The rows of the secrets of these clients, which stand in the order of their ids, by client.
async fn of_page(conn: &mut Conn, tenant: &TenantId, page: &[Found]) -> Result<BTreeMap<String, Secrets>> {
    let mut by_client = BTreeMap::<String, Secrets>::new();
    let (Some((first, ..)), Some((last, ..))) = (page.first(), page.last()) else { return Ok(by_client) };
    for row in kept_secrets::between(conn, tenant, &first.client_id, &last.client_id).await? {
        by_client.entry(row.client_id.clone()).or_default().push(row);
    }
    Ok(by_client)
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
        self.read(async move |conn: &mut Conn| {
            // In one statement, so that client and secrets are of the same moment.
            let own = client_secrets::tenant_id
                .eq(clients::tenant_id)
                .and(client_secrets::client_id.eq(clients::client_id));
            let rows = found()
                .left_join(client_secrets::table.on(own))
                .filter(clients::tenant_id.eq(tenant.as_str()))
                .filter(clients::client_id.eq(client_id.as_str()))
                .select((
                    Row::as_select(),
                    registrations::created_at.nullable(),
                    registrations::used_at.nullable(),
                    client_secrets::secret_id.nullable(),
                    client_secrets::hash.nullable(),
                    client_secrets::sealed.nullable(),
                    client_secrets::hint.nullable(),
                    client_secrets::created_at.nullable(),
                    client_secrets::expires_at.nullable(),
                ));
            let rows: Vec<FoundWithSecret> = rows.load(conn).await?;
            let (mut found, mut secrets) = (None, vec![]);
            for (row, registered_at, used_at, secret_id, hash, sealed, hint, created_at, expires_at) in rows {
                if let (Some(secret_id), Some(hash), Some(created_at)) = (secret_id, hash, created_at) {
                    let client_id = row.client_id.clone();
                    let secret = kept_secrets::Row {
                        client_id,
                        secret_id,
                        hash,
                        sealed,
                        hint,
                        created_at,
                        expires_at,
                    };
                    secrets.push(secret);
                }
                found = Some((row, registered_at, used_at));
            }
            found.map(|found| Row::record(found, secrets)).transpose()
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| page(conn, &tenant, after, limit, false).await).await
    }

    async fn service_accounts(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientRecord>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| page(conn, &tenant, after, limit, true).await).await
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
