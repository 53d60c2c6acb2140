//! What a refusal says to the log of the service: what was found, what was wanted, and what kept the validator from its
//! issuer. The answer is the same as ever.

use serde_json::{Value, json};

use crate::case::{
    Case, ISSUER, JWKS, METADATA, NOW, OTHER_METADATA, Step, fetching, metadata, ok, settings, status,
};
use crate::keys::set;
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [claims(), needs(), sources(), endpoints()].concat()
}

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("detail_{name}"), about)
}

fn says(name: &str, token: &Token, rule: &str, detail: Value) -> Case {
    case(name, "What was found, and what was wanted.")
        .step(Step::bearer(token.text()).deny(rule).detail(detail))
}

fn claims() -> Vec<Case> {
    let access = Token::access;
    let kid = OWN.kid();
    vec![
        says(
            "typ",
            &access().header("typ", "JWT"),
            "typ",
            json!({
                "reason": "the token is of another type: typ is \"JWT\", wanted \"at+jwt\"",
                "member": "typ", "problem": "other", "found": ["JWT"], "wanted": ["at+jwt"],
                "kid": kid, "iss": ISSUER, "exp": NOW + 290,
            }),
        ),
        says(
            "typ_missing",
            &access().no_header("typ"),
            "typ",
            json!({ "member": "typ", "problem": "missing" }),
        ),
        says(
            "sub",
            &access().no_claim("sub"),
            "claim_missing",
            json!({
                "reason": "the token lacks a claim: sub is missing", "member": "sub", "problem": "missing",
            }),
        ),
        says(
            "exp_wrong_kind",
            &access().claim("exp", "x"),
            "claims_malformed",
            json!({ "member": "exp", "problem": "wrong_kind" }),
        ),
        says(
            "iss",
            &access().claim("iss", "https://id.example/"),
            "iss",
            json!({
                "member": "iss", "found": ["https://id.example/"], "wanted": [ISSUER],
            }),
        ),
        says(
            "exp",
            &access().claim("exp", NOW - 40),
            "exp",
            json!({
                "member": "exp", "found": [(NOW - 40).to_string()], "leeway": 30, "exp": NOW - 40,
            }),
        ),
        says("nbf", &access().claim("nbf", NOW + 40), "nbf", json!({ "member": "nbf", "leeway": 30 })),
        says(
            "hostile",
            &access().claim("iss", "a\r\nb\u{85}"),
            "iss",
            json!({ "found": ["a??b?"], "iss": "a??b?" }),
        ),
        says(
            "long",
            &access().claim("iss", "x".repeat(1000)),
            "iss",
            json!({ "iss": format!("{}…", "x".repeat(128)) }),
        ),
        says(
            "kid",
            &access().header("kid", "other"),
            "kid",
            json!({ "member": "kid", "found": ["other"], "wanted": [kid] }),
        ),
        case("alg", "The algorithms that are accepted.")
            .settings(settings(json!({ "algorithms": ["RS256"] })))
            .step(
                Step::bearer(access().text())
                    .deny("alg")
                    .detail(json!({ "member": "alg", "found": ["ES256"], "wanted": ["RS256"] })),
            ),
    ]
}

fn needs() -> Vec<Case> {
    let token = Token::access();
    let asks = |name: &str, needs: Value, rule: &str, more: &str, detail: Value| {
        case(name, "What the route asks for.")
            .step(Step::bearer(token.text()).requires(needs).deny_with(rule, "Bearer", more).detail(detail))
    };
    vec![
        asks(
            "scope",
            json!({ "scopes": ["admin"] }),
            "scope",
            r#"scope="admin""#,
            json!({
                "member": "scope", "found": ["read", "write"], "wanted": ["admin"],
            }),
        ),
        asks(
            "role",
            json!({ "roles": ["admin"] }),
            "role",
            "",
            json!({ "member": "roles", "problem": "missing", "wanted": ["admin"] }),
        ),
        asks(
            "acr",
            json!({ "acr_values": ["high"] }),
            "acr",
            r#"acr_values="high""#,
            json!({ "member": "acr", "problem": "missing" }),
        ),
    ]
}

