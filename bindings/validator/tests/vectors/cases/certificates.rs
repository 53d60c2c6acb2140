//! RFC 8705 section 3: tokens that are bound to a client certificate.

use serde_json::{Value, json};

use super::dpop::speaking;
use crate::case::{Case, Step};
use crate::token::{CLIENTS, Token};

/// The example of section 3.1.
const OWN: &str = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
const OTHER: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

fn bound() -> Token {
    Token::access().claim("cnf", json!({ "x5t#S256": OWN }))
}

fn step(token: &Token, certificate: Option<&str>) -> Step {
    let step = Step::bearer(token.text());
    certificate.map_or(step.clone(), |thumbprint| step.part("certificate_thumbprint", json!(thumbprint)))
}

pub(crate) fn cases() -> Vec<Case> {
    let case = |name: &str, about: &str, step: Step| Case::new(format!("rfc8705_3_{name}"), about).step(step);
    let token = bound();
    let padded = format!("{OWN}=");
    let upper = OWN.to_ascii_uppercase();
    let mut cases = vec![
        case("good", "The certificate of the connection is the one of the token.", step(&token, Some(OWN)).allow_token(&token)),
        case("another", "It is another.", step(&token, Some(OTHER)).deny("certificate_binding")),
        case("none", "There is none.", step(&token, None).deny("certificate_missing")),
        case("empty", "An empty thumbprint matches no certificate.", step(&token, Some("")).deny("certificate_binding")),
        case("padded", "The same with padding is another text.", step(&token, Some(&padded)).deny("certificate_binding")),
        case("upper_case", "base64url is case-sensitive.", step(&token, Some(&upper)).deny("certificate_binding")),
        case("cut", "A part of it.", step(&token, Some(&OWN[..42])).deny("certificate_binding")),
        case("free_token", "A token that is not bound passes with any certificate.", step(&Token::access(), Some(OWN)).allow_token(&Token::access())),
        case(
            "challenge",
            "The challenge, byte for byte.",
            step(&token, Some(OTHER)).deny("certificate_binding").challenged(
                r#"Bearer error="invalid_token", error_description="the token is bound to another certificate""#,
            ),
        ),
        case("required", "A route that accepts only bound tokens.", step(&token, Some(OWN)).requires(json!({ "bound": true })).allow_token(&token)),
        case("required_and_free", "An unbound token there, although with a certificate.", step(&Token::access(), Some(OWN)).requires(json!({ "bound": true })).deny("binding_missing")),
        case("required_and_missing", "A bound one without its certificate.", step(&token, None).requires(json!({ "bound": true })).deny("certificate_missing")),
    ];
    for (name, value) in [("number", json!(1)), ("null", Value::Null), ("list", json!([OWN]))] {
        let token = Token::access().claim("cnf", json!({ "x5t#S256": value }));
        cases.push(case(name, "The thumbprint is a text.", step(&token, Some(OWN)).deny("claims_malformed")));
    }
    let empty = Token::access().claim("cnf", json!({ "x5t#S256": "" }));
    cases.push(case(
        "bound_to_nothing",
        "A token bound to an empty thumbprint matches no certificate.",
        step(&empty, Some(OWN)).deny("certificate_binding"),
    ));
    cases.push(case(
        "bound_to_nothing_and_empty",
        "Nor the empty one.",
        step(&empty, Some("")).deny("certificate_binding"),
    ));
    cases.extend(both());
    cases
}

fn both() -> Vec<Case> {
    let token = Token::access().claim("cnf", json!({ "jkt": CLIENTS.thumbprint(), "x5t#S256": OWN }));
    let proof = Token::proof(&token.text()).text();
    let with = |certificate: &str| {
        Step::dpop(&token.text(), &proof).part("certificate_thumbprint", json!(certificate))
    };
    let case =
        |name: &str, about: &str| Case::new(format!("rfc8705_3_{name}"), about).settings(speaking(json!({})));
    vec![
        case("and_dpop", "Bound to both, it needs both.").step(with(OWN).allow_token(&token)),
        case("and_dpop_other_certificate", "The proof alone is not enough.").step(with(OTHER).deny_with(
            "certificate_binding",
            "DPoP",
            super::dpop::ALGS,
        )),
        case("and_dpop_no_proof", "Nor is the certificate alone.")
            .step(with(OWN).part("dpop", json!([])).deny_with("dpop_missing", "DPoP", super::dpop::ALGS)),
    ]
}
