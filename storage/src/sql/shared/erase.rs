//! Deletes everything of a tenant, client or user, whose own row the caller deletes. What is not deleted here,
//! such as the grants of a client, is dead without that row, and is swept when it expires.

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::role::Holder;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::erased_tables::ERASED_WITH_TENANT;
use super::hold::type_of;
use super::{Conn, grant_end, session_end, user_attributes};
use crate::any_table::DeleteOf;
use crate::schema::{
    admin_roles, approvals, authenticators, client_origins, client_secrets, consents, devices,
    email_challenges, email_changes, email_undos, group_members, invitations, logouts, recovery_codes,
    registrations, resource_secrets, role_assignments, secrets, session_clients, sign_in_links,
    user_deletions, username_looks,
};
use crate::{Result, encryption_keys_of};

/// Deletes the rows of a tenant in every table that has any.
pub(crate) async fn tenant(conn: &mut Conn, tenant: &TenantId) -> Result<()> {
    for table in ERASED_WITH_TENANT {
        DeleteOf { table, tenant: tenant.as_str() }.execute(conn).await?;
    }
    diesel::delete(secrets::table.find(encryption_keys_of(tenant))).execute(conn).await?;
    Ok(())
}

/// Deletes what belongs to a client.
pub(crate) async fn client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<()> {
    let (t, c) = (tenant.as_str(), client_id.as_str());
    let registration = registrations::table.find((tenant.as_str(), c));
    diesel::delete(registration).execute(conn).await?;
    let origins = client_origins::table.filter(client_origins::tenant_id.eq(t));
    diesel::delete(origins.filter(client_origins::client_id.eq(c))).execute(conn).await?;
    let secrets = client_secrets::table.filter(client_secrets::tenant_id.eq(t));
    diesel::delete(secrets.filter(client_secrets::client_id.eq(c))).execute(conn).await?;
    let shared = resource_secrets::table.filter(resource_secrets::tenant_id.eq(t));
    diesel::delete(shared.filter(resource_secrets::client_id.eq(c))).execute(conn).await?;
    let joined = session_clients::table.filter(session_clients::tenant_id.eq(t));
    diesel::delete(joined.filter(session_clients::client_id.eq(c))).execute(conn).await?;
    let told = logouts::table.filter(logouts::tenant_id.eq(t)).filter(logouts::client_id.eq(c));
    diesel::delete(told).execute(conn).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::client_id.eq(c));
    diesel::delete(consented).execute(conn).await?;
    let installed = devices::table.filter(devices::tenant_id.eq(t)).filter(devices::client_id.eq(c));
    diesel::delete(installed).execute(conn).await?;
    let roles = role_assignments::table.filter(role_assignments::tenant_id.eq(t));
    diesel::delete(roles.filter(role_assignments::client_id.eq(c))).execute(conn).await?;
    Ok(())
}

/// Deletes the roles that somebody has.
pub(crate) async fn roles(conn: &mut Conn, tenant: &TenantId, holder: &Holder) -> Result<()> {
    let held = role_assignments::table
        .filter(role_assignments::tenant_id.eq(tenant.as_str()))
        .filter(role_assignments::holder_type.eq(type_of(holder)))
        .filter(role_assignments::holder_id.eq(holder.id()));
    diesel::delete(held).execute(conn).await?;
    Ok(())
}

/// Deletes what belongs to a user. Of their grants the ids stay, see [`grant_end::empty_of_user`].
pub(crate) async fn user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<()> {
    let (t, u) = (tenant.as_str(), user_id.as_str());
    session_end::delete_of_user(conn, tenant, user_id).await?;
    grant_end::empty_of_user(conn, tenant, user_id, now).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::user_id.eq(u));
    diesel::delete(consented).execute(conn).await?;
    let devices = devices::table.filter(devices::tenant_id.eq(t)).filter(devices::user_id.eq(u));
    diesel::delete(devices).execute(conn).await?;
    let proofs = authenticators::table.filter(authenticators::tenant_id.eq(t));
    diesel::delete(proofs.filter(authenticators::user_id.eq(u))).execute(conn).await?;
    let codes = recovery_codes::table.filter(recovery_codes::tenant_id.eq(t));
    diesel::delete(codes.filter(recovery_codes::user_id.eq(u))).execute(conn).await?;
    let challenges = email_challenges::table.filter(email_challenges::tenant_id.eq(t));
    diesel::delete(challenges.filter(email_challenges::user_id.eq(u))).execute(conn).await?;
    let links = sign_in_links::table.filter(sign_in_links::tenant_id.eq(t));
    diesel::delete(links.filter(sign_in_links::user_id.eq(u))).execute(conn).await?;
    let decided = approvals::table.find((tenant.as_str(), u));
    diesel::delete(decided).execute(conn).await?;
    let invited = invitations::table.filter(invitations::tenant_id.eq(t));
    diesel::delete(invited.filter(invitations::user_id.eq(u))).execute(conn).await?;
    let deletion = user_deletions::table.find((tenant.as_str(), u));
    diesel::delete(deletion).execute(conn).await?;
    let wanted = email_changes::table.find((tenant.as_str(), u));
    diesel::delete(wanted).execute(conn).await?;
    let replaced = email_undos::table.filter(email_undos::tenant_id.eq(t));
    diesel::delete(replaced.filter(email_undos::user_id.eq(u))).execute(conn).await?;
    let looks = username_looks::table.filter(username_looks::tenant_id.eq(t));
    diesel::delete(looks.filter(username_looks::user_id.eq(u))).execute(conn).await?;
    user_attributes::delete(conn, tenant, u).await?;
    let given = admin_roles::table.filter(admin_roles::tenant_id.eq(t));
    diesel::delete(given.filter(admin_roles::user_id.eq(u))).execute(conn).await?;
    let joined = group_members::table.filter(group_members::tenant_id.eq(t));
    diesel::delete(joined.filter(group_members::user_id.eq(u))).execute(conn).await?;
    roles(conn, tenant, &Holder::User(user_id.clone())).await
}
