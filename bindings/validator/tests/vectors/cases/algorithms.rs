//! RFC 8725 sections 3.1 to 3.3: the algorithm is the caller's choice, and tied to the key.

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use crate::case::{Case, Step, passes, refused, settings};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

const ED: Key = Key::EdDsa("ed25519-1");
const RS256: Key = Key::Rsa(Algorithm::RS256);
const PS256: Key = Key::Rsa(Algorithm::PS256);

pub(crate) fn cases() -> Vec<Case> {
    [every_algorithm(), none(), confusion(), without_alg(), allow_list(), pinned(), curves()].concat()
}

/// Settings with another key set than the default.
fn under(keys: impl IntoIterator<Item = Value>) -> Value {
    settings(json!({ "keys": set(keys) }))
}

fn every_algorithm() -> Vec<Case> {
    let rsa =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(|alg| Key::Rsa(alg.parse().unwrap()));
    let keys = [OWN, Key::Es384, ED].into_iter().chain(rsa);
    let one = |key: Key| {
        let token = Token::access().by(key);
        let name = format!("rfc7518_3_1_{}", key.alg().as_str().to_ascii_lowercase());
        let own = under([key.jwk()]);
        let foreign = Token::access().by(key).claim("sub", "user-2").signing_input();
        let (_, signature) = split(&token.text());
        Case::new(name, "A token by this algorithm passes; its signature under other claims does not.")
            .settings(own)
            .step(Step::bearer(token.text()).allow_token(&token))
            .step(Step::bearer(format!("{foreign}.{signature}")).deny("signature"))
    };
    keys.map(one).collect()
}

fn split(token: &str) -> (String, String) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input.to_owned(), signature.to_owned())
}

fn none() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, alg) in [
        ("none", "none"),
        ("none_capitalized", "None"),
        ("none_upper_case", "NONE"),
        ("none_mixed_case", "noNE"),
        ("empty", ""),
        ("space_behind", "ES256 "),
        ("space_in_front", " ES256"),
        ("lower_case", "es256"),
        ("es521", "ES521"),
        ("es256k", "ES256K"),
        ("rs1", "RS1"),
        ("ed448", "Ed448"),
    ] {
        let token = Token::access().header("alg", alg);
        let about =
            format!("alg is {alg:?}, which is not supported; the signature is that of a valid token.");
        cases.push(refused(&format!("a208_{name}"), &about, token.text(), "alg").attacks(&["A208"]));
    }
    for alg in ["none", "None", "ES256"] {
        let token = format!("{}.", Token::access().header("alg", alg).signing_input());
        let name = format!("a208_{}_without_signature", alg.to_ascii_lowercase());
        let name = if alg == "None" { "a208_none_capitalized_without_signature".to_owned() } else { name };
        cases.push(
            refused(&name, "An empty signature is not a signature.", token, "token_malformed")
                .attacks(&["A208"]),
        );
    }
    for (name, json) in
        [("null", "null"), ("list", r#"["ES256"]"#), ("number", "7"), ("true", "true"), ("object", "{}")]
    {
        let token = Token::access().raw_header("alg", json).text();
        let name = format!("a208_alg_is_{name}");
        cases.push(refused(&name, "alg has to be a text.", token, "token_malformed").attacks(&["A208"]));
    }
    let absent = Token::access().no_header("alg").text();
    cases.push(refused("a208_absent", "alg is required.", absent, "token_malformed").attacks(&["A208"]));
    cases
}

/// The default public key as SubjectPublicKeyInfo.
fn spki() -> Vec<u8> {
    let head = base64url::decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE").unwrap();
    let jwk = OWN.bare_jwk();
    let number = |name: &str| base64url::decode(jwk[name].as_str().unwrap()).unwrap();
    [head, number("x"), number("y")].concat()
}

pub(crate) fn pem() -> String {
    let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, spki());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n", &body[..64], &body[64..])
}

fn confusion() -> Vec<Case> {
    let forms: [(&str, Vec<u8>); 7] = [
        ("pem", pem().into_bytes()),
        ("pem_with_crlf", pem().replace('\n', "\r\n").into_bytes()),
        ("pem_with_bom", format!("\u{feff}{}", pem()).into_bytes()),
        ("pem_with_space", format!(" {}", pem()).into_bytes()),
        ("pem_without_last_line_end", pem().trim_end().as_bytes().to_vec()),
        ("der", spki()),
        ("jwk", OWN.jwk().to_string().into_bytes()),
    ];
    let mut cases = Vec::new();
    for (name, secret) in forms {
        let key = Key::Hmac(Algorithm::HS256, secret.leak());
        let about =
            "HS256 over the text of the public key: an algorithm with a secret never goes with a key set.";
        let named = Token::access().header("alg", "HS256").signed_by(key).text();
        let nameless = Token::access().header("alg", "HS256").no_header("kid").signed_by(key).text();
        cases.push(
            Case::new(format!("a209_{name}"), about)
                .attacks(&["A209"])
                .step(Step::bearer(named).deny("alg"))
                .step(Step::bearer(nameless).deny("alg")),
        );
    }
    cases
}

