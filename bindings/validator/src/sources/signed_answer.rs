//! Signed answers to introspection (RFC 9701 section 5): a JWT around the answer, so that a proxy between cannot make
//! one up.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Address, Issuer};
use crate::settings::{IntrospectionSettings, Settings, is_typ};
use crate::{Algorithm, Audience, Cause, NumericDate, Rejected, Unverified};

/// How long an answer may be, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// What signed answers must match.
pub(super) struct SignedAnswers {
    address: Address,
    /// How this service may be called in them.
    names: Vec<String>,
    algorithms: Vec<Algorithm>,
    leeway: i64,
}

#[derive(Deserialize)]
struct Document {
    iss: String,
    aud: Audience,
    iat: NumericDate,
    token_introspection: Map<String, Value>,
}

impl SignedAnswers {
    pub(super) const MEDIA_TYPE: &'static str = "application/token-introspection+jwt";

    pub(super) fn new(settings: &Settings, own: &IntrospectionSettings) -> Self {
        let names = settings.audience.as_slice().iter().chain([&own.client_id]).cloned().collect();
        let algorithms = settings.algorithms.clone().unwrap_or_else(|| settings.default_algorithms());
        Self { address: Address::new(settings), names, algorithms, leeway: settings.leeway }
    }

    /// Verifies an answer, and returns what it says about the token.
    ///
    /// # Errors
    /// What it is instead, and why.
    pub(super) fn open(
        &self,
        body: &[u8],
        issuer: &Issuer,
        now: i64,
    ) -> Result<Vec<u8>, (Cause, &'static str)> {
        let refuse = |why| (Cause::Untrusted, why);
        let other = (Cause::Malformed, "it is no signed answer");
        let text = std::str::from_utf8(body).map_err(|_| other)?.trim_ascii();
        let unverified = Unverified::parse_long(text, MAX_BYTES).map_err(|_| other)?;
        let typ = unverified.header().typ.as_deref();
        if !typ.is_some_and(|typ| is_typ(typ, "token-introspection+jwt")) {
            return Err(refuse("its typ is not token-introspection+jwt"));
        }
        let keys = issuer.keys(now).map_err(|_| refuse("the issuer's keys are not there"))?;
        let verified = unverified.verify(&keys.set, &self.algorithms);
        if matches!(verified, Err(Rejected::UnknownKey)) {
            issuer.refresh_soon(now);
        }
        let verified = verified.map_err(|_| refuse("its signature is not accepted"))?;
        let document: Document = verified.claims().map_err(|_| refuse("a claim of it is missing"))?;
        if !self.address.is(&document.iss) {
            return Err(refuse("it is of another issuer"));
        }
        if !self.names.iter().any(|name| document.aud.contains(name)) {
            return Err(refuse("it is for another audience"));
        }
        if document.iat.0 > now.saturating_add(self.leeway) {
            return Err(refuse("it is from the future"));
        }
        serde_json::to_vec(&document.token_introspection).map_err(|_| other)
    }
}
