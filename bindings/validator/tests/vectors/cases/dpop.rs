//! RFC 9449: tokens that are good with a proof of possession alone.

use serde_json::json;

use crate::case::{Case, Step, settings};
use crate::token::Token;

const ALGS: &str = r#"algs="ES256""#;

pub(crate) fn cases() -> Vec<Case> {
    let settings = settings(json!({ "dpop": { "algorithms": ["ES256"] } }));
    let token = Token::bound();
    let proof = Token::proof(&token.text()).text();
    vec![
        Case::new("rfc9449_7_1_good_once", "A proof is good once.")
            .settings(settings)
            .step(Step::dpop(&token.text(), &proof).allow_token(&token))
            .step(Step::dpop(&token.text(), &proof).deny_with("dpop_replay", "DPoP", ALGS)),
    ]
}
