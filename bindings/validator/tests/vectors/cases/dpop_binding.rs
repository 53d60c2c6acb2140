//! RFC 9449 sections 6.1, 7 and 11.1: replay, schemes, binding.

use serde_json::{Value, json};

use super::dpop::{ALGS, case, proof, speaking, step};
use crate::case::{Case, NOW, Step};
use crate::keys::Key;
use crate::token::{CLIENTS, Token};

pub(crate) fn cases() -> Vec<Case> {
    [replay(), schemes(), binding()].concat()
}

fn replay() -> Vec<Case> {
    let bound = Token::bound();
    let fresh = |jti: &str, at: i64| proof().claim("jti", jti).claim("iat", at);
    let second = Key::Es256("client-2");
    let other = Token::access().claim("cnf", json!({ "jkt": second.thumbprint() }));
    let by_second = Token::proof(&other.text()).by(second).no_header("kid").header("jwk", second.bare_jwk());
    let again = |proof: &Token| step(proof).deny_with("dpop_replay", "DPoP", ALGS);
    vec![
        case("11_1_replay", "A proof is accepted once.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&proof())),
        case("11_1_replay_later", "For as long as it is fresh.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&proof()).at(NOW + 90))
            .step(step(&proof()).at(NOW + 91).deny_with("dpop_iat", "DPoP", ALGS)),
        case("11_1_jti_again", "A jti is accepted once, even in another proof.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&fresh("proof-1", NOW + 1))),
        case("11_1_another_jti", "Another jti makes another proof.")
            .step(step(&proof()).allow_token(&bound))
            .step(step(&fresh("proof-2", NOW)).allow_token(&bound)),
        case("11_1_jti_of_another_key", "A jti counts for its own client only.")
            .step(step(&proof()).allow_token(&bound))
            .step(Step::dpop(&other.text(), &by_second.text()).allow_token(&other)),
        case("11_1_a_refused_proof_is_not_spent", "A proof that is refused for another reason does not count as used.")
            .step(step(&proof()).requires(json!({ "scopes": ["admin"] })).deny_with(
                "scope",
                "DPoP",
                &format!(r#"scope="admin", {ALGS}"#),
            ))
            .step(step(&proof()).allow_token(&bound)),
        Case::new(
            "rfc9449_11_1_full",
            "When as many are remembered as there is room for, further ones are refused, until one has expired.",
        )
        .settings(speaking(json!({ "replays": 1 })))
        .step(step(&proof()).allow_token(&bound))
        .step(again(&fresh("proof-2", NOW + 90)).at(NOW + 90))
        .step(step(&fresh("proof-2", NOW + 90)).at(NOW + 91).allow_token(&bound)),
    ]
}

fn schemes() -> Vec<Case> {
    let (bound, free) = (Token::bound(), Token::access());
    let both = r#"DPoP error="invalid_token", error_description="the authentication scheme does not fit the token's binding", algs="ES256", Bearer error="invalid_token", error_description="the authentication scheme does not fit the token's binding""#;
    let bearer_with_proof = step(&proof()).part("authorization", json!([format!("Bearer {}", bound.text())]));
    let free_proof = Token::proof(&free.text());
    vec![
        case("7_2_bound_token_as_bearer", "A bound token is not a bearer token.")
            .step(Step::bearer(bound.text()).deny("dpop_scheme").challenged(both)),
        case("7_2_bound_token_as_bearer_with_proof", "Even with a proof.")
            .step(bearer_with_proof.deny("dpop_scheme").challenged(both)),
        case(
            "7_2_free_token_as_dpop",
            "A bearer token is not accepted with the scheme DPoP, as it is not bound to any key.",
        )
        .step(Step::dpop(&free.text(), &free_proof.text()).deny("dpop_scheme").challenged(both)),
        case("7_2_free_token_as_bearer", "Where DPoP is not required, a bearer token passes.")
            .step(Step::bearer(free.text()).allow_token(&free)),
        Case::new(
            "rfc9449_7_2_bound_token_without_settings",
            "Where DPoP is not supported, a bound token is refused too.",
        )
        .step(Step::bearer(bound.text()).deny("dpop_scheme")),
        Case::new("rfc9449_7_2_scheme_without_settings", "And its scheme.")
            .step(step(&proof()).deny("dpop_scheme")),
        Case::new("rfc9449_7_1_required_and_bound", "Where DPoP is required, a bound token passes.")
            .settings(speaking(json!({ "required": true })))
            .step(step(&proof()).allow_token(&bound))
            .step(Step::bearer(free.text()).deny_with("dpop_required", "DPoP", ALGS)),
        Case::new("requirement_bound_by_dpop", "A route that accepts only bound tokens.")
            .settings(speaking(json!({})))
            .step(step(&proof()).requires(json!({ "bound": true })).allow_token(&bound))
            .step(Step::bearer(free.text()).requires(json!({ "bound": true })).deny("binding_missing")),
    ]
}

fn binding() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, cnf, rule) in [
        ("unknown_method", json!({ "kid": "x" }), "binding_unsupported"),
        ("no_method", json!({}), "binding_unsupported"),
        ("null", Value::Null, "claims_malformed"),
        ("text", json!("x"), "claims_malformed"),
        ("list", json!([]), "claims_malformed"),
        ("jkt_null", json!({ "jkt": null }), "claims_malformed"),
        ("jkt_number", json!({ "jkt": 1 }), "claims_malformed"),
    ] {
        let token = Token::access().claim("cnf", cnf).text();
        let about = "RFC 7800: a binding that is not supported is not ignored.";
        cases.push(case(&format!("6_1_cnf_{name}"), about).step(Step::bearer(token).deny(rule)));
    }
    for (name, jkt) in [
        ("empty", String::new()),
        ("padded", format!("{}=", CLIENTS.thumbprint())),
        ("of_another", Key::Es256("other").thumbprint()),
    ] {
        let token = Token::access().claim("cnf", json!({ "jkt": jkt })).text();
        let proof = Token::proof(&token).text();
        let about = "The thumbprint is another (RFC 7638).";
        cases.push(case(&format!("6_1_jkt_{name}"), about).step(Step::dpop(&token, &proof).deny_with(
            "dpop_binding",
            "DPoP",
            ALGS,
        )));
    }
    let both = Token::access().claim("cnf", json!({ "jkt": CLIENTS.thumbprint(), "kid": "x" }));
    let proof = Token::proof(&both.text()).text();
    cases.push(
        case("6_1_cnf_with_more", "A method that is understood beside one that is not.")
            .step(Step::dpop(&both.text(), &proof).allow_token(&both)),
    );
    cases
}
