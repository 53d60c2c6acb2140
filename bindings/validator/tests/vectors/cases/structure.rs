//! RFC 7515 section 7.1: the compact serialization; its header; sizes.

use credenza_validator::base64url;
use serde_json::json;

use crate::case::{Case, Step, fetching, for_client, metadata, ok, passes, refused, settings, with};
use crate::case::{JWKS, METADATA};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

const EVIL: Key = Key::Es256("evil");

pub(crate) fn cases() -> Vec<Case> {
    [segments(), serializations(), own_keys(), kid(), several_keys(), critical(), sizes()].concat()
}

fn segments() -> Vec<Case> {
    let good = Token::access().text();
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let standard = |text: &str| text.replace('-', "+").replace('_', "/");
    let spoiled = non_canonical(signature);
    [
        ("a214_one_segment", header.to_owned(), "token_malformed"),
        ("a214_two_segments", format!("{header}.{payload}"), "token_malformed"),
        ("a214_four_segments", format!("{good}.{signature}"), "token_malformed"),
        ("a214_six_segments", format!("{good}.a.b.c"), "token_malformed"),
        ("a214_trailing_dot", format!("{good}."), "token_malformed"),
        ("a214_leading_dot", format!(".{good}"), "token_malformed"),
        ("a214_empty_header", format!(".{payload}.{signature}"), "token_malformed"),
        ("a214_empty_payload", format!("{header}..{signature}"), "token_malformed"),
        ("a214_empty_signature", format!("{header}.{payload}."), "token_malformed"),
        ("a214_dots_alone", "..".to_owned(), "token_malformed"),
        ("a214_padding", format!("{good}=="), "token_malformed"),
        (
            "a214_standard_alphabet",
            format!("{header}.{payload}.{}", standard(&format!("-_{}", &signature[2..]))),
            "token_malformed",
        ),
        ("a214_last_bits", format!("{header}.{payload}.{spoiled}"), "token_malformed"),
        (
            "a214_header_is_no_json",
            format!("{}.{payload}.{signature}", base64url::encode("x")),
            "token_malformed",
        ),
        (
            "a214_header_is_a_list",
            format!("{}.{payload}.{signature}", base64url::encode(r#"["ES256"]"#)),
            "token_malformed",
        ),
        (
            "a214_header_is_a_text",
            format!("{}.{payload}.{signature}", base64url::encode(r#""ES256""#)),
            "token_malformed",
        ),
        (
            "a214_more_behind_header",
            format!("{}.{payload}.{signature}", base64url::encode(r#"{"alg":"ES256"}{}"#)),
            "token_malformed",
        ),
        ("a214_space_inside", format!("{header}. {payload}.{signature}"), "credentials_many"),
        ("a214_newline_inside", format!("{header}.{payload}\n.{signature}"), "credentials_many"),
        ("a214_padding_inside", format!("{header}=.{payload}.{signature}"), "credentials_many"),
        ("a214_bearer_twice", format!("Bearer {good}"), "credentials_many"),
        ("a214_quotes", format!("\"{good}\""), "credentials_many"),
        ("a214_nul", format!("{good}\0"), "credentials_many"),
        ("a214_not_ascii", format!("{good}\u{e9}"), "credentials_many"),
    ]
    .into_iter()
    .map(|(name, token, rule)| {
        let about = "Three segments of base64url without padding, and nothing else.";
        refused(name, about, token, rule).attacks(&["A214"])
    })
    .collect()
}

/// The same bytes with leftover bits that are not zero.
fn non_canonical(segment: &str) -> String {
    let last = segment.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    format!("{}{next}", &segment[..segment.len() - 1])
}

fn serializations() -> Vec<Case> {
    let good = Token::id().text();
    let parts: Vec<&str> = good.split('.').collect();
    let flattened = json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] });
    let general =
        json!({ "payload": parts[1], "signatures": [{ "protected": parts[0], "signature": parts[2] }] });
    let mixed = json!({ "payload": parts[1], "x": good });
    let mut cases = vec![
        Case::new("a221_control", "The compact serialization.")
            .attacks(&["A221"])
            .settings(for_client(json!({})))
            .step(Step::id_token(&good).allow_token(&Token::id())),
    ];
    for (name, text) in [
        ("a221_flattened", flattened.to_string()),
        ("a221_general", general.to_string()),
        ("a221_compact_inside", mixed.to_string()),
        ("a221_compact_in_front", format!("{good}{{}}")),
        ("a221_list", format!("[\"{good}\"]")),
        ("a221_text", format!("\"{good}\"")),
    ] {
        cases.push(
            Case::new(
                name,
                "Only the compact serialization: no JSON (RFC 7515 section 7.2), nor compact inside JSON.",
            )
            .attacks(&["A221"])
            .settings(for_client(json!({})))
            .step(Step::id_token(text).deny("token_malformed")),
        );
    }
    cases
}

fn own_keys() -> Vec<Case> {
    let fetched = |case: Case| {
        case.settings(fetching(json!({})))
            .answer(METADATA, ok(metadata(json!({}))))
            .answer(JWKS, ok(set([OWN.jwk()])))
    };
    let mut cases = Vec::new();
    for (name, member, value) in [
        ("jwk", "jwk", EVIL.jwk()),
        ("jku", "jku", json!("https://evil.example/jwks")),
        ("x5u", "x5u", json!("https://evil.example/certificate")),
        ("x5c", "x5c", json!(["MIIB"])),
    ] {
        let forged = Token::access().header(member, value.clone()).signed_by(EVIL);
        let honest = Token::access().header(member, value.clone());
        let about = "RFC 8725 section 3.10: a token does not choose its own key, and causes no fetch; such members of its header are ignored.";
        cases.push(
            fetched(Case::new(format!("a212_{name}"), about))
                .attacks(&["A212"])
                .step(Step::bearer(honest.text()).allow_token(&honest).fetches(&[METADATA, JWKS]))
                .step(Step::bearer(forged.text()).deny("signature")),
        );
        let nameless = forged.no_header("kid");
        cases.push(
            refused(&format!("a212_{name}_without_kid"), about, nameless.text(), "signature")
                .attacks(&["A212"]),
        );
    }
    let named = Token::access().header("jwk", EVIL.jwk()).by(EVIL);
    cases.push(
        refused("a212_jwk_and_its_kid", "Nor by naming its kid.", named.text(), "kid").attacks(&["A212"]),
    );
    cases
}

fn kid() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, kid) in [
        ("path", "../../dev/null".to_owned()),
        ("sql", "' OR 1=1--".to_owned()),
        ("nul", "es256-1\0".to_owned()),
        ("empty", String::new()),
        ("prefix", "es256-".to_owned()),
        ("longer", "es256-11".to_owned()),
        ("upper_case", "ES256-1".to_owned()),
        ("space", " es256-1".to_owned()),
        ("proto", "__proto__".to_owned()),
        ("constructor", "constructor".to_owned()),
        ("url", "https://evil.example/jwks".to_owned()),
        ("long", "k".repeat(8000)),
    ] {
        let token = Token::access().header("kid", kid).text();
        let about = "A kid is compared byte for byte with those of the set, and used for nothing else.";
        cases.push(refused(&format!("a213_{name}"), about, token, "kid").attacks(&["A213"]));
    }
    for (name, json) in
        [("number", "1"), ("object", r#"{"a":1}"#), ("null", "null"), ("list", r#"["es256-1"]"#)]
    {
        let token = Token::access().raw_header("kid", json).text();
        cases.push(
            refused(&format!("a213_{name}"), "A kid is a text.", token, "token_malformed").attacks(&["A213"]),
        );
    }
    cases
}

fn several_keys() -> Vec<Case> {
    let nameless = Token::access().no_header("kid");
    let other = |number: usize| with(Key::Es256("other").jwk(), json!({ "kid": format!("other-{number}") }));
    let case = |name: &str, about: &str, keys: serde_json::Value| {
        Case::new(name, about).attacks(&["A213"]).settings(settings(json!({ "keys": keys })))
    };
    let sixteen = set((0..15).map(other).chain([OWN.jwk()]));
    let seventeen = set((0..16).map(other).chain([OWN.jwk()]));
    let twins = set([with(Key::Es256("other").jwk(), json!({ "kid": OWN.kid() })), OWN.jwk()]);
    let unnamed = set([with(OWN.jwk(), json!({ "kid": null })), other(1)]);
    vec![
        case("a213_no_kid_two_keys", "Without kid each key that fits is tried.", set([other(1), OWN.jwk()]))
            .step(Step::bearer(nameless.text()).allow_token(&nameless)),
        case("a213_no_kid_sixteen_keys", "Up to sixteen of them.", sixteen)
            .step(Step::bearer(nameless.text()).allow_token(&nameless)),
        case("a213_no_kid_seventeen_keys", "The seventeenth is not tried.", seventeen.clone())
            .step(Step::bearer(nameless.text()).deny("signature")),
        case("a213_kid_among_seventeen", "With kid it is found.", seventeen)
            .step(Step::bearer(Token::access().text()).allow_token(&Token::access())),
        case(
            "a213_two_keys_of_one_kid",
            "Two keys of one kid: both are the issuer's, and both are tried.",
            twins,
        )
        .step(Step::bearer(Token::access().text()).allow_token(&Token::access()))
        .step(Step::bearer(Token::access().signed_by(EVIL).text()).deny("signature")),
        case("a213_key_without_kid", "A key without kid is not the one that the token names.", unnamed)
            .step(Step::bearer(nameless.text()).allow_token(&nameless))
            .step(Step::bearer(Token::access().text()).deny("kid")),
    ]
}

fn critical() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, crit) in [
        ("unknown", r#"["x"]"#),
        ("empty", "[]"),
        ("text", r#""exp""#),
        ("null", "null"),
        ("false", "false"),
        ("alg", r#"["alg"]"#),
        ("twice", r#"["x","x"]"#),
        ("b64", r#"["b64"]"#),
        ("exp", r#"["exp"]"#),
    ] {
        let token = Token::access().raw_header("crit", crit).text();
        let about = "RFC 7515 section 4.1.11: no extension is supported, so none may be critical.";
        cases.push(refused(&format!("a219_{name}"), about, token, "crit").attacks(&["A219"]));
    }
    let with_it = Token::access().header("crit", ["x"]).header("x", 1).text();
    cases.push(refused("a219_unknown_with_it", "Nor when it is there.", with_it, "crit").attacks(&["A219"]));
    let harmless = Token::access().header("x", 1);
    cases.push(
        passes("a219_not_critical", "Extensions that are not critical are ignored.", &harmless)
            .attacks(&["A219"]),
    );
    for (name, b64, crit) in [
        ("false", "false", None),
        ("false_and_crit", "false", Some(r#"["b64"]"#)),
        ("text", r#""false""#, None),
        ("true", "true", None),
        ("null", "null", None),
    ] {
        let token = Token::access().raw_header("b64", b64);
        let token = crit.map_or(token.clone(), |crit| token.raw_header("crit", crit));
        let about = "RFC 7797 section 7: b64 is not for JWTs.";
        cases.push(refused(&format!("a220_{name}"), about, token.text(), "crit").attacks(&["A220"]));
    }
    cases
}

fn sizes() -> Vec<Case> {
    // Four characters hold three bytes; the rest is looked for.
    let filled = |filling: usize| Token::access().claim("x", "x".repeat(filling));
    let rough = (16_384 - filled(0).text().len()) / 4 * 3;
    let tokens: Vec<_> = (rough - 3..rough + 6).map(filled).collect();
    let is_longest = |token: &&Token| token.text().len() <= 16_384;
    let longest = tokens.iter().rfind(is_longest).unwrap();
    let longer = tokens.iter().find(|token| !is_longest(token)).unwrap();
    let small = settings(json!({ "max_token_bytes": 64 }));
    let parts = serde_json::Map::from_iter((0..1000).map(|it| (format!("c{it}"), json!(it))));
    let many = Token::access().claim("many", parts);
    vec![
        passes("a231_longest", "As long as a token may be, to a few bytes.", longest).attacks(&["A231"]),
        refused("a231_longer", "A little longer than 16,384 bytes.", longer.text(), "token_too_long")
            .attacks(&["A231"]),
        refused(
            "a231_dots",
            "Nothing is split that is too long.",
            "a.".repeat(20_000) + "a",
            "token_too_long",
        )
        .attacks(&["A231"]),
        Case::new("a231_limit_of_settings", "The limit of the settings.")
            .attacks(&["A231"])
            .settings(small)
            .step(Step::bearer(Token::access().text()).deny("token_too_long")),
        passes("a232_a_thousand_claims", "Many claims are no fault.", &many).attacks(&["A232"]),
    ]
}
