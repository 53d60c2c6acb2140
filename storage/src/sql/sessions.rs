//! Sessions.

use async_trait::async_trait;
use credenza_protocol::event::{Ended, Event, Revoked, SignIn};
use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::session::Session;
use credenza_protocol::time::Time;
use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::shared::events::{lock_user, put};
use super::shared::rows::UserRow;
use super::shared::{grant_end, session_end};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{sessions, users};
use crate::{Result, SessionRecord, Sessions, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    sid: String,
    user_id: String,
    auth_time: i64,
    expires_at: i64,
    last_seen_at: i64,
    amr: String,
    acr: Option<String>,
    user_agent: String,
    place: Option<String>,
}

impl Row {
    fn record(self) -> Result<Session> {
        Ok(Session {
            sid: SessionId::new(self.sid),
            user_id: UserId::new(self.user_id),
            auth_time: Time::from_seconds(self.auth_time),
            amr: value::from_json(&self.amr)?,
            acr: self.acr,
            expires_at: Time::from_seconds(self.expires_at),
            last_seen_at: Time::from_seconds(self.last_seen_at),
            user_agent: self.user_agent,
            place: self.place.as_deref().map(value::from_json).transpose()?,
        })
    }
}

/// The user of the session at hand is enabled, and still in the epoch in which it began.
#[auto_type]
fn user_enabled() -> _ {
    let user = users::table
        .filter(users::tenant_id.eq(sessions::tenant_id))
        .filter(users::user_id.eq(sessions::user_id))
        .filter(users::epoch.eq(sessions::user_epoch))
        .filter(users::disabled_at.is_null())
        .select(users::user_id);
    exists(user)
}

/// The event data of a sign-in.
fn sign_in(session: &Session) -> SignIn {
    SignIn { user_id: session.user_id.clone(), sid: session.sid.clone(), amr: session.amr.clone() }
}

