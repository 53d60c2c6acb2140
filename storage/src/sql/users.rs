//! Users.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser, Revoked};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::{User, username_key};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::outbox::put;
use super::revocations::{self, Subject};
use super::{Conn, Db, erase, sessions};
use crate::kept::Keep;
use crate::schema::users;
use crate::{Created, Events, Result, Users, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct Row {
    user_id: String,
    username: String,
    created_at: i64,
    updated_at: i64,
    disabled_at: Option<i64>,
    claims: String,
}

impl Row {
    pub(super) fn record(self) -> Result<User> {
        Ok(User {
            user_id: UserId::new(self.user_id),
            username: self.username,
            claims: value::from_json(&self.claims)?,
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            disabled_at: value::time(self.disabled_at),
        })
    }
}

/// Lets one job after the other at the user, for events about them whose effect lies in other rows. Before
/// those, as everywhere, so that no two jobs wait for each other. Without events there is nothing to order.
pub(super) async fn lock(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<()> {
    if events.wanted() {
        let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
        row.set(users::epoch.eq(users::epoch)).kept().execute(conn).await?;
    }
    Ok(())
}

#[async_trait]
impl Users for Db {
    async fn create(&self, tenant: &TenantId, user: User, password_hash: Option<String>) -> Result<Created> {
        let (tenant, events) = (tenant.clone(), self.events.clone());
        let claims = value::to_json(&user.claims)?;
        self.effect("users.create", async move |conn: &mut Conn| {
            let row = (
                users::tenant_id.eq(tenant.as_str()),
                users::user_id.eq(user.user_id.as_str()),
                users::username_key.eq(username_key(&user.username)),
                users::username.eq(&user.username),
                users::created_at.eq(user.created_at.seconds()),
                users::updated_at.eq(user.updated_at.seconds()),
                users::disabled_at.eq(value::seconds(user.disabled_at)),
                // Not that of a user of the same id, deleted before.
                users::epoch.eq(user.created_at.seconds()),
                users::password_hash.eq(password_hash),
                users::claims.eq(claims),
            );
            let made = diesel::insert_into(users::table).values(row).execute(conn).await;
            if !value::inserted(made)? {
                return Ok(Created::UsernameTaken);
            }
            let event = Event::UserCreated(OfUser { user_id: user.user_id });
            put(conn, &events, &tenant, event).await?;
            Ok(Created::Yes)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = users::table.find((tenant.as_str(), user_id.as_str())).select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn find_by_username(&self, tenant: &TenantId, username: &str) -> Result<Option<User>> {
        let (tenant, key) = (tenant.clone(), username_key(username));
        self.read(async move |conn: &mut Conn| {
            let row = users::table
                .filter(users::tenant_id.eq(tenant.as_str()))
                .filter(users::username_key.eq(key))
                .select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&UserId>, limit: u32) -> Result<Vec<User>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let rows = users::table
                .filter(users::tenant_id.eq(tenant.as_str()))
                .filter(users::user_id.gt(after))
                .order(users::user_id)
                .limit(limit.into())
                .select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
        })
        .await
    }

    async fn update(&self, tenant: &TenantId, user: User) -> Result<Created> {
        let (tenant, events) = (tenant.clone(), self.events.clone());
        let claims = value::to_json(&user.claims)?;
        self.effect("users.update", async move |conn: &mut Conn| {
            let row = diesel::update(users::table.find((tenant.as_str(), user.user_id.as_str())));
            let changes = (
                users::username_key.eq(username_key(&user.username)),
                users::username.eq(&user.username),
                users::updated_at.eq(user.updated_at.seconds()),
                users::claims.eq(claims),
            );
            let changed = row.set(changes).kept().execute(conn).await;
            match value::counted(changed)? {
                None => Ok(Created::UsernameTaken),
                Some(0) => Ok(Created::Absent),
                Some(_) => {
                    let event = Event::UserUpdated(OfUser { user_id: user.user_id });
                    put(conn, &events, &tenant, event).await?;
                    Ok(Created::Yes)
                }
            }
        })
        .await
    }

    async fn set_disabled(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        disabled_at: Option<Time>,
    ) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.clone());
        self.write("users.set_disabled", async move |conn: &mut Conn| {
            let row = diesel::update(users::table.find((tenant.as_str(), user_id.as_str())));
            let epoch = i64::from(disabled_at.is_some());
            let changes =
                (users::disabled_at.eq(value::seconds(disabled_at)), users::epoch.eq(users::epoch + epoch));
            let count = row.set(changes).kept().execute(conn).await?;
            if count == 0 {
                return Ok(false);
            }
            let of = OfUser { user_id: user_id.clone() };
            let Some(now) = disabled_at else {
                put(conn, &events, &tenant, Event::UserEnabled(of)).await?;
                return Ok(true);
            };
            revocations::note(conn, &tenant, Subject::User, user_id.as_str(), now).await?;
            put(conn, &events, &tenant, Event::UserDisabled(of)).await?;
            sessions::end_of_user(conn, &events, &tenant, &user_id).await?;
            let revoked = Revoked { user_id: Some(user_id), ..Revoked::default() };
            put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            Ok(true)
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<bool> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.clone());
        self.write("users.delete", async move |conn: &mut Conn| {
            let row = users::table.find((tenant.as_str(), user_id.as_str()));
            let count = diesel::delete(row).execute(conn).await?;
            erase::user(conn, &tenant, &user_id, now).await?;
            if count == 1 {
                revocations::note(conn, &tenant, Subject::User, user_id.as_str(), now).await?;
                let of = OfUser { user_id: user_id.clone() };
                put(conn, &events, &tenant, Event::UserDeleted(of)).await?;
                let revoked = Revoked { user_id: Some(user_id), ..Revoked::default() };
                put(conn, &events, &tenant, Event::GrantRevoked(revoked)).await?;
            }
            Ok(count == 1)
        })
        .await
    }
}
