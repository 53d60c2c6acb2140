//! The one place where tokens are minted. They are made from values that only the rules of the grants can make:
//! [`Redeemed`] and [`Allowed`].

use credenza_protocol::access_token::{AccessTokenClaims, Issued, TYP};
use credenza_protocol::admin_roles;
use credenza_protocol::authorize::{self, AccessToken, AuthorizationRequest, Given};
use credenza_protocol::claim_mapping::Place;
use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::grant::Grant;
use credenza_protocol::id_token::{self, Beside, Circumstances};
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::resource::audience;
use credenza_protocol::resource_definition;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::token::client_credentials::Allowed;
use credenza_protocol::token::{Error, Redeemed, TokenResponse};
use credenza_protocol::user::User;
use credenza_storage::AccessTokenRecord;
use credenza_validator::Audience;
use serde_json::{Map, Value};

use super::person::{self, Record};
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
    let asked = Asked { access_token: true, id_token: is_openid, alone: false };
    let told = told(context, &client.client, redeemed, asked).await?;
    let (access_token, expires_in) = of_grant(context, &client.client, redeemed, told.access_token).await?;
    let beside = Beside { access_token: Some(&access_token), ..Beside::default() };
    let id_token = match is_openid {
        true => Some(id_token(context, client, redeemed, beside, told.id_token).await?),
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
    let alone = !asked.code && !asked.token;
    let told_of = Asked { access_token: asked.token, id_token: asked.id_token, alone };
    let told = told(context, &client.client, &redeemed, told_of).await?;
    let access_token = match asked.token {
        true => Some(of_grant(context, &client.client, &redeemed, told.access_token).await?),
        false => None,
    };
    let beside = Beside {
        access_token: access_token.as_ref().map(|(token, _)| token.as_str()),
        code: code.as_ref().map(Secret::reveal),
        state: request.to.state.as_deref(),
        alone,
    };
    let id_token = match asked.id_token {
        true => Some(id_token(context, client, &redeemed, beside, told.id_token).await?),
        false => None,
    };
    let scope = redeemed.scope().to_string();
    let access_token =
        access_token.map(|(access_token, expires_in)| AccessToken { access_token, expires_in, scope });
    Ok(Given { code, access_token, id_token, ..Given::default() })
}

/// Which tokens an answer has.
#[derive(Clone, Copy)]
struct Asked {
    access_token: bool,
    id_token: bool,
    /// As [`Beside::alone`].
    alone: bool,
}

/// What they tell of the person.
#[derive(Default)]
struct Told {
    access_token: Map<String, Value>,
    id_token: AboutUser,
}

/// What an ID token is made from of the person.
#[derive(Default)]
struct AboutUser {
    user: Option<User>,
    told: Map<String, Value>,
}

/// Reads what the tokens of an answer tell of the person, at once; nothing where they tell nothing.
async fn told(
    context: &Context,
    client: &Client,
    redeemed: &Redeemed,
    asked: Asked,
) -> Result<Told, Failure> {
    let (grant, scope, nothing) = (redeemed.grant(), redeemed.scope(), Scope::default());
    let beside = Beside { alone: asked.alone, ..Beside::default() };
    let in_access_token =
        person::Audience { client, scope, resource: redeemed.resource(), place: Place::AccessToken };
    let of_scope = if id_token::holds_scope(client, &beside) { scope } else { &nothing };
    let in_id_token = person::Audience { scope: of_scope, place: Place::IdToken, ..in_access_token };
    // An opaque token tells nothing by itself: whoever introspects it is told.
    let is_jwt = format(context, client, redeemed.resource()) == AccessTokenFormat::Jwt;
    let in_access_token = (asked.access_token && is_jwt).then_some(in_access_token);
    let in_id_token = asked.id_token.then_some(in_id_token);
    let audiences: Vec<_> = in_access_token.into_iter().chain(in_id_token).collect();
    let record = match asked.id_token && id_token::tells_of_user(client, grant, scope, &beside) {
        true => Record::Wanted,
        false => Record::IfTold,
    };
    let known = person::read(context, &grant.user_id, &audiences, record).await?;
    let mut told = Told::default();
    if let Some(audience) = in_access_token {
        told.access_token = person::claims(context, audience, known.user.as_ref(), &known).await?;
    }
    if let Some(audience) = in_id_token {
        told.id_token.told = person::claims(context, audience, known.user.as_ref(), &known).await?;
    }
    told.id_token.user = known.user;
    Ok(told)
}

/// The access token of a grant, and in how many seconds it expires.
async fn of_grant(
    context: &Context,
    client: &Client,
    redeemed: &Redeemed,
    told: Map<String, Value>,
) -> Result<(String, i64), Failure> {
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
    access_token(context, client, Issued { claims, told }, Some(grant)).await
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
    // It is about no person.
    let issued = Issued { claims, told: Map::new() };
    let (access_token, expires_in) = access_token(context, &client.client, issued, None).await?;
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
    let settings = &realm.tenant.settings;
    let names = audience(&realm.issuer, resource, opens_userinfo);
    let of_client = Lifetimes::of(client, settings).access_token;
    let lifetime = resource_definition::lifetime(&settings.resources, resource, of_client);
    Ok(AccessTokenClaims {
        iss: realm.issuer.clone(),
        sub: client.client_id.as_str().to_owned(),
        aud: Audience::try_from(names).map_err(|_| Failure::Internal("an access token without audience"))?,
        client_id: client.client_id.clone(),
        exp: context.now + lifetime,
        iat: context.now,
        jti: rng::id(context.state.rng.as_ref()),
        scope: Scope::default(),
        gid: None,
        auth_time: None,
        acr: None,
        amr: vec![],
        cnf: None,
    })
}

/// The form of a token for these resources.
fn format(context: &Context, client: &Client, resources: &[String]) -> AccessTokenFormat {
    let defined = &context.realm.tenant.settings.resources;
    resource_definition::format(defined, resources, client.access_token_format)
}

/// The token with these claims, in the form that the client has, and in how many seconds it expires.
async fn access_token(
    context: &Context,
    client: &Client,
    issued: Issued,
    grant: Option<&Grant>,
) -> Result<(String, i64), Failure> {
    let expires_in = |claims: &AccessTokenClaims| (claims.exp - claims.iat).0;
    if format(context, client, issued.claims.aud.as_slice()) == AccessTokenFormat::Opaque {
        let expires_in = expires_in(&issued.claims);
        return Ok((opaque(context, issued.claims, grant).await?, expires_in));
    }
    let audience = issued.claims.aud.as_slice();
    // The admin API takes no token that somebody else could have signed.
    let is_for_admin = audience.contains(&admin_roles::audience(&context.realm.issuer));
    if !is_for_admin && let Some(secret) = context.resource_secrets().await?.signer(audience, context.now) {
        let issued = Issued { claims: secret.terms.bind(issued.claims), ..issued };
        let token = secret.key.sign(TYP, &issued).map_err(keys::Error::from)?;
        return Ok((token, expires_in(&issued.claims)));
    }
    let expires_in = expires_in(&issued.claims);
    let algorithm = client.access_token_signed_response_alg;
    Ok((context.realm.keys.sign(algorithm, TYP, issued).await?, expires_in))
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
    about: AboutUser,
) -> Result<String, Failure> {
    let realm = &context.realm;
    let grant = redeemed.grant();
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
        scope: redeemed.scope(),
        user: about.user.as_ref(),
        told: about.told,
    };
    let claims = id_token::claims(&client.client, grant, circumstances, context.now);
    jwt_response::id_token(context, client, claims).await
}
