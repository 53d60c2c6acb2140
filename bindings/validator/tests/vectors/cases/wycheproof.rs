//! The 649 JOSE vectors of Project Wycheproof.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};
use wycheproof_ng_kdf_jose::json_web::{Test, TestGroup, TestName, TestSet};

use crate::case::Case;
use crate::jose::{self, payload, payload_of};
use crate::keys::{RsaNumbers, decryption_key};

/// Vectors whose verdict differs here, on purpose: (file, vectors, verdict here, why).
const DIFFERENCES: [(&str, &[usize], bool, &str); 9] = [
    (SIGNATURE, &[259, 264, 268, 272, 320, 325], false, "an empty payload: every token here has claims"),
    (
        SIGNATURE,
        &[346, 350],
        false,
        "the key says PS256 and the token PS384: RFC 7517 section 4.4 is taken at its word",
    ),
    (SIGNATURE, &[347, 351], false, "ES512 is not among the algorithms of these cases"),
    (
        SIGNATURE,
        &[367, 370],
        true,
        "the text is that of vector 357, which is valid: the padding is not in the vector",
    ),
    (
        SIGNATURE,
        &[372, 373],
        false,
        "a character outside the alphabet (RFC 7515 section 2, RFC 4648 section 3.3)",
    ),
    (KEY, &[2], false, "there are no sets of secrets here: a set never verifies a MAC"),
    (
        KEY,
        &[7],
        true,
        "a key of a flawed generator, which only its numbers betray: a published key is trusted as it is",
    ),
    (
        CRYPTO,
        &[46],
        true,
        "a key of a flawed generator, which only its numbers betray: a published key is trusted as it is",
    ),
    (CRYPTO, &[48], false, "there are no sets of secrets here: a set never verifies a MAC"),
];
const SIGNATURE: &str = "json_web_signature";
const KEY: &str = "json_web_key";
const CRYPTO: &str = "json_web_crypto";
const ENCRYPTION: &str = "json_web_encryption";

pub(crate) fn cases() -> Vec<Case> {
    let files = [
        (SIGNATURE, TestName::JsonWebSignature, 401),
        (KEY, TestName::JsonWebKey, 26),
        (CRYPTO, TestName::JsonWebCrypto, 83),
        (ENCRYPTION, TestName::JsonWebEncryption, 139),
    ];
    let mut cases = Vec::new();
    for (file, name, count) in files {
        let before = cases.len();
        for group in &TestSet::load(name).unwrap().test_groups {
            cases.extend(group.tests.iter().map(|test| case(file, group, test)));
        }
        assert_eq!(cases.len() - before, count, "{file}");
    }
    cases
}

fn case(file: &str, group: &TestGroup, test: &Test) -> Case {
    let difference = DIFFERENCES.iter().find(|(own, ids, ..)| *own == file && ids.contains(&test.tc_id));
    let mut about = test.comment.clone();
    if let Some((.., why)) = difference {
        about = format!("{about}; here otherwise: {why}");
    }
    if about.is_empty() {
        "No comment.".clone_into(&mut about);
    }
    let valid = difference.map_or(!test.result.must_fail(), |(.., verdict, _)| *verdict);
    let members = match (&test.jws, &test.jwe) {
        (Some(token), _) => signed(&text(token), group, valid),
        (_, Some(token)) => encrypted(&text(token), group, test.pt.as_deref(), valid),
        _ => unreachable!("{file} {} has no token", test.tc_id),
    };
    Case::jose(format!("wycheproof_{file}_{}", test.tc_id), about, members).wycheproof(file, test.tc_id)
}

/// Anything but a string is a JSON serialization, which is refused in any form.
fn text(token: &Value) -> String {
    token.as_str().map_or_else(|| token.to_string(), str::to_owned)
}

fn signed(token: &str, group: &TestGroup, valid: bool) -> Value {
    let outcome = if valid { payload_of(token) } else { jose::refused() };
    let private = group.private_key.as_ref();
    let single = private.and_then(|it| match it["keys"].as_array().map(Vec::as_slice) {
        None => Some(it),
        Some([one]) => Some(one),
        Some(_) => None,
    });
    let secret =
        single.and_then(|it| Some((it["k"].as_str()?, it["alg"].as_str()?.parse::<Algorithm>().ok()?)));
    match (&group.public_key, secret) {
        (None, Some((secret, alg))) => jose::verify_hmac(token, secret, &[alg], outcome),
        (public, _) => {
            let keys = public.as_ref().or(private).unwrap();
            let jwks = if keys.get("keys").is_some() { keys.clone() } else { json!({ "keys": [keys] }) };
            jose::verify(token, &jwks, &jose::asymmetric(), outcome)
        }
    }
}

fn encrypted(token: &str, group: &TestGroup, content: Option<&str>, valid: bool) -> Value {
    let key = group.private_key.as_ref().and_then(private);
    let opens = valid && key.is_some() && is_known(token);
    let outcome = if opens { payload(octets(content.unwrap())) } else { jose::refused() };
    jose::decrypt(token, key.as_ref(), outcome)
}

/// Whether a token names supported algorithms; the others are refused.
fn is_known(token: &str) -> bool {
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap_or_default();
    let header: Value = serde_json::from_slice(&header).unwrap_or_default();
    let name = |member: &str| header[member].as_str().unwrap_or_default().to_owned();
    name("alg").parse::<KeyManagement>().is_ok() && name("enc").parse::<ContentEncryption>().is_ok()
}

/// The private key of a JWK, for the algorithm that it names, if that is supported.
fn private(key: &Value) -> Option<Value> {
    let alg: KeyManagement = key["alg"].as_str()?.parse().ok()?;
    let text = |name: &str| key[name].as_str().unwrap();
    let pkcs8 = match alg {
        KeyManagement::RsaOaep256 => RsaNumbers {
            n: text("n"),
            e: text("e"),
            d: text("d"),
            p: text("p"),
            q: text("q"),
            dp: text("dp"),
            dq: text("dq"),
            qi: text("qi"),
        }
        .pkcs8(),
        KeyManagement::EcdhEs => ec_pkcs8(text("d")),
    };
    Some(decryption_key(alg, &pkcs8))
}

/// PKCS#8 around a private number on P-256.
pub(crate) fn ec_pkcs8(number: &str) -> Vec<u8> {
    let key = PrivateKey::from_private_key(&ECDH_P256, &base64url::decode(number).unwrap()).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    der.as_ref().to_vec()
}

fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
