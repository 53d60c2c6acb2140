//! A refusal on its way out of the rules.

use super::{Detail, Trouble};
use crate::Rule;

/// The rule that refuses, and what it found where it says more than its name.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) rule: Rule,
    pub(crate) detail: Option<Box<Detail>>,
    /// Whether the detail says already what the token says of itself.
    pub(crate) of_token: bool,
}

impl Refusal {
    /// With what a verified token says of itself, so that it is not read a second time for that.
    pub(crate) fn about_token(self, kid: Option<&str>, iss: Option<&str>, exp: Option<i64>) -> Self {
        let detail = self.detail.unwrap_or_default();
        Self { detail: Some(Box::new(detail.token(kid, iss, exp))), of_token: true, ..self }
    }
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self { rule, detail: None, of_token: false }
    }
}

impl Rule {
    /// Refuses by this rule, because of that.
    pub(crate) fn because(self, detail: Detail) -> Refusal {
        Refusal { rule: self, detail: Some(Box::new(detail)), of_token: false }
    }

    /// Refuses by this rule, because of trouble with the issuer.
    pub(crate) fn after(self, trouble: Option<Trouble>) -> Refusal {
        self.because(Detail { trouble, ..Detail::default() })
    }
}
