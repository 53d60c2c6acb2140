//! The web origins from which scripts of a client may call.

use std::collections::BTreeSet;

use credenza_protocol::client::Client;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::redirect_uri;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::Result;
use crate::schema::client_origins;

/// Makes these the origins of the client: those of its redirect URIs, and those that it names.
pub(crate) async fn set(conn: &mut Conn, tenant: &TenantId, client: &Client) -> Result<()> {
    forget(conn, tenant, &client.client_id).await?;
    let of_redirect_uris = client.redirect_uris.iter().filter_map(|uri| redirect_uri::origin(uri));
    let origins: BTreeSet<String> = of_redirect_uris.chain(client.allowed_origins.iter().cloned()).collect();
    for origin in origins {
        let row = (
            client_origins::tenant_id.eq(tenant.as_str()),
            client_origins::origin.eq(origin),
            client_origins::client_id.eq(client.client_id.as_str()),
        );
        diesel::insert_into(client_origins::table).values(row).execute(conn).await?;
    }
    Ok(())
}

async fn forget(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<()> {
    let of_client = client_origins::table
        .filter(client_origins::tenant_id.eq(tenant.as_str()))
        .filter(client_origins::client_id.eq(client_id.as_str()));
    diesel::delete(of_client).execute(conn).await?;
    Ok(())
}
