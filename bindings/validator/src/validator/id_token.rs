//! ID tokens (OpenID Connect Core 3.1.3.7, 3.2.2.9 and 3.3.2.10).

use super::binding::Bound;
use super::times::{check_age, check_times};
use super::token::Signed;
use super::trusted::TrustedIssuer;
use super::{Passed, credentials, needs};
use crate::claims::{Known, Payload};
use crate::detail::{Detail, Refusal};
use crate::settings::is_typ;
use crate::sources::Halt;
use crate::{Header, IdTokenExpectations, Rule, hash};

impl TrustedIssuer {
    pub(super) fn id_token(
        &self,
        token: &str,
        expected: &IdTokenExpectations,
        now: i64,
    ) -> Result<Passed, Halt> {
        let is_of_type = |header: &Header| header.typ.as_deref().is_none_or(|typ| is_typ(typ, "JWT"));
        let signed = self.signed(token, is_of_type, now).map_err(|halt| halt.about_typ(["JWT"]));
        let Signed { payload, background } = signed?;
        self.check_for_client(&payload, now)?;
        let claims = payload.claims();
        claims.judge([Known::Sub])?;
        if claims.sub.as_deref().is_none_or(str::is_empty) {
            return Err(Rule::ClaimMissing.because(Detail::missing("sub")).into());
        }
        if claims.times.iat.is_none() {
            return Err(Rule::ClaimMissing.because(Detail::missing("iat")).into());
        }
        check_age(claims, self.rules.max_token_age, self.rules.leeway, now)?;
        check_authorized_party(&payload, self.rules.client_id.as_deref())?;
        if let Some(nonce) = &expected.nonce {
            claims.judge([Known::Nonce])?;
            if claims.nonce.as_deref() != Some(nonce) {
                return Err(Rule::Nonce.because(Detail::of("nonce")).into());
            }
        }
        needs::check_sign_in(claims, &expected.acr_values, expected.max_age, self.rules.leeway, now)?;
        check_half_hash(&payload, "at_hash", expected.access_token.as_deref(), Rule::AtHash)?;
        check_half_hash(&payload, "c_hash", expected.code.as_deref(), Rule::CHash)?;
        let background = background.or(self.check_revocation(claims, now)?);
        Ok(Passed { payload, bound: Bound::default(), background })
    }

    /// Signature and type of a token for the client.
    pub(super) fn signed(
        &self,
        token: &str,
        is_of_type: impl Fn(&Header) -> bool,
        now: i64,
    ) -> Result<Signed, Halt> {
        credentials::check_bare(token)?;
        if token.len() > self.rules.max_token_bytes {
            return Err(Rule::TokenTooLong.into());
        }
        self.tokens.verify(token, &self.rules, &self.issuer, is_of_type, now)
    }

    /// `iss`, `aud` and time of a token for the client.
    pub(super) fn check_for_client(&self, payload: &Payload, now: i64) -> Result<(), Refusal> {
        let claims = payload.claims();
        claims.judge([Known::Iss, Known::Aud])?;
        let missing = |claim| Rule::ClaimMissing.because(Detail::missing(claim));
        self.rules.check_issuer(claims.iss.as_deref().ok_or_else(|| missing("iss"))?)?;
        let client_id = self.rules.client_id.as_deref().ok_or(Rule::Aud)?;
        let aud = claims.aud.as_ref().ok_or_else(|| missing("aud"))?;
        if !aud.contains(client_id) {
            return Err(Rule::Aud.because(Detail::of("aud").found(aud.as_slice()).wanted([client_id])));
        }
        check_times(claims, true, self.rules.leeway, now)
    }
}

/// With several audiences `azp` is required; where it is present, it must be the client (3.1.3.7, steps 4 and 5).
fn check_authorized_party(payload: &Payload, client_id: Option<&str>) -> Result<(), Refusal> {
    let claims = payload.claims();
    claims.judge([Known::Azp])?;
    let several = claims.aud.as_ref().is_some_and(|aud| aud.as_slice().len() > 1);
    match claims.azp.as_deref() {
        None if several => Err(Rule::Azp.because(Detail::missing("azp").wanted(client_id))),
        None => Ok(()),
        azp if azp == client_id => Ok(()),
        azp => Err(Rule::Azp.because(Detail::of("azp").found(azp).wanted(client_id))),
    }
}

/// Where the other token is given, the ID token must contain its hash.
fn check_half_hash(payload: &Payload, claim: &str, value: Option<&str>, rule: Rule) -> Result<(), Rule> {
    let (Some(value), Some(header)) = (value, payload.header()) else { return Ok(()) };
    let own = hash::half_hash(header.alg, value);
    if payload.text(claim) == Some(&own) { Ok(()) } else { Err(rule) }
}
