//! A refusal on its way out of the rules.

use super::{Detail, Trouble};
use crate::Rule;

/// The rule that refuses, and what it found where it says more than its name.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) rule: Rule,
    pub(crate) detail: Option<Box<Detail>>,
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self { rule, detail: None }
    }
}

impl Rule {
    /// Refuses by this rule, because of that.
    pub(crate) fn because(self, detail: Detail) -> Refusal {
        Refusal { rule: self, detail: Some(Box::new(detail)) }
    }

    /// Refuses by this rule, because of trouble with the issuer.
    pub(crate) fn after(self, trouble: Option<Trouble>) -> Refusal {
        self.because(Detail { trouble, ..Detail::default() })
    }
}
