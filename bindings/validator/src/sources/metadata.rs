//! The issuer's metadata (OpenID Connect Discovery 4, RFC 8414 section 3).

use serde::Deserialize;

use crate::{fetch, present, strict_json};

/// What a validator reads of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) jwks_uri: String,
    #[serde(default, deserialize_with = "present::value")]
    pub(super) introspection_endpoint: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    pub(super) revocations_endpoint: Option<String>,
}

impl Metadata {
    /// Reads metadata; `None` when it is malformed, or another issuer's (Discovery 4.3), or names a key set that may not
    /// be fetched.
    pub(super) fn read(body: &[u8], issuer: &str, allow_http: bool) -> Option<Self> {
        let metadata: Self = strict_json::object_from_slice(body).ok()?;
        // An http key set for an https issuer would let anybody on the path replace its keys.
        let allow_http = allow_http || issuer.starts_with("http://");
        let acceptable =
            |url: &String| fetch::acceptable(url, allow_http) && (allow_http || url.starts_with("https://"));
        let others = [&metadata.introspection_endpoint, &metadata.revocations_endpoint];
        let sound = metadata.issuer == issuer
            && acceptable(&metadata.jwks_uri)
            && others.into_iter().flatten().all(acceptable);
        sound.then_some(metadata)
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
            Metadata::read(text.as_bytes(), "https://id.example", false).is_some()
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
