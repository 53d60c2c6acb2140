//! Groups.

use async_trait::async_trait;
use credenza_protocol::event::{Event, Member, OfGroup};
use credenza_protocol::group::{Group, name_key};
use credenza_protocol::ids::{GroupId, TenantId, UserId};
use credenza_protocol::role::Holder;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::rows::UserRow;
use super::shared::{erase, hold, stale};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::page::Page;
use crate::schema::{group_members, groups, users};
use crate::{Events, Expected, Groups, Linked, Result, Update, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = groups)]
struct Row {
    group_id: String,
    name: String,
    description: String,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl Row {
    fn record(self) -> Group {
        Group {
            group_id: GroupId::new(self.group_id),
            name: self.name,
            description: self.description,
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            version: Version::new(self.version),
        }
    }
}

/// Puts somebody into a group, in a job.
pub(super) async fn put_in(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    group_id: GroupId,
    user_id: UserId,
) -> Result<Linked> {
    let both = hold::user(conn, tenant, &user_id).await? && hold::group(conn, tenant, &group_id).await?;
    if !both {
        return Ok(Linked::Absent);
    }
    // Nobody else can put them in between: that would need the user, who is held.
    let row = group_members::table.find((tenant.as_str(), group_id.as_str(), user_id.as_str()));
    let found = row.select(group_members::user_id).get_result::<String>(conn).await.optional()?;
    if found.is_some() {
        return Ok(Linked::Before);
    }
    let row = (
        group_members::tenant_id.eq(tenant.as_str()),
        group_members::group_id.eq(group_id.as_str()),
        group_members::user_id.eq(user_id.as_str()),
    );
    diesel::insert_into(group_members::table).values(row).execute(conn).await?;
    put(conn, events, tenant, Event::GroupMemberAdded(Member { group_id, user_id })).await?;
    Ok(Linked::Now)
}

#[async_trait]
impl Groups for Db {
    async fn create(&self, tenant: &TenantId, group: Group) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.effect("groups.create", async move |conn: &mut Conn| {
            let row = (
                groups::tenant_id.eq(tenant.as_str()),
                groups::group_id.eq(group.group_id.as_str()),
                groups::name.eq(&group.name),
                groups::name_key.eq(name_key(&group.name)),
                groups::description.eq(&group.description),
                groups::created_at.eq(group.created_at.seconds()),
                groups::updated_at.eq(group.updated_at.seconds()),
                groups::version.eq(Version::FIRST.number()),
            );
            let made = diesel::insert_into(groups::table).values(row).execute(conn).await;
            if !value::inserted(made)? {
                return Ok(false);
            }
            let event = Event::GroupCreated(OfGroup { group_id: group.group_id });
            put(conn, &events, &tenant, event).await?;
            Ok(true)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, group_id: &GroupId) -> Result<Option<Group>> {
        let (tenant, group_id) = (tenant.clone(), group_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = groups::table.find((tenant.as_str(), group_id.as_str())).select(Row::as_select());
            Ok(row.get_result(conn).await.optional()?.map(Row::record))
        })
        .await
    }

    async fn find_by_name(&self, tenant: &TenantId, name: &str) -> Result<Option<Group>> {
        let (tenant, key) = (tenant.clone(), name_key(name));
        self.read(async move |conn: &mut Conn| {
            let row = groups::table
                .filter(groups::tenant_id.eq(tenant.as_str()))
                .filter(groups::name_key.eq(key))
                .select(Row::as_select());
            Ok(row.get_result(conn).await.optional()?.map(Row::record))
        })
        .await
    }

