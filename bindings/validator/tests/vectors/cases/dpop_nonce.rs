//! RFC 9449 section 9: nonces of the service.

use credenza_validator::base64url;
use ring::hmac;
use serde_json::{Value, json};

use super::dpop::{ALGS, speaking};
use crate::case::{Case, NOW, Step};
use crate::token::Token;

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The nonce of a second: the time, and its MAC.
fn nonce(at: i64, secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &base64url::decode(secret).unwrap());
    let time = at.to_be_bytes();
    base64url::encode([&time, hmac::sign(&key, &time).as_ref()].concat())
}

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("rfc9449_9_{name}"), about)
        .settings(speaking(json!({ "nonce": true, "nonce_secret": SECRET })))
}

fn step(nonce: Option<&Value>, at: i64) -> Step {
    let bound = Token::bound();
    let proof = Token::proof(&bound.text()).claim("iat", at);
    let proof = nonce.map_or(proof.clone(), |nonce| proof.claim("nonce", nonce));
    Step::dpop(&bound.text(), &proof.text()).at(at)
}

fn asked(nonce_of: Option<&Value>, at: i64) -> Step {
    step(nonce_of, at).deny_with("dpop_nonce", "DPoP", ALGS).nonce(&nonce(at, SECRET))
}

pub(crate) fn cases() -> Vec<Case> {
    let bound = Token::bound();
    let own = json!(nonce(NOW, SECRET));
    let mut cases = vec![
        case("flow", "Without a nonce one is given; with it the request passes.")
            .step(asked(None, NOW))
            .step(step(Some(&own), NOW + 1).allow_token(&bound)),
        case("challenge", "The challenge, byte for byte.").step(asked(None, NOW).challenged(
            r#"DPoP error="use_dpop_nonce", error_description="the DPoP proof needs the nonce given", algs="ES256""#,
        )),
        case("half_its_life", "Until half of its lifetime is over no other is given; then one is sent with the answer.")
            .step(step(Some(&own), NOW + 30).allow_token(&bound)),
        case("past_half_its_life", "Section 8.2: the next nonce is sent in time.")
            .step(step(Some(&own), NOW + 31).allow_token(&bound).nonce(&nonce(NOW + 31, SECRET))),
        case("as_old_as_may_be", "60 seconds, and 30 for the clocks.")
            .step(step(Some(&own), NOW + 90).allow_token(&bound).nonce(&nonce(NOW + 90, SECRET))),
        case("too_old", "A second more.").step(asked(Some(&own), NOW + 91)),
        case("ahead_by_the_leeway", "Of a node whose clock is ahead.").step(step(Some(&own), NOW - 30).allow_token(&bound).nonce(&nonce(NOW - 30, SECRET))),
        case("ahead", "Further ahead than clocks may differ.").step(asked(Some(&own), NOW - 31)),
        case("a_good_nonce_is_good_again", "A nonce is for many proofs, a proof for one request.")
            .step(step(Some(&own), NOW).allow_token(&bound))
            .step(step(Some(&own), NOW).deny_with("dpop_replay", "DPoP", ALGS)),
        case("a_proof_without_nonce_is_not_spent", "A refused proof does not count as used.").step(asked(None, NOW)).step(asked(None, NOW)),
    ];
    let mut changed = base64url::decode(nonce(NOW, SECRET)).unwrap();
    changed[7] += 1;
    for (name, nonce) in [
        ("of_another_secret", nonce(NOW, "HwABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4")),
        ("of_another_time", base64url::encode(&changed)),
        ("cut", nonce(NOW, SECRET)[..20].to_owned()),
        ("time_alone", base64url::encode(NOW.to_be_bytes())),
        ("empty", String::new()),
        ("no_base64url", "!".to_owned()),
        ("longer", format!("{}AAAA", nonce(NOW, SECRET))),
    ] {
        cases.push(
            case(name, "A nonce that this service did not make.").step(asked(Some(&json!(nonce)), NOW)),
        );
    }
    for (name, nonce) in [("null", Value::Null), ("number", json!(1)), ("list", json!([own]))] {
        cases.push(case(name, "A nonce is a text.").step(step(Some(&nonce), NOW).deny_with(
            "dpop_malformed",
            "DPoP",
            ALGS,
        )));
    }
    cases
}
