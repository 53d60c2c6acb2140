//! Accounts that are to be deleted.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser, Revoked, ScheduledDeletion};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::epoch_end::{self, Subject};
use super::shared::events::put;
use super::shared::{erase, hold, rights, session_end, stale};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{user_deletions, users};
use crate::{
    Events, Expected, NewMail, NewUserDeletion, Result, Update, UserDeletion, UserDeletions, actor, value,
};

/// That a row of `users` is the user of a row of `user_deletions`.
macro_rules! user_of {
    () => {
        users::tenant_id.eq(user_deletions::tenant_id).and(users::user_id.eq(user_deletions::user_id))
    };
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = user_deletions)]
struct Row {
    user_id: String,
    requested_at: i64,
    deletes_at: i64,
    own: i64,
    disabled_before: Option<i64>,
    reminds_at: Option<i64>,
    lang: String,
}

impl Row {
    fn record(self, username: String) -> UserDeletion {
        UserDeletion {
            user_id: UserId::new(self.user_id),
            username,
            requested_at: Time::from_seconds(self.requested_at),
            deletes_at: Time::from_seconds(self.deletes_at),
            own: self.own == 1,
            disabled_before: value::time(self.disabled_before),
            reminds_at: value::time(self.reminds_at),
            lang: self.lang,
        }
    }
}

