//! ID tokens (OpenID Connect Core 2, 3.1.3.6, 12.2) and the hints made of them (3.1.2.1).

use credenza_validator::algorithm::Algorithm;
use credenza_validator::hash::half_hash;
use credenza_validator::{Audience, JwkSet, NumericDate, Unverified};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access_token::ALGORITHMS;
use crate::claims;
use crate::client::Client;
use crate::grant::Grant;
use crate::ids::{ClientId, SessionId};
use crate::scope::Scope;
use crate::time::{Seconds, Time};
use crate::user::User;

/// `typ` of an ID token: what RFC 7519 5.1 recommends, and not that of any other token.
pub const TYP: &str = "JWT";

/// The claims of an ID token.
#[derive(Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: Time,
    iat: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    amr: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s_hash: Option<String>,
    sid: &'a str,
    #[serde(flatten)]
    asked: Map<String, Value>,
}

/// What an ID token is made from besides the grant.
pub struct Circumstances<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// Who the person is to the client ([`crate::subject`]).
    pub sub: &'a str,
    /// The session in which the grant was given, as the client knows it.
    pub sid: &'a str,
    /// The `nonce` of the request.
    pub nonce: Option<&'a str>,
    /// What it is issued with.
    pub beside: Beside<'a>,
    /// The algorithm that it will be signed by, which names the hash of `at_hash` and its siblings; without one
    /// they are left out.
    pub algorithm: Option<Algorithm>,
    /// Its lifetime.
    pub lifetime: Seconds,
    /// What of the granted scope this answer is for.
    pub scope: &'a Scope,
    /// The person; needed only if it holds claims about them, see [`tells_of_user`].
    pub user: Option<&'a User>,
    /// What else is told of the person ([`crate::person_claims`]).
    pub told: Map<String, Value>,
}

/// What an ID token is issued with, and binds by a hash (OpenID Connect Core 3.1.3.6, 3.3.2.11; FAPI 1.0
/// Advanced 5.1 for `s_hash`).
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The access token of the same answer.
    pub access_token: Option<&'a str>,
    /// The code of the same answer.
    pub code: Option<&'a str>,
    /// The `state` of the same answer, if it goes through the browser.
    pub state: Option<&'a str>,
    /// Whether this request never yields an access token for the userinfo endpoint, so that the claims of the scope go
    /// here (5.4).
    pub alone: bool,
}

/// Whether what the scope brings goes here: what scopes bring is for the userinfo endpoint where an access token can be had
/// (OpenID Connect Core 5.4), unless the operator wants it otherwise for the client.
#[must_use]
pub fn holds_scope(client: &Client, beside: &Beside<'_>) -> bool {
    beside.alone || client.claims_in_id_token
}

/// Whether the claims need the person's record.
#[must_use]
pub fn tells_of_user(client: &Client, grant: &Grant, scope: &Scope, beside: &Beside<'_>) -> bool {
    (holds_scope(client, beside) && claims::has_any(scope)) || !grant.claims.id_token.is_empty()
}

/// Makes the claims: what was asked for by name, and what scopes bring if that goes here, see [`holds_scope`].
#[must_use]
pub fn claims<'a>(
    client: &Client,
    grant: &'a Grant,
    circumstances: Circumstances<'a>,
    now: Time,
) -> IdTokenClaims<'a> {
    let beside = circumstances.beside;
    let scope = if holds_scope(client, &beside) { circumstances.scope.clone() } else { Scope::default() };
    let mut asked = match circumstances.user {
        Some(user) => claims::select(user.standard_claims(), &scope, &grant.claims.id_token),
        None => Map::new(),
    };
    asked.extend(circumstances.told);
    let hash = |text: Option<&str>| Some(half_hash(circumstances.algorithm?, text?));
    IdTokenClaims {
        iss: circumstances.issuer,
        sub: circumstances.sub,
        aud: grant.client_id.as_str(),
        exp: now + circumstances.lifetime,
        iat: now,
        auth_time: grant.wants_auth_time.then_some(grant.auth_time),
        nonce: circumstances.nonce,
        acr: grant.acr.as_deref(),
        amr: &grant.amr,
        at_hash: hash(beside.access_token),
        c_hash: hash(beside.code),
        s_hash: hash(beside.state),
        sid: circumstances.sid,
        asked,
    }
}

/// Whether ID tokens of a request carry `auth_time` (OpenID Connect Core 2).
#[must_use]
pub fn wants_auth_time(client: &Client, max_age_asked: bool, claims: &claims::ClaimsRequest) -> bool {
    client.require_auth_time || max_age_asked || claims.id_token.contains_key("auth_time")
}

/// The contents of an `id_token_hint` with a valid signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hint {
    /// The `sub` that it names, as that client knows it ([`crate::subject`]).
    pub sub: String,
    /// The client it was issued to.
    pub client_id: ClientId,
    /// The session it was issued in, as that client knows it.
    pub sid: Option<SessionId>,
}

#[derive(Deserialize)]
struct HintClaims {
    iss: String,
    sub: String,
    aud: Audience,
    /// A signed userinfo answer has none, and is no hint.
    #[serde(rename = "exp")]
    _exp: NumericDate,
    sid: Option<SessionId>,
}

/// Reads `id_token_hint`. It may have expired: it says who is meant, not that they are signed in.
/// `None` for what this issuer did not sign as an ID token.
#[must_use]
pub fn hint(token: &str, keys: &JwkSet, issuer: &str) -> Option<Hint> {
    let unverified = Unverified::parse(token).ok()?;
    if unverified.header().typ.as_deref() != Some(TYP) {
        return None;
    }
    let claims: HintClaims = unverified.verify(keys, &ALGORITHMS).ok()?.claims().ok()?;
    let [client_id] = claims.aud.as_slice() else {
        return None;
    };
    (claims.iss == issuer).then(|| Hint {
        sub: claims.sub,
        client_id: ClientId::new(client_id),
        sid: claims.sid,
    })
}
