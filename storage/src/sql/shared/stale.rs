//! Whether a record is another one than whoever changes it has read. It is held before its version is read, so that of many who
//! have read the same version one goes on, and the others see the next version. Whoever expects no version is never late.

use credenza_protocol::ids::{ClientId, GroupId, TenantId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, hold};
use crate::kept::Keep;
use crate::schema::{clients, groups, tenants, users};
use crate::{Expected, Result};

/// Of a user. One that is gone is not stale.
pub(crate) async fn user(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    expected: Expected,
) -> Result<bool> {
    if expected == Expected::Any {
        return Ok(false);
    }
    hold::user(conn, tenant, user_id).await?;
    let row = users::table.find((tenant.as_str(), user_id.as_str())).select(users::version);
    Ok(differs(row.get_result(conn).await.optional()?, expected))
}

/// Of a client.
pub(crate) async fn client(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
    expected: Expected,
) -> Result<bool> {
    if expected == Expected::Any {
        return Ok(false);
    }
    hold::client(conn, tenant, client_id).await?;
    let row = clients::table.find((tenant.as_str(), client_id.as_str())).select(clients::version);
    Ok(differs(row.get_result(conn).await.optional()?, expected))
}

/// Of a group.
pub(crate) async fn group(
    conn: &mut Conn,
    tenant: &TenantId,
    group_id: &GroupId,
    expected: Expected,
) -> Result<bool> {
    if expected == Expected::Any {
        return Ok(false);
    }
    hold::group(conn, tenant, group_id).await?;
    let row = groups::table.find((tenant.as_str(), group_id.as_str())).select(groups::version);
    Ok(differs(row.get_result(conn).await.optional()?, expected))
}

/// Of a tenant.
pub(crate) async fn tenant(conn: &mut Conn, tenant: &TenantId, expected: Expected) -> Result<bool> {
    if expected == Expected::Any {
        return Ok(false);
    }
    let row = tenants::table.find(tenant.as_str());
    diesel::update(row).set(tenants::name.eq(tenants::name)).kept().execute(conn).await?;
    let row = tenants::table.find(tenant.as_str()).select(tenants::version);
    Ok(differs(row.get_result(conn).await.optional()?, expected))
}

fn differs(found: Option<i64>, expected: Expected) -> bool {
    match expected {
        Expected::Any => false,
        Expected::Version(version) => found.is_some_and(|found| found != version.number()),
    }
}
