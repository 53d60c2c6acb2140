//! Events, written in the transaction of the change that they report.

use credenza_protocol::event::{Envelope, Event};
use credenza_protocol::ids::{TenantId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::kept::Keep;
use crate::schema::{event_intake, outbox, users};
use crate::{Events, Result, value};

/// Writes the event of what this job has done; it commits or rolls back with the job.
///
/// The row of the subject has been written in this transaction and is locked until it ends: the next change of the
/// same subject waits for it, and draws a higher `seq`. So `seq` is the order of what happened to one subject, though
/// across subjects a lower number may become visible after a higher one.
pub(crate) async fn put(conn: &mut Conn, events: &Events, tenant: &TenantId, event: Event) -> Result<()> {
    let Some(stamp) = events.stamp() else { return Ok(()) };
    let body = value::to_json(&Envelope::new(&stamp, tenant, event).by(events.actor()))?;
    for sink in events.sinks() {
        let row = (
            outbox::tenant_id.eq(tenant.as_str()),
            outbox::sink.eq(sink.as_str()),
            outbox::event_id.eq(&stamp.id),
            outbox::at.eq(stamp.at.seconds()),
            outbox::body.eq(&body),
        );
        diesel::insert_into(outbox::table).values(row).execute(conn).await?;
    }
    if events.keep().is_some() {
        let row = (
            event_intake::tenant_id.eq(tenant.as_str()),
            event_intake::at.eq(stamp.at.seconds()),
            event_intake::body.eq(&body),
        );
        diesel::insert_into(event_intake::table).values(row).execute(conn).await?;
    }
    Ok(())
}

/// Locks the user, to order events about them whose effect lies in other rows. The user is locked before those rows,
/// as everywhere, so that jobs do not deadlock. Without events there is nothing to order.
pub(crate) async fn lock_user(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<()> {
    if events.wanted() {
        let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
        row.set(users::epoch.eq(users::epoch)).kept().execute(conn).await?;
    }
    Ok(())
}
