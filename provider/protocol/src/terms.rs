//! Terms of service that people accept, by version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tenant::TenantSettings;
use crate::time::Time;

/// The longest version, in bytes.
const LONGEST: usize = 64;

/// The version of the terms that a person has accepted last.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TermsAcceptance {
    /// The version, as the tenant called it.
    pub version: String,
    /// When they accepted it.
    pub accepted_at: Time,
}

/// Whether a tenant can call a version of its terms so: 1 to 64 characters of ASCII without spaces, such as `2026-12-01`.
#[must_use]
pub fn is_version(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The version that a person has to accept before they are signed in who has accepted that one; nothing where the tenant has no
/// terms, or they have accepted these.
#[must_use]
pub fn due<'a>(settings: &'a TenantSettings, accepted: Option<&TermsAcceptance>) -> Option<&'a str> {
    let accepted = accepted.map(|accepted| accepted.version.as_str());
    settings.terms_version.as_deref().filter(|version| Some(*version) != accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_short_words() {
        for good in ["1", "2026-12-01", "v2.1+de", &"x".repeat(64)] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["", " ", "1 2", "2\n", "é", &"x".repeat(65)] {
            assert!(!is_version(bad), "{bad:?}");
        }
    }
}
