//! The answer of a check, as one text.
//!
//! Its first line is a JSON object with `denied`, `dpop_nonce` and `fetch`, each only where there is one, or empty when
//! there is none of them. The rest is the text of the claims, when the request may pass. So the usual answer is a line
//! break and the claims as they are in the token, without any JSON to write or read.

use credenza_validator::{Decision, Denied, Fetch, Step, Trouble};
use serde::Serialize;

#[derive(Serialize)]
struct Head<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    denied: Option<Denial<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dpop_nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch: Option<&'a Fetch>,
}

/// A denial, with what its rule means.
#[derive(Serialize)]
struct Denial<'a> {
    #[serde(flatten)]
    denied: &'a Denied,
    section: &'static str,
    description: &'static str,
}

/// The claims, where they are the whole answer.
pub(crate) fn claims_alone(step: &Step) -> Option<&str> {
    match step {
        Step { decision: Some(Decision::Allow(allowed)), fetch: None } if allowed.dpop_nonce().is_none() => {
            Some(allowed.claims_json())
        }
        _ => None,
    }
}

/// Writes an answer.
pub(crate) fn write(step: &Step) -> String {
    if let Some(claims) = claims_alone(step) {
        return ["\n", claims].concat();
    }
    let fetch = step.fetch.as_ref();
    let (head, claims) = match &step.decision {
        Some(Decision::Allow(allowed)) => {
            (Head { denied: None, dpop_nonce: allowed.dpop_nonce(), fetch }, allowed.claims_json())
        }
        Some(Decision::Deny(denied)) => {
            let meaning = denied.rule.meaning();
            let denial = Denial { denied, section: meaning.section, description: meaning.description };
            (Head { denied: Some(denial), dpop_nonce: None, fetch }, "")
        }
        None => (Head { denied: None, dpop_nonce: None, fetch }, ""),
    };
    // Strings and numbers always serialise. An empty head without claims would be no decision.
    let head = serde_json::to_string(&head).unwrap_or_default();
    [&head, "\n", claims].concat()
}

/// What is wrong with something that was fetched, as JSON.
pub(crate) fn trouble(trouble: &Trouble) -> Option<String> {
    // Strings and numbers always serialise.
    serde_json::to_string(trouble).ok()
}

/// What a validator needs, and what is in its way.
pub(crate) fn readiness(trouble: Option<&Trouble>, fetch: Option<&Fetch>) -> String {
    serde_json::json!({ "trouble": trouble, "fetch": fetch }).to_string()
}
