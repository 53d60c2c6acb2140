//! Consents.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db, grants};
use crate::kept::Keep;
use crate::schema::consents;
use crate::{Consents, Result, StoreError, value};

/// How often a decision is written again when others write the same one.
const TRIES: u32 = 32;

async fn scope(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    client_id: &ClientId,
) -> Result<Option<String>> {
    let row = consents::table.find((tenant.as_str(), user_id.as_str(), client_id.as_str()));
    Ok(row.select(consents::scope).get_result(conn).await.optional()?)
}

/// Adds to the scopes on record; `false` when another caller changed them meanwhile.
async fn add(
    conn: &mut Conn,
    tenant: &TenantId,
    (user_id, client_id): (&UserId, &ClientId),
    more: &Scope,
    now: Time,
) -> Result<bool> {
    let Some(old) = scope(conn, tenant, user_id, client_id).await? else {
        let row = (
            consents::tenant_id.eq(tenant.as_str()),
            consents::user_id.eq(user_id.as_str()),
            consents::client_id.eq(client_id.as_str()),
            consents::scope.eq(more.to_string()),
            consents::updated_at.eq(now.seconds()),
        );
        return value::inserted(diesel::insert_into(consents::table).values(row).execute(conn).await);
    };
    let all = value::scope(&old).union(more).to_string();
    if all == old {
        return Ok(true);
    }
    let row = consents::table
        .find((tenant.as_str(), user_id.as_str(), client_id.as_str()))
        .filter(consents::scope.eq(old));
    let changes = (consents::scope.eq(all), consents::updated_at.eq(now.seconds()));
    Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
}

#[async_trait]
impl Consents for Db {
    async fn find(&self, tenant: &TenantId, user_id: &UserId, client_id: &ClientId) -> Result<Scope> {
        let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.clone());
        self.read(async move |conn: &mut Conn| {
            let found = scope(conn, &tenant, &user_id, &client_id).await?;
            Ok(found.map_or_else(Scope::default, |text| value::scope(&text)))
        })
        .await
    }

    async fn remember(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        scope: &Scope,
        now: Time,
    ) -> Result<()> {
        for _ in 0..TRIES {
            let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.clone());
            let scope = scope.clone();
            let added = self.write("consents.remember", async move |conn: &mut Conn| {
                add(conn, &tenant, (&user_id, &client_id), &scope, now).await
            });
            if added.await? {
                return Ok(());
            }
        }
        Err(StoreError::new("a consent changes too fast"))
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.clone());
        self.write("consents.forget", async move |conn: &mut Conn| {
            let row = consents::table.find((tenant.as_str(), user_id.as_str(), client_id.as_str()));
            let count = diesel::delete(row).execute(conn).await?;
            grants::revoke_consented(conn, &tenant, &user_id, &client_id, now).await?;
            Ok(count == 1)
        })
        .await
    }
}
