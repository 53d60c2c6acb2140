//! Metadata that a client sends, together with what others vouch for in a software statement.

use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::registration::{self, Error, Members, Policy, sector, software_statement};

use crate::context::Context;
use crate::flow::Halt;

/// Reads the metadata by the tenant's policy.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) async fn read(
    context: &Context,
    mut members: Members,
    client_id: ClientId,
) -> Result<Client, Halt<Error>> {
    let realm = &context.realm;
    let settings = &realm.tenant.settings;
    let trusted = &settings.software_statement_issuers;
    let statement =
        software_statement::apply(&mut members, trusted, &realm.issuer, context.now).map_err(Error::from)?;
    let client =
        registration::read(&members, client_id, &Policy::of_client(settings)).map_err(Error::from)?;
    let client = Client { software_statement: statement, ..client };
    check_sector(context, &client).await?;
    Ok(client)
}

/// The document is fetched this once: from now on the registered URI tells the sector (OpenID Connect Core 8.1).
async fn check_sector(context: &Context, client: &Client) -> Result<(), Error> {
    let Some(uri) = &client.sector_identifier_uri else { return Ok(()) };
    let fetched = context.state.egress.get(uri, "application/json", sector::LONGEST).await;
    let document = fetched.map_err(|error| {
        tracing::info!(%error, "a sector_identifier_uri could not be fetched");
        sector::unreachable()
    })?;
    Ok(sector::check(client, &document.body)?)
}
