//! What is remembered of a validator's settings: its issuers, and where their claims stand.

use std::sync::Arc;

use credenza_validator::settings::{ClaimNames, IssuerSettings};
use credenza_validator::{Algorithm, Profile, Settings};

/// What stands for the tenant in an issuer of Entra.
const TENANT: &str = "{tenantid}";

/// What is remembered of a validator's settings.
pub(crate) struct About {
    first: Trusted,
    others: Vec<Trusted>,
    pub(crate) audience: Option<String>,
    pub(crate) dpop: Option<(Vec<Algorithm>, bool)>,
}

/// An issuer whose tokens are accepted.
pub(crate) struct Trusted {
    pub(crate) issuer: String,
    pub(crate) claim_names: Arc<ClaimNames>,
    profile: Profile,
    /// Whether it is asked about tokens.
    introspects: bool,
}

impl About {
    pub(crate) fn of(settings: &Settings) -> Self {
        let first = Trusted {
            issuer: settings.issuer.clone(),
            claim_names: Arc::new(settings.claim_names.clone()),
            profile: settings.profile,
            introspects: settings.introspection.is_some(),
        };
        Self {
            first,
            others: settings.issuers.iter().map(Trusted::of).collect(),
            audience: settings.audience.as_slice().first().cloned(),
            dpop: settings.dpop.as_ref().map(|dpop| (dpop.algorithms.clone(), dpop.required)),
        }
    }

    /// The issuer of the settings themselves.
    pub(crate) fn first(&self) -> &Trusted {
        &self.first
    }

    /// All issuers of the settings.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &Trusted> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The issuer of a token that was accepted, by its `iss`.
    pub(crate) fn issuer_of(&self, iss: Option<&str>) -> &Trusted {
        if self.others.is_empty() {
            return &self.first;
        }
        let named = |iss: &str| {
            let mut issuers = self.issuers();
            issuers.find(|one| one.issuer == iss).or_else(|| self.issuers().find(|one| one.spells(iss)))
        };
        // What introspection tells need not name it: such tokens are shown to the first that is asked about any.
        let named = iss.and_then(named);
        named.or_else(|| self.issuers().find(|one| one.introspects)).unwrap_or(&self.first)
    }
}

impl Trusted {
    fn of(settings: &IssuerSettings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            claim_names: Arc::new(settings.claim_names.clone()),
            profile: settings.profile,
            introspects: settings.introspection.is_some(),
        }
    }

    /// Whether this issuer's tokens may spell its name otherwise than the settings. That it is theirs was checked.
    fn spells(&self, iss: &str) -> bool {
        if let Some((start, end)) = self.issuer.split_once(TENANT) {
            return iss.starts_with(start) && iss.ends_with(end);
        }
        // Google's tokens name it with or without its scheme.
        let bare = |name| str::trim_start_matches(name, "https://");
        self.profile == Profile::Google && bare(iss) == bare(&self.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer_of(iss: Option<&str>) -> String {
        let settings = Settings::from_json(
            r#"{"issuer": "https://id.example", "audience": "api", "claim_names": {"roles": "first"}, "issuers": [
                {"issuer": "https://accounts.google.com", "profile": "google"},
                {"issuer": "https://login.example/{tenantid}/v2.0", "profile": "entra", "tenants": ["a"]},
                {"issuer": "https://opaque.example", "introspection": {"client_id": "api", "client_secret": "s"}}
            ]}"#,
        )
        .unwrap();
        About::of(&settings).issuer_of(iss).issuer.clone()
    }

    #[test]
    fn names_of_claims_are_those_of_the_issuer_of_the_token() {
        for (iss, issuer) in [
            ("https://id.example", "https://id.example"),
            ("https://accounts.google.com", "https://accounts.google.com"),
            ("accounts.google.com", "https://accounts.google.com"),
            ("https://login.example/a/v2.0", "https://login.example/{tenantid}/v2.0"),
            ("https://opaque.example", "https://opaque.example"),
        ] {
            assert_eq!(issuer_of(Some(iss)), issuer, "{iss}");
        }
        assert_eq!(issuer_of(None), "https://opaque.example", "that of a token that names none");
    }
}
