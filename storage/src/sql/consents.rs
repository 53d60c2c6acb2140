//! Consents.

use async_trait::async_trait;
use credenza_protocol::consent::Consent;
use credenza_protocol::event::{Event, Revoked};
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::{lock_user, put};
use super::shared::grant_end;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::consents;
use crate::{Consents, Result, StoreError, value};

/// How often a decision is tried: a second time is needed only if another caller inserted the row meanwhile.
const TRIES: u32 = 4;

async fn scope(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    client_id: &ClientId,
) -> Result<Option<String>> {
    let row = consents::table.find((tenant.as_str(), user_id.as_str(), client_id.as_str()));
    Ok(row.select(consents::scope).get_result(conn).await.optional()?)
}

/// Adds to the scopes on record; `false` if another caller inserted the row meanwhile.
async fn add(
    conn: &mut Conn,
    tenant: &TenantId,
    (user_id, client_id): (&UserId, &ClientId),
    more: &Scope,
    now: Time,
) -> Result<bool> {
    let row = || consents::table.find((tenant.as_str(), user_id.as_str(), client_id.as_str()));
    // This write comes first: whoever else adds to the same row waits here until this job commits.
    let touch = diesel::update(row()).set(consents::updated_at.eq(now.seconds()));
    if touch.kept().execute(conn).await? == 0 {
        let row = (
            consents::tenant_id.eq(tenant.as_str()),
            consents::user_id.eq(user_id.as_str()),
            consents::client_id.eq(client_id.as_str()),
            consents::scope.eq(more.to_string()),
            consents::updated_at.eq(now.seconds()),
        );
        return value::inserted(diesel::insert_into(consents::table).values(row).execute(conn).await);
    }
    let old = scope(conn, tenant, user_id, client_id).await?.unwrap_or_default();
    let all = value::scope(&old).union(more).to_string();
    if all != old {
        diesel::update(row()).set(consents::scope.eq(all)).kept().execute(conn).await?;
    }
    Ok(true)
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

    async fn list(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<Consent>> {
        let (tenant, user_id, limit) = (tenant.clone(), user_id.clone(), i64::from(limit));
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let rows = consents::table
                .filter(consents::tenant_id.eq(tenant.as_str()))
                .filter(consents::user_id.eq(user_id.as_str()))
                .filter(consents::client_id.gt(after.as_str()))
                .order(consents::client_id)
                .limit(limit)
                .select((consents::client_id, consents::scope, consents::updated_at));
            let rows: Vec<(String, String, i64)> = rows.load(conn).await?;
            let record = |(client_id, scope, updated_at): (String, String, i64)| Consent {
                client_id: ClientId::new(client_id),
                scope: value::scope(&scope),
                updated_at: Time::from_seconds(updated_at),
            };
            Ok(rows.into_iter().map(record).collect())
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
        Err(StoreError::new("a consent was contended for too long"))
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.clone());
        let events = self.events.of_this_task();
        self.write("consents.forget", async move |conn: &mut Conn| {
            lock_user(conn, &events, &tenant, &user_id).await?;
            let row = consents::table.find((tenant.as_str(), user_id.as_str(), client_id.as_str()));
            let count = diesel::delete(row).execute(conn).await?;
            if grant_end::revoke_consented(conn, &tenant, &user_id, &client_id, now).await? > 0 {
                let (user_id, client_id) = (Some(user_id), Some(client_id));
                let revoked = Revoked { user_id, client_id, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(count == 1)
        })
        .await
    }
}
