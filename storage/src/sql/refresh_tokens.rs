//! Refresh tokens.

use async_trait::async_trait;
use credenza_protocol::ids::{GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::live::grant_lives;
use super::{Conn, Db, grants as grant_rows};
use crate::kept::Keep;
use crate::schema::{grants, refresh_tokens};
use crate::{NewRefreshToken, RefreshRecord, RefreshTokens, Result, Rotate, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
struct Row {
    live: Vec<u8>,
    previous: Option<Vec<u8>>,
    rotated_at: Option<i64>,
    expires_at: i64,
}

impl Row {
    fn record(self, grant: grant_rows::Row, live: bool) -> Result<RefreshRecord> {
        Ok(RefreshRecord {
            current: value::hash(&self.live)?,
            previous: self.previous.as_deref().map(value::hash).transpose()?,
            rotated_at: value::time(self.rotated_at),
            expires_at: Time::from_seconds(self.expires_at),
            grant: grant.record()?,
            live,
        })
    }
}

pub(super) async fn insert(
    conn: &mut Conn,
    tenant: &TenantId,
    grant_id: &GrantId,
    token: &NewRefreshToken,
) -> Result<()> {
    let row = (
        refresh_tokens::tenant_id.eq(tenant.as_str()),
        refresh_tokens::family.eq(token.family.as_bytes()),
        refresh_tokens::grant_id.eq(grant_id.as_str()),
        refresh_tokens::live.eq(token.token.as_bytes()),
        refresh_tokens::expires_at.eq(token.expires_at.seconds()),
    );
    diesel::insert_into(refresh_tokens::table).values(row).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl RefreshTokens for Db {
    async fn find(&self, tenant: &TenantId, family: SecretHash, now: Time) -> Result<Option<RefreshRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let same_grant = grants::tenant_id
                .eq(refresh_tokens::tenant_id)
                .and(grants::grant_id.eq(refresh_tokens::grant_id));
            let row = refresh_tokens::table
                .inner_join(grants::table.on(same_grant))
                .filter(refresh_tokens::tenant_id.eq(tenant.as_str()))
                .filter(refresh_tokens::family.eq(family.as_bytes()))
                .select((Row::as_select(), grant_rows::Row::as_select(), grant_lives(now.seconds())));
            let found: Option<(Row, grant_rows::Row, bool)> = row.get_result(conn).await.optional()?;
            found.map(|(token, grant, live)| token.record(grant, live)).transpose()
        })
        .await
    }

    async fn rotate(
        &self,
        tenant: &TenantId,
        family: SecretHash,
        presented: SecretHash,
        next: NewRefreshToken,
        now: Time,
    ) -> Result<Rotate> {
        let tenant = tenant.clone();
        self.statement(async move |conn: &mut Conn| {
            let grant = grants::table
                .filter(grants::tenant_id.eq(refresh_tokens::tenant_id))
                .filter(grants::grant_id.eq(refresh_tokens::grant_id))
                .filter(grant_lives(now.seconds()))
                .select(grants::grant_id);
            let live = refresh_tokens::table
                .find((tenant.as_str(), family.as_bytes()))
                .filter(refresh_tokens::live.eq(presented.as_bytes()))
                .filter(refresh_tokens::expires_at.gt(now.seconds()))
                .filter(exists(grant));
            let changes = (
                refresh_tokens::live.eq(next.token.as_bytes()),
                refresh_tokens::previous.eq(presented.as_bytes()),
                refresh_tokens::rotated_at.eq(now.seconds()),
                refresh_tokens::expires_at.eq(next.expires_at.seconds()),
            );
            let count = diesel::update(live).set(changes).kept().execute(conn).await?;
            Ok(if count == 1 { Rotate::Rotated } else { Rotate::Lost })
        })
        .await
    }

    async fn grant_of(&self, tenant: &TenantId, family: SecretHash) -> Result<Option<GrantId>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = refresh_tokens::table
                .find((tenant.as_str(), family.as_bytes()))
                .select(refresh_tokens::grant_id);
            let found: Option<String> = row.get_result(conn).await.optional()?;
            Ok(found.map(GrantId::new))
        })
        .await
    }
}