fn without_alg() -> Vec<Case> {
    let bare = |key: Key| {
        let mut jwk = key.jwk();
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    };
    let ec = under([bare(OWN)]);
    let rsa = |more: Value| settings(crate::case::with(json!({ "keys": set([bare(RS256)]) }), more));
    let by = |key: Key| Token::access().by(key).header("kid", RS256.kid());
    let case = |name: &str, about: &str, settings: Value| {
        Case::new(name, about).settings(settings).attacks(&["A210"])
    };
    let own = Token::access();
    vec![
        case("a210_ec", "A key on P-256 without alg is for ES256.", ec.clone())
            .step(Step::bearer(own.text()).allow_token(&own)),
        case("a210_ec_es384", "And not for what the header chooses.", ec.clone())
            .step(Step::bearer(own.clone().header("alg", "ES384").text()).deny("kid")),
        case("a210_ec_ps256", "Nor for an algorithm of RSA.", ec.clone())
            .step(Step::bearer(own.clone().header("alg", "PS256").text()).deny("kid")),
        case("a210_ec_hs256", "Nor for one with a secret.", ec)
            .step(Step::bearer(own.clone().header("alg", "HS256").text()).deny("alg")),
        case(
            "a210_rsa",
            "An RSA key without alg is for all of RSA that the settings accept.",
            rsa(json!({})),
        )
        .step(Step::bearer(by(RS256).text()).allow_token(&by(RS256)))
        .step(Step::bearer(by(PS256).text()).allow_token(&by(PS256))),
        case("a210_rsa_of_settings", "And for nothing else.", rsa(json!({ "algorithms": ["RS256"] })))
            .step(Step::bearer(by(RS256).text()).allow_token(&by(RS256)))
            .step(Step::bearer(by(PS256).text()).deny("alg")),
    ]
}

fn allow_list() -> Vec<Case> {
    let both = set([OWN.jwk(), ED.jwk()]);
    let (es, ed) = (Token::access(), Token::access().by(ED));
    let one = settings(json!({ "keys": both, "algorithms": ["EdDSA"] }));
    vec![
        Case::new(
            "rfc8725_3_1_allow_list",
            "Of two published keys one is of an algorithm that is not accepted.",
        )
        .settings(one)
        .step(Step::bearer(ed.text()).allow_token(&ed))
        .step(Step::bearer(es.text()).deny("alg")),
        Case::new("rfc8725_3_1_default", "By default every algorithm with public keys is accepted.")
            .settings(settings(json!({ "keys": both })))
            .step(Step::bearer(ed.text()).allow_token(&ed))
            .step(Step::bearer(es.text()).allow_token(&es)),
    ]
}

fn pinned() -> Vec<Case> {
    let token = Token::access().by(PS256);
    let says = |alg: &str| {
        let jwk = crate::case::with(PS256.jwk(), json!({ "alg": alg }));
        Case::new(
            format!("rfc7517_4_4_key_says_{}", alg.to_ascii_lowercase()),
            "A key is for the algorithm that it names.",
        )
        .settings(under([jwk]))
    };
    vec![
        says("PS256").step(Step::bearer(token.text()).allow_token(&token)),
        says("RS256").step(Step::bearer(token.text()).deny("kid")),
        says("PS384").step(Step::bearer(token.text()).deny("kid")),
        Case::new(
            "rfc8017_8_one_padding_is_not_the_other",
            "A signature with PKCS #1 v1.5 padding is not one of PSS.",
        )
        .attacks(&["A217"])
        .settings(under([PS256.jwk()]))
        .step(Step::bearer(token.clone().signed_by(RS256).text()).deny("signature")),
    ]
}

fn curves() -> Vec<Case> {
    let kid = |jwk: Value| crate::case::with(jwk, json!({ "kid": OWN.kid() }));
    let own = OWN.bare_jwk();
    let off = crate::case::with(own.clone(), json!({ "y": own["x"] }));
    let x = base64url::decode(own["x"].as_str().unwrap()).unwrap();
    let short = crate::case::with(own.clone(), json!({ "x": base64url::encode(&x[1..]) }));
    let long = crate::case::with(own.clone(), json!({ "x": base64url::encode([&[0], &x[..]].concat()) }));
    let k1 = crate::case::with(own.clone(), json!({ "crv": "secp256k1" }));
    let p384 = crate::case::with(own.clone(), json!({ "crv": "P-384" }));
    let case = |name: &str, about: &str, jwk: Value, rule: &str| {
        Case::new(name, about)
            .attacks(&["A218"])
            .settings(under([kid(jwk), Key::Es256("other").jwk()]))
            .step(Step::bearer(Token::access().text()).deny(rule))
    };
    vec![
        Case::new("a218_right_key", "The same token under the right key.")
            .attacks(&["A218"])
            .settings(under([kid(own), Key::Es256("other").jwk()]))
            .step(Step::bearer(Token::access().text()).allow_token(&Token::access())),
        case("a218_off_curve", "A point that is not on the curve verifies nothing.", off, "signature"),
        case("a218_x_too_short", "Coordinates are of full length (RFC 7518 section 6.2.1.2).", short, "kid"),
        case("a218_x_too_long", "Coordinates are of full length, and no longer.", long, "kid"),
        case("a218_secp256k1", "A curve that is not supported.", k1, "kid"),
        case("a218_p384", "A key of the wrong curve for its numbers.", p384, "kid"),
        case("a218_ed25519_for_es256", "A key of another kind under the same kid.", ED.bare_jwk(), "kid"),
        case("a218_rsa_for_es256", "An RSA key under the same kid.", RS256.bare_jwk(), "kid"),
        refused(
            "a218_es384_with_p256",
            "ES384 goes with P-384 (RFC 7518 section 3.4).",
            Token::access().header("alg", "ES384").text(),
            "kid",
        )
        .attacks(&["A218"]),
        passes("a218_es256_with_p256", "ES256 goes with P-256.", &Token::access()).attacks(&["A218"]),
    ]
}
