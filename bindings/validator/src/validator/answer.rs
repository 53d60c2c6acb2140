//! What to answer to a request that is refused (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3,
//! RFC 9728 section 5.1).

use super::Validator;
use super::credentials::Scheme;
use super::rules::Rules;
use crate::{Challenge, Decision, Denied, Meaning, Requirement, Rule, Step};

impl Validator {
    /// A denial with its challenge, in the scheme of the request; without credentials, in every supported scheme.
    pub(super) fn denied(
        &self,
        rule: Rule,
        scheme: Option<Scheme>,
        requirement: &Requirement,
        now: i64,
    ) -> Step {
        let Meaning { status, error, .. } = rule.meaning();
        let www_authenticate = (status != 503).then(|| challenges(rule, scheme, requirement, &self.rules));
        let dpop_nonce = (rule == Rule::DpopNonce).then(|| self.bindings.nonce(now)).flatten();
        let denied = Denied { status, www_authenticate, dpop_nonce, rule, error };
        Step { decision: Some(Decision::Deny(denied)), fetch: None }
    }
}

/// A denial that does not answer an HTTP request.
pub(super) const fn unchallenged(rule: Rule) -> Denied {
    let Meaning { status, error, .. } = rule.meaning();
    Denied { status, www_authenticate: None, dpop_nonce: None, rule, error }
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
