//! How long keys are kept: rotation, withdrawal, outages.

use serde_json::{Value, json};

use crate::case::{Case, JWKS, METADATA, NOW, OTHER_METADATA, Step, fetching, metadata, ok, settings, with};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

const NEXT: Key = Key::Es256("es256-2");

pub(crate) fn cases() -> Vec<Case> {
    [rotation(), unknown(), outage(), cache_control(), given()].concat()
}

fn case(name: &str, about: &str, sets: &[Value]) -> Case {
    Case::new(name, about)
        .settings(fetching(json!({})))
        .answer(METADATA, ok(metadata(json!({}))))
        .answer(JWKS, Value::Array(sets.to_vec()))
}

/// A token that is valid all day.
fn by(key: Key) -> Token {
    Token::access().by(key).claim("exp", NOW + 200_000)
}

fn good(key: Key, after: i64) -> Step {
    Step::bearer(by(key).text()).at(NOW + after).allow_token(&by(key))
}

fn bad(key: Key, after: i64, rule: &str) -> Step {
    Step::bearer(by(key).text()).at(NOW + after).deny(rule)
}

fn old() -> Value {
    ok(set([OWN.jwk()]))
}

fn both() -> Value {
    ok(set([OWN.jwk(), NEXT.jwk()]))
}

fn new() -> Value {
    ok(set([NEXT.jwk()]))
}

fn down() -> Value {
    json!({ "fails": true })
}

const FIRST: &[&str] = &[METADATA, JWKS];

