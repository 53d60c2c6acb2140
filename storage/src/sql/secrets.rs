//! What is encrypted under the master key.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, ClientSecretId, TenantId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{client_secrets, clients, resource_secrets, secrets, signing_keys, webhook_secrets};
use crate::secrets::{FurtherSecret, SealedAt, Secrets};
use crate::{Result, value};

#[async_trait]
impl Secrets for Db {
    async fn create(&self, name: &str, sealed: Vec<u8>, now: Time) -> Result<bool> {
        let name = name.to_owned();
        self.write("secrets.create", async move |conn: &mut Conn| {
            let row =
                (secrets::name.eq(name), secrets::sealed.eq(sealed), secrets::created_at.eq(now.seconds()));
            value::inserted(diesel::insert_into(secrets::table).values(row).execute(conn).await)
        })
        .await
    }

    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let name = name.to_owned();
        self.read(async move |conn: &mut Conn| {
            let row = secrets::table.find(name).select(secrets::sealed);
            Ok(row.get_result(conn).await.optional()?)
        })
        .await
    }

    async fn of_clients(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<(ClientId, Vec<u8>)>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let rows = clients::table
                .filter(clients::tenant_id.eq(tenant.as_str()))
                .filter(clients::client_id.gt(after))
                .filter(clients::secret_sealed.is_not_null())
                .order(clients::client_id)
                .limit(limit.into())
                .select((clients::client_id, clients::secret_sealed.assume_not_null()));
            let rows: Vec<(String, Vec<u8>)> = rows.load(conn).await?;
            Ok(rows.into_iter().map(|(id, sealed)| (ClientId::new(id), sealed)).collect())
        })
        .await
    }

    async fn further_of_clients(
        &self,
        tenant: &TenantId,
        after: Option<&(ClientId, ClientSecretId)>,
        limit: u32,
    ) -> Result<Vec<FurtherSecret>> {
        let tenant = tenant.clone();
        let (client, secret) =
            after.map_or_else(Default::default, |(client, secret)| (client.to_string(), secret.to_string()));
        self.read(async move |conn: &mut Conn| {
            let later_secret =
                client_secrets::client_id.eq(client.as_str()).and(client_secrets::secret_id.gt(secret));
            let rows = client_secrets::table
                .filter(client_secrets::tenant_id.eq(tenant.as_str()))
                .filter(client_secrets::client_id.gt(client.as_str()).or(later_secret))
                .filter(client_secrets::sealed.is_not_null())
                .order((client_secrets::client_id, client_secrets::secret_id))
                .limit(limit.into())
                .select((
                    client_secrets::client_id,
                    client_secrets::secret_id,
                    client_secrets::sealed.assume_not_null(),
                ));
            let rows: Vec<(String, String, Vec<u8>)> = rows.load(conn).await?;
            let further = rows.into_iter().map(|(client, secret, sealed)| {
                ((ClientId::new(client), ClientSecretId::new(secret)), sealed)
            });
            Ok(further.collect())
        })
        .await
    }

    async fn replace(&self, at: &SealedAt, old: &[u8], new: Vec<u8>) -> Result<bool> {
        let (at, old) = (at.clone(), old.to_vec());
        self.write("secrets.replace", async move |conn: &mut Conn| {
            let count = match at {
                SealedAt::Secret(name) => {
                    let row = secrets::table.find(name).filter(secrets::sealed.eq(old));
                    diesel::update(row).set(secrets::sealed.eq(new)).kept().execute(conn).await?
                }
                SealedAt::SigningKey(tenant, kid) => {
                    let row = signing_keys::table.find((tenant.as_str(), kid.as_str()));
                    let row = diesel::update(row.filter(signing_keys::sealed.eq(old)));
                    row.set(signing_keys::sealed.eq(new)).kept().execute(conn).await?
                }
                SealedAt::ClientSecret(tenant, id) => {
                    let row = clients::table.find((tenant.as_str(), id.as_str()));
                    let row = diesel::update(row.filter(clients::secret_sealed.eq(old)));
                    let changes = (clients::secret_sealed.eq(new), clients::version.eq(clients::version + 1));
                    row.set(changes).kept().execute(conn).await?
                }
                SealedAt::FurtherClientSecret(tenant, id, secret) => {
                    // The client first, as everybody does who changes its secrets.
                    let client = diesel::update(clients::table.find((tenant.as_str(), id.as_str())));
                    client.set(clients::epoch.eq(clients::epoch)).kept().execute(conn).await?;
                    let row = client_secrets::table.find((tenant.as_str(), id.as_str(), secret.as_str()));
                    let row = diesel::update(row.filter(client_secrets::sealed.eq(old)));
                    let count = row.set(client_secrets::sealed.eq(new)).kept().execute(conn).await?;
                    if count == 1 {
                        let client = diesel::update(clients::table.find((tenant.as_str(), id.as_str())));
                        client.set(clients::version.eq(clients::version + 1)).kept().execute(conn).await?;
                    }
                    count
                }
                SealedAt::ResourceSecret(tenant, kid) => {
                    let row = resource_secrets::table.find((tenant.as_str(), kid.as_str()));
                    let row = diesel::update(row.filter(resource_secrets::sealed.eq(old)));
                    row.set(resource_secrets::sealed.eq(new)).kept().execute(conn).await?
                }
                SealedAt::WebhookSecret(tenant, id, secret) => {
                    let row = webhook_secrets::table.find((tenant.as_str(), id.as_str(), secret));
                    let row = diesel::update(row.filter(webhook_secrets::sealed.eq(old)));
                    row.set(webhook_secrets::sealed.eq(new)).kept().execute(conn).await?
                }
            };
            Ok(count == 1)
        })
        .await
    }
}
