//! Grants.

use async_trait::async_trait;
use credenza_protocol::claims::ClaimsRequest;
use credenza_protocol::event::{Event, Revoked};
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::live::{client_lives, grant_lives};
use super::outbox::put;
use super::{Conn, Db, codes, tenants, users as user_rows};
use crate::codes::{CodeRecord, NewCode};
use crate::kept::Keep;
use crate::refresh_tokens::NewRefreshToken;
use crate::revocations::LEEWAY;
use crate::schema::{clients, grants, revoked_tokens, users};
use crate::{Admission, Grants, LiveGrant, Result, StoreError, value};

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

impl Details {
    fn of(grant: &Grant) -> Self {
        Self {
            resource: grant.resource.clone(),
            claims: Some(&grant.claims).filter(|claims| **claims != ClaimsRequest::default()).cloned(),
            wants_auth_time: grant.wants_auth_time,
            amr: grant.amr.clone(),
            acr: grant.acr.clone(),
        }
    }
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
    ends_at: i64,
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
            expires_at: Time::from_seconds(self.ends_at),
        })
    }
}

/// A new grant with its code and its refresh token, where it has them.
pub(super) struct Parts<'a> {
    pub(super) grant: &'a Grant,
    pub(super) code: Option<(&'a SecretHash, &'a CodeRecord)>,
    pub(super) refresh_token: Option<&'a NewRefreshToken>,
}

impl<'a> From<&'a NewCode> for Parts<'a> {
    fn from(new: &'a NewCode) -> Self {
        let code = Some((&new.hash, &new.code));
        Self { grant: &new.grant, code, refresh_token: new.refresh_token.as_ref() }
    }
}

/// What a new grant is written with beside itself.
pub(super) struct Birth {
    /// Until when it lasts unless its code is redeemed.
    pub(super) expires_at: Time,
    /// When its code was spent, if it was.
    pub(super) spent_at: Option<Time>,
    /// The epochs that client and user must be in; any if not given.
    pub(super) admission: Option<Admission>,
}

