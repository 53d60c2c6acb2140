//! Challenges, byte for byte; and how credentials are read (RFC 6750 section 2.1, RFC 9110 section 11).

use serde_json::{Value, json};

use crate::case::{Case, Step, settings};
use crate::token::Token;

const METADATA: &str = "https://api.example/.well-known/oauth-protected-resource";

pub(crate) fn cases() -> Vec<Case> {
    [bearer(), dpop(), step_up(), metadata(), credentials()].concat()
}

fn bearer() -> Vec<Case> {
    let expired = Token::access().claim("exp", 1);
    let realm = |realm: &str| settings(json!({ "realm": realm }));
    vec![
        Case::new("rfc6750_3_1_no_credentials", "The answer to a request without credentials has the scheme and no error.")
            .step(Step::request(json!({})).deny("token_missing").challenged("Bearer")),
        Case::new("rfc6750_3_1_no_credentials_and_scopes", "And all scopes that the route names.")
            .step(
                Step::request(json!({}))
                    .requires(json!({ "scopes": ["read", "write"], "any_scope": ["a", "b"] }))
                    .deny("token_missing")
                    .challenged(r#"Bearer scope="read write a b""#),
            ),
        Case::new("rfc6750_3_1_invalid_token", "A token that is refused.").step(
            Step::bearer(expired.text())
                .deny("exp")
                .challenged(r#"Bearer error="invalid_token", error_description="the token has expired""#),
        ),
        Case::new("rfc6750_3_1_invalid_token_tells_no_scope", "That answer does not name the scope.").step(
            Step::bearer(expired.text())
                .requires(json!({ "scopes": ["read"] }))
                .deny("exp")
                .challenged(r#"Bearer error="invalid_token", error_description="the token has expired""#),
        ),
        Case::new("rfc6750_3_1_insufficient_scope", "403, and the scopes that are needed.").step(
            Step::bearer(Token::access().text()).requires(json!({ "scopes": ["read", "admin"] })).deny("scope").challenged(
                r#"Bearer error="insufficient_scope", error_description="the token lacks a scope", scope="read admin""#,
            ),
        ),
        Case::new("rfc6750_3_1_insufficient_scope_any", "The scopes of which one is needed.").step(
            Step::bearer(Token::access().text()).requires(json!({ "any_scope": ["admin", "root"] })).deny("scope").challenged(
                r#"Bearer error="insufficient_scope", error_description="the token lacks a scope", scope="admin root""#,
            ),
        ),
        Case::new("rfc6750_3_1_invalid_request", "400 for a request that is malformed.").step(
            Step::request(json!({ "authorization": ["Bearer"] })).deny("credentials_many").challenged(
                r#"Bearer error="invalid_request", error_description="the request has several Authorization fields, or a malformed one""#,
            ),
        ),
        Case::new("rfc6750_3_realm", "The realm of the settings.")
            .settings(realm("things"))
            .step(Step::request(json!({})).deny("token_missing").challenged(r#"Bearer realm="things""#))
            .step(Step::bearer(expired.text()).deny("exp").challenged(
                r#"Bearer realm="things", error="invalid_token", error_description="the token has expired""#,
            )),
        Case::new("rfc9110_5_6_4_realm_is_escaped", "A realm cannot break out of its quotes or of the line.")
            .settings(realm("a\"b\\c\r\nX: y\u{e9}"))
            .step(Step::request(json!({})).deny("token_missing").challenged(r#"Bearer realm="a\"b\\c??X: y?""#)),
        Case::new("rfc6750_3_scope_is_no_injection", "Characters that a scope may not contain are not written.").step(
            Step::request(json!({}))
                .requires(json!({ "scopes": ["a\"b\\c\r\nd"] }))
                .deny("token_missing")
                .challenged(r#"Bearer scope="a?b?c??d""#),
        ),
    ]
}

fn dpop() -> Vec<Case> {
    let speaks = settings(json!({ "realm": "r", "dpop": { "algorithms": ["ES256", "EdDSA"] } }));
    let requires = settings(json!({ "dpop": { "algorithms": ["ES256"], "required": true } }));
    let expired = Token::access().claim("exp", 1).text();
    vec![
        Case::new("rfc9449_7_1_both_schemes", "Without credentials, every supported scheme is challenged.").settings(speaks.clone()).step(
            Step::request(json!({}))
                .requires(json!({ "scopes": ["read"] }))
                .deny("token_missing")
                .challenged(r#"DPoP realm="r", scope="read", algs="ES256 EdDSA", Bearer realm="r", scope="read""#),
        ),
        Case::new("rfc9449_7_1_bearer_is_answered_as_bearer", "With credentials the scheme that they came with.")
            .settings(speaks.clone())
            .step(Step::bearer(&expired).deny("exp").challenged(
                r#"Bearer realm="r", error="invalid_token", error_description="the token has expired""#,
            )),
        Case::new("rfc9449_7_1_dpop_is_answered_as_dpop", "With credentials the scheme that they came with, and its algorithms.")
            .settings(speaks)
            .step(Step::dpop(&expired, "x").deny("exp").challenged(
                r#"DPoP realm="r", error="invalid_token", error_description="the token has expired", algs="ES256 EdDSA""#,
            )),
        Case::new("rfc9449_7_1_required", "Where DPoP is required, only it is challenged.")
            .settings(requires.clone())
            .step(Step::request(json!({})).deny("token_missing").challenged(r#"DPoP algs="ES256""#))
            .step(Step::bearer(Token::access().text()).deny("dpop_required").challenged(
                r#"DPoP error="invalid_token", error_description="tokens are accepted with DPoP alone", algs="ES256""#,
            )),
        Case::new("rfc9449_7_1_algs_by_default", "Every algorithm with public keys.").settings(settings(json!({ "dpop": { "required": true } }))).step(
            Step::request(json!({}))
                .deny("token_missing")
                .challenged(r#"DPoP algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 EdDSA""#),
        ),
        Case::new("rfc9449_7_2_no_dpop_without_settings", "Where DPoP is not supported, it is not challenged.")
            .step(Step::dpop(&expired, "x").deny("exp").challenged(
                r#"Bearer error="invalid_token", error_description="the token has expired""#,
            )),
    ]
}

fn step_up() -> Vec<Case> {
    let signed_in = |acr: &str, at: i64| Token::access().claim("acr", acr).claim("auth_time", at);
    vec![
        Case::new("rfc9470_3_acr", "The contexts, one of which is needed.").step(
            Step::bearer(signed_in("1", 1_799_999_000).text()).requires(json!({ "acr_values": ["2", "3"] })).deny("acr").challenged(
                r#"Bearer error="insufficient_user_authentication", error_description="a different authentication level is required", acr_values="2 3""#,
            ),
        ),
        Case::new("rfc9470_3_max_age", "How long ago the user may have signed in.").step(
            Step::bearer(signed_in("1", 1_799_999_000).text()).requires(json!({ "max_age": 600 })).deny("max_age").challenged(
                r#"Bearer error="insufficient_user_authentication", error_description="more recent authentication is required", max_age="600""#,
            ),
        ),
        Case::new("rfc9470_3_acr_before_max_age", "With both faults, the authentication level is reported first.").step(
            Step::bearer(signed_in("1", 1_799_999_000).text())
                .requires(json!({ "acr_values": ["2"], "max_age": 600 }))
                .deny("acr")
                .challenged(
                    r#"Bearer error="insufficient_user_authentication", error_description="a different authentication level is required", acr_values="2""#,
                ),
        ),
    ]
}

fn metadata() -> Vec<Case> {
    let more = |more: Value| settings(crate::case::with(json!({ "resource_metadata": METADATA }), more));
    vec![
        Case::new("rfc9728_5_1_no_credentials", "The URL of the service's metadata.").settings(more(json!({}))).step(
            Step::request(json!({})).deny("token_missing").challenged(
                r#"Bearer resource_metadata="https://api.example/.well-known/oauth-protected-resource""#,
            ),
        ),
        Case::new("rfc9728_5_1_invalid_token", "Behind everything else.").settings(more(json!({ "realm": "r" }))).step(
            Step::bearer(Token::access().claim("exp", 1).text()).deny("exp").challenged(
                r#"Bearer realm="r", error="invalid_token", error_description="the token has expired", resource_metadata="https://api.example/.well-known/oauth-protected-resource""#,
            ),
        ),
        Case::new("rfc9728_5_1_both_schemes", "In each scheme.").settings(more(json!({ "dpop": { "algorithms": ["ES256"] } }))).step(
            Step::request(json!({})).deny("token_missing").challenged(
                r#"DPoP algs="ES256", resource_metadata="https://api.example/.well-known/oauth-protected-resource", Bearer resource_metadata="https://api.example/.well-known/oauth-protected-resource""#,
            ),
        ),
    ]
}

fn credentials() -> Vec<Case> {
    let token = Token::access();
    let text = token.text();
    let fields = |fields: &[&str]| Step::request(json!({ "authorization": fields }));
    let mut cases = Vec::new();
    for (name, field) in [
        ("scheme_lower_case", format!("bearer {text}")),
        ("scheme_upper_case", format!("BEARER {text}")),
        ("scheme_and_spaces", format!("Bearer   {text}")),
        ("space_around_the_field", format!(" Bearer {text}\t")),
    ] {
        cases.push(
            Case::new(
                format!("rfc9110_11_1_{name}"),
                "Schemes are case-insensitive, and followed by any number of spaces.",
            )
            .step(fields(&[&field]).allow_token(&token)),
        );
    }
    for (name, fields_of, rule) in [
        ("basic", vec!["Basic YTpi".to_owned()], "token_missing"),
        ("empty", vec![String::new()], "token_missing"),
        ("token_alone", vec![text.clone()], "token_missing"),
        ("no_space", vec![format!("Bearer{text}")], "token_missing"),
        ("tab_in_place_of_space", vec![format!("Bearer\t{text}")], "token_missing"),
        ("nothing_behind", vec!["Bearer ".to_owned()], "credentials_many"),
        ("two_tokens", vec![format!("Bearer {text} {text}")], "credentials_many"),
        ("two_with_comma", vec![format!("Bearer {text}, Bearer {text}")], "credentials_many"),
        ("padding_alone", vec!["Bearer ==".to_owned()], "credentials_many"),
        ("two_fields", vec![format!("Bearer {text}"), format!("Bearer {text}")], "credentials_many"),
        ("two_schemes", vec!["Basic YTpi".to_owned(), format!("Bearer {text}")], "credentials_many"),
    ] {
        let fields_of: Vec<_> = fields_of.iter().map(String::as_str).collect();
        let about = "Credentials of another scheme count as none; several, or malformed ones, are a fault of the request.";
        cases.push(Case::new(format!("rfc6750_2_1_{name}"), about).step(fields(&fields_of).deny(rule)));
    }
    cases
}
