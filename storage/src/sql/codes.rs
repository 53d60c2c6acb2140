//! Authorization codes.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::live::{client_lives, grant_lives};
use super::{Conn, Db, grants as grant_rows, refresh_tokens};
use crate::kept::Keep;
use crate::schema::{clients, codes, grants, users};
use crate::{CodeRecord, Codes, NewCode, Result, Spend};

#[derive(Queryable, Selectable)]
#[diesel(table_name = codes)]
struct Row {
    client_id: String,
    expires_at: i64,
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    nonce: Option<String>,
}

impl Row {
    fn record(self) -> CodeRecord {
        CodeRecord {
            client_id: ClientId::new(self.client_id),
            redirect_uri: self.redirect_uri,
            code_challenge: self.code_challenge,
            nonce: self.nonce,
            expires_at: Time::from_seconds(self.expires_at),
        }
    }
}

/// Whether all who take part in the grant are enabled at its birth: it may not outlive, unused, that
/// one of them is disabled now and enabled later.
async fn may_begin(conn: &mut Conn, tenant: &TenantId, new: &NewCode) -> Result<bool> {
    let client = clients::table
        .filter(clients::tenant_id.eq(tenant.as_str()))
        .filter(clients::client_id.eq(new.grant.client_id.as_str()))
        .filter(client_lives())
        .select(clients::client_id);
    let user = users::table
        .find((tenant.as_str(), new.grant.user_id.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(exists(client))
        .select(users::created_at);
    Ok(user.get_result::<i64>(conn).await.optional()?.is_some())
}

async fn insert(conn: &mut Conn, tenant: &TenantId, new: &NewCode) -> Result<()> {
    let row = (
        codes::tenant_id.eq(tenant.as_str()),
        codes::hash.eq(new.hash.as_bytes()),
        codes::client_id.eq(new.code.client_id.as_str()),
        codes::grant_id.eq(new.grant.grant_id.as_str()),
        codes::expires_at.eq(new.code.expires_at.seconds()),
        codes::redirect_uri.eq(new.code.redirect_uri.as_deref()),
        codes::code_challenge.eq(new.code.code_challenge.as_deref()),
        codes::nonce.eq(new.code.nonce.as_deref()),
    );
    diesel::insert_into(codes::table).values(row).execute(conn).await?;
    Ok(())
}

/// The code that was just spent, with its grant if that lives.
async fn redeemed(conn: &mut Conn, tenant: &TenantId, hash: SecretHash, now: Time) -> Result<Spend> {
    let same_grant = grants::tenant_id.eq(codes::tenant_id).and(grants::grant_id.eq(codes::grant_id));
    let row = codes::table
        .inner_join(grants::table.on(same_grant))
        .filter(codes::tenant_id.eq(tenant.as_str()))
        .filter(codes::hash.eq(hash.as_bytes()))
        .filter(grant_lives(now.seconds()))
        .select((Row::as_select(), grant_rows::Row::as_select()));
    let found: Option<(Row, grant_rows::Row)> = row.get_result(conn).await.optional()?;
    Ok(match found {
        Some((code, grant)) => Spend::First(Box::new(code.record()), Box::new(grant.record()?)),
        None => Spend::Dead,
    })
}

/// Why the code could not be spent. One that came too late is marked so: a clock that steps back
/// does not make it good again.
async fn refused(conn: &mut Conn, tenant: &TenantId, client: &ClientId, hash: SecretHash) -> Result<Spend> {
    let row = codes::table
        .find((tenant.as_str(), hash.as_bytes()))
        .filter(codes::client_id.eq(client.as_str()))
        .select((codes::grant_id, codes::spent_at));
    let found: Option<(String, Option<i64>)> = row.get_result(conn).await.optional()?;
    let Some((grant_id, spent_at)) = found else { return Ok(Spend::Unknown) };
    if let Some(first_at) = spent_at.map(Time::from_seconds) {
        return Ok(Spend::Again { grant_id: GrantId::new(grant_id), first_at });
    }
    let late = codes::table.find((tenant.as_str(), hash.as_bytes())).filter(codes::spent_at.is_null());
    diesel::update(late).set(codes::expires_at.eq(i64::MIN)).kept().execute(conn).await?;
    Ok(Spend::Expired)
}

#[async_trait]
impl Codes for Db {
    async fn issue(&self, tenant: &TenantId, new: NewCode, _now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.write(async move |conn: &mut Conn| {
            if !may_begin(conn, &tenant, &new).await? {
                return Ok(());
            }
            grant_rows::insert(conn, &tenant, &new).await?;
            if let Some(token) = &new.refresh_token {
                refresh_tokens::insert(conn, &tenant, &new.grant.grant_id, token).await?;
            }
            insert(conn, &tenant, &new).await
        })
        .await
    }

    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.write(async move |conn: &mut Conn| {
            let unspent = codes::table
                .find((tenant.as_str(), hash.as_bytes()))
                .filter(codes::client_id.eq(client_id.as_str()))
                .filter(codes::spent_at.is_null())
                .filter(codes::expires_at.gt(now.seconds()));
            let count =
                diesel::update(unspent).set(codes::spent_at.eq(now.seconds())).kept().execute(conn).await?;
            if count == 1 {
                redeemed(conn, &tenant, hash, now).await
            } else {
                refused(conn, &tenant, &client_id, hash).await
            }
        })
        .await
    }
}
