//! Secrets that the provider shares with services.

use async_trait::async_trait;
use credenza_protocol::event::Event;
use credenza_protocol::ids::{ClientId, KeyId, TenantId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::revision;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{clients, resource_secrets};
use crate::{ResourceSecretRecord, ResourceSecrets, Result, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = resource_secrets)]
struct Row {
    kid: String,
    client_id: String,
    resource: String,
    sealed: Vec<u8>,
    created_at: i64,
    active_at: i64,
    expires_at: Option<i64>,
}

impl Row {
    fn record(self) -> ResourceSecretRecord {
        ResourceSecretRecord {
            kid: KeyId::new(self.kid),
            client_id: ClientId::new(self.client_id),
            resource: self.resource,
            sealed: self.sealed,
            created_at: Time::from_seconds(self.created_at),
            active_at: Time::from_seconds(self.active_at),
            expires_at: value::time(self.expires_at),
        }
    }
}

/// Locks the client until the transaction ends, so that it is not deleted meanwhile; `false` if there is none.
async fn lock_client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<bool> {
    let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
    row.set(clients::epoch.eq(clients::epoch)).kept().execute(conn).await?;
    let row = clients::table.find((tenant.as_str(), client_id.as_str())).select(clients::epoch);
    let found: Option<i64> = row.get_result(conn).await.optional()?;
    Ok(found.is_some())
}

#[async_trait]
impl ResourceSecrets for Db {
    async fn create(&self, tenant: &TenantId, record: ResourceSecretRecord) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("resource_secrets.create", async move |conn: &mut Conn| {
            if !lock_client(conn, &tenant, &record.client_id).await? {
                return Ok(false);
            }
            let row = (
                resource_secrets::tenant_id.eq(tenant.as_str()),
                resource_secrets::kid.eq(record.kid.as_str()),
                resource_secrets::client_id.eq(record.client_id.as_str()),
                resource_secrets::resource.eq(record.resource),
                resource_secrets::sealed.eq(record.sealed),
                resource_secrets::created_at.eq(record.created_at.seconds()),
                resource_secrets::active_at.eq(record.active_at.seconds()),
                resource_secrets::expires_at.eq(value::seconds(record.expires_at)),
            );
            let insert = diesel::insert_into(resource_secrets::table).values(row);
            let made = value::inserted(insert.execute(conn).await)?;
            if made {
                put(conn, &events, &tenant, Event::ClientUpdated(record.client_id.into())).await?;
            }
            revision::changed(conn, &tenant, made).await
        })
        .await
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<ResourceSecretRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let rows = resource_secrets::table
                .filter(resource_secrets::tenant_id.eq(tenant.as_str()))
                .order((resource_secrets::created_at.desc(), resource_secrets::kid))
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(rows.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, &KeyId)>,
        limit: u32,
    ) -> Result<Vec<ResourceSecretRecord>> {
        let (tenant, after) = (tenant.clone(), after.map(|(made, kid)| (made.seconds(), kid.clone())));
        self.read(async move |conn: &mut Conn| {
            let mut rows: Vec<Row> = vec![];
            let wanted = i64::from(limit);
            // Those of the same second, and those before it: no database follows an index by the pair.
            let before = match &after {
                None => i64::MAX,
                Some((made, kid)) => {
                    let same = resource_secrets::table
                        .filter(resource_secrets::tenant_id.eq(tenant.as_str()))
                        .filter(resource_secrets::created_at.eq(*made))
                        .filter(resource_secrets::kid.gt(kid.as_str()))
                        .order(resource_secrets::kid)
                        .limit(wanted)
                        .select(Row::as_select());
                    rows = same.load(conn).await?;
                    *made
                }
            };
            let left = wanted.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            if left > 0 {
                let older = resource_secrets::table
                    .filter(resource_secrets::tenant_id.eq(tenant.as_str()))
                    .filter(resource_secrets::created_at.lt(before))
                    .order((resource_secrets::created_at.desc(), resource_secrets::kid))
                    .limit(left)
                    .select(Row::as_select());
                rows.extend(older.load::<Row>(conn).await?);
            }
            Ok(rows.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn set_expires_at(&self, tenant: &TenantId, kid: &KeyId, expires_at: Option<Time>) -> Result<bool> {
        let (tenant, kid, events) = (tenant.clone(), kid.clone(), self.events.of_this_task());
        self.write("resource_secrets.set_expires_at", async move |conn: &mut Conn| {
            let row = resource_secrets::table.find((tenant.as_str(), kid.as_str()));
            let found: Option<String> =
                row.select(resource_secrets::client_id).get_result(conn).await.optional()?;
            let Some(client_id) = found else { return Ok(false) };
            let row = diesel::update(resource_secrets::table.find((tenant.as_str(), kid.as_str())));
            let row = row.set(resource_secrets::expires_at.eq(value::seconds(expires_at)));
            let changed = row.kept().execute(conn).await? == 1;
            if changed {
                put(conn, &events, &tenant, Event::ClientUpdated(ClientId::new(client_id).into())).await?;
            }
            revision::changed(conn, &tenant, changed).await
        })
        .await
    }
}
