//! Attacks on client assertions, RFC 7523 (manual: attacks).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_protocol::time::{Seconds, Time};
use credenza_tests::{Provider, RelyingParty, assertion, at_once, jwks_of, jws, signing_key};
use credenza_validator::{Algorithm, SigningKey};
use ring::hmac;
use serde_json::{Value, json};

/// A client with a key, and a valid assertion of it with this `jti`.
async fn client(op: &Provider) -> (RelyingParty, SigningKey) {
    let key = signing_key(Algorithm::ES256);
    (RelyingParty::with_keys(op, &[&key]).await, key)
}

fn with_jti(op: &Provider, rp: &RelyingParty, key: &SigningKey, jti: &str) -> String {
    assertion(key, rp.client_id(), &op.issuer, op.now(), |claims| claims["jti"] = jti.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a045_an_audience_that_is_not_ours_alone() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let (rp, key) = client(&op).await;
    let twin = RelyingParty::register_at(&op, "acme", |twin| *twin = rp.client.clone()).await;
    let issuer = op.issuer.as_str();
    let url = |path: &str| format!("{issuer}{path}");
    let send = async |rp: &RelyingParty, audience: Value| {
        let signed = assertion(&key, rp.client_id(), "", op.now(), |claims| claims["aud"] = audience);
        rp.assert_token(&op, &signed).await
    };
    let other = "https://other.test/token";
    let foreign = [
        json!(other),
        json!([issuer, other]),
        json!([other, issuer]),
        json!([issuer, issuer]),
        json!([[issuer]]),
        json!({ "iss": issuer }),
        json!(true),
        json!(""),
        json!(url("/")),
        json!(url("/par")),
        json!(url("/token/")),
        json!(url("/introspect")),
        json!(url("/token?x")),
        json!(url("/t/acme")),
        json!(url("/t/acme/token")),
        json!(issuer.to_uppercase()),
        json!(issuer.replace("http:", "https:")),
        json!(issuer.replace("http://", "")),
        json!(rp.client_id()),
    ];
    for audience in foreign {
        let response = send(&rp, audience.clone()).await;
        assert_eq!(
            (response.status.as_u16(), response.error().as_str()),
            (401, "invalid_client"),
            "{audience}"
        );
    }
    // OpenID Connect Core 9 and the certification plans require the token endpoint beside the issuer as an audience,
    // so the default profile of clients accepts both.
    for audience in [json!(issuer), json!(url("/token"))] {
        assert_eq!(send(&rp, audience).await.status, 200);
    }
    for audience in [json!(issuer), json!(url("/token"))] {
        send(&twin, audience).await.assert_refused(401, "invalid_client");
    }
    for audience in [json!(url("/t/acme")), json!(url("/t/acme/token"))] {
        assert_eq!(send(&twin, audience).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a046_of_64_at_once_one_passes() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    for jti in ["a", "b"] {
        let once = with_jti(&op, &rp, &key, jti);
        let fields = [("grant_type", "client_credentials")];
        let answers = at_once((0..64).map(|_| rp.assert_call(&op, "/token", &once, &fields))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 63));
        lost.iter().for_each(|answer| answer.assert_refused(401, "invalid_client"));
        // Signed again it is still the same assertion, by its jti.
        let again = with_jti(&op, &rp, &key, jti);
        rp.assert_token(&op, &again).await.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a046_it_is_remembered_for_as_long_as_it_would_be_good() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    let used = with_jti(&op, &rp, &key, "used");
    let kept = with_jti(&op, &rp, &key, "kept");
    let late = with_jti(&op, &rp, &key, "late");
    assert_eq!(rp.assert_token(&op, &used).await.status, 200);
    // exp is 60 s away, and clocks may differ by 30.
    for seconds in [59, 1, 29] {
        op.pass(seconds);
        op.state.store.maintenance.sweep(Time::from_seconds(op.now()), 1000).await.unwrap();
        rp.assert_token(&op, &used).await.assert_refused(401, "invalid_client");
    }
    assert_eq!(rp.assert_token(&op, &kept).await.status, 200);
    op.pass(1);
    for old in [&used, &kept, &late] {
        rp.assert_token(&op, old).await.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a046_nobody_uses_up_anothers_jti() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    let (other, other_key) = client(&op).await;
    assert_eq!(other.assert_token(&op, &with_jti(&op, &other, &other_key, "j")).await.status, 200);
    // Nor does a forgery use up a jti, or an assertion that is refused for another reason.
    let forged = with_jti(&op, &rp, &other_key, "j");
    rp.assert_token(&op, &forged).await.assert_refused(401, "invalid_client");
    let foreign = assertion(&key, rp.client_id(), "https://other.test", op.now(), |claims| {
        claims["jti"] = "j".into();
    });
    rp.assert_token(&op, &foreign).await.assert_refused(401, "invalid_client");
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &key, "j")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a047_subject_and_client_are_one() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    let (other, _) = client(&op).await;
    for (iss, sub) in [
        (rp.client_id(), other.client_id()),
        (other.client_id(), rp.client_id()),
        (other.client_id(), other.client_id()),
        ("", ""),
        (rp.client_id(), "alice"),
    ] {
        let signed = assertion(&key, rp.client_id(), &op.issuer, op.now(), |claims| {
            (claims["iss"], claims["sub"]) = (iss.into(), sub.into());
        });
        rp.assert_token(&op, &signed).await.assert_refused(401, "invalid_client");
    }
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &key, "j")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a047_the_key_and_the_algorithm_are_the_clients_to_choose_not_the_tokens() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    let attacker = signing_key(Algorithm::ES256);
    let kid = key.kid().unwrap();
    let public = serde_json::to_value(key.public_jwk()).unwrap();
    let claims = || {
        let id = rp.client_id();
        json!({ "iss": id, "sub": id, "aud": op.issuer, "exp": op.now() + 60, "jti": op.now().to_string() })
    };
    let hmac_by = |secret: Vec<u8>| {
        let header = json!({ "alg": "HS256", "kid": kid });
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        jws(&header, &claims(), |input| hmac::sign(&key, input).as_ref().to_vec())
    };
    // A valid signature by the attacker's key, which the header names or carries.
    let resigned = |header: Value| {
        let foreign = attacker.sign("JWT", &claims()).unwrap();
        let (_, rest) = foreign.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    let point = URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
    let none = |alg: &str| jws(&json!({ "alg": alg }), &claims(), |_| vec![]);
    let forgeries = [
        none("none"),
        format!("{}AA", none("None")),
        jws(&json!({ "kid": kid }), &claims(), |_| vec![0; 64]),
        jws(&json!({ "alg": "ES256", "kid": kid }), &claims(), |_| vec![0; 64]),
        jws(&json!({ "alg": "ES256", "kid": kid }), &claims(), |_| vec![0; 70]),
        hmac_by(public.to_string().into_bytes()),
        hmac_by(point),
        hmac_by(jwks_of(&[&key]).to_string().into_bytes()),
        attacker.sign("JWT", &claims()).unwrap(),
        resigned(json!({ "alg": "ES256", "kid": kid })),
        resigned(json!({ "alg": "ES256", "jwk": attacker.public_jwk() })),
        resigned(json!({ "alg": "ES256", "kid": kid, "jku": "https://evil.test/jwks" })),
        resigned(json!({ "alg": "ES256", "kid": "../../dev/null" })),
    ];
    for (at, forgery) in forgeries.iter().enumerate() {
        let response = rp.assert_token(&op, forgery).await;
        assert_eq!((response.status.as_u16(), response.error().as_str()), (401, "invalid_client"), "{at}");
    }
    assert_eq!(rp.assert_token(&op, &key.sign("JWT", &claims()).unwrap()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a047_a_key_that_was_taken_away_is_dead_at_once() {
    let op = Provider::start().await;
    let (rp, old) = client(&op).await;
    let new = signing_key(Algorithm::ES256);
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &old, "1")).await.status, 200);
    rp.update(&op, |record| record.client.jwks = Some(jwks_of(&[&old, &new]))).await;
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &old, "2")).await.status, 200);
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &new, "3")).await.status, 200);
    rp.update(&op, |record| record.client.jwks = Some(jwks_of(&[&new]))).await;
    rp.assert_token(&op, &with_jti(&op, &rp, &old, "4")).await.assert_refused(401, "invalid_client");
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &new, "4")).await.status, 200);
    rp.update(&op, |record| record.client.jwks = None).await;
    rp.assert_token(&op, &with_jti(&op, &rp, &new, "5")).await.assert_refused(401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn a047_times_that_can_not_be() {
    let op = Provider::start().await;
    let (rp, key) = client(&op).await;
    let years = Seconds(10 * 365 * 86_400).0;
    for (name, value) in [("exp", years), ("exp", -31), ("iat", 3600), ("nbf", 3600), ("iat", years)] {
        let at = op.now() + value;
        let signed = assertion(&key, rp.client_id(), &op.issuer, op.now(), |claims| claims[name] = at.into());
        let response = rp.assert_token(&op, &signed).await;
        assert_eq!(
            (response.status.as_u16(), response.error().as_str()),
            (401, "invalid_client"),
            "{name} {value}"
        );
    }
    assert_eq!(rp.assert_token(&op, &with_jti(&op, &rp, &key, "j")).await.status, 200);
}
