//! A user who may do something.

use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::rows::UserRow;
use crate::Result;
use crate::schema::users;

/// The user, if they are enabled, and their epoch.
pub(crate) async fn find(conn: &mut Conn, tenant: &TenantId, user_id: &str) -> Result<Option<(User, i64)>> {
    let row = users::table.find((tenant.as_str(), user_id)).select((UserRow::as_select(), users::epoch));
    let Some((row, epoch)) = row.get_result::<(UserRow, i64)>(conn).await.optional()? else {
        return Ok(None);
    };
    let user = row.record()?;
    Ok(user.disabled_at.is_none().then_some((user, epoch)))
}
