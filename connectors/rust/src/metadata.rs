//! The metadata of a protected resource, by which clients find the issuer (RFC 9728).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Issuers;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// What clients are told about a protected resource (RFC 9728 section 2). Members may be added to what a guard says of
/// itself.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Metadata {
    /// The resource: its URL, which is the audience of its tokens too.
    pub resource: String,
    /// The issuers that are trusted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_servers: Vec<String>,
    /// The scopes that routes ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Where tokens are sent: the guard reads the header alone.
    pub bearer_methods_supported: Vec<String>,
    /// The name that people are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// A page for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_documentation: Option<String>,
    /// The algorithms of DPoP proofs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether tokens without a proof are refused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dpop_bound_access_tokens_required: bool,
    /// Whatever else is to be told, such as `resource_policy_uri`.
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

impl Metadata {
    pub(crate) fn of(issuers: &Issuers) -> Self {
        let first = issuers.first().about();
        let (algorithms, is_required) = first.dpop.clone().unwrap_or_default();
        Self {
            resource: first.audience.clone().unwrap_or_default(),
            authorization_servers: issuers
                .iter()
                .flat_map(|one| one.about().issuers())
                .map(|one| one.issuer.clone())
                .collect(),
            bearer_methods_supported: vec!["header".to_owned()],
            dpop_signing_alg_values_supported: algorithms.iter().map(|alg| alg.as_str().to_owned()).collect(),
            dpop_bound_access_tokens_required: is_required,
            ..Self::default()
        }
    }

    /// With the scopes that routes ask for.
    #[must_use]
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        Self { scopes_supported: scopes.into_iter().map(Into::into).collect(), ..self }
    }

    /// The path at which it is served (section 3.1): with the path of the resource behind, where it has one.
    #[must_use]
    pub fn path(&self) -> String {
        let rest = self.resource.split_once("://").map_or("", |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        format!("{WELL_KNOWN}{}", path.trim_end_matches('/'))
    }

    /// The document.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The fields of the answer: anybody may read it, in a browser too.
    pub const FIELDS: [(&'static str, &'static str); 3] = [
        ("content-type", "application/json"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "public, max-age=3600"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9728_3_1_the_path_of_the_resource_comes_last() {
        for (resource, path) in [
            ("https://api.example", WELL_KNOWN.to_owned()),
            ("https://api.example/", WELL_KNOWN.to_owned()),
            ("https://api.example/v1/orders?a=b", format!("{WELL_KNOWN}/v1/orders")),
            ("orders", WELL_KNOWN.to_owned()),
        ] {
            let metadata = Metadata { resource: resource.to_owned(), ..Metadata::default() };
            assert_eq!(metadata.path(), path, "{resource}");
        }
    }
}
