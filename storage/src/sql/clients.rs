//! Clients.

use std::collections::BTreeSet;

use async_trait::async_trait;
use credenza_protocol::client::Client;
use credenza_protocol::event::{Event, OfClient, Revoked};
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::redirect_uri;
use credenza_protocol::role::ResourceServer;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::{self, Subject};
use super::shared::events::put;
use super::shared::{erase, resources, revision};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{client_origins, clients, registrations};
use crate::{ClientRecord, Clients, Events, Registered, Result, Update, stored, value};

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

/// What [`Found`] is made of.
#[diesel::dsl::auto_type]
fn found() -> _ {
    clients::table.left_join(registrations::table.on(
        registrations::tenant_id.eq(clients::tenant_id).and(registrations::client_id.eq(clients::client_id)),
    ))
}

impl Row {
    fn record((row, registered_at, used_at): Found) -> Result<ClientRecord> {
        let registered = registered_at.map(|_| Registered { used_at: value::time(used_at) });
        Ok(ClientRecord { registered, ..row.plain()? })
    }

    fn plain(self) -> Result<ClientRecord> {
        Ok(ClientRecord {
            client: stored::read::<stored::Client>(&self.metadata)?,
            secret_hash: self.secret_hash.as_deref().map(value::hash).transpose()?,
            secret_sealed: self.secret_sealed,
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            disabled_at: value::time(self.disabled_at),
            version: Version::new(self.version),
            registered: None,
        })
    }
}

/// Adds a client; `false` if the `client_id` is taken. The caller moves the revision.
pub(super) async fn insert(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    record: ClientRecord,
) -> Result<bool> {
    let row = (
        clients::tenant_id.eq(tenant.as_str()),
        clients::client_id.eq(record.client.client_id.as_str()),
        clients::epoch.eq(revision::epoch(conn).await?),
        clients::created_at.eq(record.created_at.seconds()),
        clients::updated_at.eq(record.updated_at.seconds()),
        clients::disabled_at.eq(value::seconds(record.disabled_at)),
        clients::secret_hash.eq(record.secret_hash.as_ref().map(SecretHash::as_bytes)),
        clients::secret_sealed.eq(record.secret_sealed.as_deref()),
        clients::metadata.eq(stored::write::<stored::Client>(record.client.clone())?),
        clients::version.eq(Version::FIRST.number()),
    );
    let made = value::inserted(diesel::insert_into(clients::table).values(row).execute(conn).await)?;
    if made {
        set_origins(conn, tenant, &record.client).await?;
        let event = Event::ClientCreated(record.client.client_id.into());
        put(conn, events, tenant, event).await?;
    }
    Ok(made)
}

/// Deletes a client with everything of it; `false` if there is none. The caller moves the revision, and records the
/// end of the epoch unless the client was never used.
pub(super) async fn delete(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    client_id: &ClientId,
    now: Time,
) -> Result<bool> {
    let row = clients::table.find((tenant.as_str(), client_id.as_str()));
    let serves = resources::of_client(conn, tenant, client_id).await?;
    let count = diesel::delete(row).execute(conn).await?;
    erase::client(conn, tenant, client_id).await?;
    if count == 1 {
        let of = OfClient { client_id: client_id.clone(), serves: serves.clone() };
        put(conn, events, tenant, Event::ClientDeleted(of)).await?;
        resources::withdraw(conn, events, tenant, serves, now).await?;
        let revoked = Revoked { client_id: Some(client_id.clone()), ..Revoked::default() };
        put(conn, events, tenant, Event::GrantRevoked(revoked)).await?;
    }
    Ok(count == 1)
}

async fn set_origins(conn: &mut Conn, tenant: &TenantId, client: &Client) -> Result<()> {
    forget_origins(conn, tenant, &client.client_id).await?;
    let of_redirect_uris = client.redirect_uris.iter().filter_map(|uri| redirect_uri::origin(uri));
    let origins: BTreeSet<String> = of_redirect_uris.chain(client.allowed_origins.iter().cloned()).collect();
    for origin in origins {
        let row = (
            client_origins::tenant_id.eq(tenant.as_str()),
            client_origins::origin.eq(origin),
            client_origins::client_id.eq(client.client_id.as_str()),
        );
        diesel::insert_into(client_origins::table).values(row).execute(conn).await?;
    }
    Ok(())
}

