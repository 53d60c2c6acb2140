//! Settings that are refused when the validator is made (A240): nothing is left to chance.

use credenza_validator::base64url;
use serde_json::{Value, json};

use super::algorithms::pem;
use crate::case::{Case, Step, settings, with};
use crate::keys::{Key, SECRET, set};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = [missing(), algorithms(), numbers(), urls(), parts(), unknown()].concat();
    cases.push(
        Case::new("a240_control", "The settings that the others spoil.")
            .attacks(&["A240"])
            .step(Step::bearer(Token::access().text()).allow_token(&Token::access())),
    );
    cases
}

/// The settings of most with other members are refused.
fn refused(name: &str, about: &str, more: Value, setting: &str) -> Case {
    Case::refused(&format!("a240_{name}"), about, settings(more), setting).attacks(&["A240"])
}

fn missing() -> Vec<Case> {
    vec![
        refused("no_issuer", "An issuer is needed.", json!({ "issuer": null }), "settings"),
        refused("empty_issuer", "An empty issuer is none.", json!({ "issuer": "" }), "issuer"),
        refused("issuer_list", "One issuer.", json!({ "issuer": ["https://id.example"] }), "settings"),
        refused("any_issuer", "No pattern.", json!({ "issuer": "*" }), "issuer"),
        refused(
            "no_audience",
            "An audience is needed (RFC 8725 section 3.9).",
            json!({ "audience": null }),
            "audience",
        ),
        refused("empty_audience", "An empty audience is none.", json!({ "audience": "" }), "audience"),
        refused("empty_audience_list", "Nor is an empty list.", json!({ "audience": [] }), "audience"),
        refused(
            "empty_audience_in_list",
            "Nor a list with an empty one.",
            json!({ "audience": ["https://api.example", ""] }),
            "audience",
        ),
        refused("any_audience", "No pattern.", json!({ "audience": "*" }), "audience"),
        refused(
            "any_audience_in_list",
            "No pattern among others.",
            json!({ "audience": ["https://api.example", "*"] }),
            "audience",
        ),
        refused("audience_number", "A text.", json!({ "audience": 1 }), "settings"),
        refused("empty_client_id", "An empty client is none.", json!({ "client_id": "" }), "client_id"),
        refused("no_token_types", "At least one type.", json!({ "token_types": [] }), "token_types"),
        refused(
            "unknown_token_type",
            "A type that is known.",
            json!({ "token_types": ["logout+jwt"] }),
            "settings",
        ),
        refused(
            "optional_iss",
            "iss is never optional.",
            json!({ "optional_claims": ["iss"] }),
            "optional_claims",
        ),
        refused(
            "optional_exp",
            "exp is never optional.",
            json!({ "optional_claims": ["exp"] }),
            "optional_claims",
        ),
        refused(
            "optional_aud",
            "aud is optional in answers to introspection alone.",
            json!({ "optional_claims": ["aud"] }),
            "optional_claims",
        ),
        refused(
            "optional_unknown",
            "A claim that nobody requires.",
            json!({ "optional_claims": ["x"] }),
            "optional_claims",
        ),
    ]
}

