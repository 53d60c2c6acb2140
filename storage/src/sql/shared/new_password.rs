//! How a password is set: the user's sessions end with it, and what they granted is revoked (ASVS 7.4.3).

use credenza_protocol::event::{Event, OfUser, Revoked};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::epoch_end::{self, Subject};
use super::events::put;
use super::session_end;
use super::trusted_browsers;
use crate::kept::Keep;
use crate::schema::users;
use crate::{Events, PasswordChange, Result};

/// Sets it; `false` when there is no such user.
pub(crate) async fn set(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    hash: String,
    now: Time,
) -> Result<bool> {
    let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
    let changes = (users::password_hash.eq(hash), users::epoch.eq(users::epoch + 1));
    if row.set(changes).kept().execute(conn).await? == 0 {
        return Ok(false);
    }
    told(conn, events, tenant, user_id).await?;
    ended(conn, events, tenant, user_id, now).await?;
    Ok(true)
}

/// Forgets it: nobody signs in with it any more, and everything ends that was signed in or granted. `false` when there is no such
/// user.
pub(crate) async fn forget(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<bool> {
    let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
    let changes = (users::password_hash.eq(None::<String>), users::epoch.eq(users::epoch + 1));
    if row.set(changes).kept().execute(conn).await? == 0 {
        return Ok(false);
    }
    ended(conn, events, tenant, user_id, now).await?;
    Ok(true)
}

/// Sets it while it still is that one; `false` when it is another one by now. Nothing else ends unless `everywhere`.
pub(crate) async fn change(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    change: &PasswordChange,
    now: Time,
) -> Result<bool> {
    let row = users::table.find((tenant.as_str(), user_id.as_str()));
    let row = row.filter(users::password_hash.eq(&change.old)).filter(users::disabled_at.is_null());
    let epoch = i64::from(change.everywhere);
    let changes = (users::password_hash.eq(&change.new), users::epoch.eq(users::epoch + epoch));
    if diesel::update(row).set(changes).kept().execute(conn).await? == 0 {
        return Ok(false);
    }
    settled(conn, tenant, user_id).await?;
    told(conn, events, tenant, user_id).await?;
    if change.everywhere {
        ended(conn, events, tenant, user_id, now).await?;
    }
    Ok(true)
}

/// The person has chosen a password: none is asked for any more. Who has read the user before does not ask for it again.
pub(crate) async fn settled(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    let row = users::table.find((tenant.as_str(), user_id.as_str()));
    let asked = row.filter(users::password_change_required.eq(1));
    let changes = (users::password_change_required.eq(0), users::version.eq(users::version + 1));
    diesel::update(asked).set(changes).kept().execute(conn).await?;
    Ok(())
}

/// The next sign-in has to change the password; `false` when there is no such user, or it has to already.
pub(crate) async fn require(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<bool> {
    let row = users::table.find((tenant.as_str(), user_id.as_str()));
    let free = users::password_change_required.is_null().or(users::password_change_required.ne(1));
    let changes = (users::password_change_required.eq(1), users::version.eq(users::version + 1));
    if diesel::update(row.filter(free)).set(changes).kept().execute(conn).await? == 0 {
        return Ok(false);
    }
    let of = OfUser { user_id: user_id.clone() };
    put(conn, events, tenant, Event::UserPasswordChangeRequired(of)).await?;
    Ok(true)
}

/// Ends everything that was signed in or granted, since how the person signs in was changed by somebody else.
pub(crate) async fn end_all(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
    row.set(users::epoch.eq(users::epoch + 1)).kept().execute(conn).await?;
    ended(conn, events, tenant, user_id, now).await
}

async fn told(conn: &mut Conn, events: &Events, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    let of = OfUser { user_id: user_id.clone() };
    put(conn, events, tenant, Event::UserPasswordChanged(of)).await
}

/// Ends what was signed in and granted before. No browser is trusted any more either.
async fn ended(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<()> {
    epoch_end::note(conn, tenant, Subject::User, user_id.as_str(), now).await?;
    session_end::end_of_user(conn, events, tenant, user_id).await?;
    trusted_browsers::forget(conn, events, tenant, user_id).await?;
    let revoked = Revoked { user_id: Some(user_id.clone()), ..Revoked::default() };
    put(conn, events, tenant, Event::GrantRevoked(revoked)).await
}
