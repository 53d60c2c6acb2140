//! Round trips with every algorithm.

use credenza_validator::{Algorithm, JwkSet, KeyError, Rejected, SigningKey, Unverified, Verified};
use serde_json::{Value, json};

use crate::support::{SECRET, pkcs8, rfc7515_rsa, set, signing_key};

fn check(token: &str, key: &SigningKey) -> Result<Verified, Rejected> {
    let unverified = Unverified::parse(token).unwrap();
    match key.public_jwk() {
        Some(jwk) => unverified.verify(&set([jwk]), &[key.algorithm()]),
        None => unverified.verify_with_secret(SECRET, &[key.algorithm()]),
    }
}

#[test]
fn what_is_signed_is_verified_and_a_changed_payload_is_not() {
    let claims = json!({ "sub": "alice", "n": 1 });
    for alg in Algorithm::ALL {
        let key = signing_key(alg);
        let token = key.sign("at+jwt", &claims).unwrap();
        let verified = check(&token, &key).unwrap();
        assert_eq!(verified.claims::<Value>().unwrap(), claims, "{alg}");
        assert_eq!(verified.header.alg, alg);
        assert_eq!(verified.header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(verified.header.kid.as_deref(), key.kid());
        let other = key.sign("at+jwt", &json!({ "sub": "mallory", "n": 1 })).unwrap();
        let mixed = format!("{}.{}", token.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1);
        assert_eq!(check(&mixed, &key).unwrap_err(), Rejected::Signature, "{alg}");
    }
}

#[test]
fn a_key_of_the_same_kind_verifies_nothing_of_another() {
    for alg in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let (one, other) = (signing_key(alg), signing_key(alg));
        let token = one.sign("JWT", &json!({})).unwrap();
        assert!(check(&token, &one).is_ok());
        assert_eq!(check(&token, &other).unwrap_err(), Rejected::UnknownKey);
    }
}

#[test]
fn the_kid_is_the_thumbprint_and_the_algorithm() {
    for alg in Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
        let key = signing_key(alg);
        let jwk = key.public_jwk().unwrap();
        assert_eq!(key.kid().unwrap(), format!("{}-{}", jwk.thumbprint(), alg.as_str().to_lowercase()));
        assert_eq!(jwk.kid(), key.kid());
        assert_eq!(jwk.alg(), Some(alg));
    }
}

#[test]
fn published_keys_read_back_and_hold_nothing_private() {
    let keys = Algorithm::ALL.into_iter().filter_map(|alg| signing_key(alg).public_jwk());
    let keys = set(keys);
    assert_eq!(keys.keys.len(), 9);
    let text = serde_json::to_vec(&keys).unwrap();
    assert_eq!(JwkSet::parse(&text).unwrap(), keys);
    let rsa = serde_json::to_value(&keys.keys[0]).unwrap();
    let thumbprint = keys.keys[0].thumbprint();
    let private = rfc7515_rsa();
    assert_eq!(
        rsa,
        json!({
            "kty": "RSA", "n": private["n"], "e": "AQAB", "use": "sig", "alg": "RS256",
            "kid": format!("{thumbprint}-rs256"),
        })
    );
}

#[test]
fn keys_for_another_algorithm_are_refused() {
    for alg in Algorithm::ALL {
        let others = [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
        for other in others {
            let same_kind = alg == other || (other == Algorithm::RS256 && !alg.is_symmetric() && is_rsa(alg));
            assert_eq!(
                SigningKey::from_pkcs8(alg, &pkcs8(other)).is_ok(),
                same_kind,
                "{alg} with {other} key"
            );
        }
        assert_eq!(SigningKey::from_secret(alg, SECRET).is_ok(), alg.is_symmetric());
    }
}

fn is_rsa(alg: Algorithm) -> bool {
    alg.as_str().starts_with("RS") || alg.as_str().starts_with("PS")
}

#[test]
fn garbage_is_no_key() {
    for alg in Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
        let good = pkcs8(alg);
        assert!(SigningKey::from_pkcs8(alg, &good).is_ok());
        for bad in [&[][..], &[0; 64], &good[..good.len() - 1], &[&good[..], &[0]].concat()] {
            assert_eq!(SigningKey::from_pkcs8(alg, bad).unwrap_err(), KeyError::Rejected, "{alg}");
        }
    }
}

#[test]
fn shared_secrets_are_as_long_as_the_hash() {
    for (alg, length) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        assert!(SigningKey::from_secret(alg, &SECRET[..length]).is_ok());
        for short in [0, 1, length - 1] {
            assert_eq!(SigningKey::from_secret(alg, &SECRET[..short]).unwrap_err(), KeyError::Secret);
            let token = signing_key(alg).sign("JWT", &json!({})).unwrap();
            let outcome = Unverified::parse(&token).unwrap().verify_with_secret(&SECRET[..short], &[alg]);
            assert_eq!(outcome.unwrap_err(), Rejected::Secret);
        }
    }
}

#[test]
fn debug_shows_names_alone() {
    let key = signing_key(Algorithm::RS256);
    let kid = key.kid().unwrap();
    assert_eq!(format!("{key:?}"), format!("SigningKey {{ alg: RS256, kid: Some({kid:?}), .. }}"));
    let token = signing_key(Algorithm::HS256).sign("JWT", &json!({ "email": "alice@example.org" })).unwrap();
    let unverified = Unverified::parse(&token).unwrap();
    assert!(!format!("{unverified:?}").contains("97, 108"), "payload bytes");
    let verified = unverified.verify_with_secret(SECRET, &[Algorithm::HS256]).unwrap();
    assert_eq!(
        format!("{verified:?}"),
        r#"Verified { header: Header { alg: HS256, kid: None, typ: Some("JWT") }, .. }"#
    );
}

#[test]
fn unserializable_claims_are_an_error() {
    let claims = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(signing_key(Algorithm::ES256).sign("JWT", &claims).is_err());
}

#[cfg(feature = "provider")]
#[test]
fn generated_keys_sign() {
    for alg in Algorithm::ALL {
        let generated = SigningKey::generate_pkcs8(alg);
        if alg.is_symmetric() {
            assert_eq!(generated.unwrap_err(), KeyError::Algorithm);
            continue;
        }
        let key = SigningKey::from_pkcs8(alg, &generated.unwrap()).unwrap();
        assert!(check(&key.sign("JWT", &json!({})).unwrap(), &key).is_ok(), "{alg}");
    }
}
