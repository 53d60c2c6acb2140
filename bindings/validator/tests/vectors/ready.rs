//! Chart 946: Whether a validator is ready | metadata, keys that can be used, endpoints and feed of every issuer; the trouble otherwise
//!
//! What a host asks at its start: `ready`, until there is nothing more to fetch.

use credenza_validator::{Cause, FetchFailure, Response, Settings, Trouble, Validator};
use serde_json::{Value, json};

use crate::case::{JWKS, METADATA, NOW, OTHER_METADATA, fetching, metadata, settings};
use crate::keys::set;
use crate::token::{OWN, Token};

/// Asks until there is nothing more to fetch; what was fetched, and the trouble.
fn ready(validator: &Validator, answers: &[(&str, String)], now: i64) -> (Vec<String>, Option<Trouble>) {
    let mut fetched = Vec::new();
    for _ in 0..16 {
        let readiness = validator.ready(now);
        let Some(fetch) = readiness.fetch else { return (fetched, readiness.trouble) };
        fetched.push(fetch.url.clone());
        let answer = answers.iter().find(|(url, _)| *url == fetch.url);
        let response = match answer {
            Some((_, body)) => Ok(Response { status: 200, body: body.as_bytes(), ..Response::default() }),
            None => Err(FetchFailure::new(Cause::Connect, "out of reach")),
        };
        validator.fetched(&fetch, response, now);
    }
    panic!("it asks for more and more: {fetched:?}");
}

fn validator(settings: &Value) -> Validator {
    Settings::from_json(&settings.to_string()).and_then(Validator::new).unwrap()
}

fn good() -> Vec<(&'static str, String)> {
    vec![(METADATA, metadata(json!({})).to_string()), (JWKS, set([OWN.jwk()]).to_string())]
}

fn cause(trouble: Option<Trouble>) -> Option<(Cause, String)> {
    trouble.map(|trouble| (trouble.cause, trouble.url))
}

#[test]
fn it_is_ready_with_metadata_and_keys() {
    let validator = validator(&fetching(json!({})));
    assert_eq!(ready(&validator, &good(), NOW), (vec![METADATA.to_owned(), JWKS.to_owned()], None));
    assert_eq!(ready(&validator, &[], NOW + 1), (vec![], None), "nothing is fetched twice");
}

#[test]
fn pinned_keys_and_secrets_need_nothing() {
    let secret = json!({ "keys": null, "secret_text": "a secret of as many bytes as the hash" });
    for settings in [settings(json!({})), settings(secret)] {
        assert_eq!(ready(&validator(&settings), &[], NOW), (vec![], None), "{settings}");
    }
}

#[test]
fn an_issuer_out_of_reach_is_told() {
    let (fetched, trouble) = ready(&validator(&fetching(json!({}))), &[], NOW);
    assert_eq!(fetched, [METADATA, OTHER_METADATA]);
    assert_eq!(cause(trouble), Some((Cause::Connect, METADATA.to_owned())));
}

#[test]
fn a_key_set_without_a_key_that_can_be_used_is_told_until_there_is_one() {
    let mut unusable = OWN.jwk();
    unusable["kty"] = json!("x");
    for keys in [set([]), set([unusable])] {
        let validator = validator(&fetching(json!({})));
        let answers = [(METADATA, metadata(json!({})).to_string()), (JWKS, keys.to_string())];
        let told = Some((Cause::NoKeys, JWKS.to_owned()));
        assert_eq!(cause(ready(&validator, &answers, NOW).1), told);
        // Not asked for again at once, and then again.
        let (fetched, trouble) = ready(&validator, &good(), NOW + 29);
        assert_eq!((fetched, cause(trouble)), (vec![], told));
        assert_eq!(ready(&validator, &good(), NOW + 30), (vec![JWKS.to_owned()], None));
    }
}

const FEED: &str = "https://id.example/revocations";

#[test]
fn what_the_settings_ask_for_besides_is_needed_too() {
    let introspection = json!({ "introspection": { "client_id": "a", "client_secret": "b" } });
    let (_, trouble) = ready(&validator(&fetching(introspection)), &good(), NOW);
    assert_eq!(trouble.map(|trouble| trouble.cause), Some(Cause::NotOffered));
    let (fetched, trouble) = ready(&validator(&fetching(json!({ "revocations": {} }))), &good(), NOW);
    assert_eq!(fetched.last().map(String::as_str), Some(FEED));
    assert_eq!(cause(trouble), Some((Cause::Connect, FEED.to_owned())));
    let mut answers = good();
    answers.push((FEED, Token::feed(&json!([])).text()));
    assert_eq!(ready(&validator(&fetching(json!({ "revocations": {} }))), &answers, NOW).1, None);
}

#[test]
fn every_issuer_of_the_settings_counts() {
    let other = "https://other.example";
    let validator = validator(&fetching(json!({ "issuers": [{ "issuer": other }] })));
    let (_, trouble) = ready(&validator, &good(), NOW);
    let place = format!("{other}/.well-known/openid-configuration");
    assert_eq!(cause(trouble), Some((Cause::Connect, place.clone())));
    let mut answers = good();
    let jwks = format!("{other}/jwks");
    answers.push((place.as_str(), json!({ "issuer": other, "jwks_uri": jwks }).to_string()));
    answers.push((jwks.as_str(), set([OWN.jwk()]).to_string()));
    assert_eq!(ready(&validator, &answers, NOW + 5).1, None);
}
