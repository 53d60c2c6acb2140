//! Versions of clients that are made anew. One that has the id of a client that was deleted is another client: whoever has read
//! the old one must not take it for that. So the versions of a client begin above all that deleted clients of its tenant had.
//!
//! Each function is called after the revision was moved, which admits one transaction at a time.

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::Result;
use crate::kept::Keep;
use crate::schema::{clients, tenant_revisions};

/// Gives a client that was added just now its first version.
pub(crate) async fn begin(conn: &mut Conn, tenant: &TenantId, client_id: &ClientId) -> Result<Version> {
    let first = Version::new(highest(conn, tenant).await?).next();
    if first != Version::FIRST {
        let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
        row.set(clients::version.eq(first.number())).kept().execute(conn).await?;
    }
    Ok(first)
}

/// Remembers that a client was deleted at that version.
pub(crate) async fn end(conn: &mut Conn, tenant: &TenantId, version: Version) -> Result<()> {
    if version.number() > highest(conn, tenant).await? {
        let row = diesel::update(tenant_revisions::table.find(tenant.as_str()));
        let last = tenant_revisions::deleted_client_version.eq(version.number());
        row.set(last).kept().execute(conn).await?;
    }
    Ok(())
}

/// The highest version of a client that was deleted; 0 if none was.
async fn highest(conn: &mut Conn, tenant: &TenantId) -> Result<i64> {
    let row = tenant_revisions::table.find(tenant.as_str()).select(tenant_revisions::deleted_client_version);
    Ok(row.get_result(conn).await.optional()?.unwrap_or_default())
}
