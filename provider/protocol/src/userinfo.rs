//! The userinfo endpoint (OpenID Connect Core 5.3).

use serde_json::{Map, Value};

use crate::claims;
use crate::grant::Grant;
use crate::ids::ClientId;
use crate::scope::Scope;
use crate::user::User;

/// `typ` of a signed answer.
pub const TYP: &str = "JWT";

/// The claims that the token's scope brings and those asked for by name, what else is `told` of the person
/// ([`crate::person_claims`]), and always `sub` (5.3.2), which is who the person is to the client.
#[must_use]
pub fn claims(
    user: &User,
    grant: &Grant,
    scope: &Scope,
    told: Map<String, Value>,
    sub: String,
) -> Map<String, Value> {
    let mut claims = claims::select(user.standard_claims(), scope, &grant.claims.userinfo);
    claims.extend(told);
    claims.insert("sub".to_owned(), Value::String(sub));
    claims
}

/// The claims as a signed answer has them: with the issuer, and the client that it is for (5.3.2).
#[must_use]
pub fn addressed(mut claims: Map<String, Value>, issuer: &str, client_id: &ClientId) -> Map<String, Value> {
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("aud".to_owned(), client_id.as_str().into());
    claims
}
