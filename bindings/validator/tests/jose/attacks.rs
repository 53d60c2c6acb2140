//! Keys and algorithms used for other purposes than their own (RFC 8725 sections 3.1 to 3.3).

use credenza_validator::{Algorithm, Jwk, JwkSet, Rejected, SigningKey, Unverified, base64url};
use serde_json::{Value, json};

use crate::support::{SECRET, forge, jwk, pkcs8, rfc7515_rsa, rsa_jwk, rsa_pkcs8, set, signing_key};

fn verify(token: &str, keys: &JwkSet, allowed: &[Algorithm]) -> Result<Value, Rejected> {
    let verified = Unverified::parse(token).unwrap().verify(keys, allowed)?;
    Ok(verified.claims().unwrap())
}

#[test]
fn a_public_key_is_never_an_hmac_secret() {
    let public = rsa_jwk(json!({}));
    let keys = set([jwk(public.clone())]);
    let modulus = base64url::decode(public["n"].as_str().unwrap()).unwrap();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64url::encode(&modulus));
    let secrets = [modulus, public.to_string().into_bytes(), pem.clone().into_bytes(), rsa_pkcs8()];
    for secret in secrets {
        let token = forge(r#"{"alg":"HS256"}"#, "{}", &secret);
        for allowed in [&[Algorithm::RS256][..], &[Algorithm::HS256], &Algorithm::ALL] {
            assert_eq!(verify(&token, &keys, allowed), Err(Rejected::Algorithm));
        }
    }
    for text in [pem.clone(), format!(" {pem}"), format!("\u{feff}{pem}"), pem.replace('\n', "\r\n")] {
        let token = forge(r#"{"alg":"HS256"}"#, "{}", text.as_bytes());
        let outcome =
            Unverified::parse(&token).unwrap().verify_with_secret(text.as_bytes(), &[Algorithm::HS256]);
        assert_eq!(outcome.unwrap_err(), Rejected::Secret);
    }
    let control = signing_key(Algorithm::RS256).sign("JWT", &json!({})).unwrap();
    let keys = set([signing_key(Algorithm::RS256).public_jwk().unwrap()]);
    assert_eq!(verify(&control, &keys, &[Algorithm::RS256]), Ok(json!({})));
}

#[test]
fn a_secret_verifies_no_public_key_signature() {
    for alg in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let token = signing_key(alg).sign("JWT", &json!({})).unwrap();
        let outcome = Unverified::parse(&token).unwrap().verify_with_secret(SECRET, &Algorithm::ALL);
        assert_eq!(outcome.unwrap_err(), Rejected::Algorithm);
    }
}

#[test]
fn only_allowed_algorithms_are_accepted() {
    for alg in Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
        let key = signing_key(alg);
        let keys = set([key.public_jwk().unwrap()]);
        let token = key.sign("JWT", &json!({})).unwrap();
        assert!(verify(&token, &keys, &[alg]).is_ok());
        let others: Vec<_> = Algorithm::ALL.into_iter().filter(|other| *other != alg).collect();
        assert_eq!(verify(&token, &keys, &others), Err(Rejected::Algorithm));
        assert_eq!(verify(&token, &keys, &[]), Err(Rejected::Algorithm));
    }
}

#[test]
fn a_key_pinned_to_one_algorithm_verifies_no_other() {
    let token =
        SigningKey::from_pkcs8(Algorithm::PS256, &rsa_pkcs8()).unwrap().sign("JWT", &json!({})).unwrap();
    let kid = signing_key(Algorithm::PS256).kid().unwrap().to_owned();
    let allowed = [Algorithm::PS256, Algorithm::RS256];
    let with = |more: Value| {
        let mut members = rsa_jwk(more);
        members["kid"] = json!(kid);
        verify(&token, &set([jwk(members)]), &allowed)
    };
    assert!(with(json!({})).is_ok());
    assert!(with(json!({ "alg": "PS256" })).is_ok());
    assert_eq!(with(json!({ "alg": "RS256" })), Err(Rejected::UnknownKey));
    assert_eq!(with(json!({ "alg": "PS384" })), Err(Rejected::UnknownKey));
}

#[test]
fn a_signature_of_one_padding_is_not_one_of_the_other() {
    let pss = signing_key(Algorithm::PS256).sign("JWT", &json!({})).unwrap();
    let parsed = pss.rsplit_once('.').unwrap();
    let signature = base64url::decode(parsed.1).unwrap();
    let key = jwk(rsa_jwk(json!({})));
    assert_eq!(key.verify(Algorithm::PS256, parsed.0.as_bytes(), &signature), Ok(()));
    for alg in [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS384, Algorithm::PS512] {
        assert_eq!(key.verify(alg, parsed.0.as_bytes(), &signature), Err(Rejected::Signature), "{alg}");
    }
    for alg in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::HS256] {
        assert_eq!(key.verify(alg, parsed.0.as_bytes(), &signature), Err(Rejected::KeyMismatch), "{alg}");
    }
}

