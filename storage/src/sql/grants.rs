//! Grants.

use async_trait::async_trait;
use credenza_protocol::event::{Event, Revoked};
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::{lock_user, put};
use super::shared::grant_end;
use super::shared::live::grant_lives;
use super::shared::new_grant::{self, Birth, Parts};
use super::shared::rows::{GrantRow, UserRow};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{grants, revoked_tokens, users};
use crate::{Grants, LiveGrant, Result, StoreError, UsedGrant, value};

/// A grant with the times at which it was given, its code was redeemed, and it was refreshed.
type UsedRow = (GrantRow, i64, Option<i64>, Option<i64>);

fn used((grant, given, redeemed, refreshed): UsedRow) -> Result<UsedGrant> {
    let last = refreshed.or(redeemed).unwrap_or(given);
    Ok(UsedGrant { grant: grant.record()?, last_used_at: Time::from_seconds(last) })
}

#[async_trait]
impl Grants for Db {
    async fn find_live(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        jti: SecretHash,
        now: Time,
    ) -> Result<Option<LiveGrant>> {
        let (tenant, grant_id) = (tenant.clone(), grant_id.clone());
        self.read(async move |conn: &mut Conn| {
            let same_user = users::tenant_id.eq(grants::tenant_id).and(users::user_id.eq(grants::user_id));
            let revoked = revoked_tokens::table.find((tenant.as_str(), jti.as_bytes()));
            let row = grants::table
                .inner_join(users::table.on(same_user))
                .filter(grants::tenant_id.eq(tenant.as_str()))
                .filter(grants::grant_id.eq(grant_id.as_str()))
                .filter(grant_lives(now.seconds()))
                .filter(not(exists(revoked.select(revoked_tokens::expires_at))))
                .select((GrantRow::as_select(), UserRow::as_select()));
            let found: Option<(GrantRow, UserRow)> = row.get_result(conn).await.optional()?;
            let record = |(grant, user): (GrantRow, UserRow)| {
                Ok(LiveGrant { grant: grant.record()?, user: user.record()? })
            };
            found.map(record).transpose()
        })
        .await
    }

    async fn give(&self, tenant: &TenantId, grant: Grant, _now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.statement("grants.give", async move |conn: &mut Conn| {
            let birth = Birth { expires_at: grant.expires_at, spent_at: None, admission: None };
            let parts = Parts { grant: &grant, code: None, refresh_token: None };
            let taken = || StoreError::new("there is already a grant of that id");
            Ok(new_grant::insert(conn, &tenant, parts, birth).await?.ok_or_else(taken)? == 1)
        })
        .await
    }

    async fn exists(&self, tenant: &TenantId, grant_id: &GrantId) -> Result<bool> {
        let (tenant, grant_id) = (tenant.clone(), grant_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = grants::table.find((tenant.as_str(), grant_id.as_str())).select(grants::grant_id);
            Ok(row.get_result::<String>(conn).await.optional()?.is_some())
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Grant>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = grants::table
                .filter(grants::tenant_id.eq(tenant.as_str()))
                .filter(grants::user_id.eq(user_id.as_str()))
                .filter(grant_lives(now.seconds()))
                .order((grants::created_at.desc(), grants::grant_id))
                .select(GrantRow::as_select());
            Ok(value::readable("grants", rows.load(conn).await?, GrantRow::record).collect())
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GrantId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<UsedGrant>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        // No id is beyond this one.
        let mut after = after.map_or_else(|| char::MAX.to_string(), ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let rows = grants::table
                    .filter(grants::tenant_id.eq(tenant.as_str()))
                    .filter(grants::user_id.eq(user_id.as_str()))
                    .filter(grants::grant_id.lt(after.as_str()))
                    .filter(grant_lives(now.seconds()))
                    .order(grants::grant_id.desc())
                    .limit(wanted)
                    .select((
                        GrantRow::as_select(),
                        grants::created_at,
                        grants::spent_at,
                        grants::rotated_at,
                    ));
                let rows: Vec<UsedRow> = rows.load(conn).await?;
                if let Some((row, ..)) = rows.last() {
                    after.clone_from(&row.grant_id);
                }
                page.add("grants", rows, used);
            }
            Ok(page.found())
        })
        .await
    }

    async fn revoke_of_user(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, grant_id) = (tenant.clone(), user_id.clone(), grant_id.clone());
        let events = self.events.of_this_task();
        self.effect("grants.revoke_of_user", async move |conn: &mut Conn| {
            let row = grants::table
                .find((tenant.as_str(), grant_id.as_str()))
                .filter(grants::user_id.eq(user_id.as_str()))
                .filter(grants::revoked_at.is_null());
            let row = diesel::update(row).set(grants::revoked_at.eq(now.seconds()));
            let revoked = row.kept().execute(conn).await? == 1;
            if revoked {
                let (grant_id, user_id) = (Some(grant_id), Some(user_id));
                let revoked = Revoked { grant_id, user_id, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(revoked)
        })
        .await
    }

    async fn revoke_of_client(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<u64> {
        let (tenant, user_id, client_id) = (tenant.clone(), user_id.clone(), client_id.clone());
        let events = self.events.of_this_task();
        self.write("grants.revoke_of_client", async move |conn: &mut Conn| {
            lock_user(conn, &events, &tenant, &user_id).await?;
            let count = grant_end::revoke_consented(conn, &tenant, &user_id, &client_id, now).await?;
            if count > 0 {
                let (user_id, client_id) = (Some(user_id), Some(client_id));
                let revoked = Revoked { user_id, client_id, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(u64::try_from(count).unwrap_or(u64::MAX))
        })
        .await
    }

    async fn revoke(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, client_id, grant_id) = (tenant.clone(), client_id.clone(), grant_id.clone());
        let events = self.events.of_this_task();
        self.effect("grants.revoke", async move |conn: &mut Conn| {
            let row = grants::table
                .find((tenant.as_str(), grant_id.as_str()))
                .filter(grants::client_id.eq(client_id.as_str()))
                .filter(grants::revoked_at.is_null());
            let row = diesel::update(row).set(grants::revoked_at.eq(now.seconds()));
            let revoked = row.kept().execute(conn).await? == 1;
            if revoked {
                let (grant_id, client_id) = (Some(grant_id), Some(client_id));
                let revoked = Revoked { grant_id, client_id, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(revoked)
        })
        .await
    }
}
