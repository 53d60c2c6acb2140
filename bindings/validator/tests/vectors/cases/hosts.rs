//! What the host knows: the issuers of tenants, and which proofs were used at other nodes.

use serde_json::{Value, json};

use super::dpop::{ALGS, proof, speaking, step};
use super::issuers::{OTHER, OTHER_JWKS, OTHER_METADATA, OTHERS, others};
use crate::case::{Case, ISSUER, NOW, Step, ok, settings, status};
use crate::keys::set;
use crate::token::{OWN, Token};

/// How the host is asked about the other issuer.
const RESOLVE: &str = "resolve:https://other.example";
const REMEMBER: &str = "remember";

pub(crate) fn cases() -> Vec<Case> {
    [resolved(), unknown(), failed(), kept(), remembered()].concat()
}

fn case(name: &str, about: &str, response: Value) -> Case {
    Case::new(format!("resolve_{name}"), about)
        .needs("resolve")
        .settings(settings(json!({ "resolve_issuers": true })))
        .answer(RESOLVE, response)
}

fn known() -> Value {
    ok(json!({ "keys": set([OTHERS.jwk()]) }))
}

fn allow() -> Step {
    Step::bearer(others().text()).allow_token(&others())
}

fn deny(rule: &str) -> Step {
    Step::bearer(others().text()).deny(rule)
}

fn resolved() -> Vec<Case> {
    let own = Token::access();
    let elsewhere = others().claim("aud", "https://elsewhere.example");
    vec![
        case("known", "The host knows the issuer.", known()).step(allow().fetches(&[RESOLVE])).step(allow()),
        case("named", "It may name it.", ok(json!({ "issuer": OTHER, "keys": set([OTHERS.jwk()]) })))
            .step(allow().fetches(&[RESOLVE])),
        case("not_asked", "About the issuer of the settings nobody is asked.", known())
            .step(Step::bearer(own.text()).allow_token(&own))
            .step(Step::bearer("opaque").deny("token_malformed")),
        case("forged", "Its keys are its own.", known())
            .step(Step::bearer(others().by(OWN).text()).deny("kid").fetches(&[RESOLVE])),
        case("fetched", "Its keys are fetched where its metadata say.", ok(json!({})))
            .answer(OTHER_METADATA, ok(json!({ "issuer": OTHER, "jwks_uri": OTHER_JWKS })))
            .answer(OTHER_JWKS, ok(set([OTHERS.jwk()])))
            .step(allow().fetches(&[RESOLVE, OTHER_METADATA, OTHER_JWKS]))
            .step(allow()),
        case(
            "own_rules",
            "Its rules are its own.",
            ok(json!({ "audience": "https://elsewhere.example", "keys": set([OTHERS.jwk()]) })),
        )
        .step(deny("aud").fetches(&[RESOLVE]))
        .step(Step::bearer(elsewhere.text()).allow_token(&elsewhere)),
    ]
}

fn unknown() -> Vec<Case> {
    let hostile = |iss: &str| Step::bearer(others().claim("iss", iss).text()).deny("iss");
    vec![
        case("unknown", "The host does not know it, and is not asked again at once.", status(404, ""))
            .step(deny("iss").fetches(&[RESOLVE]))
            .step(deny("iss").at(NOW + 29))
            .step(deny("iss").at(NOW + 30).fetches(&[RESOLVE])),
        case("hostile", "Names that are none are not passed on.", known())
            .step(hostile(""))
            .step(hostile("a\nb"))
            .step(hostile(&format!("https://{}.example", "x".repeat(600)))),
    ]
}

