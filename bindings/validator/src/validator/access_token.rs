//! Access tokens: RFC 9068 section 4, and plain JWTs where they are accepted.

use std::sync::Arc;

use super::credentials::Credentials;
use super::rules::Rules;
use super::times::{check_age, check_times};
use super::token::{Signed, is_jwt};
use super::{Passed, Validator, needs};
use crate::claims::Payload;
use crate::fetch::Fetch;
use crate::settings::TokenType;
use crate::sources::Halt;
use crate::{Claims, Header, Request, Requirement, Rule};

/// What kind of token was accepted.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Kind {
    /// RFC 9068.
    AccessToken,
    /// A plain JWT.
    Plain,
    /// An answer to introspection.
    Introspected,
}

impl Validator {
    /// The steps of a check. The one that has an effect (recording the proof as used) comes last, as a check is repeated
    /// after a fetch.
    pub(super) fn check_access_token(
        &self,
        request: &Request<'_>,
        credentials: &Credentials<'_>,
        requirement: &Requirement,
        now: i64,
    ) -> Result<Passed, Halt> {
        let (kind, payload, background) = self.believe(credentials.token, now)?;
        check_claims(payload.claims(), kind, &self.rules, now)?;
        let background = background.or(self.check_revocation(payload.claims(), now)?);
        let bound =
            self.bindings.check(request, credentials, payload.claims(), requirement, &self.rules, now)?;
        needs::check(&payload, requirement, &self.rules, now)?;
        let dpop_nonce = bound.spend(&self.bindings, now)?;
        Ok(Passed { payload, dpop_nonce, background })
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
            self.tokens.verify(token, &self.rules, &self.issuer, is_of_type, now)?;
        let kind = payload.header().and_then(kind).ok_or(Rule::Typ)?;
        Ok((kind, payload, background))
    }

    pub(super) fn check_revocation(&self, claims: &Claims, now: i64) -> Result<Option<Fetch>, Halt> {
        let Some(revocations) = &self.revocations else { return Ok(None) };
        let (feed, background) = revocations.feed(&self.issuer, now)?;
        if feed.revokes(claims) { Err(Rule::Revoked.into()) } else { Ok(background) }
    }
}

/// The kind that a header states (RFC 8725 section 3.11), if it is an accepted one.
fn kind_of(header: &Header, admitted: &[TokenType]) -> Option<Kind> {
    let (own, kind) = match header.typ.as_deref() {
        None => (TokenType::Plain, Kind::Plain),
        Some(typ) if is_typ(typ, "JWT") => (TokenType::Plain, Kind::Plain),
        Some(typ) if is_typ(typ, "at+jwt") => (TokenType::AccessToken, Kind::AccessToken),
        Some(_) => return None,
    };
    admitted.contains(&own).then_some(kind)
}

/// Whether a `typ` is this media type, which may be written with `application/` in front (RFC 7515 section 4.1.9).
pub(super) fn is_typ(typ: &str, expected: &str) -> bool {
    let prefix = "application/";
    let bare = match typ.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest,
        _ => typ,
    };
    bare.eq_ignore_ascii_case(expected)
}

fn check_claims(claims: &Claims, kind: Kind, rules: &Rules, now: i64) -> Result<(), Rule> {
    check_issuer(claims, kind, rules)?;
    check_audience(claims, rules)?;
    check_times(&claims.times, kind != Kind::Introspected, rules.leeway, now)?;
    check_age(&claims.times, rules.max_token_age, rules.leeway, now)?;
    check_presence(claims, kind, rules)
}

fn check_issuer(claims: &Claims, kind: Kind, rules: &Rules) -> Result<(), Rule> {
    match claims.iss.as_deref() {
        Some(iss) if iss == rules.issuer => Ok(()),
        // RFC 7662 section 2.2: the answer comes from the issuer, and `iss` is optional in it.
        None if kind == Kind::Introspected => Ok(()),
        None => Err(Rule::ClaimMissing),
        Some(_) => Err(Rule::Iss),
    }
}

fn check_audience(claims: &Claims, rules: &Rules) -> Result<(), Rule> {
    match &claims.aud {
        Some(aud) if rules.audience.iter().any(|own| aud.contains(own)) => Ok(()),
        Some(_) => Err(Rule::Aud),
        None if rules.is_optional("aud") => Ok(()),
        None => Err(Rule::ClaimMissing),
    }
}

/// The other claims that RFC 9068 section 2.2 requires; of a plain JWT only `sub`, of an answer to introspection none.
fn check_presence(claims: &Claims, kind: Kind, rules: &Rules) -> Result<(), Rule> {
    let has = |claim: &Option<Box<str>>| claim.as_deref().is_some_and(|text| !text.is_empty());
    let required: &[(&str, bool)] = match kind {
        Kind::AccessToken => &[
            ("sub", has(&claims.sub)),
            ("client_id", has(&claims.client_id)),
            ("iat", claims.times.iat.is_some()),
            ("jti", has(&claims.jti)),
        ],
        Kind::Plain => &[("sub", has(&claims.sub))],
        Kind::Introspected => &[],
    };
    let missing = required.iter().any(|(name, present)| !present && !rules.is_optional(name));
    if missing { Err(Rule::ClaimMissing) } else { Ok(()) }
}
