//! RFC 7662: opaque tokens, and answers about them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::dpop::ALGS;
use crate::case::{
    AUDIENCE, Case, ISSUER, JWKS, METADATA, NOW, OTHER_METADATA, Step, fetching, metadata, ok, settings,
    status, with,
};
use crate::keys::{Key, set};
use crate::token::{CLIENTS, OWN, Token};

const INTROSPECT: &str = "https://id.example/introspect";
const OPAQUE: &str = "opaque-1";

pub(crate) fn cases() -> Vec<Case> {
    [active(), claims(), unavailable(), kept(), shapes(), discovered(), bound()].concat()
}

fn asking(more: Value) -> Value {
    let own = json!({ "endpoint": INTROSPECT, "client_id": "rs", "client_secret": "s" });
    json!({ "introspection": with(own, more) })
}

fn answer(more: Value) -> Value {
    with(
        json!({ "active": true, "iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "client_id": "client-1", "scope": "read write", "exp": NOW + 100 }),
        more,
    )
}

fn case(name: &str, about: &str, response: Value) -> Case {
    Case::new(format!("rfc7662_{name}"), about)
        .settings(settings(asking(json!({}))))
        .answer(INTROSPECT, response)
}

fn good(more: Value) -> Step {
    Step::bearer(OPAQUE).allow(answer(more)).fetches(&[INTROSPECT])
}

fn bad(rule: &str) -> Step {
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
            "The whole answer is what is known of the token.",
            ok(answer(json!({ "x": [1, { "y": null }] }))),
        )
        .step(good(json!({ "x": [1, { "y": null }] }))),
        case(
            "2_2_inactive",
            "Not active: nothing else is said, and nothing else counts.",
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
        failing("2_2_no_aud", "For whom a token is has to be said.", without_aud.clone(), "claim_missing"),
        case("2_2_no_aud_optional", "Unless the settings do without.", ok(answer(without_aud.clone())))
            .settings(settings(with(asking(json!({})), json!({ "optional_claims": ["aud"] }))))
            .step(good(without_aud)),
        failing("2_2_another_aud", "For another service.", json!({ "aud": "https://other.example" }), "aud"),
        passing("2_2_several_aud", "For several.", json!({ "aud": ["https://other.example", AUDIENCE] })),
        failing("2_2_another_iss", "Of another issuer.", json!({ "iss": "https://evil.example" }), "iss"),
        passing(
            "2_2_no_iss",
            "Section 2.2: iss is optional; the answer is the issuer's own.",
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
        case("2_2_scope", "Scopes are asked for as of any token.", ok(answer(json!({}))))
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
        ("no_active", ok(answer(json!({ "active": null }))), "Nothing said of active."),
        ("active_null", ok(whole.replace("\"active\":true", "\"active\":null")), "null is no answer."),
        ("active_text", ok(answer(json!({ "active": "true" }))), "A text is no answer."),
        ("active_number", ok(answer(json!({ "active": 1 }))), "A number is none."),
        ("active_twice", ok(whole.replacen('{', r#"{"active":false,"#, 1)), "Two answers."),
        ("claim_twice", ok(whole.replacen('{', r#"{"aud":"x","#, 1)), "A claim twice."),
        ("exp_text", ok(answer(json!({ "exp": "never" }))), "A time that is none."),
        ("empty", ok(""), "Nothing."),
        ("empty_object", ok("{}"), "An empty object."),
        ("list", ok(json!([answer(json!({}))])), "A list."),
        ("html", ok("<!doctype html>"), "A page."),
        ("true", ok("true"), "The word alone."),
        ("too_long", json!({ "status": 200, "body": whole, "padding": 65_536 }), "More than 64 KB."),
        ("status_201", status(201, &whole), "200 alone is an answer."),
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

fn kept() -> Vec<Case> {
    let turns = |responses: &[Value]| json!(responses);
    let again = |after: i64| Step::bearer(OPAQUE).at(NOW + after).allow(answer(json!({})));
    let dead = |after: i64, rule: &str| Step::bearer(OPAQUE).at(NOW + after).deny(rule);
    let gone = ok(json!({ "active": false }));
    let good_then_gone = turns(&[ok(answer(json!({}))), gone.clone()]);
    let short = answer(json!({ "exp": NOW - 25 }));
    let mut cases = vec![
        case(
            "4_kept_for_a_moment",
            "An answer serves for ten seconds; then a revoked token is known to be.",
            good_then_gone.clone(),
        )
        .step(good(json!({})))
        .step(again(10))
        .step(dead(11, "inactive").fetches(&[INTROSPECT])),
        case("4_not_kept", "Not kept for longer than this second.", good_then_gone)
            .settings(settings(asking(json!({ "cache_seconds": 0 }))))
            .step(good(json!({})))
            .step(dead(1, "inactive").fetches(&[INTROSPECT])),
        case(
            "4_inactive_is_kept",
            "Neither is a dead token asked about again and again.",
            turns(&[gone, ok(answer(json!({})))]),
        )
        .step(bad("inactive"))
        .step(dead(10, "inactive"))
        .step(again(11).fetches(&[INTROSPECT])),
        case("4_expires_while_kept", "It expires while its answer is kept.", ok(short.clone()))
            .step(Step::bearer(OPAQUE).allow(short).fetches(&[INTROSPECT]))
            .step(dead(5, "exp")),
        case(
            "4_failure_is_kept_for_a_second",
            "A failure is asked about again soon.",
            turns(&[status(500, ""), ok(answer(json!({})))]),
        )
        .step(bad("introspection_unavailable"))
        .step(dead(1, "introspection_unavailable"))
        .step(again(2).fetches(&[INTROSPECT])),
        case(
            "4_no_stale_answer",
            "While the issuer is down an old answer does not serve.",
            turns(&[ok(answer(json!({}))), status(500, "")]),
        )
        .step(good(json!({})))
        .step(dead(11, "introspection_unavailable").fetches(&[INTROSPECT])),
        case(
            "4_by_token",
            "Each token is asked about for itself.",
            turns(&[ok(answer(json!({}))), ok(json!({ "active": false }))]),
        )
        .step(good(json!({})))
        .step(Step::bearer("opaque-2").deny("inactive").fetches(&[INTROSPECT]))
        .step(again(1)),
    ];
    cases.push(
        case("4_clock_goes_back", "An answer from the future does not serve.", ok(answer(json!({}))))
            .step(good(json!({})))
            .step(again(-1).fetches(&[INTROSPECT])),
    );
    cases
}

fn shapes() -> Vec<Case> {
    let token = Token::access();
    let always = settings(asking(json!({ "always": true })));
    let forged = Token::access().signed_by(Key::Es256("evil"));
    vec![
        case("1_1_jwt_is_not_asked_about", "A JWT is checked here.", ok(json!({ "active": false })))
            .step(Step::bearer(token.text()).allow_token(&token)),
        case("1_1_forged_jwt_is_not_asked_about", "Also one that is forged.", ok(answer(json!({}))))
            .step(Step::bearer(forged.text()).deny("signature")),
        case("1_1_jwe_is_not_asked_about", "Nor is a JWE.", ok(answer(json!({}))))
            .step(Step::bearer(format!("{}.a.b", token.text())).deny("token_encrypted")),
        case(
            "1_1_always",
            "Unless the settings say so: then the issuer alone decides.",
            ok(answer(json!({}))),
        )
        .settings(always)
        .step(Step::bearer(token.text()).allow(answer(json!({}))).fetches(&[INTROSPECT])),
        case(
            "1_1_opaque_with_two_dots",
            "An opaque token may have dots (RFC 6750 section 2.1): the example of RFC 9449.",
            ok(answer(json!({}))),
        )
        .step(
            Step::bearer("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
                .allow(answer(json!({})))
                .fetches(&[INTROSPECT]),
        ),
        case(
            "1_1_opaque_of_base64url_with_two_dots",
            "Also when its parts are base64url: no JSON is in the first.",
            ok(answer(json!({}))),
        )
        .step(Step::bearer("a1b2.c3d4.e5f6").allow(answer(json!({}))).fetches(&[INTROSPECT])),
        case("1_1_opaque_with_four_dots", "Or four.", ok(answer(json!({}))))
            .step(Step::bearer("a.b.c.d.e").allow(answer(json!({}))).fetches(&[INTROSPECT])),
        Case::new(
            "rfc7662_1_1_opaque_without_settings",
            "Without introspection an opaque token is malformed.",
        )
        .step(Step::bearer(OPAQUE).deny("token_malformed")),
        case("1_1_too_long", "The longest token is the same for all.", ok(answer(json!({}))))
            .step(Step::bearer("a".repeat(16_385)).deny("token_too_long")),
    ]
}

fn discovered() -> Vec<Case> {
    let own = |name: &str, about: &str, metadata_of: Value| {
        Case::new(format!("rfc7662_{name}"), about)
            .settings(fetching(json!({ "introspection": { "client_id": "rs", "client_secret": "s" } })))
            .answer(METADATA, ok(metadata(metadata_of)))
            .answer(JWKS, ok(set([OWN.jwk()])))
            .answer(INTROSPECT, ok(answer(json!({}))))
    };
    let there = json!({ "introspection_endpoint": INTROSPECT });
    vec![
        own("discovered", "The endpoint that the metadata name; keys are not needed.", there.clone())
            .step(Step::bearer(OPAQUE).allow(answer(json!({}))).fetches(&[METADATA, INTROSPECT])),
        own("not_offered", "Metadata that name none.", json!({}))
            .step(Step::bearer(OPAQUE).deny("introspection_unavailable").fetches(&[METADATA])),
        own(
            "http_endpoint",
            "An endpoint without TLS makes the metadata none.",
            json!({ "introspection_endpoint": "http://id.example/introspect" }),
        )
        .attacks(&["A236"])
        .step(Step::bearer(OPAQUE).deny("introspection_unavailable").fetches(&[METADATA, OTHER_METADATA])),
        own("jwt_beside", "A JWT needs the keys, and no introspection.", there)
            .step(
                Step::bearer(Token::access().text()).allow_token(&Token::access()).fetches(&[METADATA, JWKS]),
            )
            .step(Step::bearer(OPAQUE).allow(answer(json!({}))).fetches(&[INTROSPECT])),
    ]
}

fn bound() -> Vec<Case> {
    let cnf = json!({ "cnf": { "jkt": CLIENTS.thumbprint() } });
    let proof = Token::proof(OPAQUE).text();
    let speaking = settings(with(asking(json!({})), json!({ "dpop": { "algorithms": ["ES256"] } })));
    let case =
        |name: &str, about: &str| case(name, about, ok(answer(cnf.clone()))).settings(speaking.clone());
    vec![
        case("cnf", "RFC 9449 section 6.2: the answer says what the token is bound to.")
            .step(Step::dpop(OPAQUE, &proof).allow(answer(cnf.clone())).fetches(&[INTROSPECT])),
        case("cnf_without_proof", "It does not serve without its proof.").step(
            Step::dpop(OPAQUE, "")
                .part("dpop", json!([]))
                .deny_with("dpop_missing", "DPoP", ALGS)
                .fetches(&[INTROSPECT]),
        ),
        case("cnf_proof_of_another_token", "Nor with one for another token.").step(
            Step::dpop(OPAQUE, &Token::proof("opaque-2").text())
                .deny_with("dpop_ath", "DPoP", ALGS)
                .fetches(&[INTROSPECT]),
        ),
    ]
}
