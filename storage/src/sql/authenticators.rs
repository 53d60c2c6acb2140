//! Authenticators and recovery codes.

use async_trait::async_trait;
use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind};
use credenza_protocol::event::{Event, OfAuthenticator, OfUser};
use credenza_protocol::ids::{AuthenticatorId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::events::put;
use super::shared::{hold, new_password, trusted_browsers};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{authenticators, recovery_codes, users};
use crate::{
    AuthenticatorMade, AuthenticatorRecord, Authenticators, Events, NewMail, Result, StoreError, value,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = authenticators)]
struct Row {
    user_id: String,
    authenticator_id: String,
    kind: String,
    name: String,
    state: String,
    credential: Option<Vec<u8>>,
    time_step: i64,
    aaguid: Option<String>,
    backed_up: Option<i64>,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl Row {
    fn record(self) -> Result<AuthenticatorRecord> {
        let unknown = || StoreError::new("the kind of an authenticator is unknown");
        let authenticator = Authenticator {
            authenticator_id: AuthenticatorId::new(self.authenticator_id),
            user_id: UserId::new(self.user_id),
            kind: AuthenticatorKind::parse(&self.kind).ok_or_else(unknown)?,
            name: self.name,
            aaguid: self.aaguid,
            backed_up: self.backed_up.map(|is| is != 0),
            created_at: Time::from_seconds(self.created_at),
            last_used_at: value::time(self.last_used_at),
        };
        let credential = self.credential.as_deref().map(value::hash).transpose()?;
        Ok(AuthenticatorRecord { authenticator, state: self.state, credential, time_step: self.time_step })
    }
}

/// Those of a person, as the target of a statement.
macro_rules! of_user {
    ($table:ident, $tenant:expr, $user_id:expr) => {
        $table::table
            .filter($table::tenant_id.eq($tenant.as_str()))
            .filter($table::user_id.eq($user_id.as_str()))
    };
}

async fn tell(conn: &mut Conn, tenant: &TenantId, notice: Option<&NewMail>, now: Time) -> Result<()> {
    if let Some(notice) = notice {
        queue(conn, tenant, notice, now).await?;
    }
    Ok(())
}

async fn is_enabled(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let row = users::table.find((tenant.as_str(), user_id.as_str())).select(users::disabled_at);
    let found: Option<Option<i64>> = row.get_result(conn).await.optional()?;
    Ok(found == Some(None))
}

async fn how_many(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    kind: AuthenticatorKind,
) -> Result<i64> {
    let own = of_user!(authenticators, tenant, user_id).filter(authenticators::kind.eq(kind.as_str()));
    Ok(own.count().get_result(conn).await?)
}

/// Whether the person has a factor. One that only a later version knows counts as one.
async fn has_factor(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let own = of_user!(authenticators, tenant, user_id)
        .filter(authenticators::kind.ne(AuthenticatorKind::TrustedBrowser.as_str()));
    Ok(own.count().get_result::<i64>(conn).await? > 0)
}

/// Deletes what is of no use to whoever has no factor any more: recovery codes and trusted browsers.
async fn forget_rest(conn: &mut Conn, events: &Events, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    if has_factor(conn, tenant, user_id).await? {
        return Ok(());
    }
    diesel::delete(of_user!(recovery_codes, tenant, user_id)).execute(conn).await?;
    trusted_browsers::forget(conn, events, tenant, user_id).await
}

/// Deletes an authenticator of a person who is held, and tells of it.
async fn delete(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    (user_id, authenticator_id): (&UserId, &str),
) -> Result<bool> {
    let row = || authenticators::table.find((tenant.as_str(), user_id.as_str(), authenticator_id));
    let kind: Option<String> = row().select(authenticators::kind).get_result(conn).await.optional()?;
    let Some(kind) = kind else { return Ok(false) };
    diesel::delete(row()).execute(conn).await?;
    // One of a later version is removed all the same, and told of by that version alone.
    if let Some(kind) = AuthenticatorKind::parse(&kind) {
        let authenticator_id = AuthenticatorId::new(authenticator_id);
        let of = OfAuthenticator { authenticator_id, user_id: user_id.clone(), kind };
        put(conn, events, tenant, Event::UserAuthenticatorRemoved(of)).await?;
    }
    Ok(true)
}

#[async_trait]
impl Authenticators for Db {
    async fn add(
        &self,
        tenant: &TenantId,
        record: AuthenticatorRecord,
        most: u32,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<AuthenticatorMade> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("authenticators.add", async move |conn: &mut Conn| {
            let AuthenticatorRecord { authenticator, state, credential, time_step } = &record;
            let user_id = &authenticator.user_id;
            if !hold::user(conn, &tenant, user_id).await? || !is_enabled(conn, &tenant, user_id).await? {
                return Ok(AuthenticatorMade::Absent);
            }
            if how_many(conn, &tenant, user_id, authenticator.kind).await? >= i64::from(most) {
                return Ok(AuthenticatorMade::TooMany);
            }
            let row = (
                authenticators::tenant_id.eq(tenant.as_str()),
                authenticators::user_id.eq(user_id.as_str()),
                authenticators::authenticator_id.eq(authenticator.authenticator_id.as_str()),
                authenticators::kind.eq(authenticator.kind.as_str()),
                authenticators::name.eq(&authenticator.name),
                authenticators::state.eq(state),
                authenticators::credential.eq(credential.map(|hash| hash.as_bytes().to_vec())),
                authenticators::time_step.eq(*time_step),
                authenticators::aaguid.eq(authenticator.aaguid.as_deref()),
                authenticators::backed_up.eq(authenticator.backed_up.map(i64::from)),
                authenticators::created_at.eq(authenticator.created_at.seconds()),
                authenticators::last_used_at.eq(value::seconds(authenticator.last_used_at)),
            );
            // Whoever has the same credential elsewhere is looked for first, since a refused insert ends the job.
            if let Some(credential) = credential {
                let same = authenticators::table
                    .filter(authenticators::tenant_id.eq(tenant.as_str()))
                    .filter(authenticators::credential.eq(credential.as_bytes().to_vec()))
                    .count();
                if same.get_result::<i64>(conn).await? > 0 {
                    return Ok(AuthenticatorMade::Taken);
                }
            }
            let of = OfAuthenticator {
                authenticator_id: authenticator.authenticator_id.clone(),
                user_id: user_id.clone(),
                kind: authenticator.kind,
            };
            put(conn, &events, &tenant, Event::UserAuthenticatorAdded(of)).await?;
            tell(conn, &tenant, notice.as_ref(), now).await?;
            diesel::insert_into(authenticators::table).values(row).execute(conn).await?;
            Ok(AuthenticatorMade::Yes)
        })
        .await
    }

