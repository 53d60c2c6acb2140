//! The one place where tokens are minted. They are made from values that only the rules of the grants can make:
//! [`Redeemed`] and [`Allowed`].

use credenza_protocol::access_token::{AccessTokenClaims, TYP};
use credenza_protocol::authorize::{self, AccessToken, AuthorizationRequest, Given};
use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::grant::Grant;
use credenza_protocol::id_token::{self, Beside, Circumstances};
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::resource::audience;
use credenza_protocol::secret::Secret;
use credenza_protocol::token::client_credentials::Allowed;
use credenza_protocol::token::{Error, Redeemed, TokenResponse};
use credenza_storage::AccessTokenRecord;
use credenza_validator::Audience;

use super::{Halt, jwt_response};
use crate::context::Context;
use crate::failure::Failure;
use crate::keys;
use crate::loaded_client::LoadedClient;
use crate::rng;

/// Mints the tokens of a grant: an access token, an ID token if `openid` was granted, and with them the refresh token.
///
/// # Errors
/// Nothing is refused here; [`Halt::Failed`] when keys or store fail.
pub async fn tokens(
    context: &Context,
    client: &LoadedClient,
    redeemed: &Redeemed,
    refresh_token: Option<Secret>,
) -> Result<TokenResponse, Halt<Error>> {
    let is_openid = redeemed.scope().contains("openid");
    let (access_token, expires_in) = of_grant(context, &client.client, redeemed).await?;
    let beside = Beside { access_token: Some(&access_token), ..Beside::default() };
    let id_token = match is_openid {
        true => Some(id_token(context, client, redeemed, beside).await?),
        false => None,
    };
    Ok(TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in,
        scope: redeemed.scope().to_string(),
        refresh_token: refresh_token.map(|token| token.reveal().to_owned()),
        id_token,
    })
}

/// Mints the tokens of the authorization endpoint's own answer, with a code or without (OpenID Connect Core 3.2.2.5,
/// 3.3.2.5).
///
/// # Errors
/// [`Failure`].
pub async fn front_channel(
    context: &Context,
    client: &LoadedClient,
    request: &AuthorizationRequest,
    grant: Grant,
    code: Option<Secret>,
) -> Result<Given, Failure> {
    let asked = request.response_type;
    let redeemed = authorize::given(request, grant);
    let access_token = match asked.token {
        true => Some(of_grant(context, &client.client, &redeemed).await?),
        false => None,
    };
    let beside = Beside {
        access_token: access_token.as_ref().map(|(token, _)| token.as_str()),
        code: code.as_ref().map(Secret::reveal),
        state: request.to.state.as_deref(),
        alone: !asked.code && !asked.token,
    };
    let id_token = match asked.id_token {
        true => Some(id_token(context, client, &redeemed, beside).await?),
        false => None,
    };
    let scope = redeemed.scope().to_string();
    let access_token =
        access_token.map(|(access_token, expires_in)| AccessToken { access_token, expires_in, scope });
    Ok(Given { code, access_token, id_token, ..Given::default() })
}

/// The access token of a grant, and in how many seconds it expires.
async fn of_grant(context: &Context, client: &Client, redeemed: &Redeemed) -> Result<(String, i64), Failure> {
    let grant = redeemed.grant();
    let is_openid = redeemed.scope().contains("openid");
    let claims = AccessTokenClaims {
        sub: context.realm.subjects.of(client, &grant.user_id),
        scope: redeemed.scope().clone(),
        gid: Some(grant.grant_id.clone()),
        auth_time: Some(grant.auth_time),
        acr: grant.acr.clone(),
        amr: grant.amr.clone(),
        ..blank(context, client, redeemed.resource(), is_openid)?
    };
    // No token outlives its grant.
    let claims = AccessTokenClaims { exp: claims.exp.min(grant.expires_at), ..claims };
    access_token(context, client, claims, Some(grant)).await
}

