//! The end of secrets of clients. Otherwise they are written with their clients.

use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::shared::kept_secrets::{self, InClient};
use crate::Result;
use crate::kept::Keep;
use crate::schema::clients;

/// The hash, the sealed value and the time of the secret that stands in the row of a client.
type First = (Option<Vec<u8>>, Option<Vec<u8>>, i64);

/// Deletes the secrets of a client that have expired; answers how many rows those were. They are refused before, and
/// nobody need be told.
pub(super) async fn delete_expired(
    conn: &mut Conn,
    tenant: &TenantId,
    client_id: &ClientId,
    now: Time,
) -> Result<usize> {
    // Holds the client, so that nobody gives it others meanwhile.
    let row = diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())));
    row.set(clients::epoch.eq(clients::epoch)).kept().execute(conn).await?;
    let rows = kept_secrets::of_client(conn, tenant, client_id).await?;
    let count = rows.iter().filter(|row| row.expires_at.is_some_and(|at| at <= now.seconds())).count();
    let row = clients::table.find((tenant.as_str(), client_id.as_str()));
    let row = row.select((clients::secret_hash, clients::secret_sealed, clients::created_at));
    let found: Option<First> = row.get_result(conn).await.optional()?;
    let secrets = match found {
        Some((hash, sealed, created_at)) => kept_secrets::all(InClient { hash, sealed, created_at }, rows)?,
        // A node of the version before has deleted the client.
        None => vec![],
    };
    let live: Vec<ClientSecret> = secrets.into_iter().filter(|secret| secret.is_live(now)).collect();
    kept_secrets::replace(conn, tenant, client_id, &live).await?;
    let (hash, sealed) = kept_secrets::first(&live);
    let changes = (clients::secret_hash.eq(hash), clients::secret_sealed.eq(sealed));
    diesel::update(clients::table.find((tenant.as_str(), client_id.as_str())))
        .set(changes)
        .kept()
        .execute(conn)
        .await?;
    Ok(count)
}
