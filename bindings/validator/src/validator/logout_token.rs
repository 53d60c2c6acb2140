//! Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6).

use super::access_token::is_typ;
use super::token::Signed;
use super::{Passed, Validator};
use crate::sources::Halt;
use crate::{Header, NumericDate, Rule, hash};

/// How many logout tokens are remembered, so that none is accepted twice.
pub(super) const REMEMBERED: usize = 10_000;
/// The member of `events` that makes a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Validator {
    pub(super) fn logout_token(&self, token: &str, now: i64) -> Result<Passed, Halt> {
        // Section 2.4 recommends `logout+jwt`; `JWT`, or no type, was usual before.
        let is_of_type = |header: &Header| {
            header.typ.as_deref().is_none_or(|typ| is_typ(typ, "logout+jwt") || is_typ(typ, "JWT"))
        };
        let Signed { payload, background } = self.signed(token, is_of_type, now)?;
        self.check_for_client(&payload, now)?;
        let claims = payload.claims();
        if claims.times.iat.is_none() {
            return Err(Rule::ClaimMissing.into());
        }
        let names = |claim: &Option<Box<str>>| claim.as_deref().is_some_and(|text| !text.is_empty());
        if !names(&claims.sub) && !names(&claims.sid) {
            return Err(Rule::LogoutSubject.into());
        }
        let tells = payload.claim("events").and_then(|events| events.get(EVENT));
        if !tells.is_some_and(serde_json::Value::is_object) {
            return Err(Rule::LogoutEvents.into());
        }
        if payload.claim("nonce").is_some() {
            return Err(Rule::LogoutNonce.into());
        }
        let jti = claims.jti.as_deref().filter(|jti| !jti.is_empty());
        let (Some(jti), Some(NumericDate(exp))) = (jti, claims.times.exp) else {
            return Err(Rule::ClaimMissing.into());
        };
        let until = exp.saturating_add(self.rules.leeway);
        if !self.logouts.first_use(hash::sha256(jti.as_bytes()), until, now) {
            return Err(Rule::LogoutReplay.into());
        }
        Ok(Passed { payload, dpop_nonce: None, background })
    }
}
