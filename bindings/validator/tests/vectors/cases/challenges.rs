//! Challenges, letter by letter.

use serde_json::json;

use crate::case::{Case, Step, settings};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    let expired = Token::access().claim("exp", 1);
    vec![
        Case::new(
            "rfc6750_3_1_no_credentials",
            "A request without credentials is told the scheme and no error.",
        )
        .step(Step::request(json!({})).deny("token_missing").challenged("Bearer")),
        Case::new("rfc6750_3_realm", "The realm of the settings.")
            .settings(settings(json!({ "realm": "things" })))
            .step(Step::request(json!({})).deny("token_missing").challenged(r#"Bearer realm="things""#))
            .step(Step::bearer(expired.text()).deny("exp").challenged(
                r#"Bearer realm="things", error="invalid_token", error_description="the token has expired""#,
            )),
    ]
}
