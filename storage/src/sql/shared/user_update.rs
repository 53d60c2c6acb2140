//! How the record of a user is replaced, with everything that they are found by.

use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::events::put;
use super::rows::UserRow;
use super::{identifiers, user_attributes};
use crate::kept::Keep;
use crate::schema::users;
use crate::stored::{Attributes, Claims};
use crate::{Events, Result, Update, stored, value};

/// Replaces username, claims, attributes, `updated_at` and whether the password has to be changed of the user who is stored as `before` and whose version is that of
/// `user`.
pub(crate) async fn write(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    before: UserRow,
    user: User,
) -> Result<Update> {
    let (claims, attributes) = (before.claims().to_owned(), before.attributes().map(str::to_owned));
    let before = before.record()?;
    let expected = user.version;
    if before.version != expected {
        return Ok(Update::Stale);
    }
    if let Some(refused) = identifiers::take(conn, tenant, &user, Some(&before)).await? {
        return Ok(refused.into());
    }
    let changes = (
        users::username_key.eq(username_key(&user.username)),
        users::username.eq(&user.username),
        users::updated_at.eq(user.updated_at.seconds()),
        users::claims.eq(stored::rewrite::<Claims>(&claims, user.claims.clone())?),
        users::attributes.eq(match attributes {
            Some(before) => stored::rewrite::<Attributes>(&before, user.attributes.clone())?,
            None => stored::write::<Attributes>(user.attributes.clone())?,
        }),
        users::version.eq(expected.next().number()),
        users::email_key.eq(identifiers::email_column(&user)),
        identifiers::search_columns(&user),
        users::attributes_search.eq(user_attributes::DONE),
        users::password_change_required.eq(i64::from(user.password_change_required)),
    );
    let row = users::table.find((tenant.as_str(), user.user_id.as_str()));
    let row = row.filter(users::version.eq(expected.number()));
    let changed = diesel::update(row).set(changes).kept().execute(conn).await;
    match value::counted(changed)? {
        None => Ok(Update::UsernameTaken),
        Some(0) => Ok(Update::Stale),
        Some(_) => {
            identifiers::give_back(conn, tenant, &before, &user).await?;
            let (was, is) = (&before.attributes, &user.attributes);
            user_attributes::replace(conn, tenant, user.user_id.as_str(), was, is).await?;
            let of = OfUser { user_id: user.user_id };
            put(conn, events, tenant, Event::UserUpdated(of.clone())).await?;
            if user.password_change_required && !before.password_change_required {
                put(conn, events, tenant, Event::UserPasswordChangeRequired(of)).await?;
            }
            Ok(Update::Updated)
        }
    }
}

/// The row of a user, if there is one.
pub(crate) async fn row(conn: &mut Conn, tenant: &TenantId, user_id: &str) -> Result<Option<UserRow>> {
    let row = users::table.find((tenant.as_str(), user_id)).select(UserRow::as_select());
    Ok(row.get_result(conn).await.optional()?)
}