async fn forget_origins(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<()> {
    let of_client = client_origins::table
        .filter(client_origins::tenant_id.eq(tenant.as_str()))
        .filter(client_origins::client_id.eq(client_id.as_str()));
    diesel::delete(of_client).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl Clients for Db {
    async fn create(&self, tenant: &TenantId, record: ClientRecord) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("clients.create", async move |conn: &mut Conn| {
            let made = insert(conn, &events, &tenant, record).await?;
            revision::changed(conn, &tenant, made).await
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<ClientRecord>> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = found()
                .filter(clients::tenant_id.eq(tenant.as_str()))
                .filter(clients::client_id.eq(client_id.as_str()))
                .select((
                    Row::as_select(),
                    registrations::created_at.nullable(),
                    registrations::used_at.nullable(),
                ));
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
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
        let mut after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let rows = found()
                    .filter(clients::tenant_id.eq(tenant.as_str()))
                    .filter(clients::client_id.gt(after.as_str()))
                    .order(clients::client_id)
                    .limit(wanted)
                    .select((
                        Row::as_select(),
                        registrations::created_at.nullable(),
                        registrations::used_at.nullable(),
                    ));
                let rows: Vec<Found> = rows.load(conn).await?;
                if let Some((row, ..)) = rows.last() {
                    after.clone_from(&row.client_id);
                }
                page.add("clients", rows, Row::record);
            }
            Ok(page.found())
        })
        .await
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
            let changes = (
                clients::updated_at.eq(record.updated_at.seconds()),
                clients::secret_hash.eq(record.secret_hash.as_ref().map(SecretHash::as_bytes)),
                clients::secret_sealed.eq(record.secret_sealed.as_deref()),
                clients::metadata.eq(stored::rewrite::<stored::Client>(&before, record.client.clone())?),
                clients::version.eq(expected.next().number()),
            );
            let row = row.filter(clients::version.eq(expected.number()));
            if diesel::update(row).set(changes).kept().execute(conn).await? == 0 {
                return Ok(Update::Stale);
            }
            set_origins(conn, &tenant, &record.client).await?;
            put(conn, &events, &tenant, Event::ClientUpdated(client_id.into())).await?;
            revision::changed(conn, &tenant, true).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn set_disabled(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        disabled_at: Option<Time>,
    ) -> Result<bool> {
        let (tenant, client_id, events) = (tenant.clone(), client_id.clone(), self.events.of_this_task());
        self.write("clients.set_disabled", async move |conn: &mut Conn| {
            let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
            let epoch = i64::from(disabled_at.is_some());
            let changes = (
                clients::disabled_at.eq(value::seconds(disabled_at)),
                clients::epoch.eq(clients::epoch + epoch),
                clients::version.eq(clients::version + 1),
            );
            let count = row.set(changes).kept().execute(conn).await?;
            let serves = resources::of_client(conn, &tenant, &client_id).await?;
            let of = OfClient { client_id: client_id.clone(), serves };
            if let Some(now) = disabled_at
                && count == 1
            {
                epoch_end::note(conn, &tenant, Subject::Client, client_id.as_str(), now).await?;
                put(conn, &events, &tenant, Event::ClientDisabled(of)).await?;
                let revoked = Revoked { client_id: Some(client_id), ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            } else if count == 1 {
                put(conn, &events, &tenant, Event::ClientEnabled(of)).await?;
            }
            revision::changed(conn, &tenant, count == 1).await
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool> {
        let (tenant, client_id, events) = (tenant.clone(), client_id.clone(), self.events.of_this_task());
        self.write("clients.delete", async move |conn: &mut Conn| {
            let deleted = delete(conn, &events, &tenant, &client_id, now).await?;
            if deleted {
                epoch_end::note(conn, &tenant, Subject::Client, client_id.as_str(), now).await?;
            }
            revision::changed(conn, &tenant, deleted).await
        })
        .await
    }
}