fn rotation() -> Vec<Case> {
    vec![
        case("a237_rotation", "A new key is found as soon as the cool-down is over.", &[old(), both()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(bad(NEXT, 29, "kid"))
            .step(good(NEXT, 30).fetches(&[JWKS]))
            .step(good(OWN, 31)),
        case(
            "a237_published_ahead",
            "A key that is published before it signs is there when it does.",
            &[both()],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(good(NEXT, 1)),
        case("a237_withdrawn", "A withdrawn key is used until the set is fetched again.", &[old(), new()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, 299))
            .step(good(OWN, 300).fetches(&[JWKS]))
            .step(bad(OWN, 301, "kid"))
            .step(good(NEXT, 302)),
        case(
            "a237_withdrawn_and_idle",
            "After a while without checks, the set is fetched first.",
            &[old(), new()],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(bad(OWN, 600, "kid").fetches(&[JWKS])),
        case(
            "a237_replaced_under_one_kid",
            "Another key under the same kid.",
            &[old(), ok(set([with(NEXT.jwk(), json!({ "kid": OWN.kid() }))]))],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(bad(OWN, 600, "signature").fetches(&[JWKS])),
        case(
            "a237_background_once",
            "One fetch in the background at a time; ten seconds later another, if the first never ended.",
            &[old()],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(good(OWN, 300).fetches(&[JWKS]))
        .step(good(OWN, 301)),
        case(
            "a237_without_kid",
            "Without kid a new key cannot be distinguished from a wrong signature: it is looked for too.",
            &[old(), both()],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(
            Step::bearer(by(NEXT).no_header("kid").text())
                .at(NOW + 30)
                .allow_token(&by(NEXT))
                .fetches(&[JWKS]),
        ),
        case("a237_forged_with_kid", "With a known kid, a wrong signature causes no fetch.", &[old()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(Step::bearer(by(OWN).signed_by(NEXT).text()).at(NOW + 100).deny("signature")),
        Case::new("a237_metadata_after_a_day", "Metadata is kept for a day.")
            .attacks(&["A237"])
            .settings(fetching(json!({})))
            .answer(
                METADATA,
                json!([
                    ok(metadata(json!({}))),
                    ok(metadata(json!({ "jwks_uri": "https://id.example/keys" })))
                ]),
            )
            .answer(JWKS, old())
            .answer("https://id.example/keys", new())
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, 86_399).fetches(&[JWKS]))
            .step(bad(OWN, 87_000, "kid").fetches(&[METADATA, "https://id.example/keys"])),
    ]
    .into_iter()
    .map(|case| case.attacks(&["A237"]))
    .collect()
}

fn unknown() -> Vec<Case> {
    let named =
        |kid: &str, after: i64| Step::bearer(by(NEXT).header("kid", kid).text()).at(NOW + after).deny("kid");
    vec![
        case("a235_cool_down", "Unknown kids cause one fetch in 30 seconds, however many come.", &[old()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(named("a", 1))
            .step(named("b", 29))
            .step(named("c", 30).fetches(&[JWKS]))
            .step(named("d", 30))
            .step(named("e", 59))
            .step(good(OWN, 59))
            .step(named("f", 60).fetches(&[JWKS])),
        case("a235_cool_down_of_settings", "The cool-down of the settings.", &[old()])
            .settings(fetching(json!({ "key_cache": { "cooldown": 5 } })))
            .step(good(OWN, 0).fetches(FIRST))
            .step(named("a", 4))
            .step(named("b", 5).fetches(&[JWKS])),
        case("a235_first_of_all", "An unknown kid as the first token of all.", &[old()])
            .step(named("a", 0).fetches(FIRST))
            .step(good(OWN, 1)),
        case(
            "a235_while_it_fails",
            "A fetch for an unknown kid that fails leaves the known ones.",
            &[old(), down()],
        )
        .step(good(OWN, 0).fetches(FIRST))
        .step(named("a", 30).fetches(&[JWKS]))
        .step(good(OWN, 31))
        .step(named("b", 59))
        .step(named("c", 60).fetches(&[JWKS])),
    ]
    .into_iter()
    .map(|case| case.attacks(&["A235"]))
    .collect()
}

fn outage() -> Vec<Case> {
    vec![
        case("a237_stale_on_error", "While the issuer is down the cached keys are used, up to an hour; then nothing passes, until the issuer is back.", &[old(), down(), down(), down(), down(), old()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, 300).fetches(&[JWKS]))
            .step(good(OWN, 304))
            .step(good(OWN, 305).fetches(&[JWKS]))
            .step(good(OWN, 600).fetches(&[JWKS]))
            .step(good(OWN, 604))
            .step(bad(OWN, 3600, "keys_unavailable").fetches(&[JWKS]))
            .step(bad(OWN, 3604, "keys_unavailable"))
            .step(good(OWN, 3605).fetches(&[JWKS])),
        case("a237_never_there", "No keys from the beginning: 503, and a fetch in 5 seconds at most.", &[down()])
            .step(bad(OWN, 0, "keys_unavailable").fetches(FIRST))
            .step(bad(OWN, 4, "keys_unavailable"))
            .step(bad(OWN, 5, "keys_unavailable").fetches(&[JWKS])),
        case("a237_late", "Keys that arrive late are used when they arrive.", &[down(), old()])
            .step(bad(OWN, 0, "keys_unavailable").fetches(FIRST))
            .step(good(OWN, 5).fetches(&[JWKS])),
        Case::new("a237_metadata_never_there", "No metadata: both places are tried, then neither for 5 seconds.")
            .settings(fetching(json!({})))
            .step(bad(OWN, 0, "keys_unavailable").fetches(&[METADATA, OTHER_METADATA]))
            .step(bad(OWN, 4, "keys_unavailable"))
            .step(bad(OWN, 5, "keys_unavailable").fetches(&[METADATA, OTHER_METADATA])),
        case("a237_limits_of_settings", "The limits of the settings.", &[old(), down()])
            .settings(fetching(json!({ "key_cache": { "cooldown": 5, "refresh_after": 10, "max_age": 20, "max_stale": 40 } })))
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, 9))
            .step(good(OWN, 10).fetches(&[JWKS]))
            .step(good(OWN, 39).fetches(&[JWKS]))
            .step(bad(OWN, 40, "keys_unavailable")),
        case("a237_html_for_a_while", "A page in place of the set counts as an outage.", &[old(), ok("<html>"), old()])
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, 600).fetches(&[JWKS]))
            .step(good(OWN, 605).fetches(&[JWKS])),
    ]
    .into_iter()
    .map(|case| case.attacks(&["A237"]))
    .collect()
}

fn cache_control() -> Vec<Case> {
    let lasting = |name: &str, about: &str, field: &str, fresh: i64| {
        let answer = with(old(), json!({ "cache_control": field }));
        case(&format!("rfc9111_5_2_2_1_{name}"), about, &[answer])
            .step(good(OWN, 0).fetches(FIRST))
            .step(good(OWN, fresh - 1))
            .step(good(OWN, fresh).fetches(&[JWKS]))
    };
    vec![
        lasting("max_age", "Fetched sooner, where the issuer says so.", "public, max-age=60", 60),
        lasting("max_age_of_a_day", "Never later than the settings say.", "max-age=86400", 300),
        lasting("max_age_zero", "Nor sooner than the cool-down.", "max-age=0", 30),
        lasting("no_store", "An absent directive changes nothing.", "no-store", 300),
        lasting("max_age_malformed", "Nor does one that cannot be read.", "max-age=soon", 300),
        lasting(
            "max_age_upper_case",
            "Directives are case-insensitive (RFC 9111 section 5.2).",
            "Max-Age=60",
            60,
        ),
        lasting("max_age_in_quotes", "Some are quoted (RFC 9111 section 5.2).", r#"max-age="60""#, 60),
        lasting("max_age_negative", "A negative age is ignored.", "max-age=-60", 30),
        lasting("s_maxage", "That one is for shared caches.", "s-maxage=60", 300),
    ]
}

fn given() -> Vec<Case> {
    vec![
        Case::new("keys_pinned", "Pinned keys are not fetched, and do not age.")
            .settings(settings(json!({})))
            .step(good(OWN, 0))
            .step(good(OWN, 100_000))
            .step(bad(NEXT, 100_000, "kid")),
    ]
}