/// Mints the token of a client in its own name.
///
/// # Errors
/// As [`tokens`].
pub async fn machine_token(
    context: &Context,
    client: &LoadedClient,
    allowed: &Allowed,
) -> Result<TokenResponse, Halt<Error>> {
    let claims = AccessTokenClaims {
        scope: allowed.scope().clone(),
        ..blank(context, &client.client, allowed.resource(), false)?
    };
    let (access_token, expires_in) = access_token(context, &client.client, claims, None).await?;
    Ok(TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in,
        scope: allowed.scope().to_string(),
        refresh_token: None,
        id_token: None,
    })
}

/// The claims of every access token; `sub` is the client itself.
fn blank(
    context: &Context,
    client: &Client,
    resource: &[String],
    opens_userinfo: bool,
) -> Result<AccessTokenClaims, Failure> {
    let realm = &context.realm;
    let names = audience(&realm.issuer, resource, opens_userinfo);
    Ok(AccessTokenClaims {
        iss: realm.issuer.clone(),
        sub: client.client_id.as_str().to_owned(),
        aud: Audience::try_from(names).map_err(|_| Failure::Internal("an access token without audience"))?,
        client_id: client.client_id.clone(),
        exp: context.now + Lifetimes::of(client, &realm.tenant.settings).access_token,
        iat: context.now,
        jti: rng::id(context.state.rng.as_ref()),
        scope: credenza_protocol::scope::Scope::default(),
        gid: None,
        auth_time: None,
        acr: None,
        amr: vec![],
        cnf: None,
    })
}

/// The token with these claims, in the form that the client has, and in how many seconds it expires.
async fn access_token(
    context: &Context,
    client: &Client,
    claims: AccessTokenClaims,
    grant: Option<&Grant>,
) -> Result<(String, i64), Failure> {
    let expires_in = |claims: &AccessTokenClaims| (claims.exp - claims.iat).0;
    if client.access_token_format == AccessTokenFormat::Opaque {
        let expires_in = expires_in(&claims);
        return Ok((opaque(context, claims, grant).await?, expires_in));
    }
    if let Some(secret) = context.resource_secrets().await?.signer(claims.aud.as_slice(), context.now) {
        let claims = secret.terms.bind(claims);
        let token = secret.key.sign(TYP, &claims).map_err(keys::Error::from)?;
        return Ok((token, expires_in(&claims)));
    }
    let expires_in = expires_in(&claims);
    let algorithm = client.access_token_signed_response_alg;
    Ok((context.realm.keys.sign(algorithm, TYP, claims).await?, expires_in))
}

async fn opaque(
    context: &Context,
    claims: AccessTokenClaims,
    grant: Option<&Grant>,
) -> Result<String, Failure> {
    let token = rng::secret(context.state.rng.as_ref());
    let record = AccessTokenRecord {
        hash: token.hash(),
        jti: claims.jti,
        grant_id: grant.map(|grant| grant.grant_id.clone()),
        client_id: claims.client_id,
        user_id: grant.map(|grant| grant.user_id.clone()),
        scope: claims.scope,
        audience: claims.aud.as_slice().to_vec(),
        issued_at: claims.iat,
        expires_at: claims.exp,
    };
    let tenant = &context.realm.tenant.tenant_id;
    context.state.store.access_tokens.insert(tenant, record, context.now).await?;
    Ok(token.reveal().to_owned())
}

async fn id_token(
    context: &Context,
    client: &LoadedClient,
    redeemed: &Redeemed,
    beside: Beside<'_>,
) -> Result<String, Failure> {
    let realm = &context.realm;
    let grant = redeemed.grant();
    let user = match id_token::tells_of_user(grant, &beside) {
        true => context.state.store.users.find(&realm.tenant.tenant_id, &grant.user_id).await?,
        false => None,
    };
    let sub = realm.subjects.of(&client.client, &grant.user_id);
    let sid = realm.subjects.sid(&client.client, &grant.sid);
    let circumstances = Circumstances {
        issuer: &realm.issuer,
        sub: &sub,
        sid: sid.as_str(),
        nonce: redeemed.nonce(),
        beside,
        algorithm: client.client.id_token_signed_response_alg.algorithm(),
        lifetime: Lifetimes::of(&client.client, &realm.tenant.settings).id_token,
        user: user.as_ref(),
    };
    let claims = id_token::claims(grant, &circumstances, context.now);
    jwt_response::id_token(context, client, claims).await
}
