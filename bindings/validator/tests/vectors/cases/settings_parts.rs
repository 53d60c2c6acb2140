//! Parts of settings that are refused: URLs, keys, DPoP, introspection, revocations.

use credenza_validator::base64url;
use serde_json::{Value, json};

use super::algorithms::pem;
use super::settings::refused;
use crate::case::{Case, with};
use crate::keys::{Key, SECRET, set};
use crate::token::OWN;

pub(crate) fn cases() -> Vec<Case> {
    [urls(), parts(), unknown()].concat()
}

fn urls() -> Vec<Case> {
    let jwks_uri = |url: &str| json!({ "keys": null, "jwks_uri": url });
    let mut cases = Vec::new();
    for (name, issuer) in [
        ("http", "http://id.example"),
        ("loopback_look_alike", "http://localhost.evil.example"),
        ("user_is_loopback", "http://localhost@evil.example"),
        ("any", "*"),
        ("file", "file:///id"),
        ("query", "https://id.example?a=b"),
        ("fragment", "https://id.example#a"),
        ("user", "https://u@id.example"),
        ("space", "https://id.example/ a"),
        ("no_host", "https://"),
    ] {
        cases.push(
            refused(
                &format!("issuer_{name}"),
                "An https URL without user, query and fragment.",
                json!({ "issuer": issuer }),
                "issuer",
            )
            .attacks(&["A236"]),
        );
    }
    for (name, url) in [
        ("http", "http://id.example/jwks"),
        ("file", "file:///jwks"),
        ("user", "https://u@id.example/jwks"),
        ("empty", ""),
        ("newline", "https://id.example/jwks\n"),
    ] {
        cases.push(
            refused(
                &format!("jwks_uri_{name}"),
                "An https URL without user and fragment.",
                jwks_uri(url),
                "jwks_uri",
            )
            .attacks(&["A236"]),
        );
    }
    cases.push(refused(
        "jwks_uri_and_keys",
        "Keys or where they are.",
        json!({ "jwks_uri": "https://id.example/jwks" }),
        "jwks_uri",
    ));
    cases
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each case")]
fn parts() -> Vec<Case> {
    let weak = json!({ "kty": "RSA", "kid": "weak", "n": base64url::encode([0xff; 128]), "e": "AQAB" });
    let private = with(OWN.jwk(), json!({ "d": OWN.secret_number() }));
    let keys = |keys: Value| json!({ "keys": keys });
    let dpop = |more: Value| json!({ "dpop": more });
    let ask = |more: Value| json!({ "introspection": with(json!({ "client_id": "rs", "client_secret": "s" }), more) });
    let feed = |more: Value| json!({ "revocations": with(json!({ "uri": "https://id.example/revocations" }), more) });
    let many = set((0..101).map(|it| with(OWN.jwk(), json!({ "kid": it.to_string() }))));
    vec![
        refused("keys_empty", "A key that can be used.", keys(set([])), "keys"),
        refused("keys_weak_alone", "A key that can be used.", keys(set([weak])), "keys"),
        refused(
            "keys_private_alone",
            "Private keys are not accepted for checking.",
            keys(set([private])),
            "keys",
        ),
        refused(
            "keys_of_a_secret_alone",
            "Nor are secrets.",
            keys(set([json!({ "kty": "oct", "k": base64url::encode(SECRET) })])),
            "keys",
        ),
        refused("keys_hundred_and_one", "100 keys at most.", keys(many), "keys"),
        refused("keys_without_list", "A key set.", keys(json!({ "x": 1 })), "keys"),
        refused("keys_is_a_list", "A key set.", keys(json!([OWN.jwk()])), "keys"),
        refused(
            "keys_is_a_text",
            "A key set, not its text.",
            keys(json!(set([OWN.jwk()]).to_string())),
            "keys",
        ),
        refused(
            "dpop_no_algorithms",
            "At least one algorithm.",
            dpop(json!({ "algorithms": [] })),
            "dpop.algorithms",
        ),
        refused(
            "dpop_hs256",
            "Proofs have public keys.",
            dpop(json!({ "algorithms": ["HS256"] })),
            "dpop.algorithms",
        )
        .attacks(&["A209"]),
        refused(
            "dpop_hs256_beside",
            "All of them.",
            dpop(json!({ "algorithms": ["ES256", "HS256"] })),
            "dpop.algorithms",
        )
        .attacks(&["A209"]),
        refused(
            "dpop_none",
            "none is not an algorithm.",
            dpop(json!({ "algorithms": ["none"] })),
            "dpop.algorithms",
        ),
        refused("dpop_max_age_zero", "1 to 600 seconds.", dpop(json!({ "max_age": 0 })), "dpop.max_age"),
        refused("dpop_max_age_601", "1 to 600 seconds.", dpop(json!({ "max_age": 601 })), "dpop.max_age"),
        refused(
            "dpop_replays_zero",
            "Room for one at least: otherwise none could be accepted.",
            dpop(json!({ "replays": 0 })),
            "dpop.replays",
        ),
        refused(
            "dpop_nonce_secret_short",
            "32 bytes at least.",
            dpop(json!({ "nonce": true, "nonce_secret": "AAAA" })),
            "dpop.nonce_secret",
        ),
        refused(
            "dpop_nonce_secret_no_base64url",
            "base64url.",
            dpop(json!({ "nonce": true, "nonce_secret": "!" })),
            "dpop.nonce_secret",
        ),
        refused(
            "dpop_unknown_member",
            "No unknown member.",
            dpop(json!({ "require": true })),
            "dpop.require",
        ),
        refused(
            "introspection_no_client",
            "The client has to identify itself.",
            ask(json!({ "client_id": "" })),
            "introspection.client_id",
        ),
        refused(
            "introspection_no_secret",
            "And to authenticate.",
            ask(json!({ "client_secret": "" })),
            "introspection.client_secret",
        ),
        refused(
            "introspection_without_secret",
            "And to authenticate.",
            ask(json!({ "client_secret": null })),
            "introspection.client_secret",
        ),
        refused(
            "introspection_http",
            "An https URL.",
            ask(json!({ "endpoint": "http://id.example/introspect" })),
            "introspection.endpoint",
        )
        .attacks(&["A236"]),
        refused(
            "introspection_cache_negative",
            "0 to 3600 seconds.",
            ask(json!({ "cache_seconds": -1 })),
            "introspection.cache_seconds",
        ),
        refused(
            "introspection_cache_long",
            "0 to 3600 seconds.",
            ask(json!({ "cache_seconds": 3601 })),
            "introspection.cache_seconds",
        ),
        refused(
            "introspection_cache_size_zero",
            "1 at least.",
            ask(json!({ "cache_size": 0 })),
            "introspection.cache_size",
        ),
        refused(
            "revocations_http",
            "An https URL.",
            feed(json!({ "uri": "http://id.example/revocations" })),
            "revocations.uri",
        )
        .attacks(&["A236"]),
        refused(
            "revocations_interval_zero",
            "A second at least.",
            feed(json!({ "interval": 0 })),
            "revocations.interval",
        ),
        refused(
            "revocations_max_stale",
            "Twice the interval at least.",
            feed(json!({ "interval": 5, "max_stale": 9 })),
            "revocations.interval",
        ),
        refused(
            "revocations_nowhere",
            "With pinned keys nothing is discovered, so the URL of the feed is required.",
            json!({ "revocations": {} }),
            "revocations.uri",
        ),
        refused(
            "revocations_with_secret",
            "A feed is checked by public keys.",
            with(json!({ "keys": null, "secret": base64url::encode(SECRET) }), feed(json!({}))),
            "revocations.uri",
        ),
        refused(
            "decryption_key_no_pem",
            "A private key.",
            json!({ "decryption_keys": [{ "alg": "ECDH-ES", "pem": "x" }] }),
            "decryption_keys",
        ),
        refused(
            "decryption_key_of_an_unknown_alg",
            "A supported algorithm.",
            json!({ "decryption_keys": [{ "alg": "RSA1_5", "pem": "x" }] }),
            "decryption_keys.0.alg",
        ),
        refused(
            "decryption_key_is_public",
            "A private key.",
            json!({ "decryption_keys": [{ "alg": "ECDH-ES", "pem": pem() }] }),
            "decryption_keys",
        ),
    ]
}

fn unknown() -> Vec<Case> {
    let other = Key::Es256("other").jwk();
    vec![
        refused(
            "unknown_member",
            "An unknown name is a misspelt one.",
            json!({ "audiences": ["https://api.example"] }),
            "audiences",
        ),
        refused(
            "unknown_switch",
            "No switch for the signature.",
            json!({ "verify_signature": false }),
            "verify_signature",
        ),
        refused("unknown_in_key_cache", "Nor inside.", json!({ "key_cache": { "ttl": 5 } }), "key_cache.ttl"),
        refused(
            "unknown_in_claim_names",
            "Nor there.",
            json!({ "claim_names": { "role": "x" } }),
            "claim_names.role",
        ),
        refused("key_in_the_wrong_place", "A key has to be in a set.", json!({ "key": other }), "key"),
    ]
}
