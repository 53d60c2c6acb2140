//! Access tokens.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::Subject;
use super::shared::live::{access_token_lives, client_lives, grant_lives};
use super::shared::revision;
use super::{Conn, Db};
use crate::revocations::LEEWAY;
use crate::schema::{access_tokens, clients, grants, revocations, revoked_jwts, revoked_tokens};
use crate::{AccessTokenRecord, AccessTokens, Jwt, Result, RevokedToken, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_tokens)]
struct Row {
    jti: String,
    grant_id: Option<String>,
    client_id: String,
    user_id: Option<String>,
    issued_at: i64,
    expires_at: i64,
    scope: String,
    audience: String,
}

impl Row {
    fn record(self, hash: SecretHash) -> Result<AccessTokenRecord> {
        Ok(AccessTokenRecord {
            hash,
            jti: self.jti,
            grant_id: self.grant_id.map(GrantId::new),
            client_id: ClientId::new(self.client_id),
            user_id: self.user_id.map(UserId::new),
            scope: value::scope(&self.scope),
            audience: value::from_json(&self.audience)?,
            issued_at: Time::from_seconds(self.issued_at),
            expires_at: Time::from_seconds(self.expires_at),
        })
    }
}

#[async_trait]
impl AccessTokens for Db {
    async fn insert(&self, tenant: &TenantId, record: AccessTokenRecord, _now: Time) -> Result<()> {
        let tenant = tenant.clone();
        let audience = value::to_json(&record.audience)?;
        self.statement("access_tokens.insert", async move |conn: &mut Conn| {
            let row = clients::table.find((tenant.as_str(), record.client_id.as_str())).select((
                clients::tenant_id,
                record.hash.as_bytes().into_sql::<Binary>(),
                record.jti.into_sql::<Text>(),
                record.grant_id.as_ref().map(GrantId::as_str).into_sql::<Nullable<Text>>(),
                clients::client_id,
                clients::epoch,
                record.user_id.as_ref().map(UserId::as_str).into_sql::<Nullable<Text>>(),
                record.issued_at.seconds().into_sql::<BigInt>(),
                record.expires_at.seconds().into_sql::<BigInt>(),
                record.scope.to_string().into_sql::<Text>(),
                audience.into_sql::<Text>(),
            ));
            let columns = (
                access_tokens::tenant_id,
                access_tokens::hash,
                access_tokens::jti,
                access_tokens::grant_id,
                access_tokens::client_id,
                access_tokens::client_epoch,
                access_tokens::user_id,
                access_tokens::issued_at,
                access_tokens::expires_at,
                access_tokens::scope,
                access_tokens::audience,
            );
            diesel::insert_into(access_tokens::table).values(row).into_columns(columns).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Option<AccessTokenRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let revoked = revoked_tokens::table.find((tenant.as_str(), hash.as_bytes()));
            let row = access_tokens::table
                .find((tenant.as_str(), hash.as_bytes()))
                .filter(access_token_lives(now.seconds()))
                .filter(not(exists(revoked.select(revoked_tokens::expires_at))))
                .select(Row::as_select());
            let found: Option<Row> = row.get_result(conn).await.optional()?;
            found.map(|row| row.record(hash)).transpose()
        })
        .await
    }

    async fn is_live(&self, tenant: &TenantId, jwt: Jwt<'_>, now: Time) -> Result<bool> {
        let (tenant, jti, issued_at) = (tenant.clone(), jwt.jti, jwt.issued_at);
        let (client_id, grant_id) = (jwt.client_id.clone(), jwt.grant_id.cloned());
        self.read(async move |conn: &mut Conn| {
            let revoked = revoked_tokens::table.find((tenant.as_str(), jti.as_bytes()));
            let unrevoked = not(exists(revoked.select(revoked_tokens::expires_at)));
            let found: Option<i64> = if let Some(grant_id) = &grant_id {
                let row = grants::table
                    .find((tenant.as_str(), grant_id.as_str()))
                    .filter(grants::client_id.eq(client_id.as_str()))
                    .filter(grant_lives(now.seconds()))
                    .filter(unrevoked);
                row.select(grants::expires_at).get_result(conn).await.optional()?
            } else {
                let ended = revocations::table
                    .find((tenant.as_str(), Subject::Client.as_str(), client_id.as_str()))
                    .filter(revocations::at.ge(issued_at.seconds()));
                let row = clients::table
                    .find((tenant.as_str(), client_id.as_str()))
                    .filter(client_lives())
                    .filter(not(exists(ended.select(revocations::at))))
                    .filter(unrevoked);
                row.select(clients::created_at).get_result(conn).await.optional()?
            };
            Ok(found.is_some())
        })
        .await
    }

    async fn revoke(&self, tenant: &TenantId, token: RevokedToken, now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.write("access_tokens.revoke", async move |conn: &mut Conn| {
            let row = (
                revoked_tokens::tenant_id.eq(tenant.as_str()),
                revoked_tokens::hash.eq(token.hash.as_bytes()),
                revoked_tokens::expires_at.eq(token.expires_at.seconds()),
            );
            let made = diesel::insert_into(revoked_tokens::table).values(row).execute(conn).await;
            if !value::inserted(made)? {
                return Ok(());
            }
            if let Some(jti) = token.jti {
                let row = (
                    revoked_jwts::tenant_id.eq(tenant.as_str()),
                    revoked_jwts::jti.eq(jti),
                    revoked_jwts::client_id.eq(token.client_id.as_str()),
                    revoked_jwts::revoked_at.eq(now.seconds()),
                    revoked_jwts::expires_at.eq((token.expires_at + LEEWAY).seconds()),
                );
                diesel::insert_into(revoked_jwts::table).values(row).execute(conn).await?;
            }
            revision::token_revoked(conn).await
        })
        .await
    }
}
