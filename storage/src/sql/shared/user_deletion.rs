//! What becomes of the scheduled deletion of an account that is enabled, or disabled otherwise.

use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::events::put;
use crate::kept::Keep;
use crate::schema::user_deletions;
use crate::{Events, Result};

/// The user, who is held, was enabled in this transaction: the account is kept.
pub(crate) async fn enabled(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<()> {
    let row = user_deletions::table.find((tenant.as_str(), user_id.as_str()));
    if diesel::delete(row).execute(conn).await? > 0 {
        let of = OfUser { user_id: user_id.clone() };
        put(conn, events, tenant, Event::UserDeletionCancelled(of)).await?;
    }
    Ok(())
}

/// The user, who is held, was disabled in this transaction: they stay so where the account is kept.
pub(crate) async fn disabled(conn: &mut Conn, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<()> {
    let row = user_deletions::table.find((tenant.as_str(), user_id.as_str()));
    let first = row.filter(user_deletions::disabled_before.is_null());
    let disabled = user_deletions::disabled_before.eq(now.seconds());
    diesel::update(first).set(disabled).kept().execute(conn).await?;
    Ok(())
}