fn sources() -> Vec<Case> {
    let token = Token::access();
    let unavailable = |trouble: Value| {
        Step::bearer(Token::access().text()).deny("keys_unavailable").detail(json!({ "trouble": trouble }))
    };
    let mut cases = Vec::new();
    let html =
        json!({ "status": 200, "content_type": "text/html", "body": "<!doctype html><title>x</title>" });
    for (name, answer, trouble) in [
        ("http_status_403", status(403, ""), json!({ "cause": "http_status", "status": 403, "url": JWKS })),
        ("http_status_500", status(500, "{}"), json!({ "cause": "http_status", "status": 500 })),
        ("redirect", status(302, ""), json!({ "cause": "redirect", "status": 302 })),
        ("html", html, json!({ "cause": "html" })),
        ("not_json", ok("no keys"), json!({ "cause": "not_json" })),
        ("malformed", ok("{}"), json!({ "cause": "malformed" })),
        (
            "timeout",
            json!({ "fails": true, "cause": "timeout" }),
            json!({ "cause": "timeout", "message": null }),
        ),
        ("tls_name", json!({ "fails": true, "cause": "tls_name" }), json!({ "cause": "tls_name" })),
        ("other", json!({ "fails": true }), json!({ "cause": "other" })),
        (
            "too_large",
            json!({ "status": 200, "body": "{}", "padding": 300_000 }),
            json!({ "cause": "too_large" }),
        ),
    ] {
        let trouble = if name == "timeout" { json!({ "cause": "timeout" }) } else { trouble };
        cases.push(
            case(&format!("keys_{name}"), "Why there are no keys.")
                .settings(fetching(json!({ "jwks_uri": JWKS })))
                .answer(JWKS, answer)
                .step(unavailable(trouble).fetches(&[JWKS])),
        );
    }
    let other = |issuer: &str| ok(metadata(json!({ "issuer": issuer })));
    for (name, issuer) in [("slash", "https://id.example/"), ("other", "https://other.example")] {
        let mut trouble = json!({ "cause": "issuer_mismatch", "url": METADATA });
        if name == "slash" {
            trouble["hint"] =
                json!("they differ by a slash at the end: take the issuer exactly as it is written there");
        }
        cases.push(
            case(&format!("issuer_{name}"), "Metadata of another issuer.")
                .settings(fetching(json!({})))
                .answer(METADATA, other(issuer))
                .answer(OTHER_METADATA, status(404, ""))
                .step(unavailable(trouble).fetches(&[METADATA, OTHER_METADATA])),
        );
    }
    cases.push(
        case("no_keys", "A set without a usable key.")
            .settings(fetching(json!({ "jwks_uri": JWKS })))
            .answer(JWKS, ok(json!({ "keys": [] })))
            .step(
                Step::bearer(token.text())
                    .deny("kid")
                    .detail(json!({ "trouble": { "cause": "no_keys" } }))
                    .fetches(&[JWKS]),
            ),
    );
    cases.push(
        case("cooldown", "An unknown key, so soon after the last fetch.")
            .settings(fetching(json!({ "jwks_uri": JWKS })))
            .answer(JWKS, ok(set([OWN.jwk()])))
            .step(Step::bearer(token.text()).allow_token(&token).fetches(&[JWKS]))
            .step(
                Step::bearer(token.clone().header("kid", "new").text())
                    .deny("kid")
                    .detail(json!({ "member": "kid", "found": ["new"], "trouble": { "cause": "cooldown" } })),
            ),
    );
    cases.push(
        case("cancelled", "A fetch that nobody waits for any more is no attempt.")
            .settings(fetching(json!({ "jwks_uri": JWKS })))
            .answer(JWKS, json!([{ "fails": true, "cause": "cancelled" }, ok(set([OWN.jwk()]))]))
            .step(Step::bearer(token.text()).allow_token(&token).fetches(&[JWKS, JWKS])),
    );
    cases
}

/// Addresses in the metadata are judged where they are used.
fn endpoints() -> Vec<Case> {
    let token = Token::access();
    let mut cases = Vec::new();
    for (name, endpoint) in [
        ("null", Value::Null),
        ("http", json!("http://id.example/x")),
        ("relative", json!("/x")),
        ("number", json!(1)),
    ] {
        let mut document = metadata(json!({}));
        document["introspection_endpoint"] = endpoint.clone();
        document["revocations_endpoint"] = endpoint;
        let at = |name: &str, about: &str, more: Value| {
            case(name, about)
                .settings(fetching(more))
                .answer(METADATA, ok(&document))
                .answer(JWKS, ok(set([OWN.jwk()])))
        };
        cases.push(
            at(&format!("unused_endpoint_{name}"), "Nobody asks there.", json!({}))
                .step(Step::bearer(token.text()).allow_token(&token).fetches(&[METADATA, JWKS])),
        );
        let asks = json!({ "introspection": { "client_id": "a", "client_secret": "b" } });
        let cause = match name {
            "null" => "not_offered",
            "number" => "malformed",
            _ => "insecure",
        };
        cases.push(
            at(&format!("used_endpoint_{name}"), "An address that is needed.", asks).step(
                Step::bearer("opaque")
                    .deny("introspection_unavailable")
                    .detail(json!({ "trouble": { "cause": cause } }))
                    .fetches(&[METADATA]),
            ),
        );
    }
    cases
}
