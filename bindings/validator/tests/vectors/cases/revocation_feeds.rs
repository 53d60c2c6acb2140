//! The feed of revoked tokens: how fresh it is, where it comes from.

use credenza_validator::Algorithm;
use serde_json::{Value, json};

use super::revocations::{FEED, bad, case, feed, good, of};
use crate::case::{Case, JWKS, METADATA, NOW, Step, fetching, for_client, metadata, ok, settings};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

const RSA: Key = Key::Rsa(Algorithm::RS256);

pub(crate) fn cases() -> Vec<Case> {
    [freshness(), newest(), others(), discovered()].concat()
}

/// A feed of a later second.
fn later(revoked: &Value, after: i64) -> Value {
    feed(&Token::feed(revoked).claim("iat", NOW + after).claim("exp", NOW + after + 60))
}

fn freshness() -> Vec<Case> {
    let empty = json!([]);
    let dead = json!([{ "jti": "token-1" }]);
    let fails = json!({ "fails": true });
    vec![
        case("within_seconds", "A revoked token is refused within seconds: the feed is fetched in the background every five.", json!([of(&empty), later(&dead, 5)]))
            .step(good().fetches(&[FEED]))
            .step(good().at(NOW + 4))
            .step(good().at(NOW + 5).fetches(&[FEED]))
            .step(bad("revoked").at(NOW + 6)),
        case("idle", "After a pause of twice that the feed is fetched first.", json!([of(&empty), later(&dead, 10)]))
            .step(good().fetches(&[FEED]))
            .step(bad("revoked").at(NOW + 10).fetches(&[FEED])),
        case("stale_on_error", "While the issuer is down the last feed is used, up to a minute; then nothing passes, until the issuer is back.", json!([of(&empty), fails, fails, fails, fails, later(&empty, 65)]))
            .step(good().fetches(&[FEED]))
            .step(good().at(NOW + 5).fetches(&[FEED]))
            .step(good().at(NOW + 9))
            .step(good().at(NOW + 10).fetches(&[FEED]))
            .step(good().at(NOW + 59).fetches(&[FEED]))
            .step(bad("revocations_unavailable").at(NOW + 60))
            .step(bad("revocations_unavailable").at(NOW + 64).fetches(&[FEED]))
            .step(good().at(NOW + 69).fetches(&[FEED])),
        case("revoked_while_down", "What is revoked stays so.", json!([of(&dead), fails]))
            .step(bad("revoked").fetches(&[FEED]))
            .step(bad("revoked").at(NOW + 30).fetches(&[FEED])),
        case("limits_of_settings", "The limits of the settings.", json!([of(&empty), fails]))
            .settings(settings(json!({ "revocations": { "uri": FEED, "interval": 2, "max_stale": 4 } })))
            .step(good().fetches(&[FEED]))
            .step(good().at(NOW + 1))
            .step(good().at(NOW + 2).fetches(&[FEED]))
            .step(good().at(NOW + 3))
            .step(bad("revocations_unavailable").at(NOW + 4)),
        case("never_there", "No feed from the beginning; it is requested every five seconds.", fails)
            .step(bad("revocations_unavailable").fetches(&[FEED]))
            .step(bad("revocations_unavailable").at(NOW + 4))
            .step(bad("revocations_unavailable").at(NOW + 5).fetches(&[FEED])),
    ]
}

fn newest() -> Vec<Case> {
    let dead = json!([{ "jti": "token-1" }]);
    let empty = json!([]);
    vec![
        case(
            "older_feed",
            "An older feed is ignored: an attacker may hold back the newer one.",
            json!([of(&dead), later(&empty, -1)]),
        )
        .step(bad("revoked").fetches(&[FEED]))
        .step(bad("revoked").at(NOW + 10).fetches(&[FEED])),
        case("same_feed", "The same feed again changes nothing.", json!([of(&empty), of(&empty)]))
            .step(good().fetches(&[FEED]))
            .step(good().at(NOW + 10).fetches(&[FEED]))
            .step(good().at(NOW + 11)),
        case(
            "lifted",
            "What a newer feed does not name any more is not revoked.",
            json!([of(&dead), later(&empty, 10)]),
        )
        .step(bad("revoked").fetches(&[FEED]))
        .step(good().at(NOW + 10).fetches(&[FEED])),
        case("kept_back", "A feed that is repeated for ever expires.", json!([of(&empty)]))
            .step(good().fetches(&[FEED]))
            .step(good().at(NOW + 89).fetches(&[FEED]))
            .step(good().at(NOW + 99).fetches(&[FEED]))
            .step(bad("revocations_unavailable").at(NOW + 149).fetches(&[FEED])),
    ]
}

