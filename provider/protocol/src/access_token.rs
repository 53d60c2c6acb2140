//! Access tokens as JWTs (RFC 9068).

use credenza_validator::algorithm::Algorithm;
use credenza_validator::{Audience, JwkSet, Unverified};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::confirmation::Confirmation;
use crate::ids::{ClientId, GrantId};
use crate::scope::Scope;
use crate::time::Time;

pub mod symmetric;

/// `typ` of an access token (RFC 9068 2.1).
pub const TYP: &str = "at+jwt";

/// The algorithms that tokens may be signed by.
pub const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

/// The claims of an access token (RFC 9068 2.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person; the client itself where there is no person.
    pub sub: String,
    /// The resources at which it may be used.
    pub aud: Audience,
    /// The client that it was issued to.
    pub client_id: ClientId,
    /// When it expires.
    pub exp: Time,
    /// When it was issued.
    pub iat: Time,
    /// Its unique id.
    pub jti: String,
    /// The scope that it allows.
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// Its grant, by which the provider knows whether it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<GrantId>,
    /// When the person last authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<Time>,
    /// The level that the sign-in reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The methods of that authentication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The key that its holder must prove to have; none for a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// The claims as they are signed: with what is told of the person ([`crate::person_claims`]), which the provider itself
/// never reads back.
#[derive(Clone, Debug, Serialize)]
pub struct Issued {
    /// The claims of every access token.
    #[serde(flatten)]
    pub claims: AccessTokenClaims,
    /// About the person.
    #[serde(flatten)]
    pub told: Map<String, Value>,
}

/// Verifies an access token of this issuer (RFC 9068 4): signature, `typ`, `iss` and `exp`. `None` for
/// any other token, such as an ID token (RFC 8725 3.11).
#[must_use]
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, now: Time) -> Option<AccessTokenClaims> {
    let claims: AccessTokenClaims = parse(token)?.verify(keys, &ALGORITHMS).ok()?.claims().ok()?;
    (claims.iss == issuer && claims.exp > now).then_some(claims)
}

/// Reads a JWT that says that it is an access token.
fn parse(token: &str) -> Option<Unverified<'_>> {
    let unverified = Unverified::parse(token).ok()?;
    let typ = unverified.header().typ.as_deref()?;
    let is_access_token = typ.eq_ignore_ascii_case(TYP) || typ.eq_ignore_ascii_case("application/at+jwt");
    is_access_token.then_some(unverified)
}
