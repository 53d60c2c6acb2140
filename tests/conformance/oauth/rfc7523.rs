//! RFC 7523 2.2 and 3: clients that authenticate with a JWT, `private_key_jwt` and `client_secret_jwt`
//! (OpenID Connect Core 9).
//!
//! Chart 250: Client authentication | none, client_secret_basic, _post, _jwt, private_key_jwt (RFC 7523)

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{
    Browser, Provider, RelyingParty, Request, Tokens, assertion, jwks_of, jws, signing_key, verified,
};
use credenza_validator::{Algorithm, SigningKey};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

/// A valid assertion of this client, or one with wrong claims.
fn assert_by(op: &Provider, rp: &RelyingParty, key: &SigningKey, change: impl FnOnce(&mut Value)) -> String {
    assertion(key, rp.client_id(), &op.issuer, op.now(), change)
}

/// An Ed25519 key whose assertions can have any header.
fn ed25519() -> (Ed25519KeyPair, SigningKey) {
    let der = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(&der).unwrap();
    (pair, SigningKey::from_pkcs8(Algorithm::EdDSA, &der).unwrap())
}

fn sign(pair: &Ed25519KeyPair, message: &[u8]) -> Vec<u8> {
    pair.sign(message).as_ref().to_vec()
}

/// The key's public half without these members.
fn public_without(key: &SigningKey, members: &[&str]) -> Value {
    let mut jwk = serde_json::to_value(key.public_jwk().unwrap()).unwrap();
    jwk.as_object_mut().unwrap().retain(|name, _| !members.contains(&name.as_str()));
    jwk
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_2_2_private_key_jwt_by_each_algorithm() {
    let op = Provider::start().await;
    let stranger = signing_key(Algorithm::ES256);
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric()) {
        let key = signing_key(algorithm);
        let rp = RelyingParty::with_keys(&op, &[&key]).await;
        let response = rp.assert_token(&op, &assert_by(&op, &rp, &key, |_| ())).await;
        assert_eq!(response.status, 200, "{algorithm} {}", response.text());
        let forged = rp.assert_token(&op, &assert_by(&op, &rp, &stranger, |_| ())).await;
        forged.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_2_2_client_secret_jwt_by_each_algorithm() {
    let op = Provider::start().await;
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let (rp, key) = RelyingParty::with_secret_jwt(&op, algorithm).await;
        let (_, other) = RelyingParty::with_secret_jwt(&op, algorithm).await;
        let response = rp.assert_token(&op, &assert_by(&op, &rp, &key, |_| ())).await;
        assert_eq!(response.status, 200, "{algorithm} {}", response.text());
        let forged = rp.assert_token(&op, &assert_by(&op, &rp, &other, |_| ())).await;
        forged.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_2_2_works_with_every_grant_and_endpoint() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let key = signing_key(Algorithm::PS256);
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let call = async |path: &str, fields: &[(&str, &str)]| {
        rp.assert_call(&op, path, &assert_by(&op, &rp, &key, |_| ()), fields).send().await
    };
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let tokens = Tokens::of(&call("/token", &rp.redemption(&code)).await);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
    let tokens = Tokens::of(&call("/token", &refresh).await);
    assert_eq!(verified(&op, tokens.id(), Algorithm::RS256).await["sub"], alice.user_id.as_str());
    let token = [("token", tokens.access_token.as_str())];
    assert_eq!(call("/introspect", &token).await.json()["active"], true);
    assert_eq!(call("/revoke", &token).await.status, 200);
    assert_eq!(call("/introspect", &token).await.json(), json!({ "active": false }));
    // Without an assertion each of them refuses.
    for path in ["/token", "/introspect", "/revoke"] {
        let fields = [refresh[0], refresh[1], token[0]];
        rp.call(&op, path, &[("client_id", rp.client_id()), fields[0], fields[1], fields[2]])
            .send()
            .await
            .assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_3_each_claim() {
    type Change = Box<dyn Fn(&mut Value)>;
    fn set(name: &'static str, value: Value) -> Change {
        Box::new(move |claims| claims[name] = value.clone())
    }
    fn without(name: &'static str) -> Change {
        Box::new(move |claims| drop(claims.as_object_mut().unwrap().remove(name)))
    }
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let now = op.now();
    let issuer = op.issuer.as_str();
    let good: [Change; 9] = [
        // OpenID Connect Core 9: the token endpoint as audience must work, the issuer should.
        set("aud", json!(format!("{issuer}/token"))),
        set("aud", json!([issuer])),
        set("exp", json!(now + 3600)),
        set("exp", json!(now - 29)),
        set("exp", json!(now as f64 + 59.5)),
        set("nbf", json!(now + 29)),
        set("iat", json!(now + 29)),
        without("iat"),
        set("extra", json!({ "a": [1] })),
    ];
    for (at, change) in good.iter().enumerate() {
        let response = rp.assert_token(&op, &assert_by(&op, &rp, &key, change)).await;
        assert_eq!(response.status, 200, "good {at}: {}", response.text());
    }
    let mut bad = vec![
        set("iss", json!("someone")),
        set("sub", json!("someone")),
        set("aud", json!("https://other.test")),
        set("aud", json!([issuer, "https://other.test"])),
        set("aud", json!([])),
        set("aud", json!({})),
        set("exp", json!(now - 30)),
        set("exp", json!(now + 3631)),
        set("exp", json!(now + 315_360_000)),
        set("exp", json!(i64::MAX)),
        set("exp", json!(-1)),
        set("exp", json!((now + 60).to_string())),
        set("nbf", json!(now + 31)),
        set("nbf", json!("tomorrow")),
        set("iat", json!(now + 31)),
        set("jti", json!("")),
        set("jti", json!(7)),
    ];
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        bad.push(without(name));
        bad.push(set(name, Value::Null));
    }
    for (at, change) in bad.iter().enumerate() {
        let response = rp.assert_token(&op, &assert_by(&op, &rp, &key, change)).await;
        assert_eq!(
            (response.status.as_u16(), response.error().as_str()),
            (401, "invalid_client"),
            "bad {at}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_3_a_claim_twice_is_no_claim() {
    let op = Provider::start().await;
    let (pair, key) = ed25519();
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let claims = |audience: &str| {
        let now = op.now();
        let (id, iss) = (rp.client_id(), &op.issuer);
        format!(
            r#"{{"iss":"{id}","sub":"{id}",{audience}"aud":"{iss}","exp":{},"jti":"j{audience:.3}"}}"#,
            now + 60
        )
    };
    let signed = |claims: &str| {
        let input =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(sign(&pair, input.as_bytes()));
        format!("{input}.{signature}")
    };
    let twice = rp.assert_token(&op, &signed(&claims(r#""aud":"https://other.test","#))).await;
    twice.assert_refused(401, "invalid_client");
    assert_eq!(rp.assert_token(&op, &signed(&claims(""))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7521_4_2_the_form_of_the_request() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let good = || assert_by(&op, &rp, &key, |_| ());
    let send = async |kind: &str, assertion: &str, client_id: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
            ("client_id", client_id),
        ];
        Request::form(op.at("/token"), &fields).send().await
    };
    // client_id may be there, and must then agree.
    assert_eq!(send(kind, &good(), "").await.status, 200);
    assert_eq!(send(kind, &good(), rp.client_id()).await.status, 200);
    send(kind, &good(), "other").await.assert_refused(401, "invalid_client");
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    for kind in ["", saml, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer "] {
        send(kind, &good(), "").await.assert_refused(401, "invalid_client");
    }
    let whole = good();
    let unsigned = &whole[..=whole.rfind('.').unwrap()];
    let long = "a".repeat(60_000);
    for text in ["", "x", "a.b.c", "..", unsigned, &whole[1..], &format!("{whole}."), &long] {
        send(kind, text, rp.client_id()).await.assert_refused(401, "invalid_client");
    }
    assert_eq!(send(kind, &whole, "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7517_4_5_keys_with_and_without_kid() {
    let op = Provider::start().await;
    let (pair, key) = ed25519();
    let (_, other) = ed25519();
    let kid = key.kid().unwrap();
    let named = serde_json::to_value(key.public_jwk()).unwrap();
    let nameless = public_without(&key, &["kid"]);
    let bare = public_without(&key, &["kid", "alg", "use"]);
    let elsewhere = public_without(&other, &["kid"]);
    let encryption = json!({ "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" });
    // The key set, the kid of the assertion, and whether that fits.
    let cases = [
        (vec![&named], Some(kid), true),
        (vec![&named], None, true),
        (vec![&named], Some("other"), false),
        (vec![&nameless], None, true),
        (vec![&bare], None, true),
        (vec![&elsewhere, &encryption, &bare], None, true),
        (vec![&elsewhere, &named], Some(kid), true),
        (vec![&elsewhere], None, false),
        // A kid names one key; a key without a name is not that one.
        (vec![&nameless], Some(kid), false),
        (vec![], None, false),
    ];
    for (at, (keys, kid, fits)) in cases.into_iter().enumerate() {
        let rp = RelyingParty::register(&op, |client| {
            client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            client.jwks = Some(json!({ "keys": keys }));
        })
        .await;
        let mut header = json!({ "alg": "EdDSA" });
        if let Some(kid) = kid {
            header["kid"] = kid.into();
        }
        let now = op.now();
        let id = rp.client_id();
        let claims = json!({ "iss": id, "sub": id, "aud": op.issuer, "exp": now + 60, "jti": "j" });
        let response = rp.assert_token(&op, &jws(&header, &claims, |input| sign(&pair, input))).await;
        assert_eq!(response.status, if fits { 200 } else { 401 }, "{at}: {}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_token_endpoint_auth_signing_alg_pins_one_algorithm() {
    let op = Provider::start().await;
    let der = SigningKey::generate_pkcs8(Algorithm::PS256).unwrap();
    let [rs256, ps256, ps384] = [Algorithm::RS256, Algorithm::PS256, Algorithm::PS384]
        .map(|algorithm| SigningKey::from_pkcs8(algorithm, &der).unwrap());
    let pin = async |pinned| {
        RelyingParty::register(&op, |client| {
            client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            client.jwks = Some(jwks_of(&[&rs256, &ps256, &ps384]));
            client.token_endpoint_auth_signing_alg = pinned;
        })
        .await
    };
    let free = pin(None).await;
    let pinned = pin(Some(Algorithm::PS256)).await;
    for (key, fits) in [(&rs256, false), (&ps256, true), (&ps384, false)] {
        assert_eq!(free.assert_token(&op, &assert_by(&op, &free, key, |_| ())).await.status, 200);
        let response = pinned.assert_token(&op, &assert_by(&op, &pinned, key, |_| ())).await;
        assert_eq!(response.status, if fits { 200 } else { 401 }, "{}", key.algorithm());
    }
    // The same for shared secrets.
    let rp = RelyingParty::register(&op, |client| {
        client.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
        client.token_endpoint_auth_signing_alg = Some(Algorithm::HS512);
    })
    .await;
    for (algorithm, status) in [(Algorithm::HS256, 401), (Algorithm::HS384, 401), (Algorithm::HS512, 200)] {
        let key = SigningKey::from_secret(algorithm, rp.secret.as_deref().unwrap().as_bytes()).unwrap();
        let response = rp.assert_token(&op, &assert_by(&op, &rp, &key, |_| ())).await;
        assert_eq!(response.status, status, "{algorithm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_3_7_an_assertion_is_good_once_wherever_it_is_sent() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::EdDSA);
    let (secret_rp, secret_key) = RelyingParty::with_secret_jwt(&op, Algorithm::HS256).await;
    let key_rp = RelyingParty::with_keys(&op, &[&key]).await;
    for (rp, key) in [(&key_rp, &key), (&secret_rp, &secret_key)] {
        let once = assert_by(&op, rp, key, |_| ());
        assert_eq!(rp.assert_token(&op, &once).await.status, 200);
        rp.assert_token(&op, &once).await.assert_refused(401, "invalid_client");
        for path in ["/revoke", "/introspect"] {
            let again = rp.assert_call(&op, path, &once, &[("token", "x")]).send().await;
            again.assert_refused(401, "invalid_client");
        }
        assert_eq!(rp.assert_token(&op, &assert_by(&op, rp, key, |_| ())).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_2_1_as_a_grant_it_is_not_offered() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let fields = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", "x")];
    rp.token(&op, &fields).await.assert_refused(400, "unsupported_grant_type");
    let offered = op.metadata().await["grant_types_supported"].clone();
    assert_eq!(offered, json!(["authorization_code", "refresh_token", "client_credentials"]));
}
