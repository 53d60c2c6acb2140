//! RFC 7662: opaque tokens, and answers about them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::case::{AUDIENCE, Case, ISSUER, NOW, Step, ok, settings, status, with};

pub(super) const INTROSPECT: &str = "https://id.example/introspect";
pub(super) const OPAQUE: &str = "opaque-1";

pub(crate) fn cases() -> Vec<Case> {
    [active(), claims(), unavailable()].concat()
}

pub(super) fn asking(more: Value) -> Value {
    let own = json!({ "endpoint": INTROSPECT, "client_id": "rs", "client_secret": "s" });
    json!({ "introspection": with(own, more) })
}

pub(super) fn answer(more: Value) -> Value {
    with(
        json!({ "active": true, "iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "client_id": "client-1", "scope": "read write", "exp": NOW + 100 }),
        more,
    )
}

pub(super) fn case(name: &str, about: &str, response: Value) -> Case {
    Case::new(format!("rfc7662_{name}"), about)
        .settings(settings(asking(json!({}))))
        .answer(INTROSPECT, response)
}

pub(super) fn good(more: Value) -> Step {
    Step::bearer(OPAQUE).allow(answer(more)).fetches(&[INTROSPECT])
}

pub(super) fn bad(rule: &str) -> Step {
    Step::bearer(OPAQUE).deny(rule).fetches(&[INTROSPECT])
}

fn active() -> Vec<Case> {
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let other = settings(asking(json!({ "client_id": "r:s", "client_secret": "p:w%/+&=" })));
    let strange = "a+b/c~d==";
    vec![
        case(
            "2_1_request",
            "The request: POST, the token, and the credentials of the service.",
            ok(answer(json!({}))),
        )
        .step(good(json!({})).posts(&basic("rs:s"), "token=opaque-1&token_type_hint=access_token")),
        case(
            "2_1_credentials_are_encoded",
            "RFC 6749 section 2.3.1: each is form-encoded first.",
            ok(answer(json!({}))),
        )
        .settings(other)
        .step(
            good(json!({}))
                .posts(&basic("r%3As:p%3Aw%25%2F%2B%26%3D"), "token=opaque-1&token_type_hint=access_token"),
        ),
        case("2_1_token_is_encoded", "So is the token.", ok(answer(json!({})))).step(
            Step::bearer(strange)
                .allow(answer(json!({})))
                .fetches(&[INTROSPECT])
                .posts(&basic("rs:s"), "token=a%2Bb%2Fc~d%3D%3D&token_type_hint=access_token"),
        ),
        case(
            "2_2_active",
            "The whole answer is returned as claims.",
            ok(answer(json!({ "x": [1, { "y": null }] }))),
        )
        .step(good(json!({ "x": [1, { "y": null }] }))),
        case(
            "2_2_inactive",
            "Not active: nothing else is stated, and nothing else counts.",
            ok(json!({ "active": false })),
        )
        .step(bad("inactive")),
        case("2_2_inactive_with_claims", "Also with claims.", ok(answer(json!({ "active": false }))))
            .step(bad("inactive")),
    ]
}

fn claims() -> Vec<Case> {
    let passing =
        |name: &str, about: &str, more: Value| case(name, about, ok(answer(more.clone()))).step(good(more));
    let failing = |name: &str, about: &str, more: Value, rule: &str| {
        case(name, about, ok(answer(more))).step(bad(rule))
    };
    let without_aud = json!({ "aud": null });
    vec![
        failing("2_2_no_aud", "aud is required.", without_aud.clone(), "claim_missing"),
        case("2_2_no_aud_optional", "Unless the settings make it optional.", ok(answer(without_aud.clone())))
            .settings(settings(with(asking(json!({})), json!({ "optional_claims": ["aud"] }))))
            .step(good(without_aud)),
        failing("2_2_another_aud", "For another service.", json!({ "aud": "https://other.example" }), "aud"),
        passing("2_2_several_aud", "For several.", json!({ "aud": ["https://other.example", AUDIENCE] })),
        failing("2_2_another_iss", "Of another issuer.", json!({ "iss": "https://evil.example" }), "iss"),
        passing(
            "2_2_no_iss",
            "Section 2.2: iss is optional; the answer comes from the issuer itself.",
            json!({ "iss": null }),
        ),
        passing("2_2_no_exp", "Section 2.2: so is exp.", json!({ "exp": null })),
        passing("2_2_no_sub", "And sub.", json!({ "sub": null })),
        failing("2_2_expired", "Active, and yet expired.", json!({ "exp": NOW - 30 }), "exp"),
        failing("2_2_not_before", "Not yet.", json!({ "nbf": NOW + 31 }), "nbf"),
        failing(
            "2_2_not_before_without_exp",
            "Not yet, without exp.",
            json!({ "exp": null, "nbf": NOW + 31 }),
            "nbf",
        ),
        failing(
            "2_2_issued_in_future",
            "Issued in the future.",
            json!({ "exp": null, "iat": NOW + 31 }),
            "iat",
        ),
        case("2_2_scope", "Scopes are required as of any token.", ok(answer(json!({}))))
            .step(good(json!({})).requires(json!({ "scopes": ["read"] })))
            .step(Step::bearer(OPAQUE).requires(json!({ "scopes": ["admin"] })).deny_with(
                "scope",
                "Bearer",
                r#"scope="admin""#,
            )),
        case("2_2_client", "So is the client.", ok(answer(json!({}))))
            .step(good(json!({})).requires(json!({ "client_ids": ["client-1"] })))
            .step(Step::bearer(OPAQUE).requires(json!({ "client_ids": ["client-2"] })).deny("client")),
        case("2_2_roles", "And roles.", ok(answer(json!({ "roles": ["a"] }))))
            .step(good(json!({ "roles": ["a"] })).requires(json!({ "roles": ["a"] })))
            .step(Step::bearer(OPAQUE).requires(json!({ "roles": ["b"] })).deny("role")),
    ]
}

fn unavailable() -> Vec<Case> {
    let whole = answer(json!({})).to_string();
    let mut cases = Vec::new();
    for (name, response, about) in [
        ("no_active", ok(answer(json!({ "active": null }))), "Without active."),
        ("active_null", ok(whole.replace("\"active\":true", "\"active\":null")), "null is not an answer."),
        ("active_text", ok(answer(json!({ "active": "true" }))), "A text is not an answer."),
        ("active_number", ok(answer(json!({ "active": 1 }))), "A number is not an answer."),
        ("active_twice", ok(whole.replacen('{', r#"{"active":false,"#, 1)), "Two answers."),
        ("claim_twice", ok(whole.replacen('{', r#"{"aud":"x","#, 1)), "A claim twice."),
        ("exp_text", ok(answer(json!({ "exp": "never" }))), "A malformed time."),
        ("empty", ok(""), "Nothing."),
        ("empty_object", ok("{}"), "An empty object."),
        ("list", ok(json!([answer(json!({}))])), "A list."),
        ("html", ok("<!doctype html>"), "A page."),
        ("true", ok("true"), "Only the word."),
        ("too_long", json!({ "status": 200, "body": whole, "padding": 65_536 }), "More than 64 KB."),
        ("status_201", status(201, &whole), "Only 200 is an answer."),
        ("status_302", status(302, &whole), "A redirect is not followed."),
        (
            "status_401",
            status(401, &whole),
            "The service's own credentials are wrong (section 2.3): not the token's fault.",
        ),
        ("status_500", status(500, &whole), "The issuer's fault."),
        ("out_of_reach", json!({ "fails": true }), "No answer."),
    ] {
        cases.push(
            case(&format!("2_3_{name}"), &format!("{about} 503."), response)
                .step(bad("introspection_unavailable")),
        );
    }
    cases
}
