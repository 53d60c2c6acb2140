//! Rules of request objects, by objects that need no key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_validator::algorithm::Algorithm;
use serde_json::{Value, json};

use super::*;
use crate::client::SigningAlg;
use crate::ids::ClientId;
use crate::time::{Seconds, Time};

const ISSUER: &str = "https://op.test";
const NOW: Time = Time::from_seconds(1_800_000_000);

fn client() -> Client {
    Client::new(ClientId::new("c1"))
}

fn strict() -> Client {
    Client { require_signed_request_object: true, ..client() }
}

fn token(header: &str, payload: &str) -> String {
    format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

/// The claims of an object, whoever signed it.
fn claims(payload: &str) -> Result<Claims, InvalidRequestObject> {
    let token = token(r#"{"alg":"none"}"#, payload);
    RequestObject::read(&token, &client(), true)?.open(Key::Nothing)
}

fn checked(client: &Client, payload: &Value) -> Result<(), InvalidRequestObject> {
    claims(&payload.to_string())?.check(client, ISSUER, NOW)
}

fn merged(client: &Client, payload: &Value, outer: &str) -> Result<String, InvalidRequestObject> {
    let params = claims(&payload.to_string())?.merged(&Params::parse(outer.as_bytes()).unwrap(), client)?;
    let mut pairs: Vec<String> = params.pairs().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.sort_unstable();
    Ok(pairs.join("&"))
}

#[test]
fn oidc_core_6_2_request_uri_is_registered_with_its_fragment() {
    let client = Client { request_uris: vec!["https://rp.test/r#1".to_owned()], ..client() };
    let of = |query: &str| {
        let params = Params::parse(query.as_bytes()).unwrap();
        Source::of(&params, &client).map(|source| matches!(source, Source::Reference("https://rp.test/r#1")))
    };
    assert_eq!(of("request_uri=https%3A%2F%2Frp.test%2Fr%231"), Ok(true));
    for other in ["https%3A%2F%2Frp.test%2Fr", "https%3A%2F%2Frp.test%2Fr%232", "urn%3Aietf%3Aparams%3Aoauth"]
    {
        assert_eq!(of(&format!("request_uri={other}")), Err(InvalidRequestObject::UnknownUri), "{other}");
    }
    assert_eq!(of("request=a&request_uri=b"), Err(InvalidRequestObject::Both));
    assert_eq!(of("request=a&request=a"), Err(InvalidRequestObject::Repeated));
    assert_eq!(of("request=&request_uri="), Ok(false));
}

#[test]
fn rfc9101_10_5_who_must_sign_sends_nothing_else() {
    let none = Params::parse(b"client_id=c1&request=").unwrap();
    assert_eq!(Source::of(&none, &client()), Ok(Source::Absent));
    assert_eq!(Source::of(&none, &strict()), Err(InvalidRequestObject::Required));
    let unsigned = token(r#"{"alg":"none"}"#, "{}");
    assert!(RequestObject::read(&unsigned, &client(), true).is_ok());
    for (client, allowed) in [(client(), false), (strict(), true)] {
        let refused = RequestObject::read(&unsigned, &client, allowed).unwrap_err();
        assert_eq!(refused, InvalidRequestObject::Unsigned);
    }
}

#[test]
fn rfc9101_6_2_the_registered_algorithm_is_the_one() {
    let signed = |alg: &str| token(&json!({ "alg": alg }).to_string(), "{}");
    let read =
        |client: &Client, alg: &str| RequestObject::read(&signed(alg), client, true).map(|o| o.proof());
    assert_eq!(read(&client(), "ES256"), Ok(Proof::Keys));
    assert_eq!(read(&client(), "HS256"), Ok(Proof::Secret));
    assert_eq!(read(&client(), "none"), Ok(Proof::Nothing));
    for alg in ["None", "NONE", "nOnE", "", "ES256K", "RSA-OAEP"] {
        assert_eq!(read(&client(), alg), Err(InvalidRequestObject::Algorithm), "{alg}");
    }
    let by = |alg: SigningAlg| Client { request_object_signing_alg: Some(alg), ..client() };
    for (registered, good) in [(SigningAlg::By(Algorithm::PS256), "PS256"), (SigningAlg::Unsigned, "none")] {
        for alg in ["PS256", "RS256", "HS256", "none"] {
            let refused = Err(InvalidRequestObject::Algorithm);
            assert_eq!(read(&by(registered), alg).map(|_| ()), if alg == good { Ok(()) } else { refused });
        }
    }
}

#[test]
fn rfc9101_10_8_other_kinds_of_jwt_are_refused() {
    let read = |header: &str| RequestObject::read(&token(header, "{}"), &client(), true).map(|_| ());
    for typ in ["JWT", "jwt", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "application/JWT"] {
        assert_eq!(read(&json!({ "alg": "none", "typ": typ }).to_string()), Ok(()), "{typ}");
    }
    for typ in ["at+jwt", "dpop+jwt", "logout+jwt", "client-authentication+jwt", "", "oauth-authz-req"] {
        let header = json!({ "alg": "none", "typ": typ }).to_string();
        assert_eq!(read(&header), Err(InvalidRequestObject::Type), "{typ}");
    }
}

#[test]
fn a222_what_is_no_plain_jwt_is_refused() {
    let payload = URL_SAFE_NO_PAD.encode("{}");
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for text in [
        String::new(),
        "x".to_owned(),
        "x.y.z".to_owned(),
        format!("{none}.{payload}"),
        format!("{none}.{payload}.x"),
        format!("{none}.{payload}.."),
        format!("{none}.!."),
        format!("{none}.."),
        token(r#"{"alg":"none","alg":"none"}"#, "{}"),
        token(r#"{"alg":"none","crit":["x"]}"#, "{}"),
        token(r#"["none"]"#, "{}"),
        token(r#"{"alg":"none"}"#, &" ".repeat(70_000)),
    ] {
        let opened = RequestObject::read(&text, &client(), true).and_then(|object| object.open(Key::Nothing));
        assert!(
            matches!(opened, Err(InvalidRequestObject::Malformed | InvalidRequestObject::Json)),
            "{text:.60}: {opened:?}"
        );
    }
    for payload in ["[]", "1", "", r#"{"state":"a","state":"b"}"#, r#"{"a":1,"\u0061":2}"#, r#"{"aud":[]}"#] {
        assert_eq!(claims(payload).unwrap_err(), InvalidRequestObject::Json, "{payload}");
    }
    let five = RequestObject::read("a.b.c.d.e", &client(), true).unwrap_err();
    assert_eq!(five, InvalidRequestObject::Encryption);
    let signed = token(r#"{"alg":"ES256"}"#, "{}");
    assert!(RequestObject::read(&signed, &client(), true).unwrap().open(Key::Nothing).is_err());
}

#[test]
fn a074_claims_are_checked_where_they_are() {
    let at = |seconds: i64| (NOW + Seconds(seconds)).seconds();
    let good = json!({ "iss": "c1", "aud": [ISSUER, "x"], "exp": at(300), "nbf": at(-5), "iat": at(0) });
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    assert_eq!(checked(&client(), &json!({})), Ok(()));
    for client in [client(), strict()] {
        assert_eq!(checked(&client, &good), Ok(()));
        assert_eq!(checked(&client, &with("exp", json!(at(-29)))), Ok(()));
        assert_eq!(checked(&client, &with("sub", json!("somebody"))), Ok(()));
        for (payload, fault) in [
            (with("iss", json!("c2")), InvalidRequestObject::Issuer),
            (with("aud", json!("https://other.test")), InvalidRequestObject::Audience),
            (with("aud", json!(format!("{ISSUER}/"))), InvalidRequestObject::Audience),
            (with("aud", json!(format!("{ISSUER}/token"))), InvalidRequestObject::Audience),
            (with("exp", json!(at(-30))), InvalidRequestObject::Time),
            (with("nbf", json!(at(31))), InvalidRequestObject::Time),
            (with("iat", json!(at(31))), InvalidRequestObject::Time),
            (with("sub", json!("c1")), InvalidRequestObject::Subject),
            (with("client_id", json!("c2")), InvalidRequestObject::ClientId),
            (with("request", json!("x")), InvalidRequestObject::Nested),
            (with("request_uri", Value::Null), InvalidRequestObject::Nested),
        ] {
            assert_eq!(checked(&client, &payload), Err(fault), "{payload}");
        }
    }
    // Only who must sign must say all of it.
    for (payload, fault) in [
        (with("iss", Value::Null), InvalidRequestObject::Issuer),
        (with("aud", Value::Null), InvalidRequestObject::Audience),
        (with("exp", Value::Null), InvalidRequestObject::Time),
        (with("exp", json!(at(3700))), InvalidRequestObject::Time),
        (with("nbf", json!(at(-3700))), InvalidRequestObject::Time),
    ] {
        assert_eq!(checked(&client(), &payload), Ok(()), "{payload}");
        assert_eq!(checked(&strict(), &payload), Err(fault), "{payload}");
    }
}

#[test]
fn oidc_core_6_1_what_stands_inside_comes_first() {
    let inside = json!({
        "iss": "c1", "aud": ISSUER, "exp": 1, "nbf": 1, "iat": 1, "jti": "x", "sub": "y",
        "state": "inner", "max_age": 0, "prompt": "", "claims": { "userinfo": { "name": null } },
        "resource": ["https://a.test/", "https://b.test/"],
    });
    let outer = "client_id=c1&state=outer&nonce=n&prompt=login&resource=https://c.test/&request=r&max_age=9";
    assert_eq!(
        merged(&client(), &inside, outer).unwrap(),
        "claims={\"userinfo\":{\"name\":null}}&client_id=c1&max_age=0&nonce=n&prompt=\
         &resource=https://a.test/&resource=https://b.test/&state=inner"
    );
    let both =
        |inner: &str| merged(&client(), &json!({ "response_type": inner }), "response_type=id_token+code");
    assert!(both("code id_token").is_ok());
    assert_eq!(both("code"), Err(InvalidRequestObject::ResponseType));
    let repeated = merged(&client(), &json!({ "state": "a" }), "state=a&state=b");
    assert_eq!(repeated, Err(InvalidRequestObject::Repeated));
}

#[test]
fn a073_of_who_must_sign_only_what_is_signed_counts() {
    let inside = json!({ "response_type": "code", "nonce": "inner" });
    let outer = "response_type=token&state=outer&state=again&nonce=outer&request=r";
    assert_eq!(merged(&strict(), &inside, outer).unwrap(), "nonce=inner&response_type=code");
}

#[test]
fn rfc9101_4_parameters_have_their_types() {
    for payload in [
        json!({ "redirect_uri": ["https://rp.test/"] }),
        json!({ "scope": ["openid"] }),
        json!({ "state": { "a": 1 } }),
        json!({ "resource": [1] }),
        json!({ "resource": { "a": 1 } }),
    ] {
        assert_eq!(merged(&client(), &payload, ""), Err(InvalidRequestObject::ParameterType), "{payload}");
    }
    let many: Value =
        (0..101).map(|number| (format!("p{number}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(merged(&client(), &many, ""), Err(InvalidRequestObject::TooMany));
    assert_eq!(merged(&client(), &json!({ "state": null, "unknown": [1] }), "").unwrap(), "unknown=[1]");
}
