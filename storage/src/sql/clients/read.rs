//! Clients as they are read: rows with their secrets and, if they registered themselves, when.

use std::collections::BTreeMap;

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::Conn;
use super::super::shared::kept_secrets::{self, InClient};
use crate::page::Page;
use crate::schema::{client_secrets, clients, registrations};
use crate::{ClientRecord, Registered, Result, stored, value};

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

/// A client with its secrets, of the same moment.
pub(super) async fn one(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
) -> Result<Option<ClientRecord>> {
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
            let secret =
                kept_secrets::Row { client_id, secret_id, hash, sealed, hint, created_at, expires_at };
            secrets.push(secret);
        }
        found = Some((row, registered_at, used_at));
    }
    found.map(|found| Row::record(found, secrets)).transpose()
}

/// Clients by id, after that one: all, or service accounts alone.
pub(super) async fn page(
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
