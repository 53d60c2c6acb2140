//! A proof: any text, and any header and payload (a line break between) under a valid signature.
#![no_main]

use std::sync::LazyLock;

use credenza_fuzz::{AUDIENCE, ISSUER, NOW, jwk, mac, pair, secret, sign, validator};
use credenza_validator::{Jwk, Request, Requirement, base64url, hash};
use libfuzzer_sys::fuzz_target;
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(pair);
static TOKEN: LazyLock<String> = LazyLock::new(|| {
    let jkt = serde_json::from_value::<Jwk>(jwk()).expect("a key").thumbprint();
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u", "client_id": "c", "jti": "j", "iat": NOW, "exp": NOW + 60,
        "cnf": { "jkt": jkt },
    });
    mac(br#"{"alg":"HS256","typ":"at+jwt"}"#, claims.to_string().as_bytes())
});

fn passes(proof: &str) -> bool {
    // A new one each time: a proof is accepted once.
    let validator = validator(json!({ "secret": secret(), "dpop": { "algorithms": ["EdDSA"] } }));
    let field = format!("DPoP {}", *TOKEN);
    let request = Request {
        authorization: &[&field],
        dpop: &[proof],
        method: "GET",
        url: "https://api.example/things",
        certificate_thumbprint: None,
    };
    let step = validator.check(&request, &Requirement::default(), NOW);
    step.decision.expect("nothing is fetched").denied().is_none()
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(!passes(text));
    }
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, payload) = data.split_at(at);
    let payload = payload.get(1..).unwrap_or_default();
    if passes(&sign(&PAIR, header, payload)) {
        let header: Value = serde_json::from_slice(header).expect("JSON");
        let claims: Value = serde_json::from_slice(payload).expect("JSON");
        assert_eq!(header["alg"], "EdDSA");
        assert!(header["typ"].as_str().is_some_and(|typ| typ.to_ascii_lowercase().ends_with("dpop+jwt")));
        assert_eq!(header["jwk"]["x"], jwk()["x"]);
        assert_eq!(claims["htm"], "GET");
        assert_eq!(claims["ath"], base64url::encode(hash::sha256(TOKEN.as_bytes())));
        assert!(claims["iat"].as_f64().is_some_and(|iat| (NOW as f64 - iat).abs() <= 91.0));
    }
});
