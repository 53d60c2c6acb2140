//! The token endpoint: authenticates the client, then takes the way of the grant.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;

use std::sync::Arc;

use credenza_protocol::client_auth::Presented;
use credenza_protocol::token::{Error, TokenRequest, TokenResponse};

use super::{Halt, client};
use crate::context::Context;
use crate::loaded_client::LoadedClient;

/// Answers a token request of the client that presents these credentials.
///
/// # Errors
/// [`Error`].
pub async fn token(
    context: &Context,
    presented: &Presented,
    request: TokenRequest,
) -> Result<TokenResponse, Halt<Error>> {
    let client = &*authenticated(context, presented).await?;
    if !client.client.may(request.grant_type()) {
        return Err(Error::GrantNotAllowed.into());
    }
    match request {
        TokenRequest::AuthorizationCode(request) => {
            authorization_code::redeem(context, client, request).await
        }
        TokenRequest::RefreshToken(request) => refresh_token::refresh(context, client, &request).await,
        TokenRequest::ClientCredentials(request) => client_credentials::grant(context, client, request).await,
    }
}

async fn authenticated(context: &Context, presented: &Presented) -> Result<Arc<LoadedClient>, Halt<Error>> {
    client::authenticate(context, presented).await.map_err(|halt| halt.map(Error::from))
}
