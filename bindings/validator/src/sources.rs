//! What a validator fetches from its issuer, cached by the same rules in every language: fresh data is used; older data
//! is used while it is fetched again in the background; data past its age must be fetched first; and where it cannot be
//! fetched, the check fails.

mod address;
mod introspection;
mod issuer;
mod metadata;
mod pinned;
mod revocations;
mod signed_answer;

pub(crate) use address::Address;
pub(crate) use introspection::Introspections;
pub(crate) use issuer::{Issuer, KeysNow, Which};
pub(crate) use revocations::Revocations;

use crate::detail::{Detail, Refusal, Trouble};
use crate::fetch::{Fetch, FetchFailure, Response};
use crate::{Cause, Rule};

/// How long after a failed fetch the next may be made, in seconds.
const RETRY_AFTER: i64 = 5;

/// Why a check cannot go on.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It is refused.
    Deny(Refusal),
    /// Something has to be fetched first.
    Need(Fetch),
}

impl Halt {
    /// With the types that were wanted, where it is the type that refuses.
    pub(crate) fn about_typ<'a>(self, wanted: impl IntoIterator<Item = &'a str>) -> Self {
        match self {
            Self::Deny(refusal) if refusal.rule == Rule::Typ && refusal.detail.is_none() => {
                Rule::Typ.because(Detail::of("typ").wanted(wanted)).into()
            }
            halt => halt,
        }
    }
}

impl From<Rule> for Halt {
    fn from(rule: Rule) -> Self {
        Self::Deny(rule.into())
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Deny(refusal)
    }
}

/// The body of a usable answer.
pub(crate) fn body<'a>(
    fetch: &Fetch,
    response: &Result<Response<'a>, FetchFailure>,
) -> Result<&'a [u8], Trouble> {
    let trouble = |cause| Trouble::new(cause, &fetch.url);
    let response = response.as_ref().map_err(|failure| trouble(failure.cause).message(&failure.message))?;
    let with_status = |cause| Trouble { status: Some(response.status), ..trouble(cause) };
    match response.status {
        200 if response.body.len() > fetch.max_bytes => Err(trouble(Cause::TooLarge)),
        200 => Ok(response.body),
        300..=399 => {
            Err(with_status(Cause::Redirect).hint("redirects are not followed: name the last address"))
        }
        _ => Err(with_status(Cause::HttpStatus)),
    }
}

/// What an answer is instead of the JSON that was asked for.
fn not_the_document(fetch: &Fetch, response: &Result<Response<'_>, FetchFailure>, why: &str) -> Trouble {
    let Ok(Response { body, content_type, .. }) = response else {
        return Trouble::new(Cause::Malformed, &fetch.url);
    };
    let start = body.trim_ascii_start();
    let says_html =
        content_type.is_some_and(|it| it.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let cause = match start.first() {
        Some(b'{') => Cause::Malformed,
        Some(b'<') => Cause::Html,
        _ if says_html => Cause::Html,
        _ => Cause::NotJson,
    };
    Trouble::new(cause, &fetch.url).message(why)
}

/// Whether whoever waited for the answer went away: nothing is known then, and the next check asks again.
pub(crate) const fn is_cancelled(response: &Result<Response<'_>, FetchFailure>) -> bool {
    matches!(response, Err(FetchFailure { cause: Cause::Cancelled, .. }))
}

/// When something was last fetched, and what to do about it now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts {
    /// When the last attempt ended.
    ended_at: Option<i64>,
    /// Why it failed, if it did.
    failed: Option<Trouble>,
    /// When a fetch in the background was last asked for.
    offered_at: Option<i64>,
}

impl Attempts {
    pub(crate) fn ended(&mut self, failed: Option<Trouble>, now: i64) {
        *self = Self { ended_at: Some(now), failed, offered_at: None };
    }

    /// Whether an attempt failed so recently that another would be useless.
    pub(crate) fn just_failed(&self, now: i64) -> bool {
        self.failed.is_some() && !self.ended_before(now, RETRY_AFTER)
    }

    /// Whether the last attempt failed.
    pub(crate) const fn failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Refuses by a rule, because the last attempt failed.
    pub(crate) fn refuse(&self, rule: Rule) -> Halt {
        rule.after(self.failed.clone()).into()
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
