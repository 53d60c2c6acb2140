//! The introspection endpoint (RFC 7662).

use credenza_protocol::client::Client;
use credenza_protocol::introspection::{Introspection, may_see};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_storage::{Jwt, StoreError};
use credenza_validator::Audience;

use super::access_token;
use crate::realm::Context;

/// Says what the asker may know of the token. A JWT costs one read.
///
/// # Errors
/// [`StoreError`]; whatever the token is, it is no error.
pub async fn introspect(
    context: &Context,
    asker: &Client,
    token: &Secret,
) -> Result<Introspection, StoreError> {
    let found = match jwt(context, asker, token).await? {
        None => match opaque(context, asker, token).await? {
            None => refresh_token(context, asker, token).await?,
            found => found,
        },
        found => found,
    };
    Ok(found.unwrap_or_default())
}

async fn jwt(context: &Context, asker: &Client, token: &Secret) -> Result<Option<Introspection>, StoreError> {
    let Some(claims) = access_token::claims(context, token) else {
        return Ok(None);
    };
    let jti = SecretHash::of(claims.jti.as_bytes());
    if !may_see(asker, &claims.client_id, claims.aud.as_slice()) {
        return Ok(Some(Introspection::default()));
    }
    let tokens = &context.state.store.access_tokens;
    let tenant = &context.realm.tenant.tenant_id;
    let jwt = Jwt { jti, client_id: &claims.client_id, grant_id: claims.gid.as_ref(), issued_at: claims.iat };
    let live = tokens.is_live(tenant, jwt, context.now).await?;
    Ok(live.then_some(Introspection {
        active: true,
        iss: Some(claims.iss.clone()),
        sub: Some(claims.sub.clone()),
        aud: Some(claims.aud.clone()),
        client_id: Some(claims.client_id.clone()),
        scope: Some(claims.scope.clone()),
        token_type: Some("Bearer"),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        jti: Some(claims.jti.clone()),
    }))
}

async fn opaque(
    context: &Context,
    asker: &Client,
    token: &Secret,
) -> Result<Option<Introspection>, StoreError> {
    let realm = &context.realm;
    let tokens = &context.state.store.access_tokens;
    let record = tokens.find(&realm.tenant.tenant_id, token.hash(), context.now).await?;
    let Some(record) = record.filter(|record| may_see(asker, &record.client_id, &record.audience)) else {
        return Ok(None);
    };
    // The person goes by the name that the token's own client knows, as in a JWT.
    let Some(owner) = context.client(&record.client_id).await? else {
        return Ok(None);
    };
    let sub = match &record.user_id {
        Some(user_id) => realm.subjects.of(&owner.client, user_id),
        None => record.client_id.to_string(),
    };
    Ok(Some(Introspection {
        active: true,
        iss: Some(realm.issuer.clone()),
        sub: Some(sub),
        aud: Audience::try_from(record.audience).ok(),
        client_id: Some(record.client_id),
        scope: Some(record.scope),
        token_type: Some("Bearer"),
        exp: Some(record.expires_at),
        iat: Some(record.issued_at),
        jti: Some(record.jti),
    }))
}

/// A refresh token is shown to its own client alone: nobody else should ever hold it.
async fn refresh_token(
    context: &Context,
    asker: &Client,
    token: &Secret,
) -> Result<Option<Introspection>, StoreError> {
    let realm = &context.realm;
    let Some(grant_id) = realm.chain.grant_id(token) else {
        return Ok(None);
    };
    let store = &context.state.store;
    let found = store.refresh_tokens.find(&realm.tenant.tenant_id, &grant_id, context.now).await?;
    let is_live = |record: &credenza_storage::RefreshRecord| {
        record.live
            && record.current == token.hash()
            && record.expires_at > context.now
            && record.grant.client_id == asker.client_id
    };
    Ok(found.filter(is_live).map(|record| Introspection {
        active: true,
        iss: Some(realm.issuer.clone()),
        sub: Some(realm.subjects.of(asker, &record.grant.user_id)),
        client_id: Some(record.grant.client_id),
        scope: Some(record.grant.scope),
        exp: Some(record.expires_at),
        iat: record.rotated_at.or(Some(record.grant.created_at)),
        ..Introspection::default()
    }))
}
