//! The outcome of a check, as JavaScript reads it.

use credenza_validator::{Decision, Denied, Fetch, Rule, Step};
use napi::bindgen_prelude::Either3;
use napi_derive::napi;
use serde_json::json;

/// The outcome of a check. Of `claims`, `denied` and `fetch`, the first that is present counts.
#[napi(object, object_from_js = false)]
pub struct Outcome {
    /// The text of the claims: the request may pass.
    pub claims: Option<String>,
    /// The value of `DPoP-Nonce`, beside the claims.
    pub dpop_nonce: Option<String>,
    /// A denial, as JSON.
    pub denied: Option<String>,
    /// What to fetch, as JSON: first if nothing else is here, otherwise in the background.
    pub fetch: Option<String>,
}

/// Claims alone, by their number or as text, where there is nothing else: either costs a tenth of an object.
pub(crate) type Brief = Either3<f64, String, Outcome>;

/// The shortest form of a step.
pub(crate) fn brief(step: Step, by_serial: bool) -> Brief {
    let Step { decision: Some(Decision::Allow(allowed)), fetch: None } = &step else {
        return Either3::C(Outcome::of(step));
    };
    if allowed.dpop_nonce().is_some() {
        return Either3::C(Outcome::of(step));
    }
    match allowed.serial().filter(|_| by_serial) {
        #[expect(clippy::cast_precision_loss, reason = "2^53 tokens are not verified in any lifetime")]
        Some(serial) => Either3::A(serial as f64),
        None => Either3::B(allowed.claims_json().to_owned()),
    }
}

impl Outcome {
    /// The full form of a step.
    pub(crate) fn of(step: Step) -> Self {
        let fetch = step.fetch.as_ref().map(fetch_json);
        match step.decision {
            None => Self { claims: None, dpop_nonce: None, denied: None, fetch },
            Some(Decision::Deny(denied)) => {
                Self { claims: None, dpop_nonce: None, denied: Some(denied_json(&denied)), fetch }
            }
            Some(Decision::Allow(allowed)) => Self {
                claims: Some(allowed.claims_json().to_owned()),
                dpop_nonce: allowed.dpop_nonce().map(str::to_owned),
                denied: None,
                fetch,
            },
        }
    }
}

pub(crate) fn fetch_json(fetch: &Fetch) -> String {
    json!({
        "key": fetch.key,
        "method": fetch.method,
        "url": fetch.url,
        "headers": fetch.headers,
        "body": fetch.body,
        "max_bytes": fetch.max_bytes,
        "timeout_ms": fetch.timeout_ms,
    })
    .to_string()
}

fn denied_json(denied: &Denied) -> String {
    let rule: Rule = denied.rule;
    json!({
        "status": denied.status,
        "wwwAuthenticate": denied.www_authenticate,
        "dpopNonce": denied.dpop_nonce,
        "rule": rule.as_str(),
        "section": rule.section(),
        "description": rule.meaning().description,
        "error": denied.error,
        "detail": denied.detail,
    })
    .to_string()
}
