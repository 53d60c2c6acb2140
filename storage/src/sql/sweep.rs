//! Deletes what has expired: found by a reader, then deleted by key in small jobs, so that writers
//! never wait long. Each row is checked again as it is deleted.

use std::collections::BTreeSet;

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::hold;
use super::{
    Conn, Db, client_secrets as of_clients, event_intake as kept, outbox, registrations as unused, users,
};
use crate::Result;
use crate::schema::{
    access_tokens, approvals, client_secrets, devices, email_challenges, email_changes, email_undos, grants,
    idempotency, initial_access_tokens, invitations, mails, rate_limits, registrations, replays, requests,
    resource_secrets, revocations, revoked_jwts, revoked_tokens, session_clients, sessions, sign_in_links,
    sign_ups, webhook_deliveries, webhook_secrets,
};

/// Rows that one job deletes.
const CHUNK: usize = 64;

/// Sweeps one table: its name and its key. A macro, since each table is a type of its own.
macro_rules! sweep {
    ($db:expr, $now:expr, $limit:expr, $table:ident($($key:ident: $type:ty),+)) => {{
        let (now, limit) = ($now.seconds(), i64::from($limit));
        let keys: Vec<($($type,)+)> = $db
            .read(async move |conn: &mut Conn| {
                let ripe = $table::table.filter($table::expires_at.le(now)).order($table::expires_at).limit(limit);
                Ok(ripe.select(($($table::$key,)+)).load(conn).await?)
            })
            .await?;
        let mut total = 0;
        for chunk in keys.chunks(CHUNK).map(<[_]>::to_vec) {
            let deleted = $db.write("maintenance.sweep", async move |conn: &mut Conn| {
                let mut count = 0;
                for key in chunk {
                    let row = $table::table.find(key).filter($table::expires_at.le(now));
                    count += diesel::delete(row).execute(conn).await?;
                }
                Ok(count)
            });
            total += deleted.await?;
        }
        total
    }};
}

/// The same of a queue, whose key is the place in it, whether or not what it holds has arrived.
macro_rules! sweep_queue {
    ($db:expr, $now:expr, $limit:expr, $table:ident) => {{
        let (now, limit) = ($now.seconds(), i64::from($limit));
        let ripe: Vec<i64> = $db
            .read(async move |conn: &mut Conn| {
                let ripe =
                    $table::table.filter($table::expires_at.le(now)).order($table::expires_at).limit(limit);
                Ok(ripe.select($table::seq).load(conn).await?)
            })
            .await?;
        let mut total = 0;
        for chunk in ripe.chunks(CHUNK).map(<[_]>::to_vec) {
            let deleted = $db.write("maintenance.sweep", async move |conn: &mut Conn| {
                let mut count = 0;
                for seq in chunk {
                    let row = $table::table.find(seq).filter($table::expires_at.le(now));
                    count += diesel::delete(row).execute(conn).await?;
                }
                Ok(count)
            });
            total += deleted.await?;
        }
        total
    }};
}

pub(super) async fn all(db: &Db, now: Time, limit: u32) -> Result<u64> {
    let mut total = 0;
    total += sweep!(db, now, limit, sessions(tenant_id: String, handle: Vec<u8>));
    total += sweep!(db, now, limit, session_clients(tenant_id: String, sid: String, client_id: String));
    total += sweep!(db, now, limit, requests(tenant_id: String, handle: Vec<u8>));
    total += sweep!(db, now, limit, access_tokens(tenant_id: String, hash: Vec<u8>));
    total += sweep!(db, now, limit, revoked_tokens(tenant_id: String, hash: Vec<u8>));
    total += sweep!(db, now, limit, revoked_jwts(tenant_id: String, jti: String));
    total += sweep!(db, now, limit, revocations(tenant_id: String, subject: String, id: String));
    total += sweep!(db, now, limit, replays(tenant_id: String, purpose: String, hash: Vec<u8>));
    total += sweep!(db, now, limit, rate_limits(tenant_id: String, hash: Vec<u8>));
    total += sweep!(db, now, limit, grants(tenant_id: String, grant_id: String));
    total += sweep!(db, now, limit, initial_access_tokens(tenant_id: String, hash: Vec<u8>));
    total += sweep!(db, now, limit, resource_secrets(tenant_id: String, kid: String));
    total += sweep!(db, now, limit, idempotency(tenant_id: String, hash: Vec<u8>));
    total +=
        sweep!(db, now, limit, webhook_secrets(tenant_id: String, webhook_id: String, secret_id: String));
    total += sweep!(db, now, limit, email_challenges(tenant_id: String, user_id: String, purpose: String));
    total += sweep!(db, now, limit, devices(tenant_id: String, user_id: String, device_id: String));
    total += sweep!(db, now, limit, sign_in_links(tenant_id: String, secret: Vec<u8>));
    total += sweep!(db, now, limit, email_changes(tenant_id: String, user_id: String));
    total += sweep!(db, now, limit, email_undos(tenant_id: String, user_id: String, secret: Vec<u8>));
    total += sweep!(db, now, limit, sign_ups(tenant_id: String, email_key: String, kind: String));
    total += sweep!(db, now, limit, invitations(tenant_id: String, invitation_id: String));
    total += sweep_queue!(db, now, limit, webhook_deliveries);
    total += sweep_queue!(db, now, limit, mails);
    total += secrets_of_clients(db, now, limit).await?;
    total += clients(db, now, limit).await?;
    total += refused(db, now, limit).await?;
    total += kept::sweep(db, now, limit).await?;
    let events = outbox::sweep(db, now, limit).await?;
    Ok(u64::try_from(total).unwrap_or(u64::MAX).saturating_add(events))
}

