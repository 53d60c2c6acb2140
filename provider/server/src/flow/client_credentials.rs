//! Gives a client a token in its own name (RFC 6749 4.4). A JWT writes nothing.

use credenza_protocol::client::Client;
use credenza_protocol::scope::Scope;
use credenza_protocol::token::client_credentials::allow;
use credenza_protocol::token::{Error, TokenResponse};

use super::{Halt, issue};
use crate::realm::Context;

/// Decides and issues.
///
/// # Errors
/// [`Error`].
pub async fn grant(
    context: &Context,
    client: &Client,
    scope: Option<Scope>,
    resource: &[String],
) -> Result<TokenResponse, Halt<Error>> {
    let allowed = allow(client, scope, resource)?;
    issue::machine_token(context, client, &allowed).await
}
