//! Admin roles.

use async_trait::async_trait;
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::event::{Event, OfAdminRole};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::{hold, rights};
use super::{Conn, Db};
use crate::page::Page;
use crate::schema::admin_roles;
use crate::{AdminRoles, Granted, Result, StoreError, Update, actor, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = admin_roles)]
struct Row {
    user_id: String,
    role: String,
    installation: i64,
    created_at: i64,
}

impl Row {
    fn assignment(self) -> Result<Assignment> {
        Ok(Assignment {
            user_id: UserId::new(self.user_id),
            role: Role::parse(&self.role).ok_or_else(|| StoreError::new("a stored role is unknown"))?,
            installation: self.installation != 0,
            created_at: Time::from_seconds(self.created_at),
        })
    }
}

fn event_of(assignment: &Assignment) -> OfAdminRole {
    let Assignment { user_id, role, installation, .. } = assignment;
    OfAdminRole { user_id: user_id.clone(), role: *role, installation: *installation }
}

#[async_trait]
impl AdminRoles for Db {
    async fn grant(&self, tenant: &TenantId, assignment: Assignment) -> Result<Granted> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("admin_roles.grant", async move |conn: &mut Conn| {
            if rights::lost(conn, by.as_ref(), &tenant, &assignment.user_id).await? {
                return Ok(Granted::Overtaken);
            }
            if !hold::user(conn, &tenant, &assignment.user_id).await? {
                return Ok(Granted::NoUser);
            }
            let row = (
                admin_roles::tenant_id.eq(tenant.as_str()),
                admin_roles::user_id.eq(assignment.user_id.as_str()),
                admin_roles::role.eq(assignment.role.as_str()),
                admin_roles::installation.eq(i64::from(assignment.installation)),
                admin_roles::created_at.eq(assignment.created_at.seconds()),
            );
            let made = diesel::insert_into(admin_roles::table).values(row).execute(conn).await;
            if !value::inserted(made)? {
                return Ok(Granted::Already);
            }
            put(conn, &events, &tenant, Event::AdminRoleGranted(event_of(&assignment))).await?;
            Ok(Granted::Yes)
        })
        .await
    }

    async fn take(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        role: Role,
        installation: bool,
    ) -> Result<Update> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("admin_roles.revoke", async move |conn: &mut Conn| {
            if rights::lost(conn, by.as_ref(), &tenant, &user_id).await? {
                return Ok(Update::Stale);
            }
            // Whoever acts by a role of theirs at this moment waits, and finds it gone.
            hold::user(conn, &tenant, &user_id).await?;
            let found = admin_roles::table
                .filter(admin_roles::tenant_id.eq(tenant.as_str()))
                .filter(admin_roles::user_id.eq(user_id.as_str()))
                .filter(admin_roles::role.eq(role.as_str()))
                .filter(admin_roles::installation.eq(i64::from(installation)));
            if diesel::delete(found).execute(conn).await? == 0 {
                return Ok(Update::Absent);
            }
            let of = OfAdminRole { user_id: user_id.clone(), role, installation };
            put(conn, &events, &tenant, Event::AdminRoleRevoked(of)).await?;
            Ok(Update::Updated)
        })
        .await
    }

    async fn of(&self, tenant: &TenantId, user_id: &UserId) -> Result<Vec<Assignment>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = admin_roles::table
                .filter(admin_roles::tenant_id.eq(tenant.as_str()))
                .filter(admin_roles::user_id.eq(user_id.as_str()))
                .order((admin_roles::role, admin_roles::installation))
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(value::readable("admin_roles", rows, Row::assignment).collect())
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>> {
        let tenant = tenant.clone();
        let mut after = after.map_or_else(Default::default, |after| {
            (after.user_id.to_string(), after.role.as_str().to_owned(), i64::from(after.installation))
        });
        self.read(async move |conn: &mut Conn| {
            let mut page = Page::new(limit);
            while let Some(wanted) = page.wanted() {
                let (user_id, role, installation) = &after;
                let same_user = admin_roles::user_id.eq(user_id.as_str());
                let same_role = same_user.and(admin_roles::role.eq(role.as_str()));
                let later_user = admin_roles::user_id.gt(user_id.as_str());
                let later_role = same_user.and(admin_roles::role.gt(role.as_str()));
                let further = same_role.and(admin_roles::installation.gt(*installation));
                let rows = admin_roles::table
                    .filter(admin_roles::tenant_id.eq(tenant.as_str()))
                    .filter(later_user.or(later_role).or(further))
                    .order((admin_roles::user_id, admin_roles::role, admin_roles::installation))
                    .limit(wanted)
                    .select(Row::as_select());
                let rows: Vec<Row> = rows.load(conn).await?;
                if let Some(row) = rows.last() {
                    after = (row.user_id.clone(), row.role.clone(), row.installation);
                }
                page.add("admin_roles", rows, Row::assignment);
            }
            Ok(page.found())
        })
        .await
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Assignment>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let rows = admin_roles::table
                .filter(admin_roles::tenant_id.eq(tenant.as_str()))
                .order((admin_roles::user_id, admin_roles::role, admin_roles::installation))
                .select(Row::as_select());
            let rows: Vec<Row> = rows.load(conn).await?;
            Ok(value::readable("admin_roles", rows, Row::assignment).collect())
        })
        .await
    }
}
