//! How grants end: revoked one by one, or emptied with their user.

use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, lifetime};
use crate::Result;
use crate::kept::Keep;
use crate::revocations::LEEWAY;
use crate::schema::grants;

/// The grants of a tenant that are not revoked yet, as the target of a revocation.
macro_rules! unrevoked {
    ($tenant:expr) => {
        grants::table.filter(grants::tenant_id.eq($tenant.as_str())).filter(grants::revoked_at.is_null())
    };
}

/// Revokes what the user gave this client; this and the next two return how many grants there were.
pub(crate) async fn revoke_consented(
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
pub(crate) async fn revoke_of_session(
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
pub(crate) async fn revoke_bound(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<usize> {
    let rows = unrevoked!(tenant).filter(grants::user_id.eq(user_id.as_str())).filter(grants::offline.eq(0));
    Ok(diesel::update(rows).set(grants::revoked_at.eq(now.seconds())).kept().execute(conn).await?)
}

/// Empties the user's grants and keeps only that they are revoked, for as long as a token of theirs could be
/// accepted.
pub(crate) async fn empty_of_user(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    let of_user = || {
        let rows = grants::table.filter(grants::tenant_id.eq(tenant.as_str()));
        rows.filter(grants::user_id.eq(user_id.as_str()))
    };
    let ends = (now + lifetime::longest(conn, tenant, now).await? + LEEWAY).seconds();
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
