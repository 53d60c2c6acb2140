//! RFC 9068 section 4 and the claims of RFC 7519 section 4.1.

use serde_json::json;

use crate::case::{Case, NOW, Step, passes, refused, settings};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [presence(), issuer(), audience(), types(), plain(), optional(), age()].concat()
}

fn presence() -> Vec<Case> {
    let mut cases = vec![passes(
        "rfc9068_4_good",
        "An access token with all that section 2.2 requires.",
        &Token::access(),
    )];
    for (claim, rule) in [
        ("iss", "claim_missing"),
        ("sub", "claim_missing"),
        ("aud", "claim_missing"),
        ("client_id", "claim_missing"),
        ("iat", "claim_missing"),
        ("exp", "claim_missing"),
        ("jti", "claim_missing"),
    ] {
        let name = format!("a225_no_{claim}");
        let about = format!("RFC 9068 section 2.2 requires {claim}.");
        cases.push(refused(&name, &about, Token::access().no_claim(claim).text(), rule).attacks(&["A225"]));
    }
    for claim in ["sub", "client_id", "jti"] {
        let name = format!("a225_empty_{claim}");
        let about = format!("An empty {claim} names nothing.");
        let token = Token::access().claim(claim, "").text();
        cases.push(refused(&name, &about, token, "claim_missing").attacks(&["A225"]));
    }
    for (kind, json) in [("null", "null"), ("number", "1"), ("array", r#"["x"]"#)] {
        for claim in ["iss", "sub", "client_id", "jti"] {
            let name = format!("a225_{claim}_is_{kind}");
            let about = format!("{claim} has to be a text; null does not count as absent.");
            let token = Token::access().raw(claim, json).text();
            cases.push(refused(&name, &about, token, "claims_malformed").attacks(&["A225"]));
        }
        for claim in ["scope", "azp", "acr", "sid", "gid", "nonce", "auth_time"] {
            let name = format!("rfc7519_4_{claim}_is_{kind}");
            let about = format!("No rule reads {claim} here, and what is not understood is ignored.");
            cases.push(passes(&name, &about, &Token::access().raw(claim, json)));
        }
    }
    let bare = Token::access().no_claim("scope");
    cases.push(passes("rfc9068_2_2_scope_may_be_missing", "A token need not have a scope.", &bare));
    cases
}

fn issuer() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, iss) in [
        ("a226_prefix", "https://id.exampl"),
        ("a226_suffix", "https://id.example.evil.example"),
        ("a226_trailing_slash", "https://id.example/"),
        ("a226_upper_case", "https://ID.example"),
        ("a226_port_spelled_out", "https://id.example:443"),
        ("a226_other_tenant", "https://id.example/t/other"),
        ("a226_http", "http://id.example"),
        ("a226_look_alike", "https://id.ex\u{430}mple"),
        ("a226_space_in_front", " https://id.example"),
        ("a226_empty", ""),
    ] {
        let about = format!("The issuer has to be the same text, byte for byte; this one is {iss:?}.");
        cases.push(refused(name, &about, Token::access().claim("iss", iss).text(), "iss").attacks(&["A226"]));
    }
    let list = Token::access().claim("iss", ["https://id.example"]).text();
    cases.push(
        refused("a226_list", "A list is not an issuer, whatever it contains.", list, "claims_malformed")
            .attacks(&["A226"]),
    );
    cases
}

