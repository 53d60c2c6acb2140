//! Whether whoever acts still has the roles by which they came. Of two people who would take each other's rights at the same
//! moment, one comes first, and the other finds theirs gone.

use credenza_protocol::admin_roles::Assignment;
use credenza_protocol::ids::{TenantId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, hold};
use crate::schema::{admin_roles, users};
use crate::{Result, Rights};

/// Whether a role is gone, or whoever acts is disabled or deleted. Both they and the user on whom they act are held until the
/// job ends: in the order of their ids, so that jobs do not deadlock.
pub(crate) async fn lost(
    conn: &mut Conn,
    by: Option<&Rights>,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<bool> {
    let Some(by) = by else { return Ok(false) };
    let mut both = [(&by.tenant_id, &by.user_id), (tenant, user_id)];
    both.sort_unstable();
    for (tenant, user_id) in both {
        hold::user(conn, tenant, user_id).await?;
    }
    let row = users::table.find((by.tenant_id.as_str(), by.user_id.as_str())).select(users::disabled_at);
    let found: Option<Option<i64>> = row.get_result(conn).await.optional()?;
    if found != Some(None) {
        return Ok(true);
    }
    let rows = admin_roles::table
        .filter(admin_roles::tenant_id.eq(by.tenant_id.as_str()))
        .filter(admin_roles::user_id.eq(by.user_id.as_str()))
        .select((admin_roles::role, admin_roles::installation, admin_roles::created_at));
    let held: Vec<(String, i64, i64)> = rows.load(conn).await?;
    let is_gone = |one: &Assignment| {
        !held.iter().any(|(role, installation, created_at)| {
            role == one.role.as_str()
                && (*installation != 0) == one.installation
                && *created_at == one.created_at.seconds()
        })
    };
    Ok(by.roles.iter().any(is_gone))
}
