//! ID tokens (OpenID Connect Core 3.1.3.7, 3.2.2.9 and 3.3.2.10).

use super::access_token::is_typ;
use super::times::{check_age, check_times};
use super::token::Signed;
use super::{Passed, Validator, needs};
use crate::claims::Payload;
use crate::sources::Halt;
use crate::{Header, IdTokenExpectations, Rule, hash};

impl Validator {
    pub(super) fn id_token(
        &self,
        token: &str,
        expected: &IdTokenExpectations,
        now: i64,
    ) -> Result<Passed, Halt> {
        let is_of_type = |header: &Header| header.typ.as_deref().is_none_or(|typ| is_typ(typ, "JWT"));
        let Signed { payload, background } = self.signed(token, is_of_type, now)?;
        self.check_for_client(&payload, now)?;
        let claims = payload.claims();
        let has_sub = claims.sub.as_deref().is_some_and(|sub| !sub.is_empty());
        if !has_sub || claims.times.iat.is_none() {
            return Err(Rule::ClaimMissing.into());
        }
        check_age(&claims.times, self.rules.max_token_age, self.rules.leeway, now)?;
        check_authorized_party(&payload, self.rules.client_id.as_deref())?;
        if expected.nonce.is_some() && claims.nonce.as_deref() != expected.nonce.as_deref() {
            return Err(Rule::Nonce.into());
        }
        needs::check_sign_in(claims, &expected.acr_values, expected.max_age, self.rules.leeway, now)?;
        check_half_hash(&payload, "at_hash", expected.access_token.as_deref(), Rule::AtHash)?;
        check_half_hash(&payload, "c_hash", expected.code.as_deref(), Rule::CHash)?;
        let background = background.or(self.check_revocation(claims, now)?);
        Ok(Passed { payload, dpop_nonce: None, background })
    }

    /// Signature and type of a token for the client.
    pub(super) fn signed(
        &self,
        token: &str,
        is_of_type: impl Fn(&Header) -> bool,
        now: i64,
    ) -> Result<Signed, Halt> {
        if token.len() > self.rules.max_token_bytes {
            return Err(Rule::TokenTooLong.into());
        }
        self.tokens.verify(token, &self.rules, &self.issuer, is_of_type, now)
    }

    /// `iss`, `aud` and time of a token for the client.
    pub(super) fn check_for_client(&self, payload: &Payload, now: i64) -> Result<(), Rule> {
        let claims = payload.claims();
        if claims.iss.as_deref().ok_or(Rule::ClaimMissing)? != self.rules.issuer {
            return Err(Rule::Iss);
        }
        let client_id = self.rules.client_id.as_deref().ok_or(Rule::Aud)?;
        if !claims.aud.as_ref().ok_or(Rule::ClaimMissing)?.contains(client_id) {
            return Err(Rule::Aud);
        }
        check_times(&claims.times, true, self.rules.leeway, now)
    }
}

/// With several audiences `azp` is required; where it is present, it must be the client (3.1.3.7, steps 4 and 5).
fn check_authorized_party(payload: &Payload, client_id: Option<&str>) -> Result<(), Rule> {
    let claims = payload.claims();
    let several = claims.aud.as_ref().is_some_and(|aud| aud.as_slice().len() > 1);
    match claims.azp.as_deref() {
        None if several => Err(Rule::Azp),
        None => Ok(()),
        azp if azp == client_id => Ok(()),
        Some(_) => Err(Rule::Azp),
    }
}

/// Where the other token is given, the ID token must contain its hash.
fn check_half_hash(payload: &Payload, claim: &str, value: Option<&str>, rule: Rule) -> Result<(), Rule> {
    let (Some(value), Some(header)) = (value, payload.header()) else { return Ok(()) };
    let own = hash::half_hash(header.alg, value);
    if payload.text(claim) == Some(&own) { Ok(()) } else { Err(rule) }
}