/// Deletes the row, if there is one: of many callers one goes on.
async fn taken(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<bool> {
    let row = user_deletions::table.find((tenant.as_str(), user_id.as_str()));
    Ok(diesel::delete(row).execute(conn).await? == 1)
}

/// Stores the row of a user who is held, in place of the one before.
async fn replace(
    conn: &mut Conn,
    tenant: &TenantId,
    new: &NewUserDeletion,
    disabled_before: Option<i64>,
    now: Time,
) -> Result<()> {
    let row = user_deletions::table.find((tenant.as_str(), new.user_id.as_str()));
    let before = row.select(user_deletions::disabled_before);
    // What an earlier schedule has disabled was not disabled otherwise.
    let before: Option<Option<i64>> = before.get_result(conn).await.optional()?;
    taken(conn, tenant, &new.user_id).await?;
    let secret = new.secret.map(|secret| secret.as_bytes().to_vec());
    let row = (
        user_deletions::tenant_id.eq(tenant.as_str()),
        user_deletions::user_id.eq(new.user_id.as_str()),
        user_deletions::requested_at.eq(now.seconds()),
        user_deletions::deletes_at.eq(new.deletes_at.seconds()),
        user_deletions::own.eq(i64::from(new.own)),
        user_deletions::disabled_before.eq(before.unwrap_or(disabled_before)),
        user_deletions::secret.eq(secret),
        user_deletions::reminds_at.eq(value::seconds(new.reminds_at)),
        user_deletions::lang.eq(&new.lang),
    );
    diesel::insert_into(user_deletions::table).values(row).execute(conn).await?;
    Ok(())
}

/// Disables the user, who is held, and ends what they are signed in to and have granted.
async fn disable(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    is_enabled: bool,
    now: Time,
) -> Result<()> {
    let row = users::table.find((tenant.as_str(), user_id.as_str()));
    let changes = (users::epoch.eq(users::epoch + 1), users::version.eq(users::version + 1));
    diesel::update(row).set(changes).kept().execute(conn).await?;
    if is_enabled {
        let disabled = users::disabled_at.eq(now.seconds());
        diesel::update(row).set(disabled).kept().execute(conn).await?;
        let of = OfUser { user_id: user_id.clone() };
        put(conn, events, tenant, Event::UserDisabled(of)).await?;
    }
    epoch_end::note(conn, tenant, Subject::User, user_id.as_str(), now).await?;
    session_end::end_of_user(conn, events, tenant, user_id).await?;
    let revoked = Revoked { user_id: Some(user_id.clone()), ..Revoked::default() };
    put(conn, events, tenant, Event::GrantRevoked(revoked)).await
}

#[async_trait]
impl UserDeletions for Db {
    async fn schedule(
        &self,
        tenant: &TenantId,
        new: NewUserDeletion,
        expected: Expected,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("user_deletions.schedule", async move |conn: &mut Conn| {
            let (tenant, user_id) = (&tenant, &new.user_id);
            if rights::lost(conn, by.as_ref(), tenant, user_id).await?
                || stale::user(conn, tenant, user_id, expected).await?
            {
                return Ok(Update::Stale);
            }
            if !hold::user(conn, tenant, user_id).await? {
                return Ok(Update::Absent);
            }
            let row = users::table.find((tenant.as_str(), user_id.as_str())).select(users::disabled_at);
            let disabled_at: Option<i64> = row.get_result(conn).await?;
            replace(conn, tenant, &new, disabled_at, now).await?;
            disable(conn, &events, tenant, user_id, disabled_at.is_none(), now).await?;
            let scheduled = ScheduledDeletion { user_id: user_id.clone(), deletes_at: new.deletes_at };
            put(conn, &events, tenant, Event::UserDeletionScheduled(scheduled)).await?;
            if let Some(mail) = &mail {
                queue(conn, tenant, mail, now).await?;
            }
            Ok(Update::Updated)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<UserDeletion>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = user_deletions::table
                .inner_join(users::table.on(user_of!()))
                .filter(user_deletions::tenant_id.eq(tenant.as_str()))
                .filter(user_deletions::user_id.eq(user_id.as_str()))
                .select((Row::as_select(), users::username));
            let row: Option<(Row, String)> = row.get_result(conn).await.optional()?;
            Ok(row.map(|(row, name)| row.record(name)))
        })
        .await
    }

    async fn find_by_secret(&self, tenant: &TenantId, secret: SecretHash) -> Result<Option<UserDeletion>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let all = || {
                user_deletions::table
                    .inner_join(users::table.on(user_of!()))
                    .filter(user_deletions::tenant_id.eq(tenant.as_str()))
                    .select((Row::as_select(), users::username))
            };
            // Two statements, each by its index.
            let first = all().filter(user_deletions::secret.eq(secret.as_bytes()));
            let first: Option<(Row, String)> = first.get_result(conn).await.optional()?;
            let row = match first {
                Some(row) => Some(row),
                None => {
                    let second = all().filter(user_deletions::reminder_secret.eq(secret.as_bytes()));
                    second.get_result(conn).await.optional()?
                }
            };
            Ok(row.map(|(row, name)| row.record(name)))
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<UserDeletion>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let rows = user_deletions::table
                .inner_join(users::table.on(user_of!()))
                .filter(user_deletions::tenant_id.eq(tenant.as_str()))
                .filter(user_deletions::user_id.gt(after.as_str()))
                .order(user_deletions::user_id)
                .limit(limit.into())
                .select((Row::as_select(), users::username));
            let rows: Vec<(Row, String)> = rows.load(conn).await?;
            Ok(rows.into_iter().map(|(row, name)| row.record(name)).collect())
        })
        .await
    }

    async fn cancel(&self, tenant: &TenantId, user_id: &UserId, _now: Time) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("user_deletions.cancel", async move |conn: &mut Conn| {
            if rights::lost(conn, by.as_ref(), &tenant, &user_id).await?
                || !hold::user(conn, &tenant, &user_id).await?
            {
                return Ok(false);
            }
            let row = user_deletions::table.find((tenant.as_str(), user_id.as_str()));
            let before = row.select(user_deletions::disabled_before);
            let before: Option<Option<i64>> = before.get_result(conn).await.optional()?;
            let Some(disabled_before) = before else { return Ok(false) };
            if !taken(conn, &tenant, &user_id).await? {
                return Ok(false);
            }
            let changes = (users::disabled_at.eq(disabled_before), users::version.eq(users::version + 1));
            let row = users::table.find((tenant.as_str(), user_id.as_str()));
            diesel::update(row).set(changes).kept().execute(conn).await?;
            let of = OfUser { user_id };
            if disabled_before.is_none() {
                put(conn, &events, &tenant, Event::UserEnabled(of.clone())).await?;
            }
            put(conn, &events, &tenant, Event::UserDeletionCancelled(of)).await?;
            Ok(true)
        })
        .await
    }

    async fn to_remind(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserDeletion)>> {
        self.read(async move |conn: &mut Conn| {
            let rows = user_deletions::table
                .inner_join(users::table.on(user_of!()))
                .filter(user_deletions::reminds_at.le(now.seconds()))
                .order(user_deletions::reminds_at)
                .limit(limit.into())
                .select((user_deletions::tenant_id, Row::as_select(), users::username));
            let rows: Vec<(String, Row, String)> = rows.load(conn).await?;
            Ok(rows
                .into_iter()
                .map(|(tenant, row, name)| (TenantId::new(tenant), row.record(name)))
                .collect())
        })
        .await
    }

    async fn remind(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        reminder: Option<(SecretHash, NewMail)>,
        now: Time,
    ) -> Result<bool> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.write("user_deletions.remind", async move |conn: &mut Conn| {
            let row = user_deletions::table
                .find((tenant.as_str(), user_id.as_str()))
                .filter(user_deletions::reminds_at.le(now.seconds()));
            let secret = reminder.as_ref().map(|(secret, _)| secret.as_bytes().to_vec());
            let changes =
                (user_deletions::reminds_at.eq(None::<i64>), user_deletions::reminder_secret.eq(secret));
            if diesel::update(row).set(changes).kept().execute(conn).await? == 0 {
                return Ok(false);
            }
            if let Some((_, mail)) = &reminder {
                queue(conn, &tenant, mail, now).await?;
            }
            Ok(true)
        })
        .await
    }

    async fn due(&self, limit: u32, now: Time) -> Result<Vec<(TenantId, UserId)>> {
        self.read(async move |conn: &mut Conn| {
            let rows = user_deletions::table
                .filter(user_deletions::deletes_at.le(now.seconds()))
                .order(user_deletions::deletes_at)
                .limit(limit.into())
                .select((user_deletions::tenant_id, user_deletions::user_id));
            let rows: Vec<(String, String)> = rows.load(conn).await?;
            Ok(rows.into_iter().map(|(tenant, user)| (TenantId::new(tenant), UserId::new(user))).collect())
        })
        .await
    }

    async fn erase(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("user_deletions.erase", async move |conn: &mut Conn| {
            let u = user_id.as_str();
            hold::user(conn, &tenant, &user_id).await?;
            let due = user_deletions::table
                .find((tenant.as_str(), u))
                .filter(user_deletions::deletes_at.le(now.seconds()));
            if diesel::delete(due).execute(conn).await? == 0 {
                return Ok(false);
            }
            // A node of an earlier version has enabled the account, and knows nothing of this.
            let row = users::table.find((tenant.as_str(), u)).filter(users::disabled_at.is_not_null());
            if diesel::delete(row).execute(conn).await? == 0 {
                return Ok(false);
            }
            erase::user(conn, &tenant, &user_id, now).await?;
            epoch_end::note(conn, &tenant, Subject::User, u, now).await?;
            put(conn, &events, &tenant, Event::UserDeleted(OfUser { user_id: user_id.clone() })).await?;
            let revoked = Revoked { user_id: Some(user_id), ..Revoked::default() };
            put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            Ok(true)
        })
        .await
    }
}