/// Deletes clients that registered themselves and were not used in time, with everything of theirs.
async fn clients(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let keys: Vec<(String, String)> = db
        .read(async move |conn: &mut Conn| {
            let ripe = registrations::table
                .filter(registrations::expires_at.le(now.seconds()))
                .order(registrations::expires_at)
                .limit(limit.into());
            Ok(ripe.select((registrations::tenant_id, registrations::client_id)).load(conn).await?)
        })
        .await?;
    let mut total = 0;
    for chunk in keys.chunks(CHUNK).map(<[_]>::to_vec) {
        let events = db.events.clone();
        let deleted = db.write("maintenance.sweep_clients", async move |conn: &mut Conn| {
            let mut count = 0;
            for (tenant, client_id) in chunk {
                let (tenant, client_id) = (TenantId::new(tenant), ClientId::new(client_id));
                count += usize::from(unused::delete_unused(conn, &events, &tenant, &client_id, now).await?);
            }
            Ok(count)
        });
        total += deleted.await?;
    }
    Ok(total)
}

/// Deletes users who were refused, or on whom nobody has decided in time, with everything of theirs.
async fn refused(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let keys: Vec<(String, String)> = db
        .read(async move |conn: &mut Conn| {
            let ripe = approvals::table
                .filter(approvals::expires_at.le(now.seconds()))
                .order(approvals::expires_at)
                .limit(limit.into());
            Ok(ripe.select((approvals::tenant_id, approvals::user_id)).load(conn).await?)
        })
        .await?;
    let mut total = 0;
    // Each by itself: a job that held several users could meet another that does.
    for (tenant, user_id) in keys {
        let (tenant, user_id, events) = (TenantId::new(tenant), UserId::new(user_id), db.events.clone());
        let deleted = db.write("maintenance.sweep_refused", async move |conn: &mut Conn| {
            // The user first, as where somebody decides.
            if !hold::user(conn, &tenant, &user_id).await? {
                return Ok(0);
            }
            let row = approvals::table.find((tenant.as_str(), user_id.as_str()));
            if diesel::delete(row.filter(approvals::expires_at.le(now.seconds()))).execute(conn).await? != 1 {
                return Ok(0);
            }
            let _is_there = users::delete(conn, &events, &tenant, &user_id, now).await?;
            Ok(1)
        });
        total += deleted.await?;
    }
    Ok(total)
}

/// Deletes the secrets of clients that have expired. What stands in the row of a client changes with them.
async fn secrets_of_clients(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let keys: BTreeSet<(String, String)> = db
        .read(async move |conn: &mut Conn| {
            let ripe = client_secrets::table
                .filter(client_secrets::expires_at.le(now.seconds()))
                .order(client_secrets::expires_at)
                .limit(limit.into())
                .select((client_secrets::tenant_id, client_secrets::client_id));
            let rows: Vec<(String, String)> = ripe.load(conn).await?;
            Ok(rows.into_iter().collect())
        })
        .await?;
    let mut total = 0;
    // Each by itself: a job that held several clients could meet another that does.
    for (tenant, client_id) in keys {
        let (tenant, client_id) = (TenantId::new(tenant), ClientId::new(client_id));
        let deleted = db.write("maintenance.sweep_secrets", async move |conn: &mut Conn| {
            of_clients::delete_expired(conn, &tenant, &client_id, now).await
        });
        total += deleted.await?;
    }
    Ok(total)
}
