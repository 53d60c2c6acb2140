//! What a check decides.

use std::sync::Arc;

use serde::Serialize;

use crate::{Claims, Rule, claims::Payload, fetch::Fetch};

/// What to do next.
#[derive(Clone, Debug)]
#[must_use]
pub struct Step {
    /// The decision. Without one, the `fetch` has to be made and reported first, and the check be made again.
    pub decision: Option<Decision>,
    /// What to fetch: now when there is no decision, otherwise in the background.
    pub fetch: Option<Fetch>,
}

/// Whether a request may pass.
#[derive(Clone, Debug)]
#[must_use]
pub enum Decision {
    /// It may.
    Allow(Allowed),
    /// It may not.
    Deny(Denied),
}

/// A request that may pass.
#[derive(Clone, Debug)]
pub struct Allowed {
    pub(crate) payload: Arc<Payload>,
    pub(crate) dpop_nonce: Option<String>,
}

/// A request that may not pass, and what to answer. No claim is in it (A239).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Denied {
    /// The status: 400, 401, 403, or 503 when the check itself was not possible.
    pub status: u16,
    /// The value of `WWW-Authenticate`; none with 503, and for ID tokens and logout tokens.
    pub www_authenticate: Option<String>,
    /// The value of `DPoP-Nonce`, to be answered too (RFC 9449 section 9).
    pub dpop_nonce: Option<String>,
    /// The reason.
    pub rule: Rule,
    /// The error code in the challenge.
    pub error: Option<&'static str>,
}

impl Allowed {
    /// The claims: for a JWT its payload, letter by letter; for an introspected token the answer.
    #[must_use]
    pub fn claims_json(&self) -> &str {
        self.payload.json()
    }

    /// Of claims in the cache of verified tokens, their number there: of one validator, the same number always means
    /// the same claims, so that a host may keep what it made of them. `None` where they are not kept.
    #[must_use]
    pub fn serial(&self) -> Option<u64> {
        self.payload.serial()
    }

    /// The claims that have a meaning here.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        self.payload.claims()
    }

    /// The value of `DPoP-Nonce`, to be answered too: the client's is about to grow old (RFC 9449 section 8.2).
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<&str> {
        self.dpop_nonce.as_deref()
    }
}

impl Decision {
    /// The denial, if it is one.
    #[must_use]
    pub const fn denied(&self) -> Option<&Denied> {
        match self {
            Self::Allow(_) => None,
            Self::Deny(denied) => Some(denied),
        }
    }
}

impl Step {
    pub(crate) const fn need(fetch: Fetch) -> Self {
        Self { decision: None, fetch: Some(fetch) }
    }
}
