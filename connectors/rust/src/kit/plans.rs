//! What a plan has to be paid for.

use serde_json::Value;

use super::Problem;
use crate::Caller;

/// Plans, one of which is needed, and where to get one.
#[derive(Clone, Debug)]
pub struct Plans {
    plans: Vec<String>,
    upgrade_url: String,
}

impl Plans {
    /// One of these plans is needed.
    #[must_use]
    pub fn new<T: Into<String>>(plans: impl IntoIterator<Item = T>, upgrade_url: impl Into<String>) -> Self {
        Self { plans: plans.into_iter().map(Into::into).collect(), upgrade_url: upgrade_url.into() }
    }

    /// Refuses a caller with another plan.
    ///
    /// # Errors
    /// The problem `plan_required`, with `plan`, `plans` and `upgrade_url`.
    pub fn require(&self, caller: &Caller) -> Result<(), Problem> {
        let plan = caller.plan();
        if plan.is_some_and(|plan| self.plans.iter().any(|one| one == plan)) {
            return Ok(());
        }
        let problem = Problem::new(403, "plan_required").with("plan", plan.map_or(Value::Null, Value::from));
        Err(upgrade(problem.with("plans", self.plans.clone()), &self.upgrade_url))
    }
}

/// With where to upgrade.
pub(super) fn upgrade(problem: Problem, url: &str) -> Problem {
    problem.with("upgrade_url", url).field("link", &format!("<{url}>; rel=\"payment\""))
}
