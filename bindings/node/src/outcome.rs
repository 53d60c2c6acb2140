//! What a check found, as JavaScript reads it.

use credenza_validator::{Allowed, Decision, Denied, Fetch, Rule, Step};
use napi::{Either, Env, JsString};
use napi_derive::napi;
use serde_json::json;

/// All that a check may find. Of `claims`, `denied` and `fetch`, the first that is there counts.
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

/// The text of the claims alone, where there is nothing else to say: a string is made at a tenth of what an object
/// costs.
pub(crate) fn brief(env: &Env, step: Step) -> napi::Result<Either<JsString<'_>, Outcome>> {
    match step {
        Step { decision: Some(Decision::Allow(allowed)), fetch: None } if allowed.dpop_nonce().is_none() => {
            claims(env, &allowed).map(Either::A)
        }
        step => Ok(Either::B(Outcome::of(step))),
    }
}

fn claims<'env>(env: &'env Env, allowed: &Allowed) -> napi::Result<JsString<'env>> {
    let json = allowed.claims_json();
    if json.is_ascii() { env.create_string_latin1(json) } else { env.create_string(json) }
}

impl Outcome {
    /// All that a step says.
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

fn fetch_json(fetch: &Fetch) -> String {
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
    })
    .to_string()
}
