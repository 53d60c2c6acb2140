//! RFC 7517: key sets as they are fetched.

use credenza_validator::base64url;
use serde_json::{Value, json};

use crate::case::{Case, JWKS, METADATA, OTHER_METADATA, Step, fetching, metadata, ok, status, with};
use crate::keys::{Key, SECRET, set};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [sets(), refused_sets(), discovery(), refused_metadata()].concat()
}

fn case(name: &str, about: &str) -> Case {
    Case::new(name, about).settings(fetching(json!({}))).answer(METADATA, ok(metadata(json!({}))))
}

fn good() -> Step {
    Step::bearer(Token::access().text()).allow_token(&Token::access())
}

fn bad(rule: &str) -> Step {
    Step::bearer(Token::access().text()).deny(rule)
}

/// Keys that are ignored, so that one does not hide the others (RFC 7517 section 5).
fn sets() -> Vec<Case> {
    let own = OWN.jwk();
    let other = Key::Es256("other").jwk();
    let changed = |more: Value| with(own.clone(), more);
    let mut cases = Vec::new();
    for (name, jwk) in [
        ("private", changed(json!({ "d": OWN.secret_number() }))),
        (
            "symmetric",
            json!({ "kty": "oct", "kid": OWN.kid(), "alg": "HS256", "k": base64url::encode(SECRET) }),
        ),
        (
            "symmetric_as_es256",
            json!({ "kty": "oct", "kid": OWN.kid(), "alg": "ES256", "k": base64url::encode(SECRET) }),
        ),
        ("for_encryption", changed(json!({ "use": "enc" }))),
        ("use_unknown", changed(json!({ "use": "x" }))),
        ("use_number", changed(json!({ "use": 1 }))),
        ("key_ops_sign", changed(json!({ "key_ops": ["sign"] }))),
        ("key_ops_empty", changed(json!({ "key_ops": [] }))),
        ("key_ops_text", changed(json!({ "key_ops": "verify" }))),
        ("alg_none", changed(json!({ "alg": "none" }))),
        ("alg_of_another_curve", changed(json!({ "alg": "ES384" }))),
        ("alg_with_a_secret", changed(json!({ "alg": "HS256" }))),
        ("alg_number", changed(json!({ "alg": 1 }))),
        ("kid_number", changed(json!({ "kid": 1 }))),
        ("kid_of_another_case", changed(json!({ "kid": "ES256-1" }))),
        ("without_kid", changed(json!({ "kid": null }))),
        ("without_kty", changed(json!({ "kty": null }))),
        ("kty_lower_case", changed(json!({ "kty": "ec" }))),
        ("kty_unknown", changed(json!({ "kty": "AKP" }))),
        ("without_crv", changed(json!({ "crv": null }))),
        ("x_padded", changed(json!({ "x": format!("{}=", own["x"].as_str().unwrap()) }))),
        ("x_number", changed(json!({ "x": 1 }))),
        ("null", Value::Null),
        ("text", json!("x")),
        ("list", json!([])),
        ("empty", json!({})),
    ] {
        let about = "A key that cannot be used is ignored; the others are used.";
        let served = Token::access().by(Key::Es256("other"));
        cases.push(
            case(&format!("a234_{name}"), about)
                .attacks(&["A234"])
                .answer(JWKS, ok(set([jwk, other.clone()])))
                .step(bad("kid").fetches(&[METADATA, JWKS]))
                .step(Step::bearer(served.text()).allow_token(&served)),
        );
    }
    for (name, more) in [
        ("key_ops_verify", json!({ "key_ops": ["verify"] })),
        ("without_use", json!({ "use": null })),
        ("without_alg", json!({ "alg": null })),
        ("with_certificates", json!({ "x5c": ["MIIB"], "x5t": "x", "x5u": "https://evil.example/" })),
        ("with_unknown_members", json!({ "iat": 1, "ext": true })),
    ] {
        cases.push(
            case(&format!("rfc7517_4_{name}"), "A key that can be used.")
                .answer(JWKS, ok(set([with(OWN.jwk(), more)])))
                .step(good().fetches(&[METADATA, JWKS])),
        );
    }
    let hundred = |count: usize| {
        set((1..count)
            .map(|it| with(Key::Es256("other").jwk(), json!({ "kid": format!("other-{it}") })))
            .chain([OWN.jwk()]))
    };
    cases.push(
        case("a234_hundred_keys", "As many keys as a set may have.")
            .attacks(&["A234"])
            .answer(JWKS, ok(hundred(100)))
            .step(good().fetches(&[METADATA, JWKS])),
    );
    cases.push(
        case("a234_hundred_and_one_keys", "One more, and the set is refused as a whole.")
            .attacks(&["A234"])
            .answer(JWKS, ok(hundred(101)))
            .step(bad("keys_unavailable").fetches(&[METADATA, JWKS])),
    );
    cases
}

