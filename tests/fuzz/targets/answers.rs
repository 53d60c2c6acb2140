//! Any answer to any fetch: metadata, keys, introspection, the feed of revoked tokens. Whatever passes has a reason.
#![no_main]

use std::sync::LazyLock;

use credenza_fuzz::{AUDIENCE, NOW, jwk, pair, sign, validator};
use credenza_validator::{Decision, Request, Requirement, Response, Validator};
use libfuzzer_sys::fuzz_target;
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(pair);
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims = json!({
        "iss": "https://id.example", "aud": AUDIENCE, "sub": "u", "client_id": "c", "jti": "j", "iat": NOW, "exp": NOW + 60,
    });
    sign(&PAIR, br#"{"alg":"EdDSA","typ":"at+jwt"}"#, claims.to_string().as_bytes())
});

/// Answers every fetch with one body; returns the claims, if the token passes.
fn passes(validator: &Validator, token: &str, body: &[u8]) -> Option<Value> {
    let field = format!("Bearer {token}");
    for _ in 0..8 {
        let step = validator.check(&Request::bearer(&[&field]), &Requirement::default(), NOW);
        if let Some(decision) = step.decision {
            return match decision {
                Decision::Allow(allowed) => Some(serde_json::from_str(allowed.claims_json()).expect("JSON")),
                Decision::Deny(_) => None,
            };
        }
        let fetch = step.fetch.expect("a decision or a fetch");
        assert!(fetch.url.starts_with("https://"), "{}", fetch.url);
        validator.fetched(&fetch, Ok(Response { status: 200, body, ..Response::default() }), NOW);
    }
    panic!("no decision");
}

fuzz_target!(|data: &[u8]| {
    // One body may be metadata and key set at once; nothing passes without the key of the token.
    if passes(&validator(json!({})), &GOOD, data).is_some() {
        let text = std::str::from_utf8(data).expect("JSON");
        let document: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(document["issuer"], "https://id.example");
        assert!(
            document["keys"].as_array().is_some_and(|keys| keys.iter().any(|key| key["x"] == jwk()["x"]))
        );
    }

    let asks = json!({ "endpoint": "https://id.example/introspect", "client_id": "r", "client_secret": "s", "cache_size": 1 });
    let introspects = validator(json!({ "introspection": asks }));
    if let Some(claims) = passes(&introspects, "opaque", data) {
        assert_eq!(claims["active"], true);
        assert!(
            claims["aud"] == AUDIENCE
                || claims["aud"].as_array().is_some_and(|it| it.contains(&json!(AUDIENCE)))
        );
    }

    let feed =
        json!({ "keys": { "keys": [jwk()] }, "revocations": { "uri": "https://id.example/revocations" } });
    assert!(passes(&validator(feed.clone()), &GOOD, data).is_none());
    let signed = sign(&PAIR, br#"{"alg":"EdDSA","typ":"revocations+jwt"}"#, data);
    if passes(&validator(feed), &GOOD, signed.as_bytes()).is_some() {
        let claims: Value = serde_json::from_slice(data).expect("JSON");
        assert_eq!(claims["iss"], "https://id.example");
        let revoked = claims["revoked"].as_array().expect("a list");
        assert!(revoked.iter().all(|it| it["sub"] != "u" || it.get("before").is_some()));
    }
});
