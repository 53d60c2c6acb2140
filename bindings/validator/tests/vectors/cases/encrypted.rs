//! RFC 7516: a JWE around the JWS, where the settings have keys to decrypt it.

use credenza_validator::jwe::{ContentEncryption, DecryptionKey, KeyManagement, encrypt};
use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use super::wycheproof::ec_pkcs8;
use crate::case::{Case, Step, for_client, settings, with};
use crate::frozen;
use crate::keys::{Key, RFC7515_A_2, decryption_key};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [every_pair(), inner(), changed(), headers(), kinds()].concat()
}

fn pkcs8(alg: KeyManagement) -> Vec<u8> {
    match alg {
        KeyManagement::RsaOaep256 => RFC7515_A_2.pkcs8(),
        KeyManagement::EcdhEs => ec_pkcs8(&Key::Es256("encryption").secret_number()),
    }
}

fn key(alg: KeyManagement) -> Value {
    decryption_key(alg, &pkcs8(alg))
}

fn own(alg: KeyManagement) -> Value {
    settings(json!({ "decryption_keys": [key(alg)] }))
}

/// A text encrypted to a key of the settings.
fn sealed(name: &str, alg: KeyManagement, enc: ContentEncryption, content: &str) -> String {
    frozen::text(&format!("JWE {name}"), || {
        let key = DecryptionKey::from_pkcs8(alg, &pkcs8(alg)).unwrap();
        encrypt(&key.public_jwk(), alg, enc, Some("JWT"), content.as_bytes()).unwrap()
    })
}

const ES: KeyManagement = KeyManagement::EcdhEs;
const GCM: ContentEncryption = ContentEncryption::A128Gcm;

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("rfc7516_{name}"), about).settings(own(ES))
}

fn every_pair() -> Vec<Case> {
    let token = Token::access();
    let mut cases = Vec::new();
    for alg in KeyManagement::ALL {
        for enc in ContentEncryption::ALL {
            let name = format!("{alg}_{enc}").to_ascii_lowercase();
            let text = sealed(&name, alg, enc, &token.text());
            cases.push(
                case(&name, "RFC 7519 section 5.2: a token that is signed, and then encrypted.")
                    .settings(own(alg))
                    .step(Step::bearer(text).allow_token(&token)),
            );
        }
    }
    let both = settings(json!({ "decryption_keys": [key(KeyManagement::RsaOaep256), key(ES)] }));
    let (rsa, ec) = (
        sealed("rsa-oaep-256_a128gcm", KeyManagement::RsaOaep256, GCM, &token.text()),
        sealed("ecdh-es_a128gcm", ES, GCM, &token.text()),
    );
    cases.extend([
        case("several_keys", "Of several keys, the matching one.")
            .settings(both)
            .step(Step::bearer(&rsa).allow_token(&token))
            .step(Step::bearer(&ec).allow_token(&token)),
        case("another_key", "Encrypted to another key.").step(Step::bearer(&rsa).deny("token_encrypted")),
        case("no_key", "Without keys no encrypted token is read.")
            .attacks(&["A229"])
            .settings(settings(json!({})))
            .step(Step::bearer(&ec).deny("token_encrypted")),
        case("not_encrypted", "With keys, a token that is not encrypted is still accepted.")
            .step(Step::bearer(token.text()).allow_token(&token)),
        case("kept", "An encrypted token is cached like any other.")
            .settings(with(own(ES), json!({ "cache_size": 10 })))
            .step(Step::bearer(&ec).allow_token(&token))
            .step(Step::bearer(&ec).allow_token(&token)),
    ]);
    cases
}

fn inner() -> Vec<Case> {
    let inside = |name: &str, about: &str, content: &str, rule: &str| {
        case(&format!("inner_{name}"), about)
            .step(Step::bearer(sealed(&format!("inner {name}"), ES, GCM, content)).deny(rule))
    };
    let token = Token::access();
    vec![
        inside(
            "forged",
            "Encryption is not a signature: anybody can encrypt.",
            &token.clone().signed_by(Key::Es256("evil")).text(),
            "signature",
        )
        .attacks(&["A229"]),
        inside("none", "Nor is it a reason not to sign.", &token.clone().header("alg", "none").text(), "alg")
            .attacks(&["A229"]),
        inside(
            "hs256",
            "Nor to take any algorithm.",
            &token.clone().by(Key::Hmac(Algorithm::HS256, crate::keys::SECRET)).text(),
            "alg",
        ),
        inside(
            "claims_alone",
            "Claims that are encrypted and not signed.",
            &token.payload(),
            "token_malformed",
        )
        .attacks(&["A229"]),
        inside("expired", "The claims inside are checked.", &token.clone().claim("exp", 1).text(), "exp"),
        inside("typ", "So is the type.", &token.clone().header("typ", "JWT").text(), "typ"),
        inside("empty", "Nothing inside.", "", "token_malformed"),
        inside(
            "twice",
            "Encrypted twice.",
            &sealed("ecdh-es_a128gcm", ES, GCM, &token.text()),
            "token_malformed",
        ),
    ]
}

