//! A user gets an address of mail that they have proven.

use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::Result;
use crate::schema::email_changes;

/// The user as they are with that address, and with that name if it follows the address.
pub(crate) fn at_address(user: User, address: String, username: Option<String>, now: Time) -> User {
    let mut user = User { username: username.unwrap_or(user.username), updated_at: now, ..user };
    (user.claims.email, user.claims.email_verified) = (Some(address), Some(true));
    user
}

/// Ends the change of that user that is under way; `false` if there is none.
pub(crate) async fn cancel(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let own = email_changes::table.find((tenant.as_str(), user_id.as_str()));
    Ok(diesel::delete(own).execute(conn).await? == 1)
}
