//! Initial access tokens.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::initial_access_tokens;
use crate::{InitialAccessTokenRecord, InitialAccessTokens, Result, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = initial_access_tokens)]
struct Row {
    hash: Vec<u8>,
    token_id: String,
    name: String,
    remaining: Option<i64>,
    created_at: i64,
    expires_at: Option<i64>,
}

impl Row {
    fn record(self) -> Result<InitialAccessTokenRecord> {
        Ok(InitialAccessTokenRecord {
            token_id: self.token_id,
            hash: value::hash(&self.hash)?,
            name: self.name,
            remaining: self.remaining,
            created_at: Time::from_seconds(self.created_at),
            expires_at: value::time(self.expires_at),
        })
    }

    fn is_live(&self, now: Time) -> bool {
        self.remaining.is_none_or(|left| left > 0) && self.expires_at.is_none_or(|at| at > now.seconds())
    }
}

/// Spends one use; `false` if there is none.
pub(super) async fn spend(conn: &mut Conn, tenant: &TenantId, hash: SecretHash, now: Time) -> Result<bool> {
    let left = initial_access_tokens::remaining.is_null().or(initial_access_tokens::remaining.gt(0));
    let lives =
        initial_access_tokens::expires_at.is_null().or(initial_access_tokens::expires_at.gt(now.seconds()));
    let token =
        initial_access_tokens::table.find((tenant.as_str(), hash.as_bytes())).filter(left).filter(lives);
    // One without a limit keeps none: NULL minus one is NULL.
    let spent = diesel::update(token)
        .set(initial_access_tokens::remaining.eq(initial_access_tokens::remaining - 1))
        .kept()
        .execute(conn)
        .await?;
    Ok(spent == 1)
}

#[async_trait]
impl InitialAccessTokens for Db {
    async fn create(&self, tenant: &TenantId, record: InitialAccessTokenRecord) -> Result<()> {
        let tenant = tenant.clone();
        self.write("initial_access_tokens.create", async move |conn: &mut Conn| {
            let row = (
                initial_access_tokens::tenant_id.eq(tenant.as_str()),
                initial_access_tokens::hash.eq(record.hash.as_bytes()),
                initial_access_tokens::token_id.eq(record.token_id),
                initial_access_tokens::name.eq(record.name),
                initial_access_tokens::remaining.eq(record.remaining),
                initial_access_tokens::created_at.eq(record.created_at.seconds()),
                initial_access_tokens::expires_at.eq(value::seconds(record.expires_at)),
            );
            diesel::insert_into(initial_access_tokens::table).values(row).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn is_live(&self, tenant: &TenantId, hash: SecretHash, now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = initial_access_tokens::table.find((tenant.as_str(), hash.as_bytes()));
            let row = row.select(Row::as_select()).get_result(conn).await.optional()?;
            Ok(row.is_some_and(|row: Row| row.is_live(now)))
        })
        .await
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<InitialAccessTokenRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let rows = initial_access_tokens::table
                .filter(initial_access_tokens::tenant_id.eq(tenant.as_str()))
                .order((initial_access_tokens::created_at, initial_access_tokens::token_id))
                .select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, String)>,
        limit: u32,
    ) -> Result<Vec<InitialAccessTokenRecord>> {
        let tenant = tenant.clone();
        let (made, token_id) = after.map_or((i64::MIN, String::new()), |(made, id)| (made.seconds(), id));
        self.read(async move |conn: &mut Conn| {
            let same_second = initial_access_tokens::created_at.eq(made);
            let later_id = same_second.and(initial_access_tokens::token_id.gt(token_id));
            let rows = initial_access_tokens::table
                .filter(initial_access_tokens::tenant_id.eq(tenant.as_str()))
                .filter(initial_access_tokens::created_at.gt(made).or(later_id))
                .order((initial_access_tokens::created_at, initial_access_tokens::token_id))
                .limit(limit.into())
                .select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, token_id: &str) -> Result<bool> {
        let (tenant, token_id) = (tenant.clone(), token_id.to_owned());
        self.write("initial_access_tokens.delete", async move |conn: &mut Conn| {
            let row = initial_access_tokens::table
                .filter(initial_access_tokens::tenant_id.eq(tenant.as_str()))
                .filter(initial_access_tokens::token_id.eq(token_id));
            Ok(diesel::delete(row).execute(conn).await? == 1)
        })
        .await
    }
}
