//! Deletes everything of a tenant, client or user, whose own row the caller deletes. What is not looked for
//! by one of them, such as the grants of a client, is dead without that row, and is swept in its time.

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, grants as grant_rows, sessions as session_rows};
use crate::schema::{
    access_tokens, client_origins, clients, consents, grants, initial_access_tokens, logouts, rate_limits,
    registrations, replays, requests, revocations, revoked_jwts, revoked_tokens, secrets, session_clients,
    sessions, signing_keys, token_lifetimes, users,
};
use crate::{Result, encryption_keys_of};

pub(super) async fn tenant(conn: &mut Conn, tenant: &TenantId) -> Result<()> {
    let t = tenant.as_str();
    diesel::delete(clients::table.filter(clients::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(client_origins::table.filter(client_origins::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(registrations::table.filter(registrations::tenant_id.eq(t))).execute(conn).await?;
    let tokens = initial_access_tokens::table.filter(initial_access_tokens::tenant_id.eq(t));
    diesel::delete(tokens).execute(conn).await?;
    diesel::delete(signing_keys::table.filter(signing_keys::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(secrets::table.find(encryption_keys_of(tenant))).execute(conn).await?;
    diesel::delete(users::table.filter(users::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(sessions::table.filter(sessions::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(session_clients::table.filter(session_clients::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(logouts::table.filter(logouts::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(requests::table.filter(requests::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(grants::table.filter(grants::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(access_tokens::table.filter(access_tokens::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(revoked_tokens::table.filter(revoked_tokens::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(revoked_jwts::table.filter(revoked_jwts::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(revocations::table.filter(revocations::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(token_lifetimes::table.find(t)).execute(conn).await?;
    diesel::delete(consents::table.filter(consents::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(replays::table.filter(replays::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(rate_limits::table.filter(rate_limits::tenant_id.eq(t))).execute(conn).await?;
    Ok(())
}

pub(super) async fn client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<()> {
    let (t, c) = (tenant.as_str(), client_id.as_str());
    let origins = client_origins::table.filter(client_origins::tenant_id.eq(t));
    diesel::delete(origins.filter(client_origins::client_id.eq(c))).execute(conn).await?;
    diesel::delete(registrations::table.find((t, c))).execute(conn).await?;
    let joined = session_clients::table.filter(session_clients::tenant_id.eq(t));
    diesel::delete(joined.filter(session_clients::client_id.eq(c))).execute(conn).await?;
    let told = logouts::table.filter(logouts::tenant_id.eq(t)).filter(logouts::client_id.eq(c));
    diesel::delete(told).execute(conn).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::client_id.eq(c));
    diesel::delete(consented).execute(conn).await?;
    Ok(())
}

pub(super) async fn user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<()> {
    let (t, u) = (tenant.as_str(), user_id.as_str());
    session_rows::delete_of_user(conn, tenant, user_id).await?;
    grant_rows::empty_of_user(conn, tenant, user_id, now).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::user_id.eq(u));
    diesel::delete(consented).execute(conn).await?;
    Ok(())
}
