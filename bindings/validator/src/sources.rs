//! What a validator fetches from its issuer, cached by the same rules in every language: fresh data is used; older data
//! is used while it is fetched again in the background; data past its age must be fetched first; and where it cannot be
//! fetched, the check fails.

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

/// The body of a usable answer.
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

    /// Whether an attempt failed so recently that another would be useless.
    fn just_failed(&self, now: i64) -> bool {
        self.failed && !self.ended_before(now, RETRY_AFTER)
    }

    /// Whether there was no attempt in the last `seconds`.
    fn ended_before(&self, now: i64, seconds: i64) -> bool {
        self.ended_at.is_none_or(|at| now.saturating_sub(at) >= seconds)
    }

    /// Whether a fetch in the background should be requested; noted as requested, so that only one is.
    fn offer(&mut self, now: i64) -> bool {
        let due = !self.just_failed(now)
            && self.offered_at.is_none_or(|at| now.saturating_sub(at) >= 2 * RETRY_AFTER);
        if due {
            self.offered_at = Some(now);
        }
        due
    }
}
