//! Addresses of mail that were replaced, and may be restored by whoever reads them.

use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::email_challenges::replace;
use super::mails::queue;
use super::shared::events::put;
use super::shared::proven_address::{at_address, cancel};
use super::shared::{enabled_user, hold, identifiers, new_password, user_update};
use crate::email_changes::MOST_UNDOS;
use crate::schema::email_undos;
use crate::{EmailPurpose, EmailRestored, Events, NewEmailChallenge, NewEmailUndo, NewReset, Result, Update};

/// An address that may be restored.
pub(super) struct Found {
    pub(super) user: User,
    pub(super) address: String,
    username: Option<String>,
}

/// Whether one more address of the user may stand.
pub(super) async fn has_room(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<bool> {
    let standing = email_undos::table
        .filter(email_undos::tenant_id.eq(tenant.as_str()))
        .filter(email_undos::user_id.eq(user_id.as_str()))
        .filter(email_undos::expires_at.gt(now.seconds()))
        .count();
    Ok(standing.get_result::<i64>(conn).await? < MOST_UNDOS)
}

/// Lets the address be restored that the user had before, and their name with it if that has followed.
pub(super) async fn add(
    conn: &mut Conn,
    tenant: &TenantId,
    was: &User,
    (has_followed, undo): (bool, &NewEmailUndo),
) -> Result<()> {
    let row = (
        email_undos::tenant_id.eq(tenant.as_str()),
        email_undos::user_id.eq(was.user_id.as_str()),
        email_undos::secret.eq(undo.secret.as_bytes()),
        email_undos::address.eq(was.claims.email.as_deref().unwrap_or_default()),
        email_undos::username.eq(has_followed.then_some(was.username.as_str())),
        email_undos::expires_at.eq(undo.expires_at.seconds()),
    );
    diesel::insert_into(email_undos::table).values(row).execute(conn).await?;
    Ok(())
}

/// What the secret stands for, if it is good.
pub(super) async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    secret: SecretHash,
    now: Time,
) -> Result<Option<Found>> {
    let row = email_undos::table
        .filter(email_undos::tenant_id.eq(tenant.as_str()))
        .filter(email_undos::secret.eq(secret.as_bytes()))
        .filter(email_undos::expires_at.gt(now.seconds()))
        .select((email_undos::user_id, email_undos::address, email_undos::username));
    let found = row.get_result::<(String, String, Option<String>)>(conn).await.optional()?;
    let Some((user_id, address, username)) = found else { return Ok(None) };
    let owner = enabled_user::find(conn, tenant, &user_id).await?;
    Ok(owner.map(|(user, _)| Found { user, address, username }))
}

/// Nothing of that user can be restored any more.
pub(super) async fn forget(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    let own = email_undos::table
        .filter(email_undos::tenant_id.eq(tenant.as_str()))
        .filter(email_undos::user_id.eq(user_id.as_str()));
    diesel::delete(own).execute(conn).await?;
    Ok(())
}

/// Restores the address of that secret, as [`crate::EmailChanges::undo`] says.
pub(super) async fn restore(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    (secret, reset): (SecretHash, &NewReset),
    now: Time,
) -> Result<EmailRestored> {
    let Some(found) = find(conn, tenant, secret, now).await? else { return Ok(EmailRestored::Dead) };
    let user_id = found.user.user_id;
    if !hold::user(conn, tenant, &user_id).await? {
        return Ok(EmailRestored::Dead);
    }
    let Some(Found { user, address, username }) = find(conn, tenant, secret, now).await? else {
        return Ok(EmailRestored::Dead);
    };
    let user = at_address(user, address.clone(), username, now);
    if identifiers::is_address_taken(conn, tenant, &user).await? {
        return Ok(EmailRestored::AddressTaken);
    }
    let row = user_update::row(conn, tenant, user_id.as_str()).await?;
    let Some(row) = row else { return Ok(EmailRestored::Dead) };
    match user_update::write(conn, events, tenant, row, user).await? {
        Update::Updated => {}
        Update::Absent | Update::Stale => return Ok(EmailRestored::Dead),
        Update::UsernameTaken | Update::NameTaken | Update::Clash(_) => {
            return Ok(EmailRestored::AddressTaken);
        }
    }
    forget(conn, tenant, &user_id).await?;
    cancel(conn, tenant, &user_id).await?;
    new_password::forget(conn, events, tenant, &user_id, now).await?;
    put(conn, events, tenant, Event::UserEmailChangeUndone(OfUser { user_id: user_id.clone() })).await?;
    let challenge = NewEmailChallenge {
        user_id: user_id.clone(),
        purpose: EmailPurpose::ResetPassword,
        secret: reset.secret,
        address,
        request: None,
        expires_at: reset.expires_at,
    };
    if let Some((_, epoch)) = enabled_user::find(conn, tenant, user_id.as_str()).await? {
        replace(conn, tenant, &challenge, epoch).await?;
    }
    // Where too many mails wait, the page leads to the new password all the same.
    queue(conn, tenant, &reset.mail, now).await?;
    Ok(EmailRestored::Done(user_id))
}
