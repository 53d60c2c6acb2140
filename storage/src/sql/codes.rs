//! Authorization codes: columns of their grant.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::live::{client_lives, grant_lives};
use super::shared::new_grant::{self, Birth};
use super::shared::rows::GrantRow;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{clients, grants, users};
use crate::stored::CodeDetails;
use crate::{Admission, CodeRecord, Codes, NewCode, Result, Spend, StoreError, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct Row {
    client_id: String,
    code_expires_at: Option<i64>,
    spent_at: Option<i64>,
    code: Option<String>,
}

impl Row {
    fn record(self) -> Result<CodeRecord> {
        let (Some(expires_at), Some(details)) = (self.code_expires_at, self.code) else {
            return Err(StoreError::new("a stored code has no details"));
        };
        let details: CodeDetails = value::from_json(&details)?;
        Ok(CodeRecord {
            client_id: ClientId::new(self.client_id),
            redirect_uri: details.redirect_uri,
            code_challenge: details.code_challenge,
            nonce: details.nonce,
            expires_at: Time::from_seconds(expires_at),
        })
    }
}

/// The grant of that code and client, as the target of a statement.
macro_rules! of_code {
    ($tenant:expr, $client_id:expr, $grant_id:expr, $hash:expr) => {
        grants::table
            .filter(grants::tenant_id.eq($tenant.as_str()))
            .filter(grants::grant_id.eq($grant_id.as_str()))
            .filter(grants::client_id.eq($client_id.as_str()))
            .filter(grants::code_hash.eq($hash.as_bytes()))
    };
}

/// What became of a code after an attempt to spend it, which was or was not `spent_now`.
async fn outcome(
    conn: &mut Conn,
    tenant: &TenantId,
    (client_id, grant_id): (&ClientId, &GrantId),
    hash: SecretHash,
    spent_now: bool,
    now: Time,
) -> Result<Spend> {
    let row = of_code!(tenant, client_id, grant_id, hash).select((
        Row::as_select(),
        GrantRow::as_select(),
        grant_lives(now.seconds()),
    ));
    let found: Option<(Row, GrantRow, bool)> = row.get_result(conn).await.optional()?;
    let Some((code, grant, lives)) = found else { return Ok(Spend::Unknown) };
    match code.spent_at.map(Time::from_seconds) {
        Some(_) if spent_now && lives => {
            Ok(Spend::First(Box::new(code.record()?), Box::new(grant.record()?)))
        }
        Some(_) if spent_now => Ok(Spend::Dead),
        Some(first_at) => Ok(Spend::Again { first_at }),
        None => {
            // It came too late, and is marked so: a clock that is set back does not make it valid again.
            let late = of_code!(tenant, client_id, grant_id, hash).filter(grants::spent_at.is_null());
            diesel::update(late).set(grants::code_expires_at.eq(i64::MIN)).kept().execute(conn).await?;
            Ok(Spend::Expired)
        }
    }
}

#[async_trait]
impl Codes for Db {
    async fn issue(&self, tenant: &TenantId, new: NewCode, _now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("codes.issue", async move |conn: &mut Conn| {
            let code_ends = new.code.expires_at;
            let expires_at = new.lasts_until.map_or(code_ends, |until| until.max(code_ends));
            let expires_at = expires_at.min(new.grant.expires_at);
            let birth = Birth { expires_at, spent_at: None, admission: None };
            let taken = || StoreError::new("there is already a grant of that id");
            new_grant::insert(conn, &tenant, (&new).into(), birth).await?.map(drop).ok_or_else(taken)
        })
        .await
    }

    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend> {
        let (tenant, client_id, grant_id) = (tenant.clone(), client_id.clone(), grant_id.clone());
        self.statement("codes.spend", async move |conn: &mut Conn| {
            let unspent = of_code!(tenant, client_id, grant_id, hash)
                .filter(grants::spent_at.is_null())
                .filter(grants::code_expires_at.gt(now.seconds()));
            let changes = (grants::spent_at.eq(now.seconds()), grants::expires_at.eq(grants::ends_at));
            let count = diesel::update(unspent).set(changes).kept().execute(conn).await?;
            outcome(conn, &tenant, (&client_id, &grant_id), hash, count == 1, now).await
        })
        .await
    }

    async fn admit(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        user_id: &UserId,
    ) -> Result<Option<Admission>> {
        let (tenant, client_id, user_id) = (tenant.clone(), client_id.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let epochs = users::table
                .inner_join(clients::table.on(clients::tenant_id.eq(users::tenant_id)))
                .filter(users::tenant_id.eq(tenant.as_str()))
                .filter(users::user_id.eq(user_id.as_str()))
                .filter(users::disabled_at.is_null())
                .filter(clients::client_id.eq(client_id.as_str()))
                .filter(client_lives())
                .select((clients::epoch, users::epoch));
            let found: Option<(i64, i64)> = epochs.get_result(conn).await.optional()?;
            Ok(found.map(|(client_epoch, user_epoch)| Admission { client_epoch, user_epoch }))
        })
        .await
    }

    async fn redeem(
        &self,
        tenant: &TenantId,
        new: NewCode,
        admission: Admission,
        now: Time,
    ) -> Result<Spend> {
        let (owner, code) = (tenant.clone(), new.clone());
        let made = self.statement("codes.redeem", async move |conn: &mut Conn| {
            let expires_at = code.grant.expires_at;
            let birth = Birth { expires_at, spent_at: Some(now), admission: Some(admission) };
            new_grant::insert(conn, &owner, (&code).into(), birth).await
        });
        match made.await? {
            Some(1) => Ok(Spend::First(Box::new(new.code), Box::new(new.grant))),
            Some(_) => Ok(Spend::Dead),
            // Another caller was faster.
            None => self.spend(tenant, &new.grant.client_id, &new.grant.grant_id, new.hash, now).await,
        }
    }
}
