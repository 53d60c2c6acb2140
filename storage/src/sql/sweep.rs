//! Deletes what has expired: found by a reader, then deleted by key in jobs of a few rows, so that no
//! one who writes waits long. Each row is looked at again as it is deleted.

use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::Result;
use crate::schema::{
    access_tokens, codes, grants, rate_limits, refresh_tokens, replays, requests, revoked_tokens, sessions,
};

/// Rows that one job deletes.
const CHUNK: usize = 64;

/// Sweeps one table: its name, its key, what makes a row ripe, and what deletes a row of that key. A
/// macro, since each table is a type of its own.
macro_rules! sweep {
    ($db:expr, $limit:expr, $table:ident($($key:ident: $type:ty),+), $ripe:expr, $delete:expr) => {{
        let limit = i64::from($limit);
        let keys: Vec<($($type,)+)> = $db
            .read(async move |conn: &mut Conn| {
                let ripe = $table::table.filter($ripe).order($table::expires_at).limit(limit);
                Ok(ripe.select(($($table::$key,)+)).load(conn).await?)
            })
            .await?;
        let mut total = 0;
        for chunk in keys.chunks(CHUNK).map(<[_]>::to_vec) {
            let deleted = $db.write(async move |conn: &mut Conn| {
                let mut count = 0;
                for key in chunk {
                    count += $delete(&mut *conn, key).await?;
                }
                Ok(count)
            });
            total += deleted.await?;
        }
        total
    }};
}

/// As [`sweep`], for a table of which nothing else depends.
macro_rules! sweep_alone {
    ($db:expr, $now:expr, $limit:expr, $table:ident($($key:ident: $type:ty),+)) => {{
        let now = $now.seconds();
        sweep!($db, $limit, $table($($key: $type),+), $table::expires_at.le(now), async |conn, key| {
            let row = $table::table.find(key).filter($table::expires_at.le(now));
            diesel::delete(row).execute(conn).await
        })
    }};
}

pub(super) async fn all(db: &Db, now: Time, limit: u32) -> Result<u64> {
    let mut total = 0;
    total += sweep_alone!(db, now, limit, sessions(tenant_id: String, handle: Vec<u8>));
    total += sweep_alone!(db, now, limit, requests(tenant_id: String, handle: Vec<u8>));
    total += sweep_alone!(db, now, limit, access_tokens(tenant_id: String, hash: Vec<u8>));
    total += sweep_alone!(db, now, limit, revoked_tokens(tenant_id: String, hash: Vec<u8>));
    total += sweep_alone!(db, now, limit, replays(tenant_id: String, purpose: String, hash: Vec<u8>));
    total += sweep_alone!(db, now, limit, rate_limits(tenant_id: String, hash: Vec<u8>));
    total += codes(db, now, limit).await?;
    total += grants(db, now, limit).await?;
    Ok(u64::try_from(total).unwrap_or(u64::MAX))
}

/// Codes that nobody redeemed in time, each with its grant, of which nobody holds a token.
async fn codes(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let now = now.seconds();
    Ok(sweep!(
        db,
        limit,
        codes(tenant_id: String, hash: Vec<u8>, grant_id: String),
        codes::spent_at.is_null().and(codes::expires_at.le(now)),
        async |conn: &mut Conn, (tenant, hash, grant): (String, Vec<u8>, String)| {
            let code = codes::table.find((tenant.as_str(), hash));
            let unspent = code.filter(codes::spent_at.is_null()).filter(codes::expires_at.le(now));
            let count = diesel::delete(unspent).execute(conn).await?;
            if count == 1 {
                delete_grant(conn, &tenant, &grant).await?;
            }
            QueryResult::Ok(count)
        }
    ))
}

/// Grants that have ended, each with its spent code and its family of refresh tokens.
async fn grants(db: &Db, now: Time, limit: u32) -> Result<usize> {
    let now = now.seconds();
    Ok(sweep!(
        db,
        limit,
        grants(tenant_id: String, grant_id: String),
        grants::expires_at.le(now),
        async |conn: &mut Conn, (tenant, grant): (String, String)| delete_grant(conn, &tenant, &grant).await
    ))
}

async fn delete_grant(conn: &mut Conn, tenant: &str, grant_id: &str) -> QueryResult<usize> {
    let grant = grants::table.find((tenant, grant_id));
    let code = codes::hash.eq_any(grant.select(grants::code_hash));
    diesel::delete(codes::table.filter(codes::tenant_id.eq(tenant)).filter(code)).execute(conn).await?;
    let family = grant.filter(grants::family.is_not_null()).select(grants::family.assume_not_null());
    let family = refresh_tokens::family.eq_any(family);
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::tenant_id.eq(tenant)).filter(family))
        .execute(conn)
        .await?;
    diesel::delete(grant).execute(conn).await
}
