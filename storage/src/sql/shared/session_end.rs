//! How sessions end: their clients are queued to be notified, in the same transaction.

use credenza_protocol::event::{Ended, Event};
use credenza_protocol::ids::{SessionId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;

use super::Conn;
use super::events::put;
use crate::kept::Keep;
use crate::schema::{logouts, session_clients, sessions};
use crate::{Events, Result};

/// The clients of the user's sessions, as the target of a statement.
macro_rules! of_user {
    ($tenant:expr, $user_id:expr) => {
        session_clients::table
            .filter(session_clients::tenant_id.eq($tenant.as_str()))
            .filter(session_clients::user_id.eq($user_id.as_str()))
    };
}

/// Moves these clients into the queue, due at once.
macro_rules! tell {
    ($conn:expr, $clients:expr) => {{
        let queued = $clients.select((
            session_clients::tenant_id,
            session_clients::client_id,
            session_clients::user_id,
            session_clients::sid,
            0_i64.into_sql::<BigInt>(),
            0_i32.into_sql::<Integer>(),
        ));
        let columns = (
            logouts::tenant_id,
            logouts::client_id,
            logouts::user_id,
            logouts::sid,
            logouts::next_at,
            logouts::attempts,
        );
        let insert = diesel::insert_into(logouts::table).values(queued).into_columns(columns);
        if insert.execute($conn).await? > 0 {
            diesel::delete($clients).execute($conn).await?;
        }
        Ok(())
    }};
}

/// The session was ended in this transaction: queues its clients.
pub(crate) async fn tell_of_session(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    sid: &SessionId,
) -> Result<()> {
    tell!(conn, of_user!(tenant, user_id).filter(session_clients::sid.eq(sid.as_str())))
}

/// Every session of the user was ended in this transaction: queues their clients.
pub(crate) async fn tell_of_user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    tell!(conn, of_user!(tenant, user_id))
}

/// The session was renewed in this transaction: its clients take part until it expires.
pub(crate) async fn renew(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    sid: &SessionId,
    expires_at: Time,
) -> Result<()> {
    let rows = of_user!(tenant, user_id).filter(session_clients::sid.eq(sid.as_str()));
    let update = diesel::update(rows).set(session_clients::expires_at.eq(expires_at.seconds()));
    update.kept().execute(conn).await?;
    Ok(())
}

/// Ends every session of the user and queues their clients; returns how many rows there were.
pub(crate) async fn delete_of_user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<usize> {
    let rows = sessions::table
        .filter(sessions::tenant_id.eq(tenant.as_str()))
        .filter(sessions::user_id.eq(user_id.as_str()));
    let count = diesel::delete(rows).execute(conn).await?;
    tell_of_user(conn, tenant, user_id).await?;
    Ok(count)
}

/// Ends every session of the user, who is locked, and writes the event if there was one.
pub(crate) async fn end_of_user(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<()> {
    if delete_of_user(conn, tenant, user_id).await? > 0 {
        let ended = Ended { user_id: user_id.clone(), sid: None };
        put(conn, events, tenant, Event::SessionEnded(ended)).await?;
    }
    Ok(())
}