fn audience() -> Vec<Case> {
    let list = Token::access().claim("aud", ["https://other.example", "https://api.example"]);
    let many: Vec<_> = (0..200).map(|n| format!("https://{n}.example")).collect();
    let mut cases = vec![
        passes("rfc7519_4_1_3_one_of_several", "One of the audiences is this service.", &list)
            .attacks(&["A227"]),
        refused(
            "a227_many_others",
            "Two hundred audiences, none of them this one.",
            Token::access().claim("aud", many).text(),
            "aud",
        )
        .attacks(&["A227"]),
    ];
    for (name, aud, rule) in [
        ("a227_sister", json!("https://api2.example"), "aud"),
        ("a227_prefix", json!("https://api.exampl"), "aud"),
        ("a227_longer", json!("https://api.example.evil.example"), "aud"),
        ("a227_trailing_slash", json!("https://api.example/"), "aud"),
        ("a227_case", json!("https://API.example"), "aud"),
        ("a227_several_in_one_text", json!("https://other.example https://api.example"), "aud"),
        ("a227_client", json!("client-1"), "aud"),
        ("a227_empty", json!(""), "claims_malformed"),
        ("a227_empty_list", json!([]), "claims_malformed"),
        ("a227_null", json!(null), "claims_malformed"),
        ("a227_null_in_list", json!([null]), "claims_malformed"),
        ("a227_number", json!(7), "claims_malformed"),
        ("a227_nested_list", json!([["https://api.example"]]), "claims_malformed"),
        ("a227_object", json!({ "https://api.example": true }), "claims_malformed"),
        ("a227_number_beside", json!(["https://api.example", 7]), "claims_malformed"),
        ("a227_empty_beside", json!(["https://api.example", ""]), "claims_malformed"),
    ] {
        let about = format!("The audience is {aud}; that of this service is \"https://api.example\".");
        cases.push(refused(name, &about, Token::access().claim("aud", aud).text(), rule).attacks(&["A227"]));
    }
    let two = settings(json!({ "audience": ["https://api.example", "https://old.example"] }));
    let old = Token::access().claim("aud", "https://old.example");
    cases.push(
        Case::new("audience_of_several_names", "A service with two names accepts tokens for either.")
            .settings(two.clone())
            .step(Step::bearer(old.text()).allow_token(&old)),
    );
    cases.push(
        Case::new("audience_of_several_names_and_another", "And for no other.")
            .settings(two)
            .step(Step::bearer(Token::access().claim("aud", "https://x.example").text()).deny("aud")),
    );
    cases
}

fn types() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, typ) in [
        ("a228_at_jwt", "at+jwt"),
        ("a228_application_at_jwt", "application/at+jwt"),
        ("a228_at_jwt_upper_case", "AT+JWT"),
        ("a228_application_upper_case", "Application/At+Jwt"),
    ] {
        let token = Token::access().header("typ", typ);
        let about = "RFC 9068 section 2.1; media types are case-insensitive (RFC 7515 section 4.1.9).";
        cases.push(passes(name, about, &token).attacks(&["A228"]));
    }
    for (name, typ) in [
        ("a228_jwt", "JWT"),
        ("a228_logout_jwt", "logout+jwt"),
        ("a228_dpop_jwt", "dpop+jwt"),
        ("a228_revocations_jwt", "revocations+jwt"),
        ("a228_longer", "at+jwt2"),
        ("a228_shorter", "at+jw"),
        ("a228_space", "at+jwt "),
        ("a228_other_prefix", "text/at+jwt"),
        ("a228_twice_application", "application/application/at+jwt"),
        ("a228_empty", ""),
    ] {
        let about = format!("RFC 8725 section 3.11: {typ:?} is not the type of access tokens.");
        cases
            .push(refused(name, &about, Token::access().header("typ", typ).text(), "typ").attacks(&["A228"]));
    }
    let absent = Token::access().no_header("typ").text();
    cases
        .push(refused("a228_absent", "RFC 9068 section 2.1 requires typ.", absent, "typ").attacks(&["A228"]));
    for (name, json) in [("a228_null", "null"), ("a228_number", "1"), ("a228_list", r#"["at+jwt"]"#)] {
        let token = Token::access().raw_header("typ", json).text();
        cases.push(refused(name, "typ has to be a text.", token, "token_malformed").attacks(&["A228"]));
    }
    cases
}