fn failed() -> Vec<Case> {
    let untrue = |name: &str, about: &str, settings: Value| {
        case(name, about, ok(settings)).step(
            deny("keys_unavailable")
                .detail(json!({ "trouble": { "cause": "malformed", "url": OTHER } }))
                .fetches(&[RESOLVE]),
        )
    };
    vec![
        case(
            "failed",
            "The host could not say: no more than that is known.",
            json!([{ "fails": true }, known()]),
        )
        .step(
            deny("keys_unavailable")
                .detail(json!({ "trouble": { "cause": "other", "url": OTHER } }))
                .fetches(&[RESOLVE]),
        )
        .step(deny("keys_unavailable").at(NOW + 4))
        .step(allow().at(NOW + 5).fetches(&[RESOLVE])),
        untrue("of_another", "Settings of another issuer.", json!({ "issuer": ISSUER })),
        untrue("unusable", "Settings that are none.", json!({ "keys": { "keys": [] } })),
        untrue("with_more", "Settings that are not an issuer's.", json!({ "leeway": 1 })),
    ]
}

fn kept() -> Vec<Case> {
    let late = |at: i64| others().claim("exp", NOW + at + 60);
    let step = |at: i64| Step::bearer(late(at).text()).at(NOW + at);
    let allow_late = |at: i64| step(at).allow_token(&late(at));
    vec![
        case("again", "It is asked about again at the age of keys.", known())
            .step(allow().fetches(&[RESOLVE]))
            .step(allow_late(299))
            .step(allow_late(300).fetches(&[RESOLVE]))
            .step(allow_late(599)),
        case("gone", "One that is gone does not stay.", json!([known(), status(404, "")]))
            .step(allow().fetches(&[RESOLVE]))
            .step(step(300).deny("iss").fetches(&[RESOLVE])),
        case(
            "stale",
            "While the host cannot say, it stays for a while.",
            json!([known(), { "fails": true }]),
        )
        .step(allow().fetches(&[RESOLVE]))
        .step(allow_late(300).fetches(&[RESOLVE]))
        .step(allow_late(304))
        .step(allow_late(3599).fetches(&[RESOLVE]))
        .step(step(3604).deny("keys_unavailable").fetches(&[RESOLVE])),
        case(
            "changed",
            "What is said anew counts, also for what was fetched before.",
            json!([known(), ok(json!({ "keys": set([OWN.jwk()]) }))]),
        )
        .step(allow().fetches(&[RESOLVE]))
        .step(step(300).deny("kid").fetches(&[RESOLVE])),
    ]
}

fn remembered() -> Vec<Case> {
    let bound = Token::bound();
    let case = |name: &str, about: &str, response: Value| {
        Case::new(format!("rfc9449_11_1_shared_{name}"), about)
            .needs("remember")
            .settings(speaking(json!({ "shared_replays": true })))
            .answer(REMEMBER, response)
    };
    let again = || step(&proof()).deny_with("dpop_replay", "DPoP", ALGS).fetches(&[REMEMBER]);
    let allow = || step(&proof()).allow_token(&bound).fetches(&[REMEMBER]);
    let scope = step(&proof()).requires(json!({ "scopes": ["admin"] }));
    let more = format!(r#"scope="admin", {ALGS}"#);
    vec![
        case(
            "first",
            "The store says that it is new, and then that it is not.",
            json!([status(200, ""), status(409, "")]),
        )
        .step(allow())
        .step(again()),
        case("known", "It was used at another node.", status(409, "")).step(again()).step(again()),
        case(
            "failed",
            "Without the store nothing passes.",
            json!([{ "fails": true }, { "fails": true, "cause": "timeout" }, status(200, "")]),
        )
        .step(
            step(&proof())
                .deny("replays_unavailable")
                .detail(json!({ "trouble": { "cause": "other" } }))
                .fetches(&[REMEMBER]),
        )
        .step(
            step(&proof())
                .deny("replays_unavailable")
                .detail(json!({ "trouble": { "cause": "timeout" } }))
                .fetches(&[REMEMBER]),
        )
        .step(allow()),
        case("refused", "A proof that is refused for another reason is not recorded.", status(200, ""))
            .step(scope.deny_with("scope", "DPoP", &more))
            .step(allow()),
    ]
}
