//! Grants.

use async_trait::async_trait;
use credenza_protocol::claims::ClaimsRequest;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::live::grant_lives;
use super::{Conn, Db, users as user_rows};
use crate::codes::NewCode;
use crate::kept::Keep;
use crate::schema::{grants, revoked_tokens, users};
use crate::{Grants, LiveGrant, Result, value};

/// What of a grant no query looks into. Only what was given takes room.
#[derive(Serialize, Deserialize)]
struct Details {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resource: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<ClaimsRequest>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    wants_auth_time: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
pub(super) struct Row {
    grant_id: String,
    client_id: String,
    user_id: String,
    sid: String,
    offline: i32,
    created_at: i64,
    expires_at: i64,
    auth_time: i64,
    scope: String,
    details: String,
}

impl Row {
    pub(super) fn record(self) -> Result<Grant> {
        let details: Details = value::from_json(&self.details)?;
        Ok(Grant {
            grant_id: GrantId::new(self.grant_id),
            client_id: ClientId::new(self.client_id),
            user_id: UserId::new(self.user_id),
            sid: SessionId::new(self.sid),
            offline: self.offline != 0,
            scope: value::scope(&self.scope),
            resource: details.resource,
            claims: details.claims.unwrap_or_default(),
            auth_time: Time::from_seconds(self.auth_time),
            wants_auth_time: details.wants_auth_time,
            amr: details.amr,
            acr: details.acr,
            created_at: Time::from_seconds(self.created_at),
            expires_at: Time::from_seconds(self.expires_at),
        })
    }
}

pub(super) async fn insert(conn: &mut Conn, tenant: &TenantId, new: &NewCode) -> Result<()> {
    let grant = &new.grant;
    let details = Details {
        resource: grant.resource.clone(),
        claims: Some(&grant.claims).filter(|claims| **claims != ClaimsRequest::default()).cloned(),
        wants_auth_time: grant.wants_auth_time,
        amr: grant.amr.clone(),
        acr: grant.acr.clone(),
    };
    let row = (
        grants::tenant_id.eq(tenant.as_str()),
        grants::grant_id.eq(grant.grant_id.as_str()),
        grants::client_id.eq(grant.client_id.as_str()),
        grants::user_id.eq(grant.user_id.as_str()),
        grants::sid.eq(grant.sid.as_str()),
        grants::offline.eq(i32::from(grant.offline)),
        grants::created_at.eq(grant.created_at.seconds()),
        grants::expires_at.eq(grant.expires_at.seconds()),
        grants::auth_time.eq(grant.auth_time.seconds()),
        grants::code_hash.eq(new.hash.as_bytes()),
        grants::family.eq(new.refresh_token.as_ref().map(|token| token.family.as_bytes())),
        grants::scope.eq(grant.scope.to_string()),
        grants::details.eq(value::to_json(&details)?),
    );
    diesel::insert_into(grants::table).values(row).execute(conn).await?;
    Ok(())
}

/// The rows of a tenant that were not revoked before, as the target of a revocation.
macro_rules! unrevoked {
    ($tenant:expr) => {
        grants::table.filter(grants::tenant_id.eq($tenant.as_str())).filter(grants::revoked_at.is_null())
    };
}

pub(super) async fn revoke_of_client(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
    now: Time,
) -> Result<()> {
    let rows = unrevoked!(tenant).filter(grants::client_id.eq(client_id.as_str()));
    diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?;
    Ok(())
}

pub(super) async fn revoke_of_user(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    let rows = unrevoked!(tenant).filter(grants::user_id.eq(user_id.as_str()));
    diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?;
    Ok(())
}

/// Revokes what the user gave this client.
pub(super) async fn revoke_consented(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    client_id: &ClientId,
    now: Time,
) -> Result<()> {
    let rows = unrevoked!(tenant)
        .filter(grants::user_id.eq(user_id.as_str()))
        .filter(grants::client_id.eq(client_id.as_str()));
    diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?;
    Ok(())
}

/// Revokes what ends with this session.
pub(super) async fn revoke_of_session(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    sid: &SessionId,
    now: Time,
) -> Result<()> {
    let rows = unrevoked!(tenant)
        .filter(grants::user_id.eq(user_id.as_str()))
        .filter(grants::sid.eq(sid.as_str()))
        .filter(grants::offline.eq(0));
    diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?;
    Ok(())
}

/// Revokes what ends with any session of the user.
pub(super) async fn revoke_bound(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    let rows = unrevoked!(tenant).filter(grants::user_id.eq(user_id.as_str())).filter(grants::offline.eq(0));
    diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?;
    Ok(())
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
                .select((Row::as_select(), user_rows::Row::as_select()));
            let found: Option<(Row, user_rows::Row)> = row.get_result(conn).await.optional()?;
            let record = |(grant, user): (Row, user_rows::Row)| {
                Ok(LiveGrant { grant: grant.record()?, user: user.record()? })
            };
            found.map(record).transpose()
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
                .select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
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
        self.statement(async move |conn: &mut Conn| {
            let row = unrevoked!(tenant)
                .filter(grants::grant_id.eq(grant_id.as_str()))
                .filter(grants::client_id.eq(client_id.as_str()));
            Ok(diesel::update(row).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await? == 1)
        })
        .await
    }
}
