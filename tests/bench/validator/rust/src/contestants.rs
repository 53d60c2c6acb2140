//! The contestants. Each checks signature, type of the token where it can, issuer, audience and time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_validator::{Algorithm, Decision, Request, Requirement, Settings, Validator};
use jsonwebtoken::{DecodingKey, Validation};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::json;

use crate::token::{AUDIENCE, ISSUER, Minted, NOW, SECRET};

pub struct Contestant {
    pub name: &'static str,
    pub check: Box<dyn FnMut() -> bool>,
}

pub fn all(minted: &Minted) -> Vec<Contestant> {
    vec![
        Contestant { name: "credenza", check: credenza(minted, 0) },
        Contestant { name: "credenza, cached", check: credenza(minted, 1000) },
        Contestant { name: "hand loop", check: by_hand(minted) },
        Contestant { name: "jsonwebtoken", check: jsonwebtoken(minted) },
    ]
}

fn credenza(minted: &Minted, cache_size: usize) -> Box<dyn FnMut() -> bool> {
    let mut settings = Settings { cache_size, ..Settings::new(ISSUER, AUDIENCE) };
    match &minted.jwk {
        Some(jwk) => settings.keys = json!({ "keys": [jwk] }).as_object().cloned(),
        None => settings.secret = Some(URL_SAFE_NO_PAD.encode(SECRET)),
    }
    settings.algorithms = Some(vec![minted.alg]);
    let validator = Validator::new(settings).unwrap();
    let authorization = format!("Bearer {}", minted.token);
    let requirement = Requirement::default();
    Box::new(move || {
        let step = validator.check(&Request::bearer(&[&authorization]), &requirement, NOW);
        matches!(step.decision, Some(Decision::Allow(_)))
    })
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
}

/// Each claim in a field of its own.
#[derive(Deserialize)]
#[expect(dead_code, reason = "to be parsed")]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    nbf: i64,
    iat: i64,
    jti: String,
    client_id: String,
    scope: String,
    auth_time: i64,
    acr: String,
    amr: Vec<String>,
    sid: String,
    gid: String,
    tenant: String,
    org_id: String,
    roles: Vec<String>,
    permissions: Vec<String>,
    plan: String,
    name: String,
    given_name: String,
    family_name: String,
    email: String,
    email_verified: bool,
    locale: String,
}

/// What one would write for this one token, with nothing but ring and serde.
fn by_hand(minted: &Minted) -> Box<dyn FnMut() -> bool> {
    let verify = verifier(minted);
    let token = minted.token.clone();
    let alg = minted.alg.as_str();
    Box::new(move || {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = input.split_once('.').unwrap();
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        if header.alg != alg || header.typ != "at+jwt" {
            return false;
        }
        if !verify(input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()) {
            return false;
        }
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        claims.iss == ISSUER && claims.aud == AUDIENCE && claims.exp > NOW && claims.nbf <= NOW
    })
}

type Verify = Box<dyn Fn(&[u8], &[u8]) -> bool>;

fn verifier(minted: &Minted) -> Verify {
    let jwk = serde_json::to_value(&minted.jwk).unwrap();
    let octets = |member: &str| URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap()).unwrap();
    match minted.alg {
        Algorithm::RS256 => {
            let key = RsaPublicKeyComponents { n: octets("n"), e: octets("e") };
            Box::new(move |message, signature| {
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            })
        }
        Algorithm::ES256 => {
            let point = [vec![4], octets("x"), octets("y")].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            Box::new(move |message, signature| key.verify(message, signature).is_ok())
        }
        Algorithm::EdDSA => {
            let key = UnparsedPublicKey::new(&ED25519, octets("x"));
            Box::new(move |message, signature| key.verify(message, signature).is_ok())
        }
        _ => {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &SECRET);
            Box::new(move |message, signature| ring::hmac::verify(&key, message, signature).is_ok())
        }
    }
}

fn jsonwebtoken(minted: &Minted) -> Box<dyn FnMut() -> bool> {
    let alg = minted.alg.as_str().parse().unwrap();
    let key = match &minted.jwk {
        Some(jwk) => {
            let jwk = serde_json::from_value(serde_json::to_value(jwk).unwrap()).unwrap();
            DecodingKey::from_jwk(&jwk).unwrap()
        }
        None => DecodingKey::from_secret(&SECRET),
    };
    let mut validation = Validation::new(alg);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    // It reads the machine's own clock, while the token is of another time, as for every contestant.
    validation.validate_exp = false;
    let token = minted.token.clone();
    Box::new(move || jsonwebtoken::decode::<Claims>(&token, &key, &validation).is_ok())
}
