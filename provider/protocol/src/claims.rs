//! Claims about a person (OpenID Connect Core 5): the standard ones, which scope brings which,
//! and the `claims` parameter.

mod check;

use std::collections::BTreeMap;

use credenza_validator::strict_json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::scope::Scope;

pub use check::InvalidClaim;

/// The claims of each scope (OpenID Connect Core 5.4).
const SCOPES: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// The claims by which tokens work, and the members of an introspection answer (RFC 7519 4.1, OpenID Connect Core 2 and
/// 5.6.2, RFC 9068 2.2, RFC 7662 2.2, RFC 7800 3.1, RFC 8693 4, RFC 8417 2.2); `gid` names the grant of an access token.
const PROTOCOL: [&str; 31] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "acr",
    "amr",
    "azp",
    "auth_time",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
    "client_id",
    "scope",
    "cnf",
    "act",
    "may_act",
    "events",
    "toe",
    "txn",
    "typ",
    "gid",
    "active",
    "token_type",
    "_claim_names",
    "_claim_sources",
    "authorization_details",
];

/// Whether the claim says something about the token itself, so that nothing else may stand in its place.
#[must_use]
pub fn is_of_protocol(name: &str) -> bool {
    PROTOCOL.contains(&name)
}

/// Whether it is one of the claims about a person that have a scope of OpenID Connect Core 5.4.
#[must_use]
pub fn is_standard(name: &str) -> bool {
    SCOPES.iter().any(|(_, names)| names.contains(&name))
}

/// Whether the scope brings any of them.
#[must_use]
pub fn has_any(scope: &Scope) -> bool {
    SCOPES.iter().any(|(word, _)| scope.contains(word))
}

/// The names of all supported claims about a person, `sub` first.
pub fn supported() -> impl Iterator<Item = &'static str> {
    std::iter::once("sub").chain(SCOPES.iter().flat_map(|(_, names)| names.iter().copied()))
}

/// The standard claims of OpenID Connect Core 5.1, but for `sub`. What has no value is left out,
/// never `null`. Texts are as the person or operator gave them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the claim of that name in OpenID Connect Core 5.1")]
pub struct StandardClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_verified: Option<bool>,
}

/// The `address` claim (OpenID Connect Core 5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the member of that name in OpenID Connect Core 5.1.1")]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// The `claims` parameter (OpenID Connect Core 5.5): claims asked for one by one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ClaimsRequest {
    /// Wanted at the userinfo endpoint.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Option<Wish>>,
    /// Wanted in the ID token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Option<Wish>>,
}

/// How one claim is wanted (OpenID Connect Core 5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Wish {
    /// Whether the client needs it to work.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The requested value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The acceptable values, in order of preference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

impl Wish {
    /// Whether a value is acceptable; any is if none was requested.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match (&self.value, &self.values) {
            (None, None) => true,
            (one, many) => one.as_ref() == Some(value) || many.iter().flatten().any(|wanted| wanted == value),
        }
    }
}

/// The `claims` parameter is not what OpenID Connect Core 5.5 describes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("claims is not a JSON object as OpenID Connect Core 5.5 describes it")]
pub struct InvalidClaims;

impl ClaimsRequest {
    /// Reads the parameter. Members other than `userinfo` and `id_token` are ignored, as are
    /// unsupported claims, whatever their form.
    ///
    /// # Errors
    /// [`InvalidClaims`] when it is not JSON of that form, repeats a member or is nested too deep.
    pub fn parse(text: &str) -> Result<Self, InvalidClaims> {
        let request: Map<String, Value> =
            strict_json::object_from_slice(text.as_bytes()).map_err(|_| InvalidClaims)?;
        Ok(Self { userinfo: wishes(&request, "userinfo")?, id_token: wishes(&request, "id_token")? })
    }

    /// The value asked for as the `sub` of the ID token, if one was (OpenID Connect Core 5.5.1).
    #[must_use]
    pub fn wanted_sub(&self) -> Option<&Wish> {
        self.id_token.get("sub").and_then(Option::as_ref)
    }
}

/// The supported claims requested for one place.
fn wishes(
    request: &Map<String, Value>,
    place: &str,
) -> Result<BTreeMap<String, Option<Wish>>, InvalidClaims> {
    let asked = match request.get(place) {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(asked)) => asked,
        Some(_) => return Err(InvalidClaims),
    };
    let known = |name: &str| supported().chain(["acr", "auth_time", "amr"]).any(|claim| claim == name);
    let wish = |wish: &Value| match wish {
        Value::Null => Ok(None),
        Value::Object(_) => Wish::deserialize(wish).map(Some).map_err(|_| InvalidClaims),
        _ => Err(InvalidClaims),
    };
    asked
        .iter()
        .filter(|(name, _)| known(name))
        .map(|(name, value)| Ok((name.clone(), wish(value)?)))
        .collect()
}

/// The claims among `all` that the scope brings or that were asked for by name.
#[must_use]
pub fn select(
    mut all: Map<String, Value>,
    scope: &Scope,
    asked: &BTreeMap<String, Option<Wish>>,
) -> Map<String, Value> {
    let by_scope =
        |name: &str| SCOPES.iter().any(|(word, names)| names.contains(&name) && scope.contains(word));
    all.retain(|name, value| {
        !value.is_null()
            && (by_scope(name)
                || asked.get(name).is_some_and(|wish| wish.as_ref().is_none_or(|wish| wish.accepts(value))))
    });
    all
}

/// Whether a claim requested by name discloses more than the scope does, so that the person must consent. `sub` and
/// claims about the sign-in need no consent.
#[must_use]
pub(crate) fn needs_consent(name: &str, scope: &Scope) -> bool {
    is_standard(name) && !SCOPES.iter().any(|(word, names)| names.contains(&name) && scope.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn oidc_core_5_1_nineteen_standard_claims_and_sub() {
        assert_eq!(supported().count(), 20);
    }

    #[test]
    fn oidc_core_5_4_scopes_bring_their_claims_alone() {
        let all = json!({"name": "n", "email": "e", "phone_number": "p", "other": 1, "nickname": null});
        let pick = |scope: &str| {
            let scope = Scope::parse(scope).unwrap();
            Value::Object(select(all.as_object().unwrap().clone(), &scope, &BTreeMap::new()))
        };
        assert_eq!(pick("openid"), json!({}));
        assert_eq!(pick("openid email"), json!({"email": "e"}));
        assert_eq!(pick("openid profile phone"), json!({"name": "n", "phone_number": "p"}));
    }

    #[test]
    fn oidc_core_5_5_claims_asked_for_by_name() {
        let request = ClaimsRequest::parse(
            r#"{"userinfo":{"name":{"essential":true},"email":{"value":"x"},"unknown":null},"id_token":{"acr":null},"other":1}"#,
        )
        .unwrap();
        assert_eq!(request.userinfo.len(), 2);
        let all = json!({"name": "n", "email": "e"}).as_object().unwrap().clone();
        let picked = select(all, &Scope::default(), &request.userinfo);
        assert_eq!(Value::Object(picked), json!({"name": "n"}));
    }

    #[test]
    fn a024_malformed_claims_are_refused() {
        let deep = "[".repeat(10_000);
        for bad in
            ["", "[]", "1", "{", r#"{"userinfo":1}"#, r#"{"userinfo":{"a":null},"userinfo":{}}"#, &deep]
        {
            assert_eq!(ClaimsRequest::parse(bad), Err(InvalidClaims), "{bad:.40}");
        }
        assert!(ClaimsRequest::parse("{}").is_ok());
    }
}