#[test]
fn keys_inside_the_header_are_not_used() {
    let (evil, signer) = ring_es256();
    let header = json!({ "alg": "ES256", "jwk": evil, "jku": "https://evil.example/", "x5c": ["AAAA"] });
    let token = sign_with(&signer, &header.to_string());
    assert!(verify(&token, &set([evil]), &[Algorithm::ES256]).is_ok());
    let own = signing_key(Algorithm::ES256).public_jwk().unwrap();
    assert_eq!(verify(&token, &set([own]), &[Algorithm::ES256]), Err(Rejected::Signature));
    assert_eq!(verify(&token, &JwkSet::default(), &[Algorithm::ES256]), Err(Rejected::UnknownKey));
}

#[test]
fn rfc8725_3_10_a_kid_is_matched_exactly() {
    let key = jwk(rsa_jwk(json!({ "kid": "one" })));
    let keys = set([key]);
    let count = |kid: Option<&str>| keys.candidates(kid, Algorithm::RS256).count();
    assert_eq!([count(Some("one")), count(None)], [1, 1]);
    for kid in ["", "on", "One", "one ", "one\0", "../../one", "' OR 1=1--", "__proto__"] {
        assert_eq!(count(Some(kid)), 0, "{kid:?}");
    }
    let nameless = set([jwk(rsa_jwk(json!({})))]);
    assert_eq!(nameless.candidates(Some("one"), Algorithm::RS256).count(), 0);
}

#[test]
fn without_kid_every_key_that_fits_is_tried_up_to_a_bound() {
    let (own, signer) = ring_es256();
    let token = sign_with(&signer, r#"{"alg":"ES256"}"#);
    let strangers = |count: usize| -> Vec<Jwk> {
        (0..count).map(|_| signing_key(Algorithm::ES256).public_jwk().unwrap()).collect()
    };
    let verdict = |before: usize| {
        let keys = set(strangers(before).into_iter().chain([own.clone()]));
        verify(&token, &keys, &[Algorithm::ES256])
    };
    assert_eq!(verdict(0), Ok(json!({})));
    assert_eq!(verdict(15), Ok(json!({})));
    assert_eq!(verdict(16), Err(Rejected::Signature));
}

fn sign_with(signer: &ring::signature::EcdsaKeyPair, header: &str) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode("{}"));
    let signature = signer.sign(&crate::support::random(), input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(signature))
}

fn ring_es256() -> (Jwk, ring::signature::EcdsaKeyPair) {
    let der = pkcs8(Algorithm::ES256);
    let algorithm = &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = ring::signature::EcdsaKeyPair::from_pkcs8(algorithm, &der, &crate::support::random()).unwrap();
    (SigningKey::from_pkcs8(Algorithm::ES256, &der).unwrap().public_jwk().unwrap(), pair)
}

#[test]
fn two_keys_of_one_kid_are_both_tried() {
    let (one, other) = (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    let stranger = {
        let mut members = serde_json::to_value(other.public_jwk().unwrap()).unwrap();
        members["kid"] = json!(one.kid().unwrap());
        jwk(members)
    };
    let token = one.sign("JWT", &json!({})).unwrap();
    let keys = set([stranger.clone(), one.public_jwk().unwrap()]);
    assert!(verify(&token, &keys, &[Algorithm::ES256]).is_ok());
    assert_eq!(verify(&token, &set([stranger]), &[Algorithm::ES256]), Err(Rejected::Signature));
}

#[test]
fn no_changed_character_goes_unnoticed() {
    for alg in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
        let key = signing_key(alg);
        let keys = set([key.public_jwk().unwrap()]);
        let token = key.sign("JWT", &json!({ "sub": "alice", "admin": false })).unwrap();
        assert!(verify(&token, &keys, &[alg]).is_ok());
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let accepted = Unverified::parse(&changed).is_ok_and(|it| it.verify(&keys, &[alg]).is_ok());
            assert!(!accepted, "{alg} at {at}");
        }
        for cut in 0..token.len() {
            let accepted = Unverified::parse(&token[..cut]).is_ok_and(|it| it.verify(&keys, &[alg]).is_ok());
            assert!(!accepted, "{alg} cut at {cut}");
        }
    }
}

#[test]
fn signatures_without_substance_are_refused() {
    for (alg, length) in
        [(Algorithm::ES256, 64), (Algorithm::ES384, 96), (Algorithm::EdDSA, 64), (Algorithm::RS256, 256)]
    {
        let key = signing_key(alg).public_jwk().unwrap();
        for size in [0, 1, length - 1, length, length + 1, 2 * length] {
            for fill in [0, 1, 0xff] {
                assert_eq!(
                    key.verify(alg, b"x", &vec![fill; size]),
                    Err(Rejected::Signature),
                    "{alg} {size}"
                );
            }
        }
    }
}

#[test]
fn private_members_never_come_out_of_a_set() {
    let text = json!({ "keys": [rfc7515_rsa()] }).to_string();
    assert_eq!(JwkSet::parse(text.as_bytes()).unwrap().keys, []);
}
