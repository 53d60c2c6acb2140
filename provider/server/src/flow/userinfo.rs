//! The userinfo endpoint (OpenID Connect Core 5.3).

use credenza_protocol::bearer::Error;
use credenza_protocol::ids::GrantId;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::userinfo;

use super::sealed::{self, Userinfo};
use super::{Halt, access_token};
use crate::realm::Context;

/// What a token says of itself, once it is known to be genuine.
struct Token {
    grant_id: GrantId,
    hash: SecretHash,
    scope: Scope,
    for_us: bool,
}

/// The claims that the token opens, in the form that its client registered. A JWT costs one read.
///
/// # Errors
/// [`Error`]: not an access token of this issuer, dead, not meant for this endpoint, or without `openid`.
pub async fn userinfo(context: &Context, token: &Secret) -> Result<Userinfo, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let token = read(context, token).await?.filter(|token| token.for_us).ok_or(Error::Invalid)?;
    if !token.scope.contains("openid") {
        return Err(Error::InsufficientScope.into());
    }
    let grants = &context.state.store.grants;
    let live =
        grants.find_live(tenant, &token.grant_id, token.hash, context.now).await?.ok_or(Error::Invalid)?;
    let record = context.client(&live.grant.client_id).await?.ok_or(Error::Invalid)?;
    let sub = context.realm.subjects.of(&record.client, &live.grant.user_id);
    let claims = userinfo::claims(&live.user, &live.grant, &token.scope, sub);
    Ok(sealed::userinfo(context, &record.client, claims).await?)
}

/// Reads either form of token; `None` when it has no person behind it.
async fn read(context: &Context, token: &Secret) -> Result<Option<Token>, Halt<Error>> {
    let realm = &context.realm;
    if let Some(claims) = access_token::claims(context, token) {
        let for_us = claims.aud.contains(&realm.issuer);
        let hash = SecretHash::of(claims.jti.as_bytes());
        let token = |grant_id| Token { grant_id, hash, scope: claims.scope.clone(), for_us };
        return Ok(claims.gid.clone().map(token));
    }
    let tokens = &context.state.store.access_tokens;
    let record = tokens.find(&realm.tenant.tenant_id, token.hash(), context.now).await?;
    Ok(record.and_then(|record| {
        let for_us = record.audience.contains(&realm.issuer);
        record.grant_id.map(|grant_id| Token { grant_id, hash: record.hash, scope: record.scope, for_us })
    }))
}
