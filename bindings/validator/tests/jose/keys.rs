//! Which keys are read (RFC 7517 sections 4 and 5, RFC 7518 section 6, RFC 8037 section 2).

use credenza_validator::{
    Algorithm, JsonError, Jwk, JwkError, JwkSet, base64url,
    jwk::{JwkSetError, MAX_BYTES, MAX_KEYS},
};
use serde_json::{Value, json};

use crate::support::{jwk, rfc7515_rsa, rsa_jwk};

fn read(members: Value) -> Result<Jwk, JwkError> {
    members.as_object().unwrap().clone().try_into()
}

fn rsa(n: &[u8], e: &[u8]) -> Result<Jwk, JwkError> {
    read(json!({ "kty": "RSA", "n": base64url::encode(n), "e": base64url::encode(e) }))
}

/// A number of so many bits.
fn bits(count: usize) -> Vec<u8> {
    let mut number = vec![0xff; count.div_ceil(8)];
    number[0] >>= (8 - count % 8) % 8;
    number
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    for count in [2048, 2049, 3072, 4096, 8192] {
        assert!(rsa(&bits(count), &[1, 0, 1]).is_ok(), "{count}");
    }
    for count in [1, 8, 512, 1024, 2047, 8193, 16_384, 1_000_000] {
        assert_eq!(rsa(&bits(count), &[1, 0, 1]).unwrap_err(), JwkError::Size, "{count}");
    }
    assert_eq!(rsa(&[], &[1, 0, 1]).unwrap_err(), JwkError::Size);
    assert_eq!(rsa(&[&[0], &bits(2048)[..]].concat(), &[1, 0, 1]).unwrap_err(), JwkError::Size);
}

#[test]
fn rsa_exponents_are_odd_and_of_usual_size() {
    assert!(rsa(&bits(2048), &[1, 0, 1]).is_ok());
    assert!(rsa(&bits(2048), &[0xff, 0xff, 0xff, 0xff]).is_ok());
    for e in [
        &[][..],
        &[0],
        &[1],
        &[3],
        &[0, 1, 0, 1],
        &[1, 0, 0],
        &[1, 0, 2],
        &[2, 0, 0, 0, 1],
        &[0xff; 8],
        &[0xff; 9],
    ] {
        assert_eq!(rsa(&bits(2048), e).unwrap_err(), JwkError::Exponent, "{e:?}");
    }
}

#[test]
fn curve_and_okp_coordinates_have_full_length() {
    let ec = |crv: &str, x: usize, y: usize| {
        read(
            json!({ "kty": "EC", "crv": crv, "x": base64url::encode(vec![1; x]), "y": base64url::encode(vec![1; y]) }),
        )
    };
    assert!(ec("P-256", 32, 32).is_ok());
    assert!(ec("P-384", 48, 48).is_ok());
    for (crv, x, y) in
        [("P-256", 31, 32), ("P-256", 32, 33), ("P-256", 48, 48), ("P-384", 32, 32), ("P-384", 48, 0)]
    {
        assert_eq!(ec(crv, x, y).unwrap_err(), JwkError::Size);
    }
    #[cfg(feature = "aws-lc-rs")]
    {
        assert!(ec("P-521", 66, 66).is_ok());
        assert_eq!(ec("P-521", 66, 65).unwrap_err(), JwkError::Size);
    }
    for crv in ["secp256k1", "Ed25519", "p-256", ""] {
        assert_eq!(ec(crv, 32, 32).unwrap_err(), JwkError::Unsupported, "{crv}");
    }
    let okp =
        |crv: &str, x: usize| read(json!({ "kty": "OKP", "crv": crv, "x": base64url::encode(vec![1; x]) }));
    assert!(okp("Ed25519", 32).is_ok());
    assert_eq!(okp("Ed25519", 31).unwrap_err(), JwkError::Size);
    for crv in ["Ed448", "X25519", "P-256"] {
        assert_eq!(okp(crv, 32).unwrap_err(), JwkError::Unsupported);
    }
}

#[test]
fn a_point_off_the_curve_verifies_nothing() {
    let point = base64url::encode([1; 32]);
    let key = jwk(json!({ "kty": "EC", "crv": "P-256", "x": point, "y": point }));
    assert!(key.verify(Algorithm::ES256, b"x", &[1; 64]).is_err());
}

