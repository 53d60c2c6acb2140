//! Attacks on request objects (manual: attacks; RFC 9101 10).
//!
//! Chart 155

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza::config::EgressConfig;
use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::outside::Watched;
use credenza_tests::{
    Browser, Outside, Provider, RelyingParty, Reply, assertion, egress, jws, setup, signing_key,
};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};

/// A071: a URI that is not registered is not fetched.
#[tokio::test(flavor = "multi_thread")]
async fn a071_request_uri_of_strangers_is_not_fetched() {
    let (op, _, rp) = setup().await;
    let (inside, outside) = (Watched::start().await, Outside::start().await);
    for uri in [
        format!("http://127.0.0.1:{}/", inside.port),
        format!("https://127.0.0.1:{}/", inside.port),
        format!("https://localhost:{}/", inside.port),
        outside.url("/r"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "https://evil.test/r".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1:6379/_x".to_owned(),
        "data:application/jwt,x".to_owned(),
        "urn:ietf:params:oauth:request_uri:x".to_owned(),
    ] {
        let request = rp.authorization().with("request_uri", &uri);
        request.assert_refused(&op, &mut Browser::new(), "invalid_request_uri").await;
    }
    assert_eq!((inside.connections(), outside.requests().len()), (0, 0));
}

/// A071, A077: a registered URI is fetched from public addresses alone.
#[tokio::test(flavor = "multi_thread")]
async fn a071_a_registered_request_uri_does_not_lead_inside() {
    let config = EgressConfig { timeout: Duration::from_secs(1), ..egress() };
    let op = Provider::builder().egress(config).start().await;
    let alice = op.user("alice").await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_request_keys(&op, &[&key], |_| ()).await;
    let (inside, outside) = (Watched::start().await, Outside::start().await);
    let object = key.sign("JWT", &rp.authorization().claims(&op)).unwrap();
    let to_inside = format!("https://127.0.0.1:{}/", inside.port);
    outside.serve("/good", "application/jwt", object.clone());
    outside
        .reply("/moved", Reply::ok("text/plain", "").status(302).header("location", &outside.url("/good")));
    outside.reply("/inside", Reply::ok("text/plain", "").status(302).header("location", &to_inside));
    outside.reply("/slow", Reply::ok("application/jwt", object.clone()).after(Duration::from_secs(10)));
    outside.reply("/wrong", Reply::ok("application/jwt", object.clone()).status(404));
    outside.reply("/endless", Reply::ok("application/jwt", "a".repeat(1000)).endless());
    outside.serve("/large", "application/jwt", format!("{object}{}", " ".repeat(70_000)));
    let bad = ["/moved", "/inside", "/slow", "/wrong", "/endless", "/large", "/nothing"];
    let mut uris: Vec<String> = bad.iter().map(|path| outside.url(path)).collect();
    uris.extend([
        to_inside,
        format!("http://localhost:{}/", inside.port),
        outside.url_at("127.0.0.1", "/good"),
    ]);
    let registered = [&uris[..], &[outside.url("/good")]].concat();
    rp.update(&op, |record| record.client.request_uris = registered).await;
    let mut browser = Browser::new();
    for uri in &uris {
        let request = rp.authorization().with("request_uri", uri);
        request.assert_refused(&op, &mut browser, "invalid_request_uri").await;
    }
    assert_eq!(inside.connections(), 0);
    assert!(outside.requests_for("/good").is_empty());
    let good = rp.authorization().outside().with("request_uri", &outside.url("/good"));
    good.code(&op, &mut browser, &alice).await;
    // What is no JWT is no request.
    for body in ["", "x", "<html>", "\u{0}", "e30.e30.e30"] {
        outside.serve("/good", "application/jwt", body);
        let request = rp.authorization().with("request_uri", &outside.url("/good"));
        request.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
    outside.serve("/good", "application/jwt", vec![0xff, 0xfe]);
    let request = rp.authorization().with("request_uri", &outside.url("/good"));
    request.assert_refused(&op, &mut browser, "invalid_request_object").await;
}

/// A077: every URL of a client points into the internal network; the provider connects to none of them.
#[tokio::test(flavor = "multi_thread")]
async fn a077_no_url_of_a_client_leads_inside() {
    let (op, alice, rp) = setup().await;
    let inside = Watched::start().await;
    let url = format!("https://127.0.0.1:{}/", inside.port);
    let schema = schemars::schema_for!(Client);
    let names: Vec<String> =
        schema.as_object().unwrap()["properties"].as_object().unwrap().keys().cloned().collect();
    let one = names.iter().filter(|name| name.ends_with("_uri"));
    let many = names.iter().filter(|name| name.ends_with("_uris") && !name.contains("redirect"));
    assert!(one.clone().any(|name| name == "jwks_uri") && many.clone().any(|name| name == "request_uris"));
    rp.update(&op, |record| {
        let mut client = serde_json::to_value(&record.client).unwrap();
        one.for_each(|name| client[name] = json!(url));
        many.for_each(|name| client[name] = json!([url]));
        record.client = serde_json::from_value(client).unwrap();
    })
    .await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let by_reference = rp.authorization().with("request_uri", &url);
    by_reference.assert_refused(&op, &mut browser, "invalid_request_uri").await;
    let key = signing_key(Algorithm::ES256);
    let by_value = rp.authorization().with("request", &key.sign("JWT", &json!({})).unwrap());
    by_value.assert_refused(&op, &mut browser, "invalid_request_object").await;
    rp.update(&op, |record| record.client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt).await;
    let assertion = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
    rp.assert_token(&op, &assertion).await.assert_refused(401, "invalid_client");
    browser.open(&op, &format!("{}/logout", op.issuer)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(inside.connections(), 0);
}

/// An object that was not verified chooses no redirect URI, and none is chosen for it (RFC 9101 10.2).
#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_10_2_an_unverified_object_sends_nobody_anywhere() {
    let op = Provider::start().await;
    let (key, stranger) = (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    let rp = RelyingParty::with_request_keys(&op, &[&key], |_| ()).await;
    let forged = rp.authorization().by_value(&stranger, &rp.authorization().claims(&op));
    forged.assert_page(&op, &mut Browser::new()).await;
    for redirect_uri in ["https://evil.test/", "https://rp.test/callback/", "https://rp.test/callback?a=b"] {
        let outer = forged.clone().with("redirect_uri", redirect_uri);
        outer.assert_page(&op, &mut Browser::new()).await;
    }
    let repeated =
        forged.clone().and("redirect_uri", rp.redirect_uri()).and("redirect_uri", rp.redirect_uri());
    repeated.assert_page(&op, &mut Browser::new()).await;
    let told = forged.with("redirect_uri", rp.redirect_uri());
    told.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
}

/// RFC 9101 10.2: each client by its own keys, and each object for its own client and issuer.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_10_2_an_object_is_good_for_its_own_client_alone() {
    let op = Provider::start().await;
    op.tenant("other").await;
    let alice = op.user("alice").await;
    let (one_key, two_key) = (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    let one = RelyingParty::with_request_keys(&op, &[&one_key], |_| ()).await;
    let two = RelyingParty::with_request_keys(&op, &[&two_key], |_| ()).await;
    let of_one = one.authorization().claims(&op);
    let object = one_key.sign("JWT", &of_one).unwrap();
    let mut stolen = of_one.clone();
    stolen["client_id"] = json!(two.client_id());
    let by_other_key = two_key.sign("JWT", &of_one).unwrap();
    for (rp, token) in [
        (&two, &object),
        (&two, &by_other_key),
        (&one, &by_other_key),
        (&two, &one_key.sign("JWT", &stolen).unwrap()),
    ] {
        let wrong = rp.authorization().with("request", token);
        wrong.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
    }
    // The same client at another tenant is another client.
    let elsewhere = RelyingParty::register_at(&op, "other", |client| {
        *client = Client { jwks: one.client.jwks.clone(), ..one.client.clone() };
    })
    .await;
    let wrong = elsewhere.authorization().with("request", &object);
    wrong.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
    one.authorization().outside().with("request", &object).code(&op, &mut Browser::new(), &alice).await;
}

/// RFC 8725 2.1, 3.10: the object does not choose how it is verified.
#[tokio::test(flavor = "multi_thread")]
async fn a222_an_object_does_not_choose_its_key_or_algorithm() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let der = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let own = SigningKey::from_pkcs8(Algorithm::EdDSA, &der).unwrap();
    let pair = ring::signature::Ed25519KeyPair::from_pkcs8(&der).unwrap();
    let other = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let attacker = ring::signature::Ed25519KeyPair::from_pkcs8(&other).unwrap();
    let attacker_jwk = SigningKey::from_pkcs8(Algorithm::EdDSA, &other).unwrap().public_jwk().unwrap();
    let rp = RelyingParty::with_request_keys(&op, &[&own], |_| ()).await;
    let claims = rp.authorization().claims(&op);
    let outside = Outside::start().await;
    outside.serve("/jwks", "application/json", json!({ "keys": [attacker_jwk] }).to_string());
    let sign = |pair: &ring::signature::Ed25519KeyPair, message: &[u8]| pair.sign(message).as_ref().to_vec();
    let public = serde_json::to_string(&own.public_jwk().unwrap()).unwrap();
    let hmac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
    let kid = own.public_jwk().unwrap().kid().unwrap().to_owned();
    let tokens = [
        jws(&json!({ "alg": "EdDSA", "jwk": attacker_jwk }), &claims, |m| sign(&attacker, m)),
        jws(&json!({ "alg": "EdDSA", "kid": kid, "jku": outside.url("/jwks") }), &claims, |m| {
            sign(&attacker, m)
        }),
        jws(&json!({ "alg": "EdDSA", "x5u": outside.url("/jwks") }), &claims, |m| sign(&attacker, m)),
        jws(&json!({ "alg": "HS256" }), &claims, |m| ring::hmac::sign(&hmac, m).as_ref().to_vec()),
        jws(&json!({ "alg": "none" }), &claims, |m| sign(&pair, m)),
        jws(&json!({ "alg": "none" }), &claims, |_| vec![]),
        jws(&json!({ "alg": "ES256" }), &claims, |m| sign(&pair, m)),
        jws(&json!({ "alg": "EdDSA", "crit": ["exp"] }), &claims, |m| sign(&pair, m)),
        jws(&json!({ "alg": "EdDSA", "b64": false }), &claims, |m| sign(&pair, m)),
        jws(&json!({ "alg": "EdDSA", "kid": "other" }), &claims, |m| sign(&pair, m)),
    ];
    let mut browser = Browser::new();
    for token in tokens {
        let wrong = rp.authorization().with("request", &token);
        wrong.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
    assert!(outside.requests().is_empty());
    let right = jws(&json!({ "alg": "EdDSA" }), &claims, |m| sign(&pair, m));
    rp.authorization().outside().with("request", &right).code(&op, &mut browser, &alice).await;
}

/// A222, A230, A232: ambiguous JSON, deep JSON, and encryption by unknown algorithms.
#[tokio::test(flavor = "multi_thread")]
async fn a222_a232_objects_have_one_meaning() {
    let op = Provider::start().await;
    let der = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let own = SigningKey::from_pkcs8(Algorithm::EdDSA, &der).unwrap();
    let pair = ring::signature::Ed25519KeyPair::from_pkcs8(&der).unwrap();
    let rp = RelyingParty::with_request_keys(&op, &[&own], |_| ()).await;
    let good = rp.authorization().claims(&op).to_string();
    let signed = |payload: &str| {
        let input =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#), URL_SAFE_NO_PAD.encode(payload));
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(pair.sign(input.as_bytes()).as_ref()))
    };
    let open = &good[..good.len() - 1];
    let deep =
        format!("{open},\"claims\":{}{}}}", "{\"a\":".repeat(1000), "0".to_owned() + &"}".repeat(1000));
    let mut payloads = vec![
        format!("{open},\"state\":\"other\"}}"),
        format!("{open},\"\\u0073tate\":\"other\"}}"),
        format!("{open},\"redirect_uri\":\"https://evil.test/\"}}"),
        format!("[{good}]"),
        format!("{good}{good}"),
        deep,
    ];
    payloads.push((0..200).fold(open.to_owned(), |text, number| format!("{text},\"p{number}\":1")) + "}");
    for payload in payloads {
        let wrong = rp.authorization().with("request", &signed(&payload));
        wrong.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
    }
    let right =
        rp.authorization().outside().with("request", &signed(&good)).open(&op, &mut Browser::new()).await;
    assert!(right.says("login-submit"), "{}", right.text());
    for alg in ["RSA1_5", "PBES2-HS256+A128KW", "dir", "none"] {
        let header = json!({ "alg": alg, "enc": "A128GCM", "p2c": 2_000_000_000, "zip": "DEF" });
        let token = format!("{}.e30.e30.e30.e30", URL_SAFE_NO_PAD.encode(header.to_string()));
        let wrong = rp.authorization().with("request", &token);
        wrong.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
    }
}

/// Keys that cannot be fetched verify nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a236_without_keys_nothing_is_believed() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let outside = Outside::start().await;
    let key = signing_key(Algorithm::RS256);
    let rp = RelyingParty::register(&op, |client| client.jwks_uri = Some(outside.url("/keys"))).await;
    let claims = rp.authorization().claims(&op);
    let signed = rp.authorization().by_value(&key, &claims);
    let told = signed.clone().with("redirect_uri", rp.redirect_uri()).with("state", "s");
    let mut browser = Browser::new();
    for body in ["", "{}", "[]", "not JSON", r#"{"keys":{}}"#, r#"{"keys":[]}"#, r#"{"keys":[],"keys":[]}"#] {
        outside.serve("/keys", "application/json", body);
        told.assert_refused(&op, &mut browser, "invalid_request_object").await;
        op.pass(3600);
    }
    let mut claims: Value = claims;
    claims["exp"] = json!(op.now() + 60);
    outside.serve("/keys", "application/json", credenza_tests::jwks_of(&[&key]).to_string());
    rp.authorization().by_value(&key, &claims).code(&op, &mut browser, &alice).await;
    // A client without any keys has no request objects.
    let bare = RelyingParty::confidential(&op).await;
    let request = bare.authorization();
    let signed = request.clone().with("request", &key.sign("JWT", &request.claims(&op)).unwrap());
    signed.assert_refused(&op, &mut browser, "invalid_request_object").await;
}