fn changed() -> Vec<Case> {
    let mut cases = Vec::new();
    for (alg, name) in [(ES, "ecdh-es_a128gcm"), (KeyManagement::RsaOaep256, "rsa-oaep-256_a128cbc-hs256")] {
        let enc = if alg == ES { GCM } else { ContentEncryption::A128CbcHs256 };
        let text = sealed(name, alg, enc, &Token::access().text());
        let segments: Vec<String> = text.split('.').map(str::to_owned).collect();
        let with_segment = |at: usize, segment: String| {
            let mut segments = segments.clone();
            segments[at] = segment;
            segments.join(".")
        };
        let flipped = |at: usize| {
            let mut octets = base64url::decode(&segments[at]).unwrap();
            octets[0] ^= 1;
            base64url::encode(octets)
        };
        let cut = |at: usize| base64url::encode(&base64url::decode(&segments[at]).unwrap()[1..]);
        let alg = own(alg);
        let mut add = |what: &str, token: String| {
            cases.push(
                case(
                    &format!("changed_{what}_{name}"),
                    "A changed token is not decrypted, and the answer does not say why (section 11.5).",
                )
                .attacks(&["A230"])
                .settings(alg.clone())
                .step(Step::bearer(token).deny("token_encrypted")),
            );
        };
        for (at, what) in [(2, "iv"), (3, "ciphertext"), (4, "tag")] {
            add(&format!("{what}_flipped"), with_segment(at, flipped(at)));
            add(&format!("{what}_cut"), with_segment(at, cut(at)));
            add(&format!("{what}_empty"), with_segment(at, String::new()));
        }
        let more = if segments[1].is_empty() { "AAAA".to_owned() } else { flipped(1) };
        add("key", with_segment(1, more));
        add(
            "header",
            with_segment(0, {
                let header = String::from_utf8(base64url::decode(&segments[0]).unwrap()).unwrap();
                base64url::encode(header.replacen('{', "{ ", 1))
            }),
        );
    }
    cases
}

fn headers() -> Vec<Case> {
    let text = sealed("ecdh-es_a128gcm", ES, GCM, &Token::access().text());
    let (header, rest) = text.split_once('.').unwrap();
    let own: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    let point = own["epk"].clone();
    let zero = base64url::encode([0; 32]);
    let mut cases = Vec::new();
    for (name, more) in [
        ("zip", json!({ "zip": "DEF" })),
        ("crit", json!({ "crit": ["x"] })),
        ("rsa1_5", json!({ "alg": "RSA1_5" })),
        ("rsa_oaep", json!({ "alg": "RSA-OAEP" })),
        ("dir", json!({ "alg": "dir" })),
        ("pbes2", json!({ "alg": "PBES2-HS256+A128KW", "p2c": 2_147_483_647, "p2s": "AAAA" })),
        ("ecdh_es_a128kw", json!({ "alg": "ECDH-ES+A128KW" })),
        ("none", json!({ "alg": "none" })),
        ("rs256", json!({ "alg": "RS256" })),
        ("enc_none", json!({ "enc": "none" })),
        ("enc_a192gcm", json!({ "enc": "A192GCM" })),
        ("enc_another", json!({ "enc": "A256GCM" })),
        ("no_enc", json!({ "enc": null })),
        ("no_epk", json!({ "epk": null })),
        (
            "epk_off_curve",
            json!({ "epk": { "kty": "EC", "crv": "P-256", "x": point["x"], "y": point["x"] } }),
        ),
        ("epk_origin", json!({ "epk": { "kty": "EC", "crv": "P-256", "x": zero, "y": zero } })),
        ("epk_p384", json!({ "epk": Key::Es384.bare_jwk() })),
        ("epk_private", json!({ "epk": with(point, json!({ "d": zero })) })),
        ("epk_text", json!({ "epk": "x" })),
        ("apu_padded", json!({ "apu": "AA==" })),
        ("apv_another", json!({ "apv": "AAAA" })),
    ] {
        let header = with(own.clone(), more).to_string();
        cases.push(
            case(
                &format!("header_{name}"),
                "A header that needs something unsupported, or does not belong to the content.",
            )
            .attacks(&["A230"])
            .step(Step::bearer(format!("{}.{rest}", base64url::encode(header))).deny("token_encrypted")),
        );
    }
    for (name, token) in [("empty_parts", "....".to_owned()), ("of_no_json", format!("AAAA.{rest}"))] {
        cases.push(
            case(&format!("header_{name}"), "Not a JWE at all.")
                .step(Step::bearer(token).deny("token_encrypted")),
        );
    }
    cases
}

fn kinds() -> Vec<Case> {
    let (id, logout) = (Token::id(), Token::logout());
    let client = for_client(json!({ "decryption_keys": [key(ES)] }));
    let long = Token::access().claim("x", "x".repeat(9000));
    let outer = sealed("too long", ES, GCM, &long.text());
    vec![
        case("id_token", "Core 3.1.3.7 step 1: an encrypted ID token.")
            .settings(client.clone())
            .step(Step::id_token(sealed("id token", ES, GCM, &id.text())).allow_token(&id)),
        case("logout_token", "Back-Channel Logout 2.6 step 1: an encrypted logout token.")
            .settings(client)
            .step(Step::logout_token(sealed("logout token", ES, GCM, &logout.text())).allow_token(&logout)),
        case("too_long", "The limit is that of the whole text: 12 KB inside are 16 KB outside.")
            .attacks(&["A231"])
            .step(Step::bearer(outer).deny("token_too_long")),
    ]
}