/// Answers other than a key set: nothing passes, and the token is not blamed.
fn refused_sets() -> Vec<Case> {
    let own = set([OWN.jwk()]);
    let text = own.to_string();
    let twice = format!(r#"{{"keys":[],"keys":[{}]}}"#, OWN.jwk());
    let inside = text.replacen("\"kty\":\"EC\"", "\"kty\":\"EC\",\"kty\":\"RSA\"", 1);
    let mut cases = Vec::new();
    for (name, response, about) in [
        ("html", ok("<!doctype html><title>Sign in</title>"), "A page."),
        ("empty", ok(""), "Nothing."),
        ("list", ok(json!([OWN.jwk()])), "A list of keys."),
        ("one_key", ok(OWN.jwk()), "A key outside a set."),
        ("keys_is_an_object", ok(json!({ "keys": {} })), "An object in place of the list."),
        ("no_keys", ok(json!({})), "No list."),
        ("keys_twice", ok(twice), "Two lists."),
        ("member_twice", ok(inside), "A key with one member twice."),
        ("cut", ok(&text[..text.len() - 1]), "An answer that was cut."),
        ("bom", ok(format!("\u{feff}{text}")), "A byte order mark."),
        ("too_long", json!({ "status": 200, "body": text, "padding": 262_144 }), "More than 256 KB."),
        ("status_201", status(201, &text), "Only 200 is an answer."),
        ("status_206", status(206, &text), "A partial answer."),
        ("status_304", status(304, ""), "The request was not conditional."),
        ("status_404", status(404, &text), "A key set in an error response is ignored."),
        ("status_500", status(500, &text), "The issuer's fault."),
        ("out_of_reach", json!({ "fails": true }), "No answer."),
    ] {
        cases.push(
            case(&format!("a234_set_{name}"), &format!("{about} No keys, no decision: 503."))
                .attacks(&["A234"])
                .answer(JWKS, response)
                .step(bad("keys_unavailable").fetches(&[METADATA, JWKS])),
        );
    }
    for status_of in [301, 302, 303, 307, 308] {
        cases.push(
            case(&format!("a236_redirect_{status_of}"), "A redirect is not followed.")
                .attacks(&["A236"])
                .answer(JWKS, status(status_of, ""))
                .step(bad("keys_unavailable").fetches(&[METADATA, JWKS])),
        );
    }
    cases.push(
        case("a234_set_of_nothing", "A set without keys is a set: the token's key is not in it.")
            .attacks(&["A234"])
            .answer(JWKS, ok(json!({ "keys": [] })))
            .step(bad("kid").fetches(&[METADATA, JWKS])),
    );
    cases.push(
        case("a234_set_as_long_as_may_be", "Not more than 256 KB.")
            .attacks(&["A234"])
            .answer(JWKS, json!({ "status": 200, "body": text, "padding": 262_144 - text.len() }))
            .step(good().fetches(&[METADATA, JWKS])),
    );
    cases.push(
        case("a234_set_of_another_media_type", "The body counts, whatever its media type.")
            .answer(JWKS, json!({ "status": 200, "content_type": "text/plain", "body": text }))
            .step(good().fetches(&[METADATA, JWKS])),
    );
    cases
}

fn discovery() -> Vec<Case> {
    let own = ok(set([OWN.jwk()]));
    let elsewhere = "https://keys.example/a?b=c";
    let of = |name: &str, issuer: &str, metadata_at: &str| {
        let token = Token::access().claim("iss", issuer);
        Case::new(name, "The place of metadata, by Discovery 4.1 or RFC 8414 section 3.1.")
            .settings(with(fetching(json!({})), json!({ "issuer": issuer })))
            .answer(metadata_at, ok(metadata(json!({ "issuer": issuer }))))
            .answer(JWKS, own.clone())
            .step(Step::bearer(token.text()).allow_token(&token).fetches(&[metadata_at, JWKS]))
    };
    vec![
        case("discovery_4_good", "Metadata, then keys, then nothing.")
            .answer(JWKS, own.clone())
            .step(good().fetches(&[METADATA, JWKS]))
            .step(good()),
        Case::new("rfc8414_3_the_other_place", "Where the first place has nothing, the other is tried.")
            .settings(fetching(json!({})))
            .answer(METADATA, status(404, ""))
            .answer(OTHER_METADATA, ok(metadata(json!({}))))
            .answer(JWKS, own.clone())
            .step(good().fetches(&[METADATA, OTHER_METADATA, JWKS])),
        of(
            "discovery_4_1_path",
            "https://id.example/t/one",
            "https://id.example/t/one/.well-known/openid-configuration",
        ),
        of(
            "discovery_4_1_trailing_slash",
            "https://id.example/t/one/",
            "https://id.example/t/one/.well-known/openid-configuration",
        ),
        of(
            "discovery_4_1_port",
            "https://id.example:8443",
            "https://id.example:8443/.well-known/openid-configuration",
        ),
        of(
            "discovery_loopback",
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/.well-known/openid-configuration",
        ),
        Case::new("rfc8414_3_1_path", "There the path of the issuer goes behind the well-known part.")
            .settings(with(fetching(json!({})), json!({ "issuer": "https://id.example/t/one" })))
            .answer(
                "https://id.example/.well-known/oauth-authorization-server/t/one",
                ok(metadata(json!({ "issuer": "https://id.example/t/one" }))),
            )
            .answer(JWKS, own.clone())
            .step(
                Step::bearer(Token::access().claim("iss", "https://id.example/t/one").text())
                    .allow_token(&Token::access().claim("iss", "https://id.example/t/one"))
                    .fetches(&[
                        "https://id.example/t/one/.well-known/openid-configuration",
                        "https://id.example/.well-known/oauth-authorization-server/t/one",
                        JWKS,
                    ]),
            ),
        case("discovery_keys_elsewhere", "The keys may be on another host.")
            .answer(METADATA, ok(metadata(json!({ "jwks_uri": elsewhere }))))
            .answer(elsewhere, own.clone())
            .step(good().fetches(&[METADATA, elsewhere])),
        Case::new("jwks_uri_of_settings", "With jwks_uri in the settings nothing is discovered.")
            .settings(fetching(json!({ "jwks_uri": elsewhere })))
            .answer(elsewhere, own)
            .step(good().fetches(&[elsewhere])),
    ]
}

fn refused_metadata() -> Vec<Case> {
    let own = ok(set([OWN.jwk()]));
    let text = metadata(json!({})).to_string();
    let mut cases = Vec::new();
    for (name, response, attacks) in [
        ("another_issuer", ok(metadata(json!({ "issuer": "https://evil.example" }))), "A238"),
        ("trailing_slash", ok(metadata(json!({ "issuer": "https://id.example/" }))), "A238"),
        ("upper_case", ok(metadata(json!({ "issuer": "https://ID.example" }))), "A238"),
        ("no_issuer", ok(metadata(json!({ "issuer": null }))), "A238"),
        ("issuer_list", ok(metadata(json!({ "issuer": ["https://id.example"] }))), "A238"),
        ("issuer_twice", ok(text.replacen('{', r#"{"issuer":"https://evil.example","#, 1)), "A222"),
        ("no_jwks_uri", ok(metadata(json!({ "jwks_uri": null }))), "A236"),
        ("http_jwks_uri", ok(metadata(json!({ "jwks_uri": "http://id.example/jwks" }))), "A236"),
        ("loopback_jwks_uri", ok(metadata(json!({ "jwks_uri": "http://127.0.0.1/jwks" }))), "A236"),
        ("file_jwks_uri", ok(metadata(json!({ "jwks_uri": "file:///etc/passwd" }))), "A236"),
        ("relative_jwks_uri", ok(metadata(json!({ "jwks_uri": "/jwks" }))), "A236"),
        (
            "user_in_jwks_uri",
            ok(metadata(json!({ "jwks_uri": "https://id.example@evil.example/jwks" }))),
            "A236",
        ),
        ("fragment_in_jwks_uri", ok(metadata(json!({ "jwks_uri": "https://id.example/jwks#a" }))), "A236"),
        (
            "newline_in_jwks_uri",
            ok(metadata(json!({ "jwks_uri": "https://id.example/jwks\r\nX: y" }))),
            "A236",
        ),
        ("html", ok("<!doctype html>"), "A234"),
        ("list", ok(json!([metadata(json!({}))])), "A234"),
        ("redirect", status(302, &text), "A236"),
        ("error", status(500, &text), "A236"),
        ("too_long", json!({ "status": 200, "body": text, "padding": 262_144 }), "A234"),
    ] {
        let about = "Metadata that are none, or another issuer's, or lead where they may not; nor has the other place any.";
        cases.push(
            Case::new(format!("discovery_4_3_{name}"), about)
                .attacks(&[attacks])
                .settings(fetching(json!({})))
                .answer(METADATA, response)
                .answer(JWKS, own.clone())
                .step(bad("keys_unavailable").fetches(&[METADATA, OTHER_METADATA])),
        );
    }
    cases
}
