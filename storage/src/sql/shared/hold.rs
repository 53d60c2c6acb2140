//! Holds the records that a link is made between until the job ends, so that none of them is deleted meanwhile and the link
//! outlives it: whoever is created again with the same id would have it.
//!
//! Users are held before groups, and groups before clients, so that jobs do not deadlock.

use credenza_protocol::ids::{ClientId, GroupId, TenantId, UserId};
use credenza_protocol::role::Holder;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::Result;
use crate::kept::Keep;
use crate::schema::{clients, groups, users};

/// As it stands in `role_assignments.holder_type`.
pub(crate) const USER: &str = "user";
/// The same of a group.
pub(crate) const GROUP: &str = "group";

/// What stands in `role_assignments.holder_type`.
pub(crate) const fn type_of(holder: &Holder) -> &'static str {
    match holder {
        Holder::User(_) => USER,
        Holder::Group(_) => GROUP,
    }
}

/// Holds a user; `false` if there is none.
pub(crate) async fn user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
    Ok(row.set(users::epoch.eq(users::epoch)).kept().execute(conn).await? == 1)
}

/// Holds a group; `false` if there is none.
pub(crate) async fn group(conn: &mut Conn, tenant: &TenantId, group_id: &GroupId) -> Result<bool> {
    let row = diesel::update(groups::table.find((tenant.as_str(), group_id.as_str())));
    Ok(row.set(groups::version.eq(groups::version)).kept().execute(conn).await? == 1)
}

/// Holds a client; `false` if there is none.
pub(crate) async fn client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<bool> {
    let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
    Ok(row.set(clients::epoch.eq(clients::epoch)).kept().execute(conn).await? == 1)
}

/// Holds whoever has a role, or gets one; `false` if there is nobody.
pub(crate) async fn holder(conn: &mut Conn, tenant: &TenantId, holder: &Holder) -> Result<bool> {
    match holder {
        Holder::User(user_id) => user(conn, tenant, user_id).await,
        Holder::Group(group_id) => group(conn, tenant, group_id).await,
    }
}