#[async_trait]
impl Sessions for Db {
    async fn begin(&self, tenant: &TenantId, handle: SecretHash, session: Session, _now: Time) -> Result<()> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let amr = value::to_json(&session.amr)?;
        let place = session.place.as_ref().map(value::to_json).transpose()?;
        self.effect("sessions.begin", async move |conn: &mut Conn| {
            lock_user(conn, &events, &tenant, &session.user_id).await?;
            let sign_in = sign_in(&session);
            let row = users::table
                .find((tenant.as_str(), session.user_id.as_str()))
                .filter(users::disabled_at.is_null())
                .select((
                    users::tenant_id,
                    handle.as_bytes().into_sql::<Binary>(),
                    session.sid.as_str().into_sql::<Text>(),
                    users::user_id,
                    users::epoch,
                    session.auth_time.seconds().into_sql::<BigInt>(),
                    session.expires_at.seconds().into_sql::<BigInt>(),
                    session.last_seen_at.seconds().into_sql::<BigInt>(),
                    amr.into_sql::<Text>(),
                    session.user_agent.into_sql::<Text>(),
                    session.acr.into_sql::<Nullable<Text>>(),
                    place.into_sql::<Nullable<Text>>(),
                ));
            let columns = (
                sessions::tenant_id,
                sessions::handle,
                sessions::sid,
                sessions::user_id,
                sessions::user_epoch,
                sessions::auth_time,
                sessions::expires_at,
                sessions::last_seen_at,
                sessions::amr,
                sessions::user_agent,
                sessions::acr,
                sessions::place,
            );
            let insert = diesel::insert_into(sessions::table).values(row).into_columns(columns);
            if insert.execute(conn).await? == 1 {
                put(conn, &events, &tenant, Event::SessionStarted(sign_in.clone())).await?;
                put(conn, &events, &tenant, Event::UserSignedIn(sign_in)).await?;
            }
            Ok(())
        })
        .await
    }

    async fn renew(
        &self,
        tenant: &TenantId,
        old: SecretHash,
        new: SecretHash,
        session: Session,
        now: Time,
    ) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let amr = value::to_json(&session.amr)?;
        let place = session.place.as_ref().map(value::to_json).transpose()?;
        self.write("sessions.renew", async move |conn: &mut Conn| {
            lock_user(conn, &events, &tenant, &session.user_id).await?;
            let sign_in = sign_in(&session);
            let row = sessions::table
                .find((tenant.as_str(), old.as_bytes()))
                .filter(sessions::sid.eq(session.sid.as_str()))
                .filter(sessions::user_id.eq(session.user_id.as_str()))
                .filter(sessions::expires_at.gt(now.seconds()))
                .filter(user_enabled());
            let changes = (
                sessions::handle.eq(new.as_bytes()),
                sessions::auth_time.eq(session.auth_time.seconds()),
                sessions::expires_at.eq(session.expires_at.seconds()),
                sessions::last_seen_at.eq(session.last_seen_at.seconds()),
                sessions::amr.eq(amr),
                sessions::user_agent.eq(session.user_agent),
                sessions::acr.eq(session.acr),
                sessions::place.eq(place),
            );
            let renewed = diesel::update(row).set(changes).kept().execute(conn).await? == 1;
            if renewed {
                let (user_id, sid) = (&sign_in.user_id, &sign_in.sid);
                session_end::renew(conn, &tenant, user_id, sid, session.expires_at).await?;
                put(conn, &events, &tenant, Event::UserSignedIn(sign_in)).await?;
            }
            Ok(renewed)
        })
        .await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        idle_since: Time,
        now: Time,
    ) -> Result<Option<SessionRecord>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let same_user =
                users::tenant_id.eq(sessions::tenant_id).and(users::user_id.eq(sessions::user_id));
            let row = sessions::table
                .inner_join(users::table.on(same_user))
                .filter(sessions::tenant_id.eq(tenant.as_str()))
                .filter(sessions::handle.eq(handle.as_bytes()))
                .filter(sessions::expires_at.gt(now.seconds()))
                .filter(sessions::last_seen_at.gt(idle_since.seconds()))
                .filter(users::epoch.eq(sessions::user_epoch))
                .filter(users::disabled_at.is_null())
                .select((Row::as_select(), UserRow::as_select()));
            let found: Option<(Row, UserRow)> = row.get_result(conn).await.optional()?;
            let record = |(session, user): (Row, UserRow)| {
                Ok(SessionRecord { session: session.record()?, user: user.record()? })
            };
            found.map(record).transpose()
        })
        .await
    }

    async fn touch(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<()> {
        let tenant = tenant.clone();
        self.statement("sessions.touch", async move |conn: &mut Conn| {
            let row = sessions::table
                .find((tenant.as_str(), handle.as_bytes()))
                .filter(sessions::last_seen_at.lt(now.seconds()));
            diesel::update(row).set(sessions::last_seen_at.eq(now.seconds())).kept().execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Session>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = sessions::table
                .filter(sessions::tenant_id.eq(tenant.as_str()))
                .filter(sessions::user_id.eq(user_id.as_str()))
                .filter(sessions::expires_at.gt(now.seconds()))
                .filter(user_enabled())
                .order((sessions::auth_time.desc(), sessions::sid))
                .select(Row::as_select());
            Ok(value::readable("sessions", rows.load(conn).await?, Row::record).collect())
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<(Time, SessionId)>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Session>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        let mut after =
            after.map_or((i64::MAX, String::new()), |(since, sid)| (since.seconds(), sid.to_string()));
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let (since, sid) = &after;
                let later_sid = sessions::auth_time.eq(*since).and(sessions::sid.gt(sid.as_str()));
                let rows = sessions::table
                    .filter(sessions::tenant_id.eq(tenant.as_str()))
                    .filter(sessions::user_id.eq(user_id.as_str()))
                    .filter(sessions::expires_at.gt(now.seconds()))
                    .filter(sessions::auth_time.lt(*since).or(later_sid))
                    .filter(user_enabled())
                    .order((sessions::auth_time.desc(), sessions::sid))
                    .limit(wanted)
                    .select(Row::as_select());
                let rows: Vec<Row> = rows.load(conn).await?;
                if let Some(row) = rows.last() {
                    after = (row.auth_time, row.sid.clone());
                }
                page.add("sessions", rows, Row::record);
            }
            Ok(page.found())
        })
        .await
    }

    async fn end(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId, now: Time) -> Result<bool> {
        let (tenant, user_id, sid) = (tenant.clone(), user_id.clone(), sid.clone());
        let events = self.events.of_this_task();
        self.write("sessions.end", async move |conn: &mut Conn| {
            let row = sessions::table
                .filter(sessions::tenant_id.eq(tenant.as_str()))
                .filter(sessions::user_id.eq(user_id.as_str()))
                .filter(sessions::sid.eq(sid.as_str()))
                .filter(sessions::expires_at.gt(now.seconds()));
            let count = diesel::delete(row).execute(conn).await?;
            if count == 0 {
                return Ok(false);
            }
            let ended = Ended { user_id: user_id.clone(), sid: Some(sid.clone()) };
            put(conn, &events, &tenant, Event::SessionEnded(ended)).await?;
            session_end::tell_of_session(conn, &tenant, &user_id, &sid).await?;
            if grant_end::revoke_of_session(conn, &tenant, &user_id, &sid, now).await? > 0 {
                let (user_id, sid) = (Some(user_id), Some(sid));
                let revoked = Revoked { user_id, sid, except_offline: true, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(true)
        })
        .await
    }

    async fn end_all(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<u64> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("sessions.end_all", async move |conn: &mut Conn| {
            lock_user(conn, &events, &tenant, &user_id).await?;
            let live = sessions::table
                .filter(sessions::tenant_id.eq(tenant.as_str()))
                .filter(sessions::user_id.eq(user_id.as_str()))
                .filter(sessions::expires_at.gt(now.seconds()));
            let count = diesel::delete(live).execute(conn).await?;
            session_end::delete_of_user(conn, &tenant, &user_id).await?;
            if count > 0 {
                let ended = Ended { user_id: user_id.clone(), sid: None };
                put(conn, &events, &tenant, Event::SessionEnded(ended)).await?;
            }
            if grant_end::revoke_bound(conn, &tenant, &user_id, now).await? > 0 {
                let revoked = Revoked { user_id: Some(user_id), except_offline: true, ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(u64::try_from(count).unwrap_or(u64::MAX))
        })
        .await
    }
}
