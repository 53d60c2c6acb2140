//! Access tokens as JWTs (RFC 9068).

use credenza_validator::algorithm::Algorithm;
use credenza_validator::{Audience, JwkSet, Unverified};
use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, GrantId};
use crate::scope::Scope;
use crate::time::Time;

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
    /// Where it may be used.
    pub aud: Audience,
    /// Who got it.
    pub client_id: ClientId,
    /// When it dies.
    pub exp: Time,
    /// When it was made.
    pub iat: Time,
    /// Its name, unique.
    pub jti: String,
    /// What it allows.
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// The grant it is of; with it the provider knows whether it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<GrantId>,
    /// When the person last proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<Time>,
    /// What that sign-in reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// How they did it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
}

/// Verifies an access token of this issuer (RFC 9068 4): signature, `typ`, `iss` and `exp`. `None` for
/// whatever else it is, an ID token for one (A063).
#[must_use]
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, now: Time) -> Option<AccessTokenClaims> {
    let unverified = Unverified::parse(token).ok()?;
    let typ = unverified.header().typ.as_deref()?;
    if !typ.eq_ignore_ascii_case(TYP) && !typ.eq_ignore_ascii_case("application/at+jwt") {
        return None;
    }
    let claims: AccessTokenClaims = unverified.verify(keys, &ALGORITHMS).ok()?.claims().ok()?;
    (claims.iss == issuer && claims.exp > now).then_some(claims)
}
