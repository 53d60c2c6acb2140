//! The userinfo endpoint (OpenID Connect Core 5.3).

use serde_json::{Map, Value};

use crate::claims::{self, StandardClaims};
use crate::grant::Grant;
use crate::scope::Scope;
use crate::user::User;

/// The claims that the token's scope brings and those asked for by name, and always `sub` (5.3.2).
#[must_use]
pub fn claims(user: &User, grant: &Grant, scope: &Scope) -> Map<String, Value> {
    let mut claims = claims::select(StandardClaims::of(user), scope, &grant.claims.userinfo);
    claims.insert("sub".to_owned(), Value::String(user.user_id.as_str().to_owned()));
    claims
}