fn algorithms() -> Vec<Case> {
    let text = base64url::encode(SECRET);
    let with_secret = |more: Value| with(json!({ "keys": null, "secret": text }), more);
    let short = |length: usize| base64url::encode(&SECRET[..length]);
    let of_pem = base64url::encode(pem());
    vec![
        refused("no_algorithms", "At least one algorithm.", json!({ "algorithms": [] }), "algorithms"),
        refused("algorithm_none", "none is no algorithm.", json!({ "algorithms": ["none"] }), "settings"),
        refused("algorithm_any", "No pattern.", json!({ "algorithms": ["*"] }), "settings"),
        refused("algorithm_lower_case", "Names know case.", json!({ "algorithms": ["es256"] }), "settings"),
        refused("algorithms_text", "A list.", json!({ "algorithms": "ES256" }), "settings"),
        refused(
            "hs256_with_keys",
            "HS256 goes with a secret alone.",
            json!({ "algorithms": ["HS256"] }),
            "algorithms",
        ),
        refused(
            "hs256_beside_es256",
            "No mixture.",
            json!({ "algorithms": ["ES256", "HS256"] }),
            "algorithms",
        ),
        refused(
            "es256_with_secret",
            "A secret goes with HS* alone.",
            with_secret(json!({ "algorithms": ["ES256"] })),
            "algorithms",
        ),
        refused(
            "mixture_with_secret",
            "No mixture there either.",
            with_secret(json!({ "algorithms": ["HS256", "RS256"] })),
            "algorithms",
        ),
        refused("secret_and_keys", "A secret or keys.", json!({ "secret": text }), "secret"),
        refused(
            "secret_and_jwks_uri",
            "A secret or keys.",
            with_secret(json!({ "jwks_uri": "https://id.example/jwks" })),
            "secret",
        ),
        refused(
            "empty_secret",
            "RFC 7518 section 3.2: 32 bytes at least.",
            with_secret(json!({ "secret": "" })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_1_byte",
            "32 bytes at least.",
            with_secret(json!({ "secret": short(1) })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_31_bytes",
            "32 bytes at least.",
            with_secret(json!({ "secret": short(31) })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_32_bytes_for_hs512",
            "64 bytes at least for HS512.",
            with_secret(json!({ "secret": short(32), "algorithms": ["HS512"] })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_32_bytes_for_two",
            "As many as the longest hash has.",
            with_secret(json!({ "secret": short(32), "algorithms": ["HS256", "HS384"] })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_padded",
            "base64url has no padding.",
            with_secret(json!({ "secret": format!("{text}=") })),
            "secret",
        )
        .attacks(&["A211"]),
        refused("secret_number", "A text.", with_secret(json!({ "secret": 1 })), "settings")
            .attacks(&["A211"]),
        refused(
            "secret_is_a_public_key",
            "The text of a key is never a secret.",
            with_secret(json!({ "secret": of_pem })),
            "secret",
        )
        .attacks(&["A209"]),
        refused(
            "secret_is_a_public_key_with_space",
            "Nor with something in front.",
            with_secret(json!({ "secret": base64url::encode(format!(" {}", pem())) })),
            "secret",
        )
        .attacks(&["A209"]),
    ]
}

fn numbers() -> Vec<Case> {
    let cache = |more: Value| json!({ "key_cache": more });
    let mut cases = Vec::new();
    for (name, leeway, setting) in [
        ("negative", json!(-1), "leeway"),
        ("of_301", json!(301), "leeway"),
        ("huge", json!(1_000_000_000_000_i64), "leeway"),
        ("fraction", json!(0.5), "settings"),
        ("text", json!("30"), "settings"),
        ("null", json!([null]), "settings"),
    ] {
        cases.push(
            refused(&format!("leeway_{name}"), "0 to 300 seconds.", json!({ "leeway": leeway }), setting)
                .attacks(&["A224"]),
        );
    }
    cases.extend([
        refused("max_token_age_zero", "A second at least.", json!({ "max_token_age": 0 }), "max_token_age"),
        refused(
            "max_token_age_negative",
            "A second at least.",
            json!({ "max_token_age": -1 }),
            "max_token_age",
        ),
        refused(
            "max_token_bytes_63",
            "64 bytes at least.",
            json!({ "max_token_bytes": 63 }),
            "max_token_bytes",
        ),
        refused(
            "max_token_bytes_65537",
            "64 KB at most.",
            json!({ "max_token_bytes": 65_537 }),
            "max_token_bytes",
        ),
        refused("max_token_bytes_negative", "A length.", json!({ "max_token_bytes": -1 }), "settings"),
        refused("cache_size_negative", "A number of tokens.", json!({ "cache_size": -1 }), "settings"),
        refused("cooldown_zero", "A second at least (A235).", cache(json!({ "cooldown": 0 })), "key_cache"),
        refused("cooldown_negative", "A second at least.", cache(json!({ "cooldown": -1 })), "key_cache"),
        refused("refresh_before_cooldown", "They rise.", cache(json!({ "refresh_after": 29 })), "key_cache"),
        refused("max_age_before_refresh", "They rise.", cache(json!({ "max_age": 299 })), "key_cache"),
        refused("max_stale_before_max_age", "They rise.", cache(json!({ "max_stale": 599 })), "key_cache"),
    ]);
    cases
}

fn urls() -> Vec<Case> {
    let jwks_uri = |url: &str| json!({ "keys": null, "jwks_uri": url });
    let mut cases = Vec::new();
    for (name, issuer) in [
        ("http", "http://id.example"),
        ("loopback_look_alike", "http://localhost.evil.example"),
        ("user_is_loopback", "http://localhost@evil.example"),
        ("no_scheme", "id.example"),
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
        refused("keys_private_alone", "Private keys are none to check with.", keys(set([private])), "keys"),
        refused(
            "keys_of_a_secret_alone",
            "Nor are secrets.",
            keys(set([json!({ "kty": "oct", "k": base64url::encode(SECRET) })])),
            "keys",
        ),
        refused("keys_hundred_and_one", "100 keys at most.", keys(many), "keys"),
        refused("keys_without_list", "A key set.", keys(json!({ "x": 1 })), "keys"),
        refused("keys_is_a_list", "A key set.", keys(json!([OWN.jwk()])), "settings"),
        refused(
            "keys_is_a_text",
            "A key set, not its text.",
            keys(json!(set([OWN.jwk()]).to_string())),
            "settings",
        ),
        refused("dpop_no_algorithms", "At least one algorithm.", dpop(json!({ "algorithms": [] })), "dpop"),
        refused("dpop_hs256", "Proofs have public keys.", dpop(json!({ "algorithms": ["HS256"] })), "dpop")
            .attacks(&["A209"]),
        refused(
            "dpop_hs256_beside",
            "All of them.",
            dpop(json!({ "algorithms": ["ES256", "HS256"] })),
            "dpop",
        )
        .attacks(&["A209"]),
        refused("dpop_none", "none is no algorithm.", dpop(json!({ "algorithms": ["none"] })), "settings"),
        refused("dpop_max_age_zero", "1 to 600 seconds.", dpop(json!({ "max_age": 0 })), "dpop"),
        refused("dpop_max_age_601", "1 to 600 seconds.", dpop(json!({ "max_age": 601 })), "dpop"),
        refused(
            "dpop_replays_zero",
            "Room for one at least: otherwise none was good once.",
            dpop(json!({ "replays": 0 })),
            "dpop",
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
            "No member that is not known.",
            dpop(json!({ "require": true })),
            "settings",
        ),
        refused(
            "introspection_no_client",
            "Who asks has to say who it is.",
            ask(json!({ "client_id": "" })),
            "introspection",
        ),
        refused(
            "introspection_no_secret",
            "And prove it.",
            ask(json!({ "client_secret": "" })),
            "introspection",
        ),
        refused(
            "introspection_without_secret",
            "And prove it.",
            ask(json!({ "client_secret": null })),
            "settings",
        ),
        refused(
            "introspection_http",
            "An https URL.",
            ask(json!({ "endpoint": "http://id.example/introspect" })),
            "introspection",
        )
        .attacks(&["A236"]),
        refused(
            "introspection_cache_negative",
            "0 to 3600 seconds.",
            ask(json!({ "cache_seconds": -1 })),
            "introspection",
        ),
        refused(
            "introspection_cache_long",
            "0 to 3600 seconds.",
            ask(json!({ "cache_seconds": 3601 })),
            "introspection",
        ),
        refused(
            "introspection_cache_size_zero",
            "1 at least.",
            ask(json!({ "cache_size": 0 })),
            "introspection",
        ),
        refused(
            "revocations_http",
            "An https URL.",
            feed(json!({ "uri": "http://id.example/revocations" })),
            "revocations",
        )
        .attacks(&["A236"]),
        refused(
            "revocations_interval_zero",
            "A second at least.",
            feed(json!({ "interval": 0 })),
            "revocations",
        ),
        refused(
            "revocations_max_stale",
            "Twice the interval at least.",
            feed(json!({ "interval": 5, "max_stale": 9 })),
            "revocations",
        ),
        refused(
            "revocations_nowhere",
            "With pinned keys nothing is discovered: the feed's place has to be said.",
            json!({ "revocations": {} }),
            "revocations",
        ),
        refused(
            "revocations_with_secret",
            "A feed is checked by public keys.",
            with(json!({ "keys": null, "secret": base64url::encode(SECRET) }), feed(json!({}))),
            "revocations",
        ),
        refused(
            "decryption_key_no_pem",
            "A private key.",
            json!({ "decryption_keys": [{ "alg": "ECDH-ES", "pem": "x" }] }),
            "decryption_keys",
        ),
        refused(
            "decryption_key_of_an_unknown_alg",
            "An algorithm that is known.",
            json!({ "decryption_keys": [{ "alg": "RSA1_5", "pem": "x" }] }),
            "settings",
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
            "A name that is not known is an error of spelling.",
            json!({ "audiences": ["https://api.example"] }),
            "settings",
        ),
        refused(
            "unknown_switch",
            "No switch for the signature.",
            json!({ "verify_signature": false }),
            "settings",
        ),
        refused("unknown_in_key_cache", "Nor inside.", json!({ "key_cache": { "ttl": 5 } }), "settings"),
        refused(
            "unknown_in_claim_names",
            "Nor there.",
            json!({ "claim_names": { "role": "x" } }),
            "settings",
        ),
        refused("key_in_the_wrong_place", "A key belongs into a set.", json!({ "key": other }), "settings"),
    ]
}
