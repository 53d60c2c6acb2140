//! What a check decides.

use std::sync::Arc;

use serde::Serialize;

use crate::{Claims, Detail, Rule, Trouble, claims::Payload, fetch::Fetch};

/// What to do next.
#[derive(Clone, Debug)]
#[must_use]
pub struct Step {
    /// The decision. Without one, make and report the `fetch` first, then check again.
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

/// A request that may not pass, and what to answer. It holds no claims, as none may be relied on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Denied {
    /// The status: 400, 401, 403, or 503 when the check itself was not possible.
    pub status: u16,
    /// The value of `WWW-Authenticate`; none with 503, and for ID tokens and logout tokens.
    pub www_authenticate: Option<String>,
    /// The value of `DPoP-Nonce` for the answer (RFC 9449 section 9).
    pub dpop_nonce: Option<String>,
    /// The reason.
    pub rule: Rule,
    /// The error code in the challenge.
    pub error: Option<&'static str>,
    /// What was found, for the log of this service. It is no part of the answer.
    pub detail: Box<Detail>,
}

/// Whether a validator has what it needs of its issuer.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Readiness {
    /// What keeps it from its issuer.
    pub trouble: Option<Trouble>,
    /// What to fetch and to report, before this is asked again. With neither member, the validator is ready.
    pub fetch: Option<Fetch>,
}

impl Allowed {
    /// The claims: for a JWT its payload, byte for byte; for an introspected token the answer.
    #[must_use]
    pub fn claims_json(&self) -> &str {
        self.payload.json()
    }

    /// The number of these claims in the cache of verified tokens. Within one validator, the same number always means
    /// the same claims, so a host may keep what it derived from them. `None` where they are not cached.
    #[must_use]
    pub fn serial(&self) -> Option<u64> {
        self.payload.serial()
    }

    /// The claims that the validator itself understands.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        self.payload.claims()
    }

    /// The value of `DPoP-Nonce` for the answer, when the client's nonce is about to expire (RFC 9449 section 8.2).
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