#[test]
fn private_and_symmetric_members_are_refused() {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        for value in [json!("AQAB"), json!(""), json!([])] {
            assert_eq!(read(rsa_jwk(json!({ name: value }))).unwrap_err(), JwkError::Private, "{name}");
        }
    }
    assert_eq!(read(rfc7515_rsa()).unwrap_err(), JwkError::Private);
    assert_eq!(read(json!({ "kty": "oct", "k": "AAAA" })).unwrap_err(), JwkError::Private);
    assert_eq!(read(json!({ "kty": "oct" })).unwrap_err(), JwkError::Private);
    assert!(read(rsa_jwk(json!({}))).is_ok());
}

#[test]
fn members_of_wrong_type_are_refused() {
    for (more, name) in [
        (json!({ "kid": 1 }), "kid"),
        (json!({ "kid": [] }), "kid"),
        (json!({ "use": ["sig"] }), "use"),
        (json!({ "alg": {} }), "alg"),
        (json!({ "key_ops": "verify" }), "key_ops"),
        (json!({ "n": "a+b" }), "n"),
        (json!({ "e": "AQAB=" }), "e"),
        (json!({ "e": 65537 }), "e"),
        (json!({ "kty": null }), "kty"),
    ] {
        assert_eq!(read(rsa_jwk(more)).unwrap_err(), JwkError::Member(name));
    }
    for name in ["kid", "use", "alg", "key_ops", "crv", "d"] {
        assert!(read(rsa_jwk(json!({ name: null }))).is_ok(), "null counts as absent: {name}");
    }
    assert_eq!(read(json!({})).unwrap_err(), JwkError::Member("kty"));
    assert_eq!(read(json!({ "kty": "RSA" })).unwrap_err(), JwkError::Member("n"));
}

#[test]
fn the_alg_of_a_key_suits_it() {
    assert!(read(rsa_jwk(json!({ "alg": "PS512" }))).is_ok());
    for alg in ["ES256", "EdDSA", "HS256", "none", "RSA-OAEP", "", "rs256"] {
        assert_eq!(read(rsa_jwk(json!({ "alg": alg }))).unwrap_err(), JwkError::Algorithm, "{alg}");
    }
}

#[test]
fn use_and_key_ops_are_heeded() {
    let fits = |more: Value| jwk(rsa_jwk(more)).fits(Algorithm::RS256);
    for more in [
        json!({}),
        json!({ "use": "sig" }),
        json!({ "key_ops": ["verify"] }),
        json!({ "key_ops": ["a", "verify"] }),
    ] {
        assert!(fits(more.clone()), "{more}");
    }
    for more in [
        json!({ "use": "enc" }),
        json!({ "use": "" }),
        json!({ "use": "SIG" }),
        json!({ "key_ops": ["sign"] }),
        json!({ "key_ops": [] }),
    ] {
        assert!(!fits(more.clone()), "{more}");
        let again = jwk(serde_json::to_value(jwk(rsa_jwk(more))).unwrap());
        assert!(!again.fits(Algorithm::RS256), "written and read again");
    }
}

#[test]
fn rfc7517_5_unusable_keys_do_not_hide_the_others() {
    let text = json!({
        "keys": [
            { "kty": "RSA", "n": "AQAB", "e": "AQAB" },
            { "kty": "new", "x": 1 },
            "not an object",
            rfc7515_rsa(),
            rsa_jwk(json!({ "kid": "good" })),
            rsa_jwk(json!({ "alg": "none" })),
        ],
        "more": true
    });
    let keys = JwkSet::parse(text.to_string().as_bytes()).unwrap().keys;
    assert_eq!(keys.iter().map(Jwk::kid).collect::<Vec<_>>(), [Some("good")]);
}

#[test]
fn a_set_is_bounded_and_strict() {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url::encode([1; 32]) });
    let of = |count: usize| JwkSet::parse(json!({ "keys": vec![key.clone(); count] }).to_string().as_bytes());
    assert_eq!(of(0).unwrap().keys.len(), 0);
    assert_eq!(of(MAX_KEYS).unwrap().keys.len(), MAX_KEYS);
    assert_eq!(of(MAX_KEYS + 1), Err(JwkSetError::TooManyKeys));
    assert_eq!(JwkSet::parse(&vec![b' '; MAX_BYTES + 1]), Err(JwkSetError::TooLong));
    assert_eq!(JwkSet::parse(br#"{"keys":[],"keys":[]}"#), Err(JwkSetError::Json(JsonError::Duplicate)));
    for text in ["", "[]", "[[]]", "{}", r#"{"keys":{}}"#, "<html></html>", r#"{"keys":null}"#] {
        assert!(matches!(JwkSet::parse(text.as_bytes()), Err(JwkSetError::Json(_))), "{text}");
    }
}
