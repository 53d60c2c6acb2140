//! The secrets of clients. The first of each stands in the row of its client as well, where a node of the version before
//! looks for it. If something else stands there, such a node has given the client another secret in place of all that it
//! had, or has made another client of that id: then what stands in the row is the only secret.

use credenza_protocol::client_secret::{ClientSecret, FIRST};
use credenza_protocol::ids::{ClientId, ClientSecretId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::schema::client_secrets;
use crate::{Result, value};

/// A row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = client_secrets)]
pub(crate) struct Row {
    pub(crate) client_id: String,
    pub(crate) secret_id: String,
    pub(crate) hash: Vec<u8>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) hint: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: Option<i64>,
}

/// What stands in the row of the client.
pub(crate) struct InClient {
    pub(crate) hash: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) created_at: i64,
}

impl Row {
    fn secret(self) -> Result<ClientSecret> {
        Ok(ClientSecret {
            secret_id: ClientSecretId::new(self.secret_id),
            hint: self.hint,
            hash: value::hash(&self.hash)?,
            sealed: self.sealed,
            created_at: Time::from_seconds(self.created_at),
            expires_at: value::time(self.expires_at),
        })
    }
}

/// The secrets of a client, the oldest first.
pub(crate) fn all(client: InClient, rows: Vec<Row>) -> Result<Vec<ClientSecret>> {
    let Some(hash) = client.hash else { return Ok(vec![]) };
    let hash = value::hash(&hash)?;
    let mut secrets = rows.into_iter().map(Row::secret).collect::<Result<Vec<_>>>()?;
    sort(&mut secrets);
    match secrets.first_mut() {
        Some(first) if first.hash == hash => first.sealed = client.sealed,
        _ => {
            secrets = vec![ClientSecret {
                secret_id: ClientSecretId::new(FIRST),
                hint: None,
                hash,
                sealed: client.sealed,
                created_at: Time::from_seconds(client.created_at),
                expires_at: None,
            }];
        }
    }
    Ok(secrets)
}

/// The rows of one client.
pub(crate) async fn of_client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<Vec<Row>> {
    let rows = client_secrets::table
        .filter(client_secrets::tenant_id.eq(tenant.as_str()))
        .filter(client_secrets::client_id.eq(client_id.as_str()))
        .select(Row::as_select());
    Ok(rows.load(conn).await?)
}

/// The rows of the clients from one id to another.
pub(crate) async fn between(conn: &mut Conn, tenant: &TenantId, first: &str, last: &str) -> Result<Vec<Row>> {
    let rows = client_secrets::table
        .filter(client_secrets::tenant_id.eq(tenant.as_str()))
        .filter(client_secrets::client_id.ge(first))
        .filter(client_secrets::client_id.le(last))
        .select(Row::as_select());
    Ok(rows.load(conn).await?)
}

/// Puts these in the order in which the first is the one that stands in the row of the client.
pub(crate) fn sort(secrets: &mut [ClientSecret]) {
    secrets.sort_by(|a, b| (a.created_at, &a.secret_id).cmp(&(b.created_at, &b.secret_id)));
}

/// Gives the client these secrets, in that order, and no others. The caller, who holds the row of the client, writes there
/// what [`first`] says.
pub(crate) async fn replace(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
    secrets: &[ClientSecret],
) -> Result<()> {
    let before = client_secrets::table
        .filter(client_secrets::tenant_id.eq(tenant.as_str()))
        .filter(client_secrets::client_id.eq(client_id.as_str()));
    diesel::delete(before).execute(conn).await?;
    for (n, secret) in secrets.iter().enumerate() {
        let row = (
            client_secrets::tenant_id.eq(tenant.as_str()),
            client_secrets::client_id.eq(client_id.as_str()),
            client_secrets::secret_id.eq(secret.secret_id.as_str()),
            client_secrets::hash.eq(secret.hash.as_bytes()),
            // Kept once: that of the first stands in the row of the client.
            client_secrets::sealed.eq(secret.sealed.as_deref().filter(|_| n > 0)),
            client_secrets::hint.eq(secret.hint.as_deref()),
            client_secrets::created_at.eq(secret.created_at.seconds()),
            client_secrets::expires_at.eq(value::seconds(secret.expires_at)),
        );
        diesel::insert_into(client_secrets::table).values(row).execute(conn).await?;
    }
    Ok(())
}

/// What stands in the row of a client with these secrets: a hash, and what is sealed.
pub(crate) fn first(secrets: &[ClientSecret]) -> (Option<&[u8]>, Option<&[u8]>) {
    let first = secrets.first();
    (first.map(|one| SecretHash::as_bytes(&one.hash)), first.and_then(|one| one.sealed.as_deref()))
}
