//! The introspection endpoint (RFC 7662).

use credenza_protocol::claim_mapping::Place;
use credenza_protocol::client::Client;
use credenza_protocol::ids::UserId;
use credenza_protocol::introspection::{Introspection, may_see};
use credenza_protocol::secret::Secret;
use credenza_storage::StoreError;
use credenza_validator::Audience;
use serde_json::{Map, Value};

use super::live_token::{self, Genuine, Kind, Live};
use super::person::{self, Record};
use crate::context::Context;

/// Says what the asker may know of the token. Costs at most one read of the store, and one more if an access token of its
/// client tells of a person beyond who they are.
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
    let Some((live, told)) = live_and_told(context, token).await? else {
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
        told,
    })
}

/// The token if it lives, with what an access token tells of the person: of a JWT too as it is now, whatever it was when
/// the token was made.
async fn live_and_told(
    context: &Context,
    token: Genuine,
) -> Result<Option<(Live, Map<String, Value>)>, StoreError> {
    let client = match token.kind {
        Kind::RefreshToken => None,
        Kind::JwtAccessToken | Kind::OpaqueAccessToken => context.client(&token.client_id).await?,
    };
    let alone = |live| (live, Map::new());
    let Some(client) = client else {
        return Ok(token.live(context).await?.map(alone));
    };
    let scope = token.scope.clone();
    let names = token.audience.as_ref().map(Audience::as_slice).unwrap_or_default();
    let resource: Vec<String> = names.iter().filter(|name| **name != context.realm.issuer).cloned().collect();
    let place = Place::AccessToken;
    let audience = person::Audience { client: &client.client, scope: &scope, resource: &resource, place };
    if !person::is_told(context, audience) {
        return Ok(token.live(context).await?.map(alone));
    }
    match token.live_person(context).await? {
        None => Ok(None),
        Some((live, None)) => Ok(Some(alone(live))),
        Some((live, Some(user_id))) => Ok(Some((live, told(context, audience, &user_id).await?))),
    }
}

async fn told(
    context: &Context,
    audience: person::Audience<'_>,
    user_id: &UserId,
) -> Result<Map<String, Value>, StoreError> {
    let known = person::read(context, user_id, &[audience], Record::IfTold).await?;
    person::claims(context, audience, known.user.as_ref(), &known).await
}
