//! What to answer to a request that is refused (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3,
//! RFC 9728 section 5.1).

use super::Validator;
use super::credentials::{Credentials, Scheme};
use super::rules::Rules;
use super::trusted::TrustedIssuer;
use crate::detail::{Detail, Problem, Refusal};
use crate::{Challenge, Claims, Decision, Denied, Meaning, NumericDate, Requirement, Rule, Step, Unverified};

impl Validator {
    /// A denial with its challenge, in the scheme of the request; without credentials, in every supported scheme.
    pub(super) fn denied(
        &self,
        refusal: Refusal,
        credentials: Option<&Credentials<'_>>,
        requirement: &Requirement,
        now: i64,
    ) -> Step {
        let rule = refusal.rule;
        let Meaning { status, error, .. } = rule.meaning();
        let scheme = credentials.map(|it| it.scheme);
        let www_authenticate =
            (status != 503).then(|| challenges(rule, scheme, requirement, &self.issuers.first.rules));
        let dpop_nonce = (rule == Rule::DpopNonce).then(|| self.bindings.nonce(now)).flatten();
        let detail = self.issuers.first.detail(refusal, credentials.map(|it| it.token));
        let denied = Denied { status, www_authenticate, dpop_nonce, rule, error, detail };
        Step { decision: Some(Decision::Deny(denied)), fetch: None }
    }

    /// A denial that does not answer an HTTP request.
    pub(super) fn unchallenged(&self, refusal: Refusal, token: &str) -> Denied {
        let rule = refusal.rule;
        let Meaning { status, error, .. } = rule.meaning();
        let detail = self.issuers.first.detail(refusal, Some(token));
        Denied { status, www_authenticate: None, dpop_nonce: None, rule, error, detail }
    }
}

impl TrustedIssuer {
    /// What was found, with what the token says of itself.
    pub(super) fn detail(&self, refusal: Refusal, token: Option<&str>) -> Box<Detail> {
        let detail = refusal.detail.map(|detail| *detail).unwrap_or_default();
        let token = token.filter(|_| !refusal.of_token);
        let unverified = token.and_then(|token| self.tokens.unverified(token, self.rules.max_token_bytes));
        let detail = match unverified {
            Some(unverified) => of_token(detail, &unverified),
            None => detail,
        };
        Box::new(detail.told(refusal.rule.meaning().description))
    }
}

/// `kid`, `iss` and `exp` of a token, of which nothing is verified here; and its `typ` where that refuses it.
fn of_token(detail: Detail, unverified: &Unverified<'_>) -> Detail {
    let header = unverified.header();
    let claims = Claims::unverified(unverified.payload_bytes_unverified());
    let exp = claims.times.exp.map(|NumericDate(exp)| exp);
    let detail = detail.token(header.kid.as_deref(), claims.iss.as_deref(), exp);
    match detail.member.as_deref() {
        Some("typ") if detail.found.is_empty() => match &header.typ {
            Some(typ) => detail.found([typ]),
            None => Detail { problem: Some(Problem::Missing), ..detail },
        },
        Some("kid") if detail.found.is_empty() => detail.found(header.kid.as_deref()),
        _ => detail,
    }
}

fn challenges(rule: Rule, scheme: Option<Scheme>, requirement: &Requirement, rules: &Rules) -> String {
    // Where DPoP is not supported, no challenge of that scheme could be met.
    let scheme = if rules.dpop_algs.is_none() {
        Some(Scheme::Bearer)
    } else if rules.dpop_required || rule.meaning().error == Some("invalid_dpop_proof") {
        Some(Scheme::Dpop)
    } else {
        scheme.filter(|_| rule != Rule::DpopScheme)
    };
    let write = |scheme| challenge(rule, scheme, requirement, rules).to_string();
    match scheme {
        Some(scheme) => write(scheme),
        None => format!("{}, {}", write(Scheme::Dpop), write(Scheme::Bearer)),
    }
}

fn challenge(rule: Rule, scheme: Scheme, requirement: &Requirement, rules: &Rules) -> Challenge {
    let Meaning { error, description, .. } = rule.meaning();
    let mut challenge = match scheme {
        Scheme::Bearer => Challenge::bearer(),
        Scheme::Dpop => Challenge::dpop(),
    };
    if let Some(realm) = &rules.realm {
        challenge = challenge.realm(realm);
    }
    if let Some(error) = error {
        challenge = challenge.error(error).error_description(description);
    }
    challenge = of_requirement(rule, requirement, challenge);
    if let (Scheme::Dpop, Some(algs)) = (scheme, &rules.dpop_algs) {
        challenge = challenge.algs(algs);
    }
    match &rules.resource_metadata {
        Some(url) => challenge.resource_metadata(url),
        None => challenge,
    }
}

/// Adds what the requirement needs.
fn of_requirement(rule: Rule, requirement: &Requirement, challenge: Challenge) -> Challenge {
    match rule {
        Rule::TokenMissing | Rule::Scope => {
            let scopes: Vec<_> =
                requirement.scopes.iter().chain(&requirement.any_scope).map(String::as_str).collect();
            if scopes.is_empty() { challenge } else { challenge.scope(&scopes.join(" ")) }
        }
        Rule::Acr => challenge.acr_values(&requirement.acr_values.join(" ")),
        Rule::MaxAge => match requirement.max_age {
            Some(seconds) => challenge.max_age(seconds),
            None => challenge,
        },
        _ => challenge,
    }
}
