//! JSON Web Encryption by its public interface: the JWE vectors of Project Wycheproof, an example of RFC 7520, a round
//! trip with every pair of algorithms, and refusals.
//!
//! Chart 205

use aws_lc_rs::agreement::{ECDH_P256, ECDH_P384, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use credenza_validator::jwe::{
    ContentEncryption, DecryptionKey, EncryptError, Jwe, KeyManagement, MAX_BYTES, Undecipherable, encrypt,
};
use credenza_validator::{Algorithm, Jwk, JwkSet, SigningKey, base64url, jws};
use serde_json::{Value, json};
use wycheproof_ng_kdf_jose::json_web::{TestName, TestSet};

use crate::support::{jwk, pkcs8, rsa_jwk, rsa_pkcs8, rsa_pkcs8_of, set};

fn octets(value: &Value) -> Vec<u8> {
    base64url::decode(value.as_str().unwrap()).unwrap()
}

/// The private key of a JWK, for the algorithm that it names, if that is supported.
fn private(key: &Value) -> Option<DecryptionKey> {
    let alg = key["alg"].as_str()?.parse().ok()?;
    let der = match key["kty"].as_str()? {
        "RSA" => rsa_pkcs8_of(key),
        _ => ec_pkcs8(&PrivateKey::from_private_key(&ECDH_P256, &octets(&key["d"])).unwrap()),
    };
    Some(DecryptionKey::from_pkcs8(alg, &der).unwrap())
}

fn ec_pkcs8(key: &PrivateKey) -> Vec<u8> {
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    der.as_ref().to_vec()
}

fn decrypt(token: &str, key: &DecryptionKey) -> Result<Vec<u8>, Undecipherable> {
    Ok(key.decrypt(&Jwe::parse(token)?)?.to_vec())
}

/// A key for each key management algorithm and curve.
fn keys() -> Vec<DecryptionKey> {
    let p384 = ec_pkcs8(&PrivateKey::generate(&ECDH_P384).unwrap());
    let p256 = DecryptionKey::generate_pkcs8(KeyManagement::EcdhEs).unwrap();
    vec![
        DecryptionKey::from_pkcs8(KeyManagement::RsaOaep256, &rsa_pkcs8()).unwrap(),
        DecryptionKey::from_pkcs8(KeyManagement::EcdhEs, &p256).unwrap(),
        DecryptionKey::from_pkcs8(KeyManagement::EcdhEs, &p384).unwrap(),
    ]
}

/// A token whose header is another one.
fn with_header(token: &str, header: &str) -> String {
    format!("{}{}", base64url::encode(header), &token[token.find('.').unwrap()..])
}

fn header_of(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

fn example(key: &DecryptionKey, enc: ContentEncryption) -> String {
    encrypt(&key.public_jwk(), key.algorithm(), enc, None, b"content").unwrap()
}

#[test]
fn a230_verdicts_are_those_of_the_vectors_for_the_algorithms_known_here() {
    let known = |token: &str| {
        let name = |header: &Value, member: &str| header[member].as_str().unwrap_or_default().to_owned();
        let header = header_of(token);
        name(&header, "alg").parse::<KeyManagement>().is_ok()
            && name(&header, "enc").parse::<ContentEncryption>().is_ok()
    };
    let (mut count, mut opened) = (0, 0);
    for group in &TestSet::load(TestName::JsonWebEncryption).unwrap().test_groups {
        let key = group.private_key.as_ref().and_then(private);
        for test in &group.tests {
            let token = test.jwe.as_ref().unwrap();
            let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
            let name = format!("{} {}", test.tc_id, test.comment);
            count += 1;
            let content = key.as_ref().map_or(Err(Undecipherable), |key| decrypt(&token, key));
            let valid = !test.result.must_fail() && key.is_some() && known(&token);
            assert_eq!(content.is_ok(), valid, "{name}");
            let Ok(content) = content else { continue };
            opened += 1;
            let hex: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(Some(hex), test.pt, "{name}");
        }
    }
    assert_eq!((count, opened), (139, 10));
}

#[test]
fn rfc7520_5_5_ecdh_es_with_a128cbc_hs256() {
    let key = json!({
        "kty": "EC", "crv": "P-256", "alg": "ECDH-ES", "d": "r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8",
    });
    let token = "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0ltR2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg";
    let jwe = Jwe::parse(token).unwrap();
    assert_eq!(jwe.header().kid.as_deref(), Some("meriadoc.brandybuck@buckland.example"));
    let content = decrypt(token, &private(&key).unwrap()).unwrap();
    assert!(content.starts_with("You can trust us to stick with you through thick and thin–to".as_bytes()));
    assert!(content.ends_with(b"We are your friends, Frodo."));
}

#[test]
fn rfc7516_5_every_pair_there_and_back() {
    for key in keys() {
        for enc in ContentEncryption::ALL {
            let public: Jwk = serde_json::from_value(json!(key.public_jwk())).unwrap();
            let token = encrypt(&public, key.algorithm(), enc, Some("JWT"), b"a.b.c").unwrap();
            let jwe = Jwe::parse(&token).unwrap();
            let header = jwe.header();
            assert_eq!((header.alg, header.enc), (key.algorithm(), enc));
            assert_eq!((header.kid.as_deref(), header.cty.as_deref()), (Some(key.kid()), Some("JWT")));
            assert_eq!(decrypt(&token, &key).unwrap(), b"a.b.c");
            // Neither the key nor the vector is reused, so the texts differ entirely.
            assert_ne!(token, encrypt(&public, key.algorithm(), enc, Some("JWT"), b"a.b.c").unwrap());
            for other in keys().iter().filter(|other| other.kid() != key.kid()) {
                assert_eq!(decrypt(&token, other), Err(Undecipherable));
            }
        }
    }
}

#[test]
fn a230_any_segment_changed_is_refused_with_one_error() {
    for key in keys() {
        for enc in ContentEncryption::ALL {
            let token = example(&key, enc);
            let segments: Vec<&str> = token.split('.').collect();
            for at in 1..5 {
                let mut bytes = base64url::decode(segments[at]).unwrap();
                let variants = match bytes.first_mut() {
                    None => vec![b"x".to_vec()],
                    Some(first) => {
                        *first ^= 1;
                        vec![bytes.clone(), bytes[1..].to_vec(), vec![]]
                    }
                };
                for variant in variants {
                    let mut changed: Vec<String> = segments.iter().map(|it| (*it).to_owned()).collect();
                    changed[at] = base64url::encode(variant);
                    assert_eq!(decrypt(&changed.join("."), &key), Err(Undecipherable), "{enc} {at}");
                }
            }
            let header = header_of(&token).to_string().replacen('{', "{ ", 1);
            assert_eq!(
                decrypt(&with_header(&token, &header), &key),
                Err(Undecipherable),
                "the header is bound"
            );
        }
    }
}

#[test]
fn a230_headers_that_ask_for_more_are_refused() {
    let key = &keys()[0];
    let token = example(key, ContentEncryption::A256Gcm);
    let with =
        |more: &str| with_header(&token, &format!(r#"{{"alg":"RSA-OAEP-256","enc":"A256GCM"{more}}}"#));
    assert!(Jwe::parse(&with("")).is_ok());
    assert!(Jwe::parse(&with(r#","typ":"JWT","p2c":2147483647,"jwk":{}"#)).is_ok(), "others are not read");
    for more in [
        r#","zip":"DEF""#,
        r#","zip":null"#,
        r#","crit":["exp"]"#,
        r#","alg":"RSA-OAEP-256""#,
        r#","\u0061lg":"RSA1_5""#,
        r#","kid":null"#,
        r#","kid":7"#,
        r#","epk":"x""#,
        r#","apu":"=""#,
    ] {
        assert_eq!(Jwe::parse(&with(more)).unwrap_err(), Undecipherable, "{more}");
    }
    for (alg, enc) in [
        ("RSA1_5", "A256GCM"),
        ("RSA-OAEP", "A256GCM"),
        ("dir", "A256GCM"),
        ("PBES2-HS256+A128KW", "A256GCM"),
        ("none", "A256GCM"),
        ("RS256", "A256GCM"),
        ("RSA-OAEP-256", "A192GCM"),
        ("RSA-OAEP-256", "none"),
    ] {
        let header = json!({ "alg": alg, "enc": enc }).to_string();
        assert_eq!(Jwe::parse(&with_header(&token, &header)).unwrap_err(), Undecipherable, "{alg} {enc}");
    }
}

#[test]
fn a230_points_off_the_curve_and_of_another_curve_are_refused() {
    let ec = &keys()[1];
    let token = example(ec, ContentEncryption::A128Gcm);
    assert!(decrypt(&token, ec).is_ok());
    let mut header = header_of(&token);
    let point = header["epk"].clone();
    let p384 = json!(keys()[2].public_jwk());
    let off_curve = json!({ "kty": "EC", "crv": "P-256", "x": point["x"], "y": point["x"] });
    let zero = base64url::encode([0; 32]);
    let origin = json!({ "kty": "EC", "crv": "P-256", "x": zero, "y": zero });
    let private = json!({ "kty": "EC", "crv": "P-256", "x": point["x"], "y": point["y"], "d": point["x"] });
    for epk in [off_curve, origin, p384, private, rsa_jwk(json!({})), json!({}), Value::Null] {
        header["epk"] = epk.clone();
        assert_eq!(decrypt(&with_header(&token, &header.to_string()), ec), Err(Undecipherable), "{epk}");
    }
    header.as_object_mut().unwrap().remove("epk");
    assert_eq!(decrypt(&with_header(&token, &header.to_string()), ec), Err(Undecipherable));
}

#[test]
fn rfc7516_7_1_shapes_and_sizes() {
    let key = &keys()[0];
    let token = example(key, ContentEncryption::A128Gcm);
    for text in
        ["", "....", "a.b.c", &format!("{token}."), &token[..token.rfind('.').unwrap()], &format!(" {token}")]
    {
        assert_eq!(Jwe::parse(text).unwrap_err(), Undecipherable, "{text}");
    }
    let of_length = |length| {
        encrypt(
            &key.public_jwk(),
            key.algorithm(),
            ContentEncryption::A128CbcHs256,
            None,
            &vec![b'x'; length],
        )
    };
    assert_eq!(decrypt(&of_length(jws::MAX_BYTES - 1).unwrap(), key).unwrap().len(), jws::MAX_BYTES - 1);
    assert!(Jwe::parse(&of_length(jws::MAX_BYTES + 16).unwrap()).is_err());
    assert!(Jwe::parse(&of_length(MAX_BYTES).unwrap()).is_err());
}

#[test]
fn rfc7517_4_keys_are_taken_for_what_they_say() {
    let encryption = rsa_jwk(json!({ "use": "enc", "alg": "RSA-OAEP-256", "kid": "e" }));
    let silent = rsa_jwk(json!({ "kid": "s" }));
    let keys = |list: &[&Value]| set(list.iter().map(|members| jwk((*members).clone())));
    let kid =
        |keys: &JwkSet| keys.for_encryption(KeyManagement::RsaOaep256).and_then(Jwk::kid).map(str::to_owned);
    assert_eq!(kid(&keys(&[&silent, &encryption])).as_deref(), Some("e"));
    assert_eq!(kid(&keys(&[&silent])).as_deref(), Some("s"));
    for other in [
        json!({ "use": "sig" }),
        json!({ "use": "" }),
        json!({ "alg": "RS256" }),
        json!({ "key_ops": ["verify"] }),
        json!({ "key_ops": [] }),
    ] {
        assert_eq!(kid(&keys(&[&rsa_jwk(other.clone())])), None, "{other}");
    }
    assert_eq!(keys(&[&encryption]).for_encryption(KeyManagement::EcdhEs), None);
    assert!(keys(&[&encryption]).candidates(None, Algorithm::RS256).next().is_none(), "it verifies nothing");
    let signing =
        SigningKey::from_pkcs8(Algorithm::ES256, &pkcs8(Algorithm::ES256)).unwrap().public_jwk().unwrap();
    let refused = encrypt(&signing, KeyManagement::EcdhEs, ContentEncryption::A128Gcm, None, b"");
    assert_eq!(refused, Err(EncryptError::Key));
    assert!(
        serde_json::from_value::<Jwk>(rsa_jwk(json!({ "alg": "RSA-OAEP" }))).is_err(),
        "SHA-1 is not offered"
    );
}

#[test]
fn keys_are_of_their_kind_and_print_no_secret() {
    assert!(DecryptionKey::from_pkcs8(KeyManagement::EcdhEs, &rsa_pkcs8()).is_err());
    assert!(DecryptionKey::from_pkcs8(KeyManagement::RsaOaep256, &pkcs8(Algorithm::ES256)).is_err());
    assert!(DecryptionKey::from_pkcs8(KeyManagement::EcdhEs, b"").is_err());
    let key = &keys()[0];
    let printed = format!("{key:?} {:?}", Jwe::parse(&example(key, ContentEncryption::A128Gcm)).unwrap());
    assert_eq!(printed.matches("RsaOaep256").count(), 2);
    let published = json!(key.public_jwk());
    assert_eq!((&published["use"], &published["alg"]), (&json!("enc"), &json!("RSA-OAEP-256")));
    assert!(published.get("d").is_none());
    let jwe_of_another = example(&keys()[1], ContentEncryption::A128Gcm);
    assert!(!key.is_meant(&Jwe::parse(&jwe_of_another).unwrap()));
}
