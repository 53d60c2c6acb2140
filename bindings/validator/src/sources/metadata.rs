//! The issuer's metadata (OpenID Connect Discovery 4, RFC 8414 section 3).

use serde::Deserialize;
use serde_json::Value;

use crate::detail::Trouble;
use crate::{Cause, fetch, strict_json};

/// What a validator reads of it. Addresses are judged where they are used.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    pub(super) jwks_uri: String,
    pub(super) introspection_endpoint: Option<Value>,
    pub(super) revocations_endpoint: Option<Value>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    issuer: Value,
    #[serde(default)]
    jwks_uri: Value,
    introspection_endpoint: Option<Value>,
    revocations_endpoint: Option<Value>,
}

impl Metadata {
    /// Reads metadata.
    ///
    /// # Errors
    /// [`Trouble`] when it is malformed, or another issuer's (Discovery 4.3), or names a key set that may not be
    /// fetched.
    pub(super) fn read(
        body: &[u8],
        issuer: &str,
        allow_http: bool,
        not_it: impl FnOnce(&str) -> Trouble,
        url: &str,
    ) -> Result<Self, Trouble> {
        let document: Document = match strict_json::object_from_slice(body) {
            Ok(document) => document,
            Err(error) => return Err(not_it(&error.to_string())),
        };
        let Some(own) = document.issuer.as_str() else { return Err(not_it("it names no issuer")) };
        if own != issuer {
            return Err(mismatch(own, issuer, url));
        }
        let Some(jwks_uri) = document.jwks_uri.as_str() else { return Err(not_it("it names no jwks_uri")) };
        Ok(Self {
            jwks_uri: usable(jwks_uri, "jwks_uri", issuer, allow_http, url)?,
            introspection_endpoint: document.introspection_endpoint,
            revocations_endpoint: document.revocations_endpoint,
        })
    }
}

/// The address of an endpoint, judged because it is needed.
///
/// # Errors
/// [`Trouble`] when it is absent, or may not be fetched.
pub(super) fn endpoint(
    value: Option<&Value>,
    name: &str,
    issuer: &str,
    allow_http: bool,
) -> Result<String, Trouble> {
    match value {
        None | Some(Value::Null) => Err(Trouble::new(Cause::NotOffered, issuer).message(name)),
        Some(Value::String(address)) => usable(address, name, issuer, allow_http, issuer),
        Some(_) => Err(Trouble::new(Cause::Malformed, issuer).message(name)),
    }
}

/// An http address of an https issuer would let anybody on the path replace what is fetched.
fn usable(address: &str, name: &str, issuer: &str, allow_http: bool, url: &str) -> Result<String, Trouble> {
    let allow_http = allow_http || issuer.starts_with("http://");
    if fetch::acceptable(address, allow_http) && (allow_http || address.starts_with("https://")) {
        Ok(address.to_owned())
    } else {
        Err(Trouble::new(Cause::Insecure, url).message(&format!("{name} is {address}")))
    }
}

fn mismatch(found: &str, wanted: &str, url: &str) -> Trouble {
    let trouble = Trouble::new(Cause::IssuerMismatch, url);
    let trouble = trouble.message(&format!("it is of {found}, and not of {wanted}"));
    let bare = |issuer: &str| issuer.trim_end_matches('/').to_owned();
    if bare(found) == bare(wanted) {
        trouble.hint("they differ by a slash at the end: take the issuer exactly as it is written there")
    } else if found.eq_ignore_ascii_case(wanted) {
        trouble.hint("they differ by case: take the issuer exactly as it is written there")
    } else {
        trouble
    }
}

/// Where the metadata may be, the likelier place first.
pub(super) fn urls(issuer: &str) -> [String; 2] {
    let bare = issuer.strip_suffix('/').unwrap_or(issuer);
    let after_scheme = bare.find("://").map_or(0, |at| at + 3);
    let path =
        bare.get(after_scheme..).and_then(|rest| rest.find('/')).map_or(bare.len(), |at| at + after_scheme);
    let (origin, path) = bare.split_at(path);
    [
        format!("{bare}/.well-known/openid-configuration"),
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8414_3_1_the_path_of_an_issuer_goes_behind_the_well_known_part() {
        assert_eq!(
            urls("https://id.example"),
            [
                "https://id.example/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server"
            ]
        );
        assert_eq!(
            urls("https://id.example/t/one/"),
            [
                "https://id.example/t/one/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server/t/one"
            ]
        );
    }

    #[test]
    fn discovery_4_3_another_issuers_metadata_are_refused() {
        let read = |issuer: &str, jwks_uri: &str| {
            let text = format!(r#"{{"issuer":"{issuer}","jwks_uri":"{jwks_uri}","x":[1]}}"#);
            let not_it = |why: &str| Trouble::new(Cause::Malformed, "").message(why);
            Metadata::read(text.as_bytes(), "https://id.example", false, not_it, "").is_ok()
        };
        assert!(read("https://id.example", "https://id.example/jwks"));
        assert!(read("https://id.example", "https://keys.example/jwks"));
        for issuer in ["https://id.example/", "https://ID.example", "https://evil.example", ""] {
            assert!(!read(issuer, "https://id.example/jwks"), "{issuer}");
        }
        for jwks_uri in ["http://id.example/jwks", "http://localhost/jwks", "file:///etc/passwd", "/jwks", ""]
        {
            assert!(!read("https://id.example", jwks_uri), "a236 {jwks_uri}");
        }
    }
}
