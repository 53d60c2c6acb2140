//! What a validator learns from its issuer, kept by one set of rules in every language: what is young serves; what is
//! older serves while it is fetched again; what is too old has to be fetched first; and what cannot be had makes the
//! check fail, never pass.

mod introspection;
mod issuer;
mod metadata;
mod revocations;

pub(crate) use introspection::Introspections;
pub(crate) use issuer::{Issuer, KeysNow, Which};
pub(crate) use revocations::Revocations;

use crate::Rule;
use crate::fetch::{Fetch, FetchFailure, Response};

/// How long after a failed fetch the next may be made, in seconds.
const RETRY_AFTER: i64 = 5;

/// Why a check cannot go on.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It is refused.
    Deny(Rule),
    /// Something has to be fetched first.
    Need(Fetch),
}

impl From<Rule> for Halt {
    fn from(rule: Rule) -> Self {
        Self::Deny(rule)
    }
}

/// The body of an answer, when it is one that can be used.
fn body<'a>(fetch: &Fetch, response: &Result<Response<'a>, FetchFailure>) -> Option<&'a [u8]> {
    response.as_ref().ok().filter(|it| it.status == 200 && it.body.len() <= fetch.max_bytes).map(|it| it.body)
}

/// When something was last fetched, and what to do about it now.
#[derive(Clone, Debug, Default)]
struct Attempts {
    /// When the last attempt ended.
    ended_at: Option<i64>,
    failed: bool,
    /// When a fetch in the background was last asked for.
    offered_at: Option<i64>,
}

impl Attempts {
    fn ended(&mut self, failed: bool, now: i64) {
        *self = Self { ended_at: Some(now), failed, offered_at: None };
    }

    /// Whether an attempt failed a moment ago, so that there is no use in another.
    fn just_failed(&self, now: i64) -> bool {
        self.failed && !self.ended_before(now, RETRY_AFTER)
    }

    /// Whether there was no attempt in the last `seconds`.
    fn ended_before(&self, now: i64, seconds: i64) -> bool {
        self.ended_at.is_none_or(|at| now.saturating_sub(at) >= seconds)
    }

    /// Whether a fetch in the background should be asked for; then it is taken as asked for, so that one alone is.
    fn offer(&mut self, now: i64) -> bool {
        let due = !self.just_failed(now)
            && self.offered_at.is_none_or(|at| now.saturating_sub(at) >= 2 * RETRY_AFTER);
        if due {
            self.offered_at = Some(now);
        }
        due
    }
}