fn others() -> Vec<Case> {
    let expired = Token::access().claim("exp", 1);
    let id = Token::id().claim("sid", "session-1");
    vec![
        case("after_the_claims", "A token that is refused anyway causes no fetch.", of(&json!([]))).step(Step::bearer(expired.text()).deny("exp")),
        case("after_the_signature", "Nor does a forged one.", of(&json!([]))).step(Step::bearer(Token::access().signed_by(Key::Es256("evil")).text()).deny("signature")),
        case("id_token", "An ID token of a session that has ended.", of(&json!([{ "sid": "session-1" }])))
            .settings(for_client(json!({ "revocations": { "uri": FEED } })))
            .step(Step::id_token(id.text()).deny("revoked").fetches(&[FEED]))
            .step(Step::id_token(Token::id().text()).allow_token(&Token::id())),
        case("opaque", "An introspected token is looked up too.", of(&json!([{ "jti": "token-1" }])))
            .settings(settings(json!({
                "revocations": { "uri": FEED },
                "introspection": { "endpoint": "https://id.example/introspect", "client_id": "r", "client_secret": "s" },
            })))
            .answer("https://id.example/introspect", ok(json!({ "active": true, "aud": "https://api.example", "jti": "token-1" })))
            .step(Step::bearer("opaque").deny("revoked").fetches(&["https://id.example/introspect", FEED])),
    ]
}

fn discovered() -> Vec<Case> {
    let next = Key::Es256("es256-2");
    let own = |name: &str, about: &str, more: Value| {
        Case::new(format!("revocations_{name}"), about)
            .settings(fetching(json!({ "revocations": {} })))
            .answer(METADATA, ok(metadata(more)))
            .answer(JWKS, ok(set([OWN.jwk()])))
            .answer(FEED, of(&json!([{ "jti": "token-1" }])))
    };
    let there = json!({ "revocations_endpoint": FEED });
    let by_next = |after: i64, revoked: Value| {
        feed(&Token::feed(&revoked).by(next).claim("iat", NOW + after).claim("exp", NOW + after + 60))
    };
    let fetched: &[&str] = &[METADATA, JWKS, FEED];
    vec![
        own("discovered", "The feed that the metadata names.", there.clone())
            .step(bad("revoked").fetches(fetched)),
        own(
            "own_algorithm",
            "Tokens only by RS256 and the feed by ES256: the algorithms of tokens do not apply to it.",
            json!({}),
        )
        .settings(fetching(json!({ "revocations": {}, "algorithms": ["RS256"] })))
        .answer(JWKS, ok(set([OWN.jwk(), RSA.jwk()])))
        .step(Step::bearer(Token::access().by(RSA).text()).deny("revoked").fetches(fetched)),
        own("usual_place", "Metadata that names none: the feed is at /revocations.", json!({}))
            .step(bad("revoked").fetches(fetched)),
        own(
            "rotated",
            "A feed by a new key: the keys are fetched again, and the feed is read with them.",
            there,
        )
        .answer(JWKS, json!([ok(set([OWN.jwk()])), ok(set([OWN.jwk(), next.jwk()]))]))
        .answer(
            FEED,
            json!([of(&json!([])), by_next(30, json!([])), by_next(35, json!([{ "jti": "token-1" }]))]),
        )
        .step(good().fetches(fetched))
        .step(good().at(NOW + 30).fetches(&[FEED, JWKS]))
        .step(bad("revoked").at(NOW + 35).fetches(&[FEED])),
    ]
}
