//! Resources (RFC 8707) by the clients that serve them. A client names them in its metadata; not every resource has a
//! client that serves it.

use std::collections::BTreeSet;

use credenza_protocol::event::Event;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::role::ResourceServer;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::Value;

use super::Conn;
use super::events::put;
use crate::kept::Keep;
use crate::schema::clients;
use crate::{Events, Result, value};

/// As it stands in the metadata of a client that serves none.
const SERVES_NONE: &str = "%\"serves\":[]%";

/// What is read of a client's metadata here, whatever version wrote the rest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    serves: Vec<String>,
    roles: Vec<String>,
}

/// The resources that clients serve.
pub(crate) struct Served {
    by_enabled: BTreeSet<String>,
    by_disabled: BTreeSet<String>,
}

impl Served {
    /// Those that only disabled clients serve.
    pub(crate) fn closed(self) -> BTreeSet<String> {
        self.by_disabled.difference(&self.by_enabled).cloned().collect()
    }

    fn has(&self, resource: &str) -> bool {
        self.by_enabled.contains(resource) || self.by_disabled.contains(resource)
    }
}

/// The resources that the clients of the tenant serve.
pub(crate) async fn of_tenant(conn: &mut Conn, tenant: &TenantId) -> Result<Served> {
    let rows = clients::table
        .filter(clients::tenant_id.eq(tenant.as_str()))
        .filter(clients::metadata.not_like(SERVES_NONE))
        .select((clients::metadata, clients::disabled_at));
    let rows: Vec<(String, Option<i64>)> = rows.load(conn).await?;
    let mut served = Served { by_enabled: BTreeSet::new(), by_disabled: BTreeSet::new() };
    for (metadata, disabled_at) in rows {
        let of = if disabled_at.is_none() { &mut served.by_enabled } else { &mut served.by_disabled };
        of.extend(value::from_json::<Metadata>(&metadata)?.serves);
    }
    Ok(served)
}

/// The enabled clients that serve resources and declare roles.
pub(crate) async fn servers(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<ResourceServer>> {
    let rows = clients::table
        .filter(clients::tenant_id.eq(tenant.as_str()))
        .filter(clients::metadata.not_like(SERVES_NONE))
        .filter(clients::disabled_at.is_null())
        .select((clients::client_id, clients::metadata));
    let rows: Vec<(String, String)> = rows.load(conn).await?;
    let mut servers = Vec::new();
    for (client_id, metadata) in rows {
        let Metadata { serves, roles } = value::from_json(&metadata)?;
        if !roles.is_empty() {
            servers.push(ResourceServer { client_id: ClientId::new(client_id), serves, roles });
        }
    }
    Ok(servers)
}

/// The resources that one client serves; none if there is no such client.
pub(crate) async fn of_client(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
) -> Result<Vec<String>> {
    let row = clients::table.find((tenant.as_str(), client_id.as_str())).select(clients::metadata);
    let metadata: Option<String> = row.get_result(conn).await.optional()?;
    let metadata = metadata.map(|text| value::from_json::<Metadata>(&text)).transpose()?;
    Ok(metadata.unwrap_or_default().serves)
}

/// A client that served these resources was deleted in this transaction: takes each of them that no other client
/// serves from those that may request tokens for it. The caller moves the revision.
pub(crate) async fn withdraw(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    served: Vec<String>,
    now: Time,
) -> Result<()> {
    if served.is_empty() {
        return Ok(());
    }
    let still = of_tenant(conn, tenant).await?;
    for resource in served.iter().filter(|resource| !still.has(resource)) {
        // Wider than the resource where it holds a wildcard; who really names it is seen below.
        let names = format!("%\"{}\"%", resource.replace(['"', '\\'], "%"));
        let rows = clients::table
            .filter(clients::tenant_id.eq(tenant.as_str()))
            .filter(clients::metadata.like(names))
            .select((clients::client_id, clients::metadata));
        let rows: Vec<(String, String)> = rows.load(conn).await?;
        for (client_id, metadata) in rows {
            let Some(metadata) = without(&metadata, resource)? else { continue };
            let row = clients::table.find((tenant.as_str(), client_id.as_str()));
            let changes = (
                clients::metadata.eq(metadata),
                clients::updated_at.eq(now.seconds()),
                clients::version.eq(clients::version + 1),
            );
            diesel::update(row).set(changes).kept().execute(conn).await?;
            put(conn, events, tenant, Event::ClientUpdated(ClientId::new(client_id).into())).await?;
        }
    }
    Ok(())
}

/// The metadata without the resource among `resources`; `None` when it is not there. The rest stays as it was
/// written, whatever version did that.
fn without(metadata: &str, resource: &str) -> Result<Option<String>> {
    let mut metadata: Value = value::from_json(metadata)?;
    let Some(resources) = metadata.get_mut("resources").and_then(Value::as_array_mut) else {
        return Ok(None);
    };
    let before = resources.len();
    resources.retain(|known| known != resource);
    if resources.len() == before { Ok(None) } else { value::to_json(&metadata).map(Some) }
}
