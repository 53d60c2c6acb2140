//! Clients that are notified of the end of a session.

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{logouts, session_clients, sessions};
use crate::{Logout, Logouts, Result, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = logouts)]
struct Row {
    seq: i64,
    tenant_id: String,
    client_id: String,
    user_id: String,
    sid: String,
    attempts: i32,
}

impl Row {
    fn record(self) -> Logout {
        Logout {
            seq: self.seq,
            tenant_id: TenantId::new(self.tenant_id),
            client_id: ClientId::new(self.client_id),
            user_id: UserId::new(self.user_id),
            sid: SessionId::new(self.sid),
            attempts: self.attempts,
        }
    }
}

#[async_trait]
impl Logouts for Db {
    async fn join(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        sid: &SessionId,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id, sid, client_id) =
            (tenant.clone(), user_id.clone(), sid.clone(), client_id.clone());
        if self.clients(&tenant, &user_id, &sid).await?.contains(&client_id) {
            return Ok(true);
        }
        self.write("logouts.join", async move |conn: &mut Conn| {
            let live = sessions::table
                .filter(sessions::tenant_id.eq(tenant.as_str()))
                .filter(sessions::user_id.eq(user_id.as_str()))
                .filter(sessions::sid.eq(sid.as_str()))
                .filter(sessions::expires_at.gt(now.seconds()));
            // The session is locked until this commits: whoever ends it then finds the client.
            let locked = diesel::update(live).set(sessions::last_seen_at.eq(sessions::last_seen_at));
            if locked.kept().execute(conn).await? == 0 {
                return Ok(false);
            }
            let row = live.select((
                sessions::tenant_id,
                sessions::sid,
                client_id.as_str().into_sql::<Text>(),
                sessions::user_id,
                sessions::expires_at,
            ));
            let columns = (
                session_clients::tenant_id,
                session_clients::sid,
                session_clients::client_id,
                session_clients::user_id,
                session_clients::expires_at,
            );
            let insert = diesel::insert_into(session_clients::table).values(row).into_columns(columns);
            // Another response to the same client may have been faster.
            value::inserted(insert.execute(conn).await)?;
            Ok(true)
        })
        .await
    }

    async fn clients(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId) -> Result<Vec<ClientId>> {
        let (tenant, user_id, sid) = (tenant.clone(), user_id.clone(), sid.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = session_clients::table
                .filter(session_clients::tenant_id.eq(tenant.as_str()))
                .filter(session_clients::user_id.eq(user_id.as_str()))
                .filter(session_clients::sid.eq(sid.as_str()))
                .order(session_clients::client_id)
                .select(session_clients::client_id);
            Ok(rows.load::<String>(conn).await?.into_iter().map(ClientId::new).collect())
        })
        .await
    }

    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, ClientId)>> {
        self.read(async move |conn: &mut Conn| {
            let rows = logouts::table
                .filter(logouts::next_at.le(now.seconds()))
                .select((logouts::tenant_id, logouts::client_id))
                .distinct()
                .limit(limit.into());
            let found: Vec<(String, String)> = rows.load(conn).await?;
            let typed = |(tenant, client): (String, String)| (TenantId::new(tenant), ClientId::new(client));
            Ok(found.into_iter().map(typed).collect())
        })
        .await
    }

    async fn next(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Logout>> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = logouts::table
                .filter(logouts::tenant_id.eq(tenant.as_str()))
                .filter(logouts::client_id.eq(client_id.as_str()))
                .filter(logouts::next_at.le(now.seconds()))
                .order((logouts::next_at, logouts::seq))
                .limit(limit.into())
                .select(Row::as_select());
            Ok(rows.load(conn).await?.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn claim(&self, logout: &Logout, next_at: Time) -> Result<bool> {
        let (seq, attempts) = (logout.seq, logout.attempts);
        self.statement("logouts.claim", async move |conn: &mut Conn| {
            let row = logouts::table.find(seq).filter(logouts::attempts.eq(attempts));
            let changes = (logouts::attempts.eq(attempts + 1), logouts::next_at.eq(next_at.seconds()));
            Ok(diesel::update(row).set(changes).kept().execute(conn).await? == 1)
        })
        .await
    }

    async fn done(&self, logout: &Logout) -> Result<()> {
        let seq = logout.seq;
        self.statement("logouts.done", async move |conn: &mut Conn| {
            diesel::delete(logouts::table.find(seq)).execute(conn).await?;
            Ok(())
        })
        .await
    }

    async fn pending(&self) -> Result<u64> {
        self.read(async move |conn: &mut Conn| {
            let count: i64 = logouts::table.count().get_result(conn).await?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
        .await
    }
}
