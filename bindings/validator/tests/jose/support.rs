//! Keys and tokens for the tests. The RSA key is the example of RFC 7515 appendix A.2.

use credenza_validator::{Algorithm, Jwk, JwkSet, SigningKey, base64url};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    },
};
use serde_json::{Value, json};

pub(crate) const SECRET: &[u8] = b"a secret of sixty-four bytes, as HS512 asks for: 0123456789abcdef";

/// RFC 7515 appendix A.2.1.
pub(crate) fn rfc7515_rsa() -> Value {
    json!({
        "kty": "RSA",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        "e": "AQAB",
        "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
        "p": "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
        "q": "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
        "dp": "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
        "dq": "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
        "qi": "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"
    })
}

/// The public members of an RSA key, and any others.
pub(crate) fn rsa_jwk(more: Value) -> Value {
    let private = rfc7515_rsa();
    let mut key = json!({ "kty": "RSA", "n": private["n"], "e": private["e"] });
    key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    key
}

/// PKCS#8 around the RSA key (RFC 5958 section 2, RFC 8017 appendix A.1.2).
pub(crate) fn rsa_pkcs8() -> Vec<u8> {
    rsa_pkcs8_of(&rfc7515_rsa())
}

/// PKCS#8 around a private JWK.
pub(crate) fn rsa_pkcs8_of(jwk: &Value) -> Vec<u8> {
    let numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
    let numbers = numbers.map(|name| base64url::decode(jwk[name].as_str().unwrap()).unwrap());
    let mut key = der(2, &[0]);
    // A leading zero keeps the number positive; DER wants it only where the top bit is set.
    numbers
        .iter()
        .for_each(|it| key.extend(if it[0] < 128 { der(2, it) } else { der(2, &[&[0], &it[..]].concat()) }));
    let rsa_encryption = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    der(0x30, &[der(2, &[0]), der(0x30, &rsa_encryption), der(4, &der(0x30, &key))].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match content.len() {
        0..128 => vec![tag, length[1]],
        128..256 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [&head, content].concat()
}

/// A new key as PKCS#8, made without the feature `provider`; RSA is always the RFC's.
pub(crate) fn pkcs8(alg: Algorithm) -> Vec<u8> {
    let random = random();
    let document = match alg {
        Algorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
        Algorithm::ES384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random),
        Algorithm::EdDSA => Ed25519KeyPair::generate_pkcs8(&random),
        _ => return rsa_pkcs8(),
    };
    document.unwrap().as_ref().to_vec()
}

#[expect(clippy::disallowed_methods, reason = "keys of a test")]
pub(crate) fn random() -> SystemRandom {
    SystemRandom::new()
}

pub(crate) fn signing_key(alg: Algorithm) -> SigningKey {
    if alg.is_symmetric() {
        SigningKey::from_secret(alg, SECRET).unwrap()
    } else {
        SigningKey::from_pkcs8(alg, &pkcs8(alg)).unwrap()
    }
}

pub(crate) fn jwk(members: Value) -> Jwk {
    serde_json::from_value(members).unwrap()
}

pub(crate) fn set(keys: impl IntoIterator<Item = Jwk>) -> JwkSet {
    JwkSet { keys: keys.into_iter().collect() }
}

/// A token with a valid HS256 signature, whatever its header says.
pub(crate) fn forge(header: &str, payload: &str, secret: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", base64url::encode(mac))
}
