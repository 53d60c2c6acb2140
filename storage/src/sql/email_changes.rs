//! Changes of addresses of mail.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::{has_room, put as put_mail, queue};
use super::shared::events::put;
use super::shared::proven_address::{at_address, cancel};
use super::shared::{enabled_user, hold, identifiers, user_update};
use super::{Conn, Db, email_undos};
use crate::kept::Keep;
use crate::schema::email_changes;
use crate::{
    EmailChange, EmailChanged, EmailChanges, EmailRestored, EmailUndo, NewEmailChange, NewEmailUndo, NewMail,
    NewReset, Result, Update,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = email_changes)]
struct Row {
    user_id: String,
    address: String,
    was: String,
    user_epoch: i64,
    expires_at: i64,
}

/// A change, if what it rests on is as it was.
async fn standing(conn: &mut Conn, tenant: &TenantId, row: Option<Row>) -> Result<Option<EmailChange>> {
    let Some(Row { user_id, address, was, user_epoch, expires_at }) = row else { return Ok(None) };
    let owner = enabled_user::find(conn, tenant, &user_id).await?;
    let owner = owner.filter(|(user, epoch)| *epoch == user_epoch && before(user) == was);
    Ok(owner.map(|(user, _)| EmailChange { user, address, expires_at: Time::from_seconds(expires_at) }))
}

/// The address that a user has; empty where they have none.
fn before(user: &User) -> &str {
    user.claims.email.as_deref().unwrap_or_default()
}

async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    secret: SecretHash,
    now: Time,
) -> Result<Option<EmailChange>> {
    let row = email_changes::table
        .filter(email_changes::tenant_id.eq(tenant.as_str()))
        .filter(email_changes::secret.eq(secret.as_bytes()))
        .filter(email_changes::expires_at.gt(now.seconds()))
        .select(Row::as_select());
    let row = row.get_result(conn).await.optional()?;
    standing(conn, tenant, row).await
}

/// Stores a change in place of the one before it.
async fn replace(
    conn: &mut Conn,
    tenant: &TenantId,
    new: &NewEmailChange,
    (user, epoch): (&User, i64),
) -> Result<()> {
    let changes = (
        email_changes::secret.eq(new.secret.as_bytes()),
        email_changes::address.eq(&new.address),
        email_changes::was.eq(before(user)),
        email_changes::user_epoch.eq(epoch),
        email_changes::expires_at.eq(new.expires_at.seconds()),
    );
    let own = email_changes::table.find((tenant.as_str(), new.user_id.as_str()));
    if diesel::update(own).set(changes).kept().execute(conn).await? == 1 {
        return Ok(());
    }
    let row = (
        email_changes::tenant_id.eq(tenant.as_str()),
        email_changes::user_id.eq(new.user_id.as_str()),
        changes,
    );
    diesel::insert_into(email_changes::table).values(row).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl EmailChanges for Db {
    async fn begin(&self, tenant: &TenantId, new: NewEmailChange, mail: NewMail, now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.write("email_changes.begin", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &new.user_id).await? {
                return Ok(false);
            }
            let owner = enabled_user::find(conn, &tenant, new.user_id.as_str()).await?;
            let Some((user, epoch)) = owner else { return Ok(false) };
            if !queue(conn, &tenant, &mail, now).await? {
                return Ok(false);
            }
            replace(conn, &tenant, &new, (&user, epoch)).await?;
            Ok(true)
        })
        .await
    }

    async fn pending(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Option<EmailChange>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = email_changes::table
                .find((tenant.as_str(), user_id.as_str()))
                .filter(email_changes::expires_at.gt(now.seconds()))
                .select(Row::as_select());
            let row = row.get_result(conn).await.optional()?;
            standing(conn, &tenant, row).await
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailChange>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| find(conn, &tenant, secret, now).await).await
    }

    async fn cancel(&self, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.write("email_changes.cancel", async move |conn: &mut Conn| cancel(conn, &tenant, &user_id).await)
            .await
    }

    async fn complete(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        username: Option<String>,
        undo: Option<NewEmailUndo>,
        now: Time,
    ) -> Result<EmailChanged> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("email_changes.complete", async move |conn: &mut Conn| {
            let Some(found) = find(conn, &tenant, secret, now).await? else { return Ok(EmailChanged::Dead) };
            // Users are held before what is theirs, so that jobs do not deadlock; whoever comes second finds nothing.
            let user_id = found.user.user_id;
            if !hold::user(conn, &tenant, &user_id).await? {
                return Ok(EmailChanged::Dead);
            }
            let Some(EmailChange { user: was, address, .. }) = find(conn, &tenant, secret, now).await? else {
                return Ok(EmailChanged::Dead);
            };
            let user = at_address(was.clone(), address, username.clone(), now);
            if identifiers::is_address_taken(conn, &tenant, &user).await? {
                return Ok(EmailChanged::AddressTaken);
            }
            if undo.is_some()
                && !(has_room(conn, &tenant).await?
                    && email_undos::has_room(conn, &tenant, &user_id, now).await?)
            {
                return Ok(EmailChanged::TooMany);
            }
            let row = user_update::row(conn, &tenant, user_id.as_str()).await?;
            let Some(row) = row else { return Ok(EmailChanged::Dead) };
            match user_update::write(conn, &events, &tenant, row, user).await? {
                Update::Updated => {}
                Update::Absent | Update::Stale => return Ok(EmailChanged::Dead),
                Update::UsernameTaken | Update::NameTaken | Update::Clash(_) => {
                    return Ok(EmailChanged::AddressTaken);
                }
            }
            cancel(conn, &tenant, &user_id).await?;
            if let Some(undo) = undo {
                email_undos::add(conn, &tenant, &was, (username.is_some(), &undo)).await?;
                put_mail(conn, &tenant, &undo.mail, now).await?;
            }
            put(conn, &events, &tenant, Event::UserEmailChanged(OfUser { user_id })).await?;
            Ok(EmailChanged::Done)
        })
        .await
    }

    async fn find_undo(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<EmailUndo>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let found = email_undos::find(conn, &tenant, secret, now).await?;
            Ok(found.map(|found| EmailUndo { user: found.user, address: found.address }))
        })
        .await
    }

    async fn undo(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        reset: NewReset,
        now: Time,
    ) -> Result<EmailRestored> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("email_changes.undo", async move |conn: &mut Conn| {
            email_undos::restore(conn, &events, &tenant, (secret, &reset), now).await
        })
        .await
    }
}
