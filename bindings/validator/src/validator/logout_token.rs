//! Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6).

use super::Passed;
use super::binding::Bound;
use super::token::Signed;
use super::trusted::TrustedIssuer;
use crate::claims::Known;
use crate::detail::Detail;
use crate::replays::Replays;
use crate::settings::is_typ;
use crate::sources::Halt;
use crate::{Header, NumericDate, Rule, hash};

/// How many logout tokens are remembered, so that none is accepted twice.
pub(super) const REMEMBERED: usize = 10_000;
/// The member of `events` that makes a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl TrustedIssuer {
    pub(super) fn logout_token(&self, token: &str, logouts: &Replays, now: i64) -> Result<Passed, Halt> {
        // Section 2.4 recommends `logout+jwt`; `JWT`, or no type, was usual before.
        let is_of_type = |header: &Header| {
            header.typ.as_deref().is_none_or(|typ| is_typ(typ, "logout+jwt") || is_typ(typ, "JWT"))
        };
        let signed = self.signed(token, is_of_type, now);
        let Signed { payload, background } = signed.map_err(|halt| halt.about_typ(["logout+jwt", "JWT"]))?;
        self.check_for_client(&payload, now)?;
        let claims = payload.claims();
        let missing = |claim| Halt::from(Rule::ClaimMissing.because(Detail::missing(claim)));
        if claims.times.iat.is_none() {
            return Err(missing("iat"));
        }
        claims.judge([Known::Sub, Known::Sid, Known::Jti])?;
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
        let jti = claims.jti.as_deref().filter(|jti| !jti.is_empty()).ok_or_else(|| missing("jti"))?;
        let NumericDate(exp) = claims.times.exp.ok_or_else(|| missing("exp"))?;
        let until = exp.saturating_add(self.rules.leeway);
        // Another issuer may use the same one (RFC 7519 section 4.1.7).
        let name = format!("{}\n{jti}", claims.iss.as_deref().unwrap_or_default());
        if !logouts.first_use(hash::sha256(name.as_bytes()), until, now) {
            return Err(Rule::LogoutReplay.into());
        }
        Ok(Passed { payload, bound: Bound::default(), background })
    }
}
