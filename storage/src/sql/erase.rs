//! Deletes everything of a tenant, client or user, whose own row the caller deletes.

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, sessions as session_rows};
use crate::Result;
use crate::schema::{
    access_tokens, client_origins, clients, codes, consents, grants, rate_limits, refresh_tokens, replays,
    requests, revoked_tokens, sessions, signing_keys, users,
};

pub(super) async fn tenant(conn: &mut Conn, tenant: &TenantId) -> Result<()> {
    let t = tenant.as_str();
    diesel::delete(clients::table.filter(clients::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(client_origins::table.filter(client_origins::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(signing_keys::table.filter(signing_keys::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(users::table.filter(users::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(sessions::table.filter(sessions::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(requests::table.filter(requests::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(grants::table.filter(grants::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(codes::table.filter(codes::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(access_tokens::table.filter(access_tokens::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(revoked_tokens::table.filter(revoked_tokens::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(consents::table.filter(consents::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(replays::table.filter(replays::tenant_id.eq(t))).execute(conn).await?;
    diesel::delete(rate_limits::table.filter(rate_limits::tenant_id.eq(t))).execute(conn).await?;
    Ok(())
}

pub(super) async fn client(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<()> {
    let (t, c) = (tenant.as_str(), client_id.as_str());
    let given = grants::table.filter(grants::tenant_id.eq(t)).filter(grants::client_id.eq(c));
    let code = codes::hash.eq_any(given.select(grants::code_hash));
    diesel::delete(codes::table.filter(codes::tenant_id.eq(t)).filter(code)).execute(conn).await?;
    let family = given.filter(grants::family.is_not_null()).select(grants::family.assume_not_null());
    let family = refresh_tokens::family.eq_any(family);
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::tenant_id.eq(t)).filter(family))
        .execute(conn)
        .await?;
    let tokens =
        access_tokens::table.filter(access_tokens::tenant_id.eq(t)).filter(access_tokens::client_id.eq(c));
    diesel::delete(tokens).execute(conn).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::client_id.eq(c));
    diesel::delete(consented).execute(conn).await?;
    diesel::delete(given).execute(conn).await?;
    Ok(())
}

pub(super) async fn user(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    let (t, u) = (tenant.as_str(), user_id.as_str());
    session_rows::delete_of_user(conn, tenant, user_id).await?;
    let given = grants::table.filter(grants::tenant_id.eq(t)).filter(grants::user_id.eq(u));
    let code = codes::hash.eq_any(given.select(grants::code_hash));
    diesel::delete(codes::table.filter(codes::tenant_id.eq(t)).filter(code)).execute(conn).await?;
    let family = given.filter(grants::family.is_not_null()).select(grants::family.assume_not_null());
    let family = refresh_tokens::family.eq_any(family);
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::tenant_id.eq(t)).filter(family))
        .execute(conn)
        .await?;
    // By the clients, since that is the index there is.
    let tokens = access_tokens::table
        .filter(access_tokens::tenant_id.eq(t))
        .filter(access_tokens::client_id.eq_any(given.select(grants::client_id)))
        .filter(access_tokens::user_id.eq(u));
    diesel::delete(tokens).execute(conn).await?;
    let consented = consents::table.filter(consents::tenant_id.eq(t)).filter(consents::user_id.eq(u));
    diesel::delete(consented).execute(conn).await?;
    diesel::delete(given).execute(conn).await?;
    Ok(())
}
