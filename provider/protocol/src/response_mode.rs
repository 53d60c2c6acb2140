//! `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices 2.1, Form Post Response Mode).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the answer of the authorization endpoint travels to the client.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI: the default of `response_type=code`.
    #[default]
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Query, Self::Fragment, Self::FormPost]
    }

    /// The mode of a `response_type` whose request names none: the fragment where a token is asked for
    /// (Multiple Response Types 3, 5), so that even the refusal of an unknown type goes where the client
    /// looks.
    #[must_use]
    pub fn default_of(response_type: &str) -> Self {
        match response_type.split(' ').any(|word| matches!(word, "token" | "id_token")) {
            true => Self::Fragment,
            false => Self::Query,
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// Whether an answer of that `response_type` may use this mode: a token is never in the query, which ends up in
    /// logs (Multiple Response Types 3, 5).
    #[must_use]
    pub fn may_carry(self, response_type: &str) -> bool {
        self != Self::Query || Self::default_of(response_type) == Self::Query
    }

    /// Reads the wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|mode| mode.as_str() == name)
    }
}