fn plain() -> Vec<Case> {
    let own = settings(json!({ "token_types": ["JWT"] }));
    let both = settings(json!({ "token_types": ["at+jwt", "JWT"] }));
    let plain = Token::access().header("typ", "JWT").no_claim("client_id").no_claim("jti").no_claim("iat");
    let absent = plain.clone().no_header("typ");
    let passes = |name: &str, about: &str, settings: &serde_json::Value, token: &Token| {
        Case::new(name, about).settings(settings.clone()).step(Step::bearer(token.text()).allow_token(token))
    };
    let refused = |name: &str, about: &str, settings: &serde_json::Value, token: &Token, rule: &str| {
        Case::new(name, about).settings(settings.clone()).step(Step::bearer(token.text()).deny(rule))
    };
    vec![
        passes("plain_jwt", "Of a plain JWT iss, aud, exp and sub alone are required.", &own, &plain),
        passes("plain_jwt_without_typ", "Without typ a JWT is a plain one.", &own, &absent),
        passes("plain_jwt_beside_rfc9068", "Both kinds are accepted: the plain one.", &both, &plain),
        passes("rfc9068_beside_plain_jwt", "Both kinds are accepted: RFC 9068.", &both, &Token::access()),
        refused("plain_jwt_alone", "RFC 9068 is not accepted.", &own, &Token::access(), "typ"),
        refused(
            "plain_jwt_and_logout_token",
            "A logout token is not a plain JWT.",
            &own,
            &Token::access().header("typ", "logout+jwt"),
            "typ",
        )
        .attacks(&["A228"]),
        refused(
            "plain_jwt_without_sub",
            "A JWT without sub.",
            &own,
            &plain.clone().no_claim("sub"),
            "claim_missing",
        ),
        refused(
            "plain_jwt_without_exp",
            "A JWT without exp.",
            &own,
            &plain.clone().no_claim("exp"),
            "claim_missing",
        ),
        refused(
            "plain_jwt_without_aud",
            "A JWT without aud.",
            &own,
            &plain.clone().no_claim("aud"),
            "claim_missing",
        ),
        refused(
            "plain_jwt_without_iss",
            "A JWT without iss.",
            &own,
            &plain.clone().no_claim("iss"),
            "claim_missing",
        ),
        refused(
            "rfc9068_beside_plain_jwt_is_whole",
            "Where both are accepted, one of type at+jwt must be complete.",
            &both,
            &Token::access().no_claim("jti"),
            "claim_missing",
        ),
    ]
}

fn optional() -> Vec<Case> {
    let mut cases = Vec::new();
    for claim in ["sub", "client_id", "iat", "jti"] {
        let settings = settings(json!({ "optional_claims": [claim] }));
        let token = Token::access().no_claim(claim);
        cases.push(
            Case::new(
                format!("optional_{claim}"),
                format!("{claim} may be missing where the settings say so."),
            )
            .settings(settings.clone())
            .step(Step::bearer(token.text()).allow_token(&token)),
        );
        let other = if claim == "jti" { "sub" } else { "jti" };
        cases.push(
            Case::new(format!("optional_{claim}_alone"), format!("But {other} may not."))
                .settings(settings)
                .step(Step::bearer(Token::access().no_claim(other).text()).deny("claim_missing")),
        );
    }
    cases
}

fn age() -> Vec<Case> {
    let limited = settings(json!({ "max_token_age": 60, "leeway": 0 }));
    let aged = |age: i64| Token::access().claim("iat", NOW - age);
    let case =
        |name: &str, about: &str, step: Step| Case::new(name, about).settings(limited.clone()).step(step);
    let young = aged(60);
    vec![
        case(
            "max_token_age_reached",
            "60 seconds old, as old as it may be.",
            Step::bearer(young.text()).allow_token(&young),
        ),
        case("max_token_age_passed", "61 seconds old.", Step::bearer(aged(61).text()).deny("max_token_age")),
        Case::new("max_token_age_without_iat", "A token without iat is too old.")
            .settings(settings(json!({ "max_token_age": 60, "optional_claims": ["iat"] })))
            .step(Step::bearer(Token::access().no_claim("iat").text()).deny("max_token_age")),
        Case::new("max_token_age_and_leeway", "The clocks may differ by the leeway.")
            .settings(settings(json!({ "max_token_age": 60, "leeway": 10 })))
            .step(Step::bearer(aged(70).text()).allow_token(&aged(70)))
            .step(Step::bearer(aged(71).text()).deny("max_token_age")),
    ]
}