    async fn of_user(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<AuthenticatorRecord>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let own = of_user!(authenticators, tenant, user_id)
                .order((authenticators::created_at, authenticators::authenticator_id))
                .select(Row::as_select());
            let rows: Vec<Row> = own.load(conn).await?;
            Ok(value::readable("authenticators", rows, Row::record).collect())
        })
        .await
    }

    async fn by_credential(
        &self,
        tenant: &TenantId,
        credential: SecretHash,
    ) -> Result<Option<AuthenticatorRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = authenticators::table
                .filter(authenticators::tenant_id.eq(tenant.as_str()))
                .filter(authenticators::credential.eq(credential.as_bytes().to_vec()))
                .select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn use_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        time_step: i64,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, id) = (tenant.clone(), user_id.clone(), authenticator_id.clone());
        self.statement("authenticators.use_code", async move |conn: &mut Conn| {
            let row = authenticators::table
                .find((tenant.as_str(), user_id.as_str(), id.as_str()))
                .filter(authenticators::kind.eq(AuthenticatorKind::Totp.as_str()))
                .filter(authenticators::time_step.lt(time_step));
            let changes = (
                authenticators::time_step.eq(time_step),
                authenticators::last_used_at.eq(Some(now.seconds())),
            );
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn use_passkey(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        (old, new): (&str, String),
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, id) = (tenant.clone(), user_id.clone(), authenticator_id.clone());
        let old = old.to_owned();
        self.statement("authenticators.use_passkey", async move |conn: &mut Conn| {
            let row = authenticators::table
                .find((tenant.as_str(), user_id.as_str(), id.as_str()))
                .filter(authenticators::kind.eq(AuthenticatorKind::Passkey.as_str()))
                .filter(authenticators::state.eq(old));
            let changes =
                (authenticators::state.eq(new), authenticators::last_used_at.eq(Some(now.seconds())));
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn use_trusted_browser(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, id) = (tenant.clone(), user_id.clone(), authenticator_id.clone());
        self.statement("authenticators.use_trusted_browser", async move |conn: &mut Conn| {
            let row = authenticators::table
                .find((tenant.as_str(), user_id.as_str(), id.as_str()))
                .filter(authenticators::kind.eq(AuthenticatorKind::TrustedBrowser.as_str()));
            let change = authenticators::last_used_at.eq(Some(now.seconds()));
            Ok(diesel::update(row).set(change).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn rename(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        name: String,
    ) -> Result<bool> {
        let (tenant, user_id, id) = (tenant.clone(), user_id.clone(), authenticator_id.clone());
        self.statement("authenticators.rename", async move |conn: &mut Conn| {
            let row = authenticators::table.find((tenant.as_str(), user_id.as_str(), id.as_str()));
            Ok(diesel::update(row).set(authenticators::name.eq(name)).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        authenticator_id: &AuthenticatorId,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, id) = (tenant.clone(), user_id.clone(), authenticator_id.clone());
        let events = self.events.of_this_task();
        self.write("authenticators.remove", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &user_id).await?
                || !delete(conn, &events, &tenant, (&user_id, id.as_str())).await?
            {
                return Ok(false);
            }
            forget_rest(conn, &events, &tenant, &user_id).await?;
            tell(conn, &tenant, notice.as_ref(), now).await?;
            Ok(true)
        })
        .await
    }

    async fn reset(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        kind: Option<AuthenticatorKind>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<Option<u32>> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("authenticators.reset", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &user_id).await? {
                return Ok(None);
            }
            let columns = (authenticators::authenticator_id, authenticators::kind);
            let own = of_user!(authenticators, tenant, user_id).select(columns);
            let own: Vec<(String, String)> = own.load(conn).await?;
            let mut removed = 0;
            for (id, of_kind) in own {
                if kind.is_none_or(|kind| kind.as_str() == of_kind)
                    && delete(conn, &events, &tenant, (&user_id, &id)).await?
                {
                    removed += 1;
                }
            }
            if removed == 0 {
                return Ok(Some(0));
            }
            forget_rest(conn, &events, &tenant, &user_id).await?;
            new_password::end_all(conn, &events, &tenant, &user_id, now).await?;
            tell(conn, &tenant, notice.as_ref(), now).await?;
            Ok(Some(removed))
        })
        .await
    }

    async fn renew_recovery_codes(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        codes: Vec<SecretHash>,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("authenticators.renew_recovery_codes", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &user_id).await? || !has_factor(conn, &tenant, &user_id).await? {
                return Ok(false);
            }
            diesel::delete(of_user!(recovery_codes, tenant, user_id)).execute(conn).await?;
            for code in &codes {
                let row = (
                    recovery_codes::tenant_id.eq(tenant.as_str()),
                    recovery_codes::user_id.eq(user_id.as_str()),
                    recovery_codes::code.eq(code.as_bytes()),
                    recovery_codes::created_at.eq(now.seconds()),
                );
                diesel::insert_into(recovery_codes::table).values(row).execute(conn).await?;
            }
            let of = OfUser { user_id: user_id.clone() };
            put(conn, &events, &tenant, Event::UserRecoveryCodesRenewed(of)).await?;
            tell(conn, &tenant, notice.as_ref(), now).await?;
            Ok(true)
        })
        .await
    }

    async fn recovery_codes_left(&self, tenant: &TenantId, user_id: &UserId) -> Result<u32> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let left: i64 = of_user!(recovery_codes, tenant, user_id).count().get_result(conn).await?;
            Ok(u32::try_from(left).unwrap_or(u32::MAX))
        })
        .await
    }

    async fn spend_recovery_code(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        code: SecretHash,
        notice: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("authenticators.spend_recovery_code", async move |conn: &mut Conn| {
            let row = recovery_codes::table.find((tenant.as_str(), user_id.as_str(), code.as_bytes()));
            if diesel::delete(row).execute(conn).await? == 0 {
                return Ok(false);
            }
            let of = OfUser { user_id: user_id.clone() };
            put(conn, &events, &tenant, Event::UserRecoveryCodeUsed(of)).await?;
            tell(conn, &tenant, notice.as_ref(), now).await?;
            Ok(true)
        })
        .await
    }
}
