//! The answer to every reason to refuse, written by hand from the specifications and not taken from the library.

use serde::Serialize;

/// Name, status, error code, description.
const RULES: [(&str, u16, &str, &str); 61] = [
    ("token_missing", 401, "", "the request has no access token"),
    (
        "credentials_many",
        400,
        "invalid_request",
        "the request has several Authorization fields, or a malformed one",
    ),
    ("token_too_long", 401, "invalid_token", "the token is too long"),
    ("token_malformed", 401, "invalid_token", "the token is malformed"),
    ("token_encrypted", 401, "invalid_token", "the token cannot be decrypted"),
    ("alg", 401, "invalid_token", "the token's algorithm is not accepted"),
    ("typ", 401, "invalid_token", "the token is of another type"),
    ("crit", 401, "invalid_token", "the token needs an unknown extension"),
    ("kid", 401, "invalid_token", "the token's key is unknown"),
    ("signature", 401, "invalid_token", "the token's signature is wrong"),
    ("claims_malformed", 401, "invalid_token", "the token's claims are malformed"),
    ("claim_missing", 401, "invalid_token", "the token lacks a claim"),
    ("iss", 401, "invalid_token", "the token is of another issuer"),
    ("aud", 401, "invalid_token", "the token is for another audience"),
    ("exp", 401, "invalid_token", "the token has expired"),
    ("nbf", 401, "invalid_token", "the token is not valid yet"),
    ("iat", 401, "invalid_token", "the token was issued in the future"),
    ("max_token_age", 401, "invalid_token", "the token is too old"),
    ("revoked", 401, "invalid_token", "the token was revoked"),
    ("inactive", 401, "invalid_token", "the token is not active"),
    ("keys_unavailable", 503, "", "the issuer's keys cannot be had"),
    ("introspection_unavailable", 503, "", "the issuer cannot be asked about the token"),
    ("revocations_unavailable", 503, "", "the issuer's revoked tokens cannot be had"),
    ("replays_unavailable", 503, "", "the store of used DPoP proofs cannot be asked"),
    ("scope", 403, "insufficient_scope", "the token lacks a scope"),
    ("client", 403, "insufficient_scope", "the token is of another client"),
    ("tenant", 403, "insufficient_scope", "the token is of another tenant"),
    ("organization", 403, "insufficient_scope", "the token is of another organization"),
    ("role", 403, "insufficient_scope", "the token lacks a role"),
    ("permission", 403, "insufficient_scope", "the token lacks a permission"),
    ("plan", 403, "insufficient_scope", "the token is of another plan"),
    ("acr", 401, "insufficient_user_authentication", "a different authentication level is required"),
    ("max_age", 401, "insufficient_user_authentication", "more recent authentication is required"),
    ("binding_missing", 401, "invalid_token", "the token is not bound to its sender"),
    ("binding_unsupported", 401, "invalid_token", "the token is bound in a way that is not checked here"),
    ("dpop_required", 401, "invalid_token", "tokens are accepted with DPoP alone"),
    ("dpop_scheme", 401, "invalid_token", "the authentication scheme does not fit the token's binding"),
    ("dpop_missing", 401, "invalid_dpop_proof", "the request has no DPoP proof"),
    ("dpop_many", 401, "invalid_dpop_proof", "the request has several DPoP proofs"),
    ("dpop_malformed", 401, "invalid_dpop_proof", "the DPoP proof is malformed"),
    ("dpop_typ", 401, "invalid_dpop_proof", "the DPoP proof is of another type"),
    ("dpop_alg", 401, "invalid_dpop_proof", "the DPoP proof's algorithm is not accepted"),
    ("dpop_key", 401, "invalid_dpop_proof", "the DPoP proof has no public key that fits"),
    ("dpop_signature", 401, "invalid_dpop_proof", "the DPoP proof's signature is wrong"),
    ("dpop_htm", 401, "invalid_dpop_proof", "the DPoP proof is for another method"),
    ("dpop_htu", 401, "invalid_dpop_proof", "the DPoP proof is for another URL"),
    ("dpop_iat", 401, "invalid_dpop_proof", "the DPoP proof is not of this time"),
    ("dpop_ath", 401, "invalid_dpop_proof", "the DPoP proof is for another token"),
    ("dpop_nonce", 401, "use_dpop_nonce", "the DPoP proof needs the nonce given"),
    ("dpop_replay", 401, "invalid_dpop_proof", "the DPoP proof was used before"),
    ("dpop_binding", 401, "invalid_token", "the token is bound to another DPoP key"),
    (
        "certificate_missing",
        401,
        "invalid_token",
        "the token is bound to a certificate, and the request has none",
    ),
    ("certificate_binding", 401, "invalid_token", "the token is bound to another certificate"),
    ("nonce", 401, "invalid_token", "the nonce is another"),
    ("azp", 401, "invalid_token", "the token is for another authorized party"),
    ("at_hash", 401, "invalid_token", "the token came with another access token"),
    ("c_hash", 401, "invalid_token", "the token came with another code"),
    ("logout_events", 400, "invalid_request", "the token tells of no logout"),
    ("logout_nonce", 400, "invalid_request", "the logout token has a nonce"),
    ("logout_subject", 400, "invalid_request", "the logout token names neither a person nor a session"),
    ("logout_replay", 400, "invalid_request", "the logout token was used before"),
];

/// The answer to a refused request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Denial {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) www_authenticate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dpop_nonce: Option<String>,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

/// The denial by a rule, with the challenge of a service that supports only Bearer and has no settings for challenges.
pub(crate) fn denial(rule: &str) -> Denial {
    let (rule, status, error, _) = *of(rule);
    Denial {
        status,
        www_authenticate: (status != 503).then(|| challenge("Bearer", rule, "")),
        dpop_nonce: None,
        rule,
        error: (!error.is_empty()).then_some(error),
    }
}

/// A challenge: the error of a rule, and more parameters.
pub(crate) fn challenge(scheme: &str, rule: &str, more: &str) -> String {
    let (_, _, error, description) = of(rule);
    let error = match *error {
        "" => String::new(),
        error => format!(r#"error="{error}", error_description="{description}""#),
    };
    let parameters: Vec<_> = [error.as_str(), more].into_iter().filter(|it| !it.is_empty()).collect();
    format!("{scheme} {}", parameters.join(", ")).trim_end().to_owned()
}

fn of(rule: &str) -> &'static (&'static str, u16, &'static str, &'static str) {
    RULES.iter().find(|(name, ..)| *name == rule).unwrap_or_else(|| panic!("no rule {rule}"))
}

#[test]
fn every_rule_of_the_library_is_in_the_table() {
    let ours: std::collections::BTreeSet<_> = RULES.iter().map(|(name, ..)| *name).collect();
    let theirs = credenza_validator::Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    assert_eq!(ours, theirs);
}
