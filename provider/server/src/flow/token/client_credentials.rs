//! Gives a client a token in its own name (RFC 6749 4.4). A JWT costs no write.

use credenza_protocol::token::client_credentials::{Request, allow};
use credenza_protocol::token::{Asker, Error, TokenResponse};

use crate::context::Context;
use crate::flow::{Halt, issue};
use crate::loaded_client::LoadedClient;

/// Decides and issues.
///
/// # Errors
/// [`Error`].
pub async fn grant(
    context: &Context,
    client: &LoadedClient,
    request: Request,
) -> Result<TokenResponse, Halt<Error>> {
    let closed = context.closed_resources(&request.resource).await?;
    let allowed = allow(Asker { client: &client.client, closed }, request)?;
    issue::machine_token(context, client, &allowed).await
}
