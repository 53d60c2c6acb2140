//! Refresh tokens that stay in a cookie: whether the page that calls may use it, and what is put into it.

use std::sync::Arc;

use credenza_protocol::ids::ClientId;
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::refresh_token_cookie::{Caller, Refused, keeps, permits};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_protocol::token::TokenResponse;

use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;

/// What a page may do with the cookie of a client.
pub enum Access {
    /// The client has none; its refresh tokens are in the answers, if it has any.
    NoCookie,
    /// Nothing.
    Refused(Refused),
    /// Have tokens put into it and taken out of it.
    Permitted(Arc<LoadedClient>),
}

/// A refresh token for the cookie.
pub struct Kept {
    /// The token.
    pub token: Secret,
    /// How long the browser keeps it; without it, until it is closed, as the cookie of the session.
    pub lifetime: Option<Seconds>,
}

/// What the page that calls may do with the cookie of the client that the request names.
///
/// # Errors
/// [`Failure`] when the store fails.
pub async fn access(context: &Context, client_id: &ClientId, caller: Caller<'_>) -> Result<Access, Failure> {
    let Some(client) = context.client(client_id).await?.filter(|client| keeps(&client.client)) else {
        return Ok(Access::NoCookie);
    };
    match permits(&client.client, &context.realm.issuer, caller) {
        Ok(()) => Ok(Access::Permitted(client)),
        Err(why) => Ok(Access::Refused(why)),
    }
}

/// Takes the refresh token out of an answer. One for `offline_access` outlives the browser, as long as it may go unused.
#[must_use]
pub fn keep(context: &Context, client: &LoadedClient, tokens: &mut TokenResponse) -> Option<Kept> {
    let token = Secret::presented(&tokens.refresh_token.take()?);
    let is_offline = tokens.scope.split(' ').any(|scope| scope == "offline_access");
    let lifetimes = Lifetimes::of(&client.client, &context.realm.tenant.settings);
    Some(Kept { token, lifetime: is_offline.then_some(lifetimes.refresh_token_idle) })
}
