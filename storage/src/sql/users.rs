//! Users.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser, Revoked};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::user_search::Index;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::{self, Subject};
use super::shared::events::put;
use super::shared::rows::UserRow;
use super::shared::{
    erase, identifiers, new_user, rights, session_end, stale, terms, user_attributes, user_deletion,
    user_update, user_walk,
};
use super::{Conn, Db, email_undos};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::users;
use crate::{Created, Events, Expected, Login, Passed, Result, Step, Update, Users, actor, value};

/// Deletes a user with everything of theirs, in a job.
pub(super) async fn delete(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
    now: Time,
) -> Result<Update> {
    let row = users::table.find((tenant.as_str(), user_id.as_str()));
    let count = diesel::delete(row).execute(conn).await?;
    erase::user(conn, tenant, user_id, now).await?;
    if count == 0 {
        return Ok(Update::Absent);
    }
    epoch_end::note(conn, tenant, Subject::User, user_id.as_str(), now).await?;
    let of = OfUser { user_id: user_id.clone() };
    put(conn, events, tenant, Event::UserDeleted(of)).await?;
    let revoked = Revoked { user_id: Some(user_id.clone()), ..Revoked::default() };
    put(conn, events, tenant, Event::GrantRevoked(revoked)).await?;
    Ok(Update::Updated)
}

#[async_trait]
impl Users for Db {
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let row = new_user::Row::of(user, password_hash)?;
        self.write("users.create", async move |conn: &mut Conn| {
            new_user::insert(conn, &events, &tenant, row.clone()).await
        })
        .await
    }

    async fn would_create(&self, tenant: &TenantId, user: User) -> Result<Created> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = users::table.find((tenant.as_str(), user.user_id.as_str())).select(users::version);
            if row.get_result::<i64>(conn).await.optional()?.is_some() {
                return Ok(Created::UsernameTaken);
            }
            let clash = identifiers::clash(conn, &tenant, &user).await?;
            Ok(clash.map_or(Created::Yes, Created::from))
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = users::table.find((tenant.as_str(), user_id.as_str())).select(UserRow::as_select());
            row.get_result(conn).await.optional()?.map(UserRow::record).transpose()
        })
        .await
    }

    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>> {
        self.find_by_login(tenant, Login { typed: username.to_owned(), by_email: false }).await
    }

    async fn find_by_login(&self, tenant: &TenantId, login: Login) -> Result<Option<User>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| identifiers::find(conn, &tenant, &login).await).await
    }

    async fn identify(&self, tenant: &TenantId, limit: u32) -> Result<u64> {
        let (tenant, limit) = (tenant.clone(), i64::from(limit));
        self.write("users.identify", async move |conn: &mut Conn| {
            let found = identifiers::fill(conn, &tenant, limit).await?;
            let searched = identifiers::fill_search(conn, &tenant, limit).await?;
            Ok(found + searched + user_attributes::fill(conn, &tenant, limit).await?)
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>> {
        let tenant = tenant.clone();
        let mut after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let rows = users::table
                    .filter(users::tenant_id.eq(tenant.as_str()))
                    .filter(users::user_id.gt(after.as_str()))
                    .order(users::user_id)
                    .limit(wanted)
                    .select(UserRow::as_select());
                let rows: Vec<UserRow> = rows.load(conn).await?;
                if let Some(row) = rows.last() {
                    after.clone_from(&row.user_id);
                }
                page.add("users", rows, UserRow::record);
            }
            Ok(page.found())
        })
        .await
    }

    async fn walk(&self, tenant: &TenantId, index: &Index, step: Step) -> Result<Vec<Passed>> {
        let (tenant, index) = (tenant.clone(), index.clone());
        self.read(async move |conn: &mut Conn| user_walk::take(conn, &tenant, &index, step).await).await
    }

    async fn update(&self, tenant: &TenantId, expected: Version, user: User) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("users.update", async move |conn: &mut Conn| {
            let Some(before) = user_update::row(conn, &tenant, user.user_id.as_str()).await? else {
                return Ok(Update::Absent);
            };
            let was = before.email()?;
            let user = User { version: expected, ..user };
            let (user_id, is) = (user.user_id.clone(), user.claims.email.clone());
            let updated = user_update::write(conn, &events, &tenant, before, user).await?;
            if updated == Update::Updated && was != is {
                // Whoever changed it has seen to it: a link in an old mail does not change it once more.
                email_undos::forget(conn, &tenant, &user_id).await?;
            }
            Ok(updated)
        })
        .await
    }

    async fn accept_terms(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        accepted: TermsAcceptance,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        self.write("users.accept_terms", async move |conn: &mut Conn| {
            terms::accept(conn, &events, &tenant, user_id.clone(), accepted.clone()).await
        })
        .await
    }

    async fn set_disabled_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        disabled_at: Option<Time>,
    ) -> Result<Update> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("users.set_disabled", async move |conn: &mut Conn| {
            if rights::lost(conn, by.as_ref(), &tenant, &user_id).await?
                || stale::user(conn, &tenant, &user_id, expected).await?
            {
                return Ok(Update::Stale);
            }
            let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
            let epoch = i64::from(disabled_at.is_some());
            let changes = (
                users::disabled_at.eq(value::seconds(disabled_at)),
                users::epoch.eq(users::epoch + epoch),
                users::version.eq(users::version + 1),
            );
            let count = row.set(changes).kept().execute(conn).await?;
            if count == 0 {
                return Ok(Update::Absent);
            }
            let of = OfUser { user_id: user_id.clone() };
            let Some(now) = disabled_at else {
                put(conn, &events, &tenant, Event::UserEnabled(of)).await?;
                user_deletion::enabled(conn, &events, &tenant, &user_id).await?;
                return Ok(Update::Updated);
            };
            user_deletion::disabled(conn, &tenant, &user_id, now).await?;
            epoch_end::note(conn, &tenant, Subject::User, user_id.as_str(), now).await?;
            put(conn, &events, &tenant, Event::UserDisabled(of)).await?;
            session_end::end_of_user(conn, &events, &tenant, &user_id).await?;
            let revoked = Revoked { user_id: Some(user_id), ..Revoked::default() };
            put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn delete_at(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        expected: Expected,
        now: Time,
    ) -> Result<Update> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("users.delete", async move |conn: &mut Conn| {
            if rights::lost(conn, by.as_ref(), &tenant, &user_id).await?
                || stale::user(conn, &tenant, &user_id, expected).await?
            {
                return Ok(Update::Stale);
            }
            delete(conn, &events, &tenant, &user_id, now).await
        })
        .await
    }
}