    async fn list(&self, tenant: &TenantId, after: Option<&GroupId>, limit: u32) -> Result<Vec<Group>> {
        let tenant = tenant.clone();
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let rows = groups::table
                .filter(groups::tenant_id.eq(tenant.as_str()))
                .filter(groups::group_id.gt(after))
                .order(groups::group_id)
                .limit(limit.into())
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(rows.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn list_by_name(
        &self,
        tenant: &TenantId,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Group>> {
        // Keys are trimmed at both ends, but a space may well be the last character of what a name begins with.
        let (tenant, prefix) = (tenant.clone(), prefix.trim_start().to_lowercase());
        let after = after.map(name_key).unwrap_or_default();
        self.read(async move |conn: &mut Conn| {
            let rows = groups::table
                .filter(groups::tenant_id.eq(tenant.as_str()))
                .filter(groups::name_key.ge(prefix.as_str()))
                .filter(groups::name_key.lt(format!("{prefix}{}", char::MAX)))
                .filter(groups::name_key.gt(after))
                .order(groups::name_key)
                .limit(limit.into())
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(rows.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn update(&self, tenant: &TenantId, expected: Version, group: Group) -> Result<Update> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.effect("groups.update", async move |conn: &mut Conn| {
            let row = groups::table.find((tenant.as_str(), group.group_id.as_str()));
            let version: Option<i64> = row.select(groups::version).get_result(conn).await.optional()?;
            if version.is_none() {
                return Ok(Update::Absent);
            }
            let changes = (
                groups::name.eq(&group.name),
                groups::name_key.eq(name_key(&group.name)),
                groups::description.eq(&group.description),
                groups::updated_at.eq(group.updated_at.seconds()),
                groups::version.eq(expected.next().number()),
            );
            let row = row.filter(groups::version.eq(expected.number()));
            let changed = diesel::update(row).set(changes).kept().execute(conn).await;
            match value::counted(changed)? {
                None => Ok(Update::NameTaken),
                Some(0) => Ok(Update::Stale),
                Some(_) => {
                    let event = Event::GroupUpdated(OfGroup { group_id: group.group_id });
                    put(conn, &events, &tenant, event).await?;
                    Ok(Update::Updated)
                }
            }
        })
        .await
    }

    async fn delete_at(&self, tenant: &TenantId, group_id: &GroupId, expected: Expected) -> Result<Update> {
        let (tenant, group_id, events) = (tenant.clone(), group_id.clone(), self.events.of_this_task());
        self.write("groups.delete", async move |conn: &mut Conn| {
            if stale::group(conn, &tenant, &group_id, expected).await? {
                return Ok(Update::Stale);
            }
            let row = groups::table.find((tenant.as_str(), group_id.as_str()));
            let count = diesel::delete(row).execute(conn).await?;
            let members = group_members::table
                .filter(group_members::tenant_id.eq(tenant.as_str()))
                .filter(group_members::group_id.eq(group_id.as_str()));
            diesel::delete(members).execute(conn).await?;
            erase::roles(conn, &tenant, &Holder::Group(group_id.clone())).await?;
            if count == 0 {
                return Ok(Update::Absent);
            }
            put(conn, &events, &tenant, Event::GroupDeleted(OfGroup { group_id })).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn add(&self, tenant: &TenantId, group_id: &GroupId, user_id: &UserId) -> Result<Linked> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let (group_id, user_id) = (group_id.clone(), user_id.clone());
        self.write("groups.add", async move |conn: &mut Conn| {
            put_in(conn, &events, &tenant, group_id.clone(), user_id.clone()).await
        })
        .await
    }

    async fn remove(&self, tenant: &TenantId, group_id: &GroupId, user_id: &UserId) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let (group_id, user_id) = (group_id.clone(), user_id.clone());
        self.write("groups.remove", async move |conn: &mut Conn| {
            // In the order in which they are held when somebody is put in.
            let both =
                hold::user(conn, &tenant, &user_id).await? && hold::group(conn, &tenant, &group_id).await?;
            let row = group_members::table.find((tenant.as_str(), group_id.as_str(), user_id.as_str()));
            let removed = both && diesel::delete(row).execute(conn).await? == 1;
            if removed {
                put(conn, &events, &tenant, Event::GroupMemberRemoved(Member { group_id, user_id })).await?;
            }
            Ok(removed)
        })
        .await
    }

    async fn members(
        &self,
        tenant: &TenantId,
        group_id: &GroupId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let (tenant, group_id) = (tenant.clone(), group_id.clone());
        let mut after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let same_user = users::tenant_id
                    .eq(group_members::tenant_id)
                    .and(users::user_id.eq(group_members::user_id));
                let rows = group_members::table
                    .inner_join(users::table.on(same_user))
                    .filter(group_members::tenant_id.eq(tenant.as_str()))
                    .filter(group_members::group_id.eq(group_id.as_str()))
                    .filter(group_members::user_id.gt(after.as_str()))
                    .order(group_members::user_id)
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

    async fn of_user_page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GroupId>,
        limit: u32,
    ) -> Result<Vec<Group>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        let after = after.map_or_else(String::new, ToString::to_string);
        self.read(async move |conn: &mut Conn| {
            let same_group = groups::tenant_id
                .eq(group_members::tenant_id)
                .and(groups::group_id.eq(group_members::group_id));
            let rows = group_members::table
                .inner_join(groups::table.on(same_group))
                .filter(group_members::tenant_id.eq(tenant.as_str()))
                .filter(group_members::user_id.eq(user_id.as_str()))
                .filter(group_members::group_id.gt(after))
                .order(group_members::group_id)
                .limit(limit.into())
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(rows.into_iter().map(Row::record).collect())
        })
        .await
    }

    async fn of_user(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<Group>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let same_group = groups::tenant_id
                .eq(group_members::tenant_id)
                .and(groups::group_id.eq(group_members::group_id));
            let rows = group_members::table
                .inner_join(groups::table.on(same_group))
                .filter(group_members::tenant_id.eq(tenant.as_str()))
                .filter(group_members::user_id.eq(user_id.as_str()))
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            let mut groups: Vec<_> = rows.into_iter().map(Row::record).collect();
            groups.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(groups)
        })
        .await
    }
}
