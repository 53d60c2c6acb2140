//! Roles.

use async_trait::async_trait;
use credenza_protocol::event::Event;
use credenza_protocol::ids::{ClientId, GroupId, TenantId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::events::put;
use super::shared::hold::{self, GROUP, USER, type_of};
use super::shared::rows::UserRow;
use super::{Conn, Db};
use crate::schema::{group_members, groups, role_assignments, users};
use crate::{Asked, Events, Linked, Result, Roles, Standing, StoreError};

/// A row without its tenant.
type Row = (String, String, String, String);

const COLUMNS: (
    role_assignments::holder_type,
    role_assignments::holder_id,
    role_assignments::client_id,
    role_assignments::role,
) = (
    role_assignments::holder_type,
    role_assignments::holder_id,
    role_assignments::client_id,
    role_assignments::role,
);

fn record((holder_type, holder_id, client_id, role): Row) -> Result<Assignment> {
    let holder = match holder_type.as_str() {
        USER => Holder::User(UserId::new(holder_id)),
        GROUP => Holder::Group(GroupId::new(holder_id)),
        _ => return Err(StoreError::new("a role has a holder of an unknown type")),
    };
    Ok(Assignment { client_id: ClientId::new(client_id), role, holder })
}

async fn user_of(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<Option<User>> {
    let row = users::table.find((tenant.as_str(), user_id.as_str())).select(UserRow::as_select());
    row.get_result(conn).await.optional()?.map(UserRow::record).transpose()
}

async fn groups_of(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<Vec<String>> {
    let same_group =
        groups::tenant_id.eq(group_members::tenant_id).and(groups::group_id.eq(group_members::group_id));
    let rows = group_members::table
        .inner_join(groups::table.on(same_group))
        .filter(group_members::tenant_id.eq(tenant.as_str()))
        .filter(group_members::user_id.eq(user_id.as_str()))
        .select(groups::name);
    let mut names: Vec<String> = rows.load(conn).await?;
    names.sort();
    Ok(names)
}

/// The roles of the user themselves, and those by the groups that they are in.
async fn roles_of(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &UserId,
    clients: Vec<ClientId>,
) -> Result<Vec<(ClientId, String)>> {
    let own = role_assignments::holder_type.eq(USER).and(role_assignments::holder_id.eq(user_id.as_str()));
    let joined = group_members::table
        .filter(group_members::tenant_id.eq(tenant.as_str()))
        .filter(group_members::user_id.eq(user_id.as_str()))
        .select(group_members::group_id);
    let by_group = role_assignments::holder_type.eq(GROUP).and(role_assignments::holder_id.eq_any(joined));
    let clients = clients.into_iter().map(|client| client.to_string());
    let rows = role_assignments::table
        .filter(role_assignments::tenant_id.eq(tenant.as_str()))
        .filter(role_assignments::client_id.eq_any(clients.collect::<Vec<_>>()))
        .filter(own.or(by_group))
        .select((role_assignments::client_id, role_assignments::role));
    let rows: Vec<(String, String)> = rows.load(conn).await?;
    Ok(rows.into_iter().map(|(client_id, role)| (ClientId::new(client_id), role)).collect())
}

/// Gives somebody a role at a client, in a job.
pub(super) async fn give(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    assignment: Assignment,
) -> Result<Linked> {
    let Assignment { client_id, role, holder } = &assignment;
    let both = hold::holder(conn, tenant, holder).await? && hold::client(conn, tenant, client_id).await?;
    if !both {
        return Ok(Linked::Absent);
    }
    // Nobody else can give it to them in between: that would need the holder, who is held.
    let (kind, id) = (type_of(holder), holder.id());
    let row = role_assignments::table
        .find((tenant.as_str(), kind, id, client_id.as_str(), role.as_str()))
        .select(role_assignments::role);
    if row.get_result::<String>(conn).await.optional()?.is_some() {
        return Ok(Linked::Before);
    }
    let row = (
        role_assignments::tenant_id.eq(tenant.as_str()),
        role_assignments::holder_type.eq(kind),
        role_assignments::holder_id.eq(id),
        role_assignments::client_id.eq(client_id.as_str()),
        role_assignments::role.eq(role.as_str()),
    );
    diesel::insert_into(role_assignments::table).values(row).execute(conn).await?;
    put(conn, events, tenant, Event::RoleGranted(assignment)).await?;
    Ok(Linked::Now)
}

#[async_trait]
impl Roles for Db {
    async fn grant(&self, tenant: &TenantId, assignment: Assignment) -> Result<Linked> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("roles.grant", async move |conn: &mut Conn| {
            give(conn, &events, &tenant, assignment.clone()).await
        })
        .await
    }

    async fn revoke(&self, tenant: &TenantId, assignment: Assignment) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("roles.revoke", async move |conn: &mut Conn| {
            let Assignment { client_id, role, holder } = &assignment;
            let is_there = hold::holder(conn, &tenant, holder).await?;
            let (kind, id) = (type_of(holder), holder.id());
            let row =
                role_assignments::table.find((tenant.as_str(), kind, id, client_id.as_str(), role.as_str()));
            let revoked = is_there && diesel::delete(row).execute(conn).await? == 1;
            if revoked {
                put(conn, &events, &tenant, Event::RoleRevoked(assignment)).await?;
            }
            Ok(revoked)
        })
        .await
    }

    async fn at_client(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>> {
        let (tenant, client_id) = (tenant.clone(), client_id.clone());
        let after = after.map(|after| {
            let Assignment { holder, role, .. } = after;
            (type_of(holder), holder.id().to_owned(), role.clone())
        });
        self.read(async move |conn: &mut Conn| {
            let (kind, id, role) = after.unwrap_or_default();
            let same_type = role_assignments::holder_type.eq(kind);
            let same_holder = same_type.and(role_assignments::holder_id.eq(id.as_str()));
            let later_type = role_assignments::holder_type.gt(kind);
            let later_holder = same_type.and(role_assignments::holder_id.gt(id.as_str()));
            let later_role = same_holder.and(role_assignments::role.gt(role.as_str()));
            let rows = role_assignments::table
                .filter(role_assignments::tenant_id.eq(tenant.as_str()))
                .filter(role_assignments::client_id.eq(client_id.as_str()))
                .filter(later_type.or(later_holder).or(later_role))
                .order((role_assignments::holder_type, role_assignments::holder_id, role_assignments::role))
                .limit(limit.into())
                .select(COLUMNS);
            let rows: Vec<Row> = rows.load(conn).await?;
            rows.into_iter().map(record).collect()
        })
        .await
    }

    async fn of_holder(&self, tenant: &TenantId, holder: &Holder) -> Result<Vec<Assignment>> {
        let (tenant, holder) = (tenant.clone(), holder.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = role_assignments::table
                .filter(role_assignments::tenant_id.eq(tenant.as_str()))
                .filter(role_assignments::holder_type.eq(type_of(&holder)))
                .filter(role_assignments::holder_id.eq(holder.id()))
                .order((role_assignments::client_id, role_assignments::role))
                .select(COLUMNS);
            let rows: Vec<Row> = rows.load(conn).await?;
            rows.into_iter().map(record).collect()
        })
        .await
    }

    async fn held(
        &self,
        tenant: &TenantId,
        holder: &Holder,
        by_groups: bool,
        after: Option<&Assignment>,
        limit: u32,
    ) -> Result<Vec<Assignment>> {
        let (tenant, holder) = (tenant.clone(), holder.clone());
        // Nobody has the empty id.
        let member = if by_groups { holder.id().to_owned() } else { String::new() };
        let after = after.map(|after| {
            let Assignment { holder, client_id, role } = after;
            (type_of(holder), holder.id().to_owned(), client_id.to_string(), role.clone())
        });
        self.read(async move |conn: &mut Conn| {
            let own = role_assignments::holder_type
                .eq(type_of(&holder))
                .and(role_assignments::holder_id.eq(holder.id()));
            let joined = group_members::table
                .filter(group_members::tenant_id.eq(tenant.as_str()))
                .filter(group_members::user_id.eq(member))
                .select(group_members::group_id);
            let by_group =
                role_assignments::holder_type.eq(GROUP).and(role_assignments::holder_id.eq_any(joined));
            let (kind, id, client, role) = after.unwrap_or_default();
            let same_type = role_assignments::holder_type.eq(kind);
            let same_holder = same_type.and(role_assignments::holder_id.eq(id.as_str()));
            let same_client = same_holder.and(role_assignments::client_id.eq(client.as_str()));
            let later_type = role_assignments::holder_type.gt(kind);
            let later_holder = same_type.and(role_assignments::holder_id.gt(id.as_str()));
            let later_client = same_holder.and(role_assignments::client_id.gt(client.as_str()));
            let later_role = same_client.and(role_assignments::role.gt(role.as_str()));
            let rows = role_assignments::table
                .filter(role_assignments::tenant_id.eq(tenant.as_str()))
                .filter(own.or(by_group))
                .filter(later_type.or(later_holder).or(later_client).or(later_role))
                .order((
                    role_assignments::holder_type,
                    role_assignments::holder_id,
                    role_assignments::client_id,
                    role_assignments::role,
                ))
                .limit(limit.into())
                .select(COLUMNS);
            let rows: Vec<Row> = rows.load(conn).await?;
            rows.into_iter().map(record).collect()
        })
        .await
    }

    async fn standing(&self, tenant: &TenantId, user_id: &UserId, asked: Asked) -> Result<Standing> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            Ok(Standing {
                user: match asked.user {
                    true => user_of(conn, &tenant, &user_id).await?,
                    false => None,
                },
                groups: match asked.groups {
                    true => groups_of(conn, &tenant, &user_id).await?,
                    false => vec![],
                },
                roles: match asked.roles_at.is_empty() {
                    false => roles_of(conn, &tenant, &user_id, asked.roles_at).await?,
                    true => vec![],
                },
            })
        })
        .await
    }
}
