//! RFC 7662: how long answers are kept, which tokens are asked about, and where.

use serde_json::{Value, json};

use super::dpop::ALGS;
use super::introspection::{INTROSPECT, OPAQUE, answer, asking, bad, case, good};
use crate::case::{Case, JWKS, METADATA, NOW, Step, fetching, metadata, ok, settings, status, with};
use crate::keys::{Key, set};
use crate::token::{CLIENTS, OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [kept(), shapes(), discovered(), bound()].concat()
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
            "An answer is used for ten seconds; then a revoked token is refused.",
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
            "Nor is an inactive token introspected again and again.",
            turns(&[gone, ok(answer(json!({})))]),
        )
        .step(bad("inactive"))
        .step(dead(10, "inactive"))
        .step(again(11).fetches(&[INTROSPECT])),
        case("4_expires_while_kept", "It expires while its answer is cached.", ok(short.clone()))
            .step(Step::bearer(OPAQUE).allow(short).fetches(&[INTROSPECT]))
            .step(dead(5, "exp")),
        case(
            "4_failure_is_kept_for_a_second",
            "After a failure the token is soon introspected again.",
            turns(&[status(500, ""), ok(answer(json!({})))]),
        )
        .step(bad("introspection_unavailable"))
        .step(dead(1, "introspection_unavailable"))
        .step(again(2).fetches(&[INTROSPECT])),
        case(
            "4_no_stale_answer",
            "While the issuer is down, an old answer is not used.",
            turns(&[ok(answer(json!({}))), status(500, "")]),
        )
        .step(good(json!({})))
        .step(dead(11, "introspection_unavailable").fetches(&[INTROSPECT])),
        case(
            "4_by_token",
            "Each token is introspected by itself.",
            turns(&[ok(answer(json!({}))), ok(json!({ "active": false }))]),
        )
        .step(good(json!({})))
        .step(Step::bearer("opaque-2").deny("inactive").fetches(&[INTROSPECT]))
        .step(again(1)),
    ];
    cases.push(
        case("4_clock_goes_back", "An answer from the future is not used.", ok(answer(json!({}))))
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
            "Unless the settings say so: then only the issuer decides.",
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
            "Also when its parts are base64url: the first is not JSON.",
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
        own("discovered", "The endpoint that the metadata names; keys are not needed.", there.clone())
            .step(Step::bearer(OPAQUE).allow(answer(json!({}))).fetches(&[METADATA, INTROSPECT])),
        own("not_offered", "Metadata that names none.", json!({}))
            .step(Step::bearer(OPAQUE).deny("introspection_unavailable").fetches(&[METADATA])),
        own(
            "http_endpoint",
            "An endpoint without TLS is not asked.",
            json!({ "introspection_endpoint": "http://id.example/introspect" }),
        )
        .attacks(&["A236"])
        .step(Step::bearer(OPAQUE).deny("introspection_unavailable").fetches(&[METADATA])),
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
        case("cnf_without_proof", "It is not accepted without its proof.").step(
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