/// Stores the grant with its code and its refresh token. `None` when there is such a grant already,
/// `Some(0)` unless tenant, client and user are enabled and in the right epoch. One statement, so that
/// there is no gap between what is checked and what is written.
pub(super) async fn insert(
    conn: &mut Conn,
    tenant: &TenantId,
    new: Parts<'_>,
    birth: Birth,
) -> Result<Option<usize>> {
    let Parts { grant, code, refresh_token: refresh } = new;
    let details = value::to_json(&Details::of(grant))?;
    let code_details = code.map(|(_, code)| value::to_json(&codes::Details::of(code))).transpose()?;
    let (clients_epoch, users_epoch) = match birth.admission {
        Some(Admission { client_epoch, user_epoch }) => {
            ((client_epoch, client_epoch), (user_epoch, user_epoch))
        }
        None => ((i64::MIN, i64::MAX), (i64::MIN, i64::MAX)),
    };
    let row = users::table
        .inner_join(clients::table.on(clients::tenant_id.eq(users::tenant_id)))
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::user_id.eq(grant.user_id.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(users::epoch.between(users_epoch.0, users_epoch.1))
        .filter(clients::client_id.eq(grant.client_id.as_str()))
        .filter(clients::epoch.between(clients_epoch.0, clients_epoch.1))
        .filter(client_lives())
        .select((
            users::tenant_id,
            grant.grant_id.as_str().into_sql::<Text>(),
            clients::client_id,
            clients::epoch,
            users::user_id,
            users::epoch,
            grant.sid.as_str().into_sql::<Text>(),
            i32::from(grant.offline).into_sql::<Integer>(),
            grant.created_at.seconds().into_sql::<BigInt>(),
            birth.expires_at.seconds().into_sql::<BigInt>(),
            grant.expires_at.seconds().into_sql::<BigInt>(),
            grant.auth_time.seconds().into_sql::<BigInt>(),
            grant.scope.to_string().into_sql::<Text>(),
            details.into_sql::<Text>(),
            code.map(|(hash, _)| hash.as_bytes()).into_sql::<Nullable<Binary>>(),
            code.map(|(_, code)| code.expires_at.seconds()).into_sql::<Nullable<BigInt>>(),
            value::seconds(birth.spent_at).into_sql::<Nullable<BigInt>>(),
            code_details.into_sql::<Nullable<Text>>(),
            refresh.map(|new| new.token.as_bytes()).into_sql::<Nullable<Binary>>(),
            refresh.map(|new| new.expires_at.seconds()).into_sql::<Nullable<BigInt>>(),
        ));
    let columns = (
        grants::tenant_id,
        grants::grant_id,
        grants::client_id,
        grants::client_epoch,
        grants::user_id,
        grants::user_epoch,
        grants::sid,
        grants::offline,
        grants::created_at,
        grants::expires_at,
        grants::ends_at,
        grants::auth_time,
        grants::scope,
        grants::details,
        grants::code_hash,
        grants::code_expires_at,
        grants::spent_at,
        grants::code,
        grants::refresh_hash,
        grants::refresh_expires_at,
    );
    let insert = diesel::insert_into(grants::table).values(row).into_columns(columns);
    value::counted(insert.execute(conn).await)
}

/// The rows of a tenant that were not revoked before, as the target of a revocation.
macro_rules! unrevoked {
    ($tenant:expr) => {
        grants::table.filter(grants::tenant_id.eq($tenant.as_str())).filter(grants::revoked_at.is_null())
    };
}

/// Revokes what the user gave this client; these answer how many grants that took.
pub(super) async fn revoke_consented(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    client_id: &ClientId,
    now: Time,
) -> Result<usize> {
    let rows = unrevoked!(tenant)
        .filter(grants::user_id.eq(user_id.as_str()))
        .filter(grants::client_id.eq(client_id.as_str()));
    Ok(diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?)
}

/// Revokes what ends with this session.
pub(super) async fn revoke_of_session(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    sid: &SessionId,
    now: Time,
) -> Result<usize> {
    let rows = unrevoked!(tenant)
        .filter(grants::user_id.eq(user_id.as_str()))
        .filter(grants::sid.eq(sid.as_str()))
        .filter(grants::offline.eq(0));
    Ok(diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?)
}

/// Revokes what ends with any session of the user.
pub(super) async fn revoke_bound(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<usize> {
    let rows = unrevoked!(tenant).filter(grants::user_id.eq(user_id.as_str())).filter(grants::offline.eq(0));
    Ok(diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?)
}

/// Leaves nothing of the user's grants but that they are dead, for as long as somebody could take a token of them.
pub(super) async fn empty_of_user(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    let of_user = || {
        let rows = grants::table.filter(grants::tenant_id.eq(tenant.as_str()));
        rows.filter(grants::user_id.eq(user_id.as_str()))
    };
    let ends = (now + tenants::longest_token_lifetime(conn, tenant, now).await? + LEEWAY).seconds();
    diesel::update(unrevoked!(tenant).filter(grants::user_id.eq(user_id.as_str())))
        .set(grants::revoked_at.eq(now.seconds()))
        .kept()
        .execute(conn)
        .await?;
    let emptied = (
        grants::sid.eq(""),
        grants::scope.eq(""),
        grants::details.eq("{}"),
        grants::code_hash.eq(None::<Vec<u8>>),
        grants::code.eq(None::<String>),
        grants::refresh_hash.eq(None::<Vec<u8>>),
        grants::previous_hash.eq(None::<Vec<u8>>),
    );
    diesel::update(of_user()).set(emptied).kept().execute(conn).await?;
    let late = of_user().filter(grants::expires_at.gt(ends));
    diesel::update(late).set(grants::expires_at.eq(ends)).kept().execute(conn).await?;
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

    async fn give(&self, tenant: &TenantId, grant: Grant, _now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.statement("grants.give", async move |conn: &mut Conn| {
            let birth = Birth { expires_at: grant.expires_at, spent_at: None, admission: None };
            let parts = Parts { grant: &grant, code: None, refresh_token: None };
            let taken = || StoreError::new("there is such a grant already");
            Ok(insert(conn, &tenant, parts, birth).await?.ok_or_else(taken)? == 1)
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
        let events = self.events.clone();
        self.effect("grants.revoke", async move |conn: &mut Conn| {
            let row = unrevoked!(tenant)
                .filter(grants::grant_id.eq(grant_id.as_str()))
                .filter(grants::client_id.eq(client_id.as_str()));
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
