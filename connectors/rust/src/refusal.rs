//! What is answered to a request that is refused, and what the log is told of it.

use credenza_validator::{Denied, Detail};
use serde_json::json;

use crate::Asked;

/// How soon the issuer is asked again after a failure, in seconds: the validator's own pause.
const RETRY_AFTER: &str = "5";

/// A request that is refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    denied: Denied,
    tells_why: bool,
}

impl Refusal {
    pub(crate) const fn new(denied: Denied, tells_why: bool) -> Self {
        Self { denied, tells_why }
    }

    /// What the validator says of it.
    #[must_use]
    pub const fn denied(&self) -> &Denied {
        &self.denied
    }

    /// The status: 400, 401, 403 or 503.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.denied.status
    }

    /// The fields of the answer, by name in lower case.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![("vary", "Authorization"), ("cache-control", "no-store")];
        if let Some(challenge) = &self.denied.www_authenticate {
            fields.push(("www-authenticate", challenge));
        }
        if let Some(nonce) = &self.denied.dpop_nonce {
            fields.push(("dpop-nonce", nonce));
        }
        if self.denied.status == 503 {
            fields.push(("retry-after", RETRY_AFTER));
        }
        if self.tells_why {
            fields.push(("content-type", "application/json"));
        }
        fields
    }

    /// The body: empty, unless the guard tells clients why.
    #[must_use]
    pub fn body(&self) -> String {
        if !self.tells_why {
            return String::new();
        }
        json!({ "rule": self.denied.rule.as_str(), "detail": self.denied.detail.reason }).to_string()
    }

    /// One record: why, and what the token says of itself; never the token, and never the query of the URL.
    pub(crate) fn log(&self, asked: &Asked) {
        let Denied { status, rule, detail, .. } = &self.denied;
        let Detail { reason, member, found, kid, iss, exp, .. } = &**detail;
        let aud = (member.as_deref() == Some("aud")).then(|| found.join(" "));
        tracing::info!(
            target: "credenza",
            rule = rule.as_str(),
            status,
            method = asked.method,
            path = asked.path,
            reason,
            kid,
            iss,
            aud,
            exp,
            "refused"
        );
    }
}
