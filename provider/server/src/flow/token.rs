//! The token endpoint: lets the client in, then goes the way of the grant.

use std::sync::Arc;

use credenza_protocol::client_auth::Presented;
use credenza_protocol::token::{Error, TokenRequest, TokenResponse};
use credenza_storage::ClientRecord;

use super::{Halt, authorization_code, client, client_credentials, refresh_token};
use crate::realm::Context;

/// Answers a token request of a client that proves itself by `presented`.
///
/// # Errors
/// [`Error`].
pub async fn token(
    context: &Context,
    presented: &Presented,
    request: TokenRequest,
) -> Result<TokenResponse, Halt<Error>> {
    let record = authenticated(context, presented).await?;
    let client = &record.client;
    if !client.may(request.grant_type()) {
        return Err(Error::GrantNotAllowed.into());
    }
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resource } => {
            let request = authorization_code::Request {
                code,
                redirect_uri: redirect_uri.as_deref(),
                code_verifier: code_verifier.as_deref(),
                resource: &resource,
            };
            authorization_code::redeem(context, client, request).await
        }
        TokenRequest::RefreshToken { refresh_token, scope, resource } => {
            refresh_token::refresh(context, client, &refresh_token, scope, &resource).await
        }
        TokenRequest::ClientCredentials { scope, resource } => {
            client_credentials::grant(context, client, scope, &resource).await
        }
    }
}

async fn authenticated(context: &Context, presented: &Presented) -> Result<Arc<ClientRecord>, Halt<Error>> {
    client::authenticate(context, presented).await.map_err(|halt| match halt {
        Halt::Refused(error) => Halt::Refused(error.into()),
        Halt::Failed(failure) => Halt::Failed(failure),
    })
}
