//! The introspection endpoint (RFC 7662).

use credenza_protocol::client::Client;
use credenza_protocol::introspection::{Introspection, may_see};
use credenza_protocol::secret::Secret;
use credenza_storage::StoreError;
use credenza_validator::Audience;

use super::live_token::{self, Kind};
use crate::context::Context;

/// Says what the asker may know of the token. Costs at most one read of the store.
///
/// # Errors
/// [`StoreError`]; whatever is wrong with the token, it is not active.
pub async fn introspect(
    context: &Context,
    asker: &Client,
    token: &Secret,
) -> Result<Introspection, StoreError> {
    let Some(token) = live_token::read(context, token).await? else {
        return Ok(Introspection::default());
    };
    let audience = token.audience.as_ref().map(Audience::as_slice).unwrap_or_default();
    if !may_see(asker, &token.client_id, audience) {
        return Ok(Introspection::default());
    }
    let Some(live) = token.live(context).await? else {
        return Ok(Introspection::default());
    };
    let Some(sub) = live.sub(context).await? else {
        return Ok(Introspection::default());
    };
    let token = live.token;
    Ok(Introspection {
        active: true,
        iss: Some(context.realm.issuer.clone()),
        sub: Some(sub),
        aud: token.audience,
        client_id: Some(token.client_id),
        scope: Some(token.scope),
        token_type: (token.kind != Kind::RefreshToken).then_some("Bearer"),
        exp: Some(token.expires_at),
        iat: Some(token.issued_at),
        jti: token.jti,
        cnf: token.confirmation,
    })
}
