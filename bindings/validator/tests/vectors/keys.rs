//! The keys of the vectors, which protect nothing: each is the hash of a name, and the RSA keys are those of RFC 7515
//! and RFC 7516.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};
use credenza_validator::jwe::KeyManagement;
use credenza_validator::{Algorithm, SigningKey, base64url, hash};
use p256::ecdsa::signature::Signer;
use ring::signature::{self, KeyPair};
use ring::{hmac, rand::SystemRandom};
use serde_json::{Value, json};

use crate::frozen;

/// 64 bytes, as HS512 asks for.
pub(crate) const SECRET: &[u8] = b"a secret of sixty-four bytes, as HS512 asks for: 0123456789abcdef";

/// A key that signs tokens.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Key {
    /// On P-256, derived from this name.
    Es256(&'static str),
    Es384,
    /// Ed25519, derived from this name.
    EdDsa(&'static str),
    /// The key of RFC 7515 appendix A.2, by an algorithm of its kind.
    Rsa(Algorithm),
    /// The secret, by an algorithm of its kind.
    Hmac(Algorithm, &'static [u8]),
}

impl Key {
    pub(crate) const fn alg(self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::EdDsa(_) => Algorithm::EdDSA,
            Self::Rsa(alg) | Self::Hmac(alg, _) => alg,
        }
    }

    pub(crate) fn kid(self) -> String {
        match self {
            Self::Es256(name) | Self::EdDsa(name) => name.to_owned(),
            _ => self.alg().as_str().to_ascii_lowercase(),
        }
    }

    /// The signature over a text.
    pub(crate) fn sign(self, input: &str) -> Vec<u8> {
        let message = input.as_bytes();
        match self {
            Self::Es256(name) => es256_signature(name, message),
            Self::EdDsa(name) => ed25519(name).sign(message).as_ref().to_vec(),
            Self::Rsa(Algorithm::RS256) => rsa(&signature::RSA_PKCS1_SHA256, message),
            Self::Rsa(Algorithm::RS384) => rsa(&signature::RSA_PKCS1_SHA384, message),
            Self::Rsa(Algorithm::RS512) => rsa(&signature::RSA_PKCS1_SHA512, message),
            Self::Hmac(alg, secret) => {
                let alg = match alg {
                    Algorithm::HS384 => hmac::HMAC_SHA384,
                    Algorithm::HS512 => hmac::HMAC_SHA512,
                    _ => hmac::HMAC_SHA256,
                };
                hmac::sign(&hmac::Key::new(alg, secret), message).as_ref().to_vec()
            }
            Self::Rsa(_) | Self::Es384 => self.sign_by_chance(message),
        }
    }

    /// RSA-PSS and ES384, whose signatures differ each time.
    fn sign_by_chance(self, message: &[u8]) -> Vec<u8> {
        let name = format!("{} {}", self.alg(), base64url::encode(hash::sha256(message)));
        let text = frozen::text(&name, || {
            base64url::encode(match self {
                Self::Es384 => {
                    let algorithm = &signature::ECDSA_P384_SHA384_FIXED_SIGNING;
                    let pair =
                        signature::EcdsaKeyPair::from_pkcs8(algorithm, &es384_pkcs8(), &random()).unwrap();
                    pair.sign(&random(), message).unwrap().as_ref().to_vec()
                }
                Self::Rsa(Algorithm::PS384) => rsa(&signature::RSA_PSS_SHA384, message),
                Self::Rsa(Algorithm::PS512) => rsa(&signature::RSA_PSS_SHA512, message),
                _ => rsa(&signature::RSA_PSS_SHA256, message),
            })
        });
        base64url::decode(&text).unwrap()
    }

    /// The public key with `kid`, `alg` and `use`.
    pub(crate) fn jwk(self) -> Value {
        let mut jwk = self.bare_jwk();
        let members = jwk.as_object_mut().unwrap();
        members.insert("kid".to_owned(), json!(self.kid()));
        members.insert("alg".to_owned(), json!(self.alg()));
        members.insert("use".to_owned(), json!("sig"));
        jwk
    }

    /// The members that make the public key.
    pub(crate) fn bare_jwk(self) -> Value {
        match self {
            Self::Es256(name) => {
                let point = es256(name).verifying_key().to_sec1_point(false);
                ec("P-256", &point.as_bytes()[1..])
            }
            Self::Es384 => {
                let key = SigningKey::from_pkcs8(Algorithm::ES384, &es384_pkcs8()).unwrap().public_jwk();
                let key = json!(key);
                json!({ "crv": key["crv"], "kty": key["kty"], "x": key["x"], "y": key["y"] })
            }
            Self::EdDsa(name) => {
                let x = base64url::encode(ed25519(name).public_key());
                json!({ "crv": "Ed25519", "kty": "OKP", "x": x })
            }
            Self::Rsa(_) => {
                let RsaNumbers { n, e, .. } = RFC7515_A_2;
                json!({ "e": e, "kty": "RSA", "n": n })
            }
            Self::Hmac(..) => unreachable!("a secret has no public half"),
        }
    }

    /// RFC 7638.
    pub(crate) fn thumbprint(self) -> String {
        let bare = self.bare_jwk();
        let members: BTreeMap<String, Value> = serde_json::from_value(bare).unwrap();
        base64url::encode(hash::sha256(serde_json::to_string(&members).unwrap().as_bytes()))
    }

    /// The private number of a key on P-256 or of Ed25519.
    pub(crate) fn secret_number(self) -> String {
        match self {
            Self::Es256(name) | Self::EdDsa(name) => base64url::encode(seed(name)),
            _ => unreachable!("asked for none"),
        }
    }
}

/// A set of public keys.
pub(crate) fn set(keys: impl IntoIterator<Item = Value>) -> Value {
    json!({ "keys": keys.into_iter().collect::<Vec<_>>() })
}

pub(crate) fn ec(curve: &str, xy: &[u8]) -> Value {
    let (x, y) = xy.split_at(xy.len() / 2);
    json!({ "crv": curve, "kty": "EC", "x": base64url::encode(x), "y": base64url::encode(y) })
}

fn seed(name: &str) -> [u8; 32] {
    hash::sha256(format!("credenza vectors: {name}").as_bytes())
}

/// Cached: computing the public half takes as long as a signature.
fn es256(name: &'static str) -> p256::ecdsa::SigningKey {
    static KEYS: Mutex<BTreeMap<&str, p256::ecdsa::SigningKey>> = Mutex::new(BTreeMap::new());
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    keys.entry(name).or_insert_with(|| p256::ecdsa::SigningKey::from_slice(&seed(name)).unwrap()).clone()
}

/// Cached: many cases use the same token.
fn es256_signature(name: &'static str, message: &[u8]) -> Vec<u8> {
    type Known = BTreeMap<(&'static str, [u8; 32]), Vec<u8>>;
    static SIGNATURES: Mutex<Known> = Mutex::new(BTreeMap::new());
    let mut signatures = SIGNATURES.lock().unwrap_or_else(PoisonError::into_inner);
    let sign = || {
        let signature: p256::ecdsa::Signature = es256(name).sign(message);
        signature.to_bytes().to_vec()
    };
    signatures.entry((name, hash::sha256(message))).or_insert_with(sign).clone()
}

fn ed25519(name: &str) -> signature::Ed25519KeyPair {
    signature::Ed25519KeyPair::from_seed_unchecked(&seed(name)).unwrap()
}

fn rsa(padding: &'static dyn signature::RsaEncoding, message: &[u8]) -> Vec<u8> {
    let pair = signature::RsaKeyPair::from_pkcs8(&RFC7515_A_2.pkcs8()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(padding, &random(), message, &mut signature).unwrap();
    signature
}

fn es384_pkcs8() -> Vec<u8> {
    let text = frozen::text("P-384 key", || {
        let algorithm = &signature::ECDSA_P384_SHA384_FIXED_SIGNING;
        base64url::encode(signature::EcdsaKeyPair::generate_pkcs8(algorithm, &random()).unwrap())
    });
    base64url::decode(&text).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "keys of a test")]
fn random() -> SystemRandom {
    SystemRandom::new()
}

/// The private key of settings, `{"alg", "pem"}`.
pub(crate) fn decryption_key(alg: KeyManagement, pkcs8: &[u8]) -> Value {
    let body = STANDARD.encode(pkcs8);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    json!({ "alg": alg, "pem": pem })
}

/// The numbers of an RSA key as a JWK writes them.
#[derive(Copy, Clone)]
pub(crate) struct RsaNumbers<'a> {
    pub(crate) n: &'a str,
    pub(crate) e: &'a str,
    pub(crate) d: &'a str,
    pub(crate) p: &'a str,
    pub(crate) q: &'a str,
    pub(crate) dp: &'a str,
    pub(crate) dq: &'a str,
    pub(crate) qi: &'a str,
}

impl RsaNumbers<'_> {
    /// PKCS#8 around them (RFC 5958 section 2, RFC 8017 appendix A.1.2).
    pub(crate) fn pkcs8(self) -> Vec<u8> {
        let numbers = [self.n, self.e, self.d, self.p, self.q, self.dp, self.dq, self.qi];
        let mut key = der(2, &[0]);
        for number in numbers {
            let number = base64url::decode(number).unwrap();
            // A leading zero keeps the number positive; DER wants it only where the top bit is set.
            key.extend(if number[0] < 128 { der(2, &number) } else { der(2, &[&[0], &number[..]].concat()) });
        }
        let rsa_encryption = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
        der(0x30, &[der(2, &[0]), der(0x30, &rsa_encryption), der(4, &der(0x30, &key))].concat())
    }
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

/// RFC 7515 appendix A.2.1.
pub(crate) const RFC7515_A_2: RsaNumbers<'static> = RsaNumbers {
    n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    e: "AQAB",
    d: "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
    p: "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    q: "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
    dp: "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
    dq: "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
    qi: "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
};
