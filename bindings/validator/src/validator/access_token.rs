//! Access tokens: RFC 9068 section 4, and plain JWTs where they are accepted.

use std::sync::Arc;

use super::binding::Bindings;
use super::credentials::Credentials;
use super::rules::Rules;
use super::times::{check_age, check_times};
use super::token::{Signed, is_jwt};
use super::trusted::TrustedIssuer;
use super::{Passed, needs};
use crate::claims::{Known, Payload};
use crate::detail::{Detail, Refusal};
use crate::fetch::Fetch;
use crate::settings::TokenType;
use crate::sources::Halt;
use crate::{Claims, Header, NumericDate, Request, Requirement, Rule};

/// What kind of token was accepted.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// RFC 9068.
    AccessToken,
    /// A plain JWT.
    Plain,
    /// An answer to introspection.
    Introspected,
}

impl TrustedIssuer {
    /// The steps of a check but the last, which has an effect: recording the proof as used.
    pub(super) fn check_access_token(
        &self,
        bindings: &Bindings,
        request: &Request<'_>,
        credentials: &Credentials<'_>,
        requirement: &Requirement,
        now: i64,
    ) -> Result<Passed, Halt> {
        let (kind, payload, background) = self.believe(credentials.token, now)?;
        let judged = || -> Result<_, Halt> {
            check_claims(&payload, kind, &self.rules, now)?;
            let feed = self.check_revocation(payload.claims(), now)?;
            let bound =
                bindings.check(request, credentials, payload.claims(), requirement, &self.rules, now)?;
            needs::check(&payload, requirement, &self.rules, now)?;
            Ok((feed, bound))
        };
        let (feed, bound) = judged().map_err(|halt| about_token(halt, &payload))?;
        Ok(Passed { payload, bound, background: background.or(feed) })
    }

    fn believe(&self, token: &str, now: i64) -> Result<(Kind, Arc<Payload>, Option<Fetch>), Halt> {
        if token.len() > self.rules.max_token_bytes {
            return Err(Rule::TokenTooLong.into());
        }
        if let Some(introspections) = self.introspections.as_ref().filter(|it| it.always() || !is_jwt(token))
        {
            return Ok((Kind::Introspected, introspections.find(token, &self.issuer, now)?, None));
        }
        let kind = |header: &Header| kind_of(header, &self.rules.token_types);
        let is_of_type = |header: &Header| kind(header).is_some();
        let Signed { payload, background } =
            self.tokens.verify(token, &self.rules, &self.issuer, is_of_type, now).map_err(|halt| {
                let wanted = self.rules.token_types.iter().map(TokenType::as_str);
                halt.about_typ(wanted)
            })?;
        let kind = payload.header().and_then(kind).ok_or(Rule::Typ)?;
        Ok((kind, payload, background))
    }

    pub(super) fn check_revocation(&self, claims: &Claims, now: i64) -> Result<Option<Fetch>, Halt> {
        let Some(revocations) = &self.revocations else { return Ok(None) };
        let (feed, background) = revocations.feed(&self.issuer, now)?;
        if feed.revokes(claims)? { Err(Rule::Revoked.into()) } else { Ok(background) }
    }
}

/// With what a JWT says of itself, which was read before.
fn about_token(halt: Halt, payload: &Payload) -> Halt {
    match (halt, payload.header()) {
        (Halt::Deny(refusal), Some(header)) => {
            let claims = payload.claims();
            let exp = claims.times.exp.map(|NumericDate(exp)| exp);
            refusal.about_token(header.kid.as_deref(), claims.iss.as_deref(), exp).into()
        }
        (halt, _) => halt,
    }
}

/// The kind that a header states (RFC 8725 section 3.11), if it is an accepted one.
pub(super) fn kind_of(header: &Header, admitted: &[TokenType]) -> Option<Kind> {
    let own = admitted.iter().find(|own| own.is(header.typ.as_deref()))?;
    Some(if *own == TokenType::AccessToken { Kind::AccessToken } else { Kind::Plain })
}

fn check_claims(payload: &Payload, kind: Kind, rules: &Rules, now: i64) -> Result<(), Refusal> {
    let claims = payload.claims();
    check_issuer(claims, kind, rules)?;
    check_mark(payload, kind, rules)?;
    check_audience(payload, rules)?;
    check_times(claims, kind != Kind::Introspected, rules.leeway, now)?;
    check_age(claims, rules.max_token_age, rules.leeway, now)?;
    check_presence(claims, kind, rules)
}

pub(super) fn check_issuer(claims: &Claims, kind: Kind, rules: &Rules) -> Result<(), Refusal> {
    claims.judge([Known::Iss])?;
    match claims.iss.as_deref() {
        Some(iss) => rules.check_issuer(iss),
        // RFC 7662 section 2.2: the answer comes from the issuer, and `iss` is optional in it.
        None if kind == Kind::Introspected => Ok(()),
        None => Err(Rule::ClaimMissing.because(Detail::missing("iss"))),
    }
}

/// The claim by which the server tells access tokens from its other tokens.
pub(super) fn check_mark(payload: &Payload, kind: Kind, rules: &Rules) -> Result<(), Refusal> {
    let Some((claim, values)) = rules.bundle.mark.filter(|_| kind != Kind::Introspected) else {
        return Ok(());
    };
    let own = payload.text(claim);
    if own.is_some_and(|own| values.contains(&own)) {
        return Ok(());
    }
    let detail = if payload.claim(claim).is_some() { Detail::of(claim) } else { Detail::missing(claim) };
    Err(Rule::Typ.because(detail.found(own).wanted(values)))
}

pub(super) fn check_audience(payload: &Payload, rules: &Rules) -> Result<(), Refusal> {
    let claims = payload.claims();
    claims.judge([Known::Aud])?;
    // Where there are clients and no audience, they stand in for it: the settings were checked for that.
    let by_client = rules.audience.is_empty() && !rules.client_ids.is_empty();
    match &claims.aud {
        Some(aud) if by_client || rules.audience.iter().any(|own| aud.contains(own)) => {}
        None if by_client || rules.is_optional("aud") => {}
        Some(aud) => {
            return Err(Rule::Aud.because(Detail::of("aud").found(aud.as_slice()).wanted(&rules.audience)));
        }
        None => return Err(Rule::ClaimMissing.because(Detail::missing("aud").wanted(&rules.audience))),
    }
    needs::check_client(payload, &rules.client_ids, rules, Rule::Aud)
}

/// The other claims that the profile requires, for RFC 9068 those of its section 2.2; of a plain JWT only `sub`, of an
/// answer to introspection none.
pub(super) fn check_presence(claims: &Claims, kind: Kind, rules: &Rules) -> Result<(), Refusal> {
    let required = match kind {
        Kind::AccessToken => rules.bundle.required,
        Kind::Plain => &["sub"],
        Kind::Introspected => &[],
    };
    for name in required {
        let has = |claim: &Option<Box<str>>| claim.as_deref().is_some_and(|text| !text.is_empty());
        let (known, present) = match *name {
            "sub" => (Known::Sub, has(&claims.sub)),
            "client_id" => (Known::ClientId, has(&claims.client_id)),
            "iat" => (Known::Iat, claims.times.iat.is_some()),
            _ => (Known::Jti, has(&claims.jti)),
        };
        if !present {
            claims.judge([known])?;
            if !rules.is_optional(name) {
                return Err(Rule::ClaimMissing.because(Detail::missing(name)));
            }
        }
    }
    Ok(())
}
