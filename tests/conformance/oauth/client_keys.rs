//! Keys that clients publish (OpenID Connect Core 10.1, Registration 2).
//!
//! Chart 255: Keys of clients | `jwks` or `jwks_uri`, cached; a new key is found at once

use std::time::Duration;

use credenza::config::Limits;
use credenza::remote_keys::WAITING;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::outside::Watched;
use credenza_tests::{
    Browser, Outside, Provider, RelyingParty, Reply, Response, assertion, at_once, jwks_of, jws, signing_key,
};
use credenza_validator::{Algorithm, SigningKey};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use tokio::task::JoinSet;

struct Setup {
    op: Provider,
    outside: Outside,
    rp: RelyingParty,
}

/// A client of `private_key_jwt` whose `jwks_uri` is `/keys`.
async fn setup() -> Setup {
    setup_at(Provider::start().await).await
}

/// The same at a provider where one address may take everything: its share has tests of its own.
async fn setup_for_many() -> Setup {
    let limits = Limits { address_percent: 100, ..Limits::default() };
    setup_at(Provider::builder().limits(limits).start().await).await
}

async fn setup_at(op: Provider) -> Setup {
    let outside = Outside::start().await;
    let rp = RelyingParty::register(&op, |client| {
        client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
        client.jwks_uri = Some(outside.url("/keys"));
    })
    .await;
    Setup { op, outside, rp }
}

impl Setup {
    fn publish(&self, keys: &[&SigningKey]) {
        self.outside.serve("/keys", "application/jwk-set+json", jwks_of(keys).to_string());
    }

    fn assertion(&self, key: &SigningKey) -> String {
        assertion(key, self.rp.client_id(), &self.op.issuer, self.op.now(), |_| ())
    }

    async fn token(&self, key: &SigningKey) -> Response {
        self.rp.assert_token(&self.op, &self.assertion(key)).await
    }

    /// Publishes them at a host that takes so long to say so.
    fn publish_slowly(&self, keys: &[&SigningKey], delay: Duration) {
        let reply = Reply::ok("application/jwk-set+json", jwks_of(keys).to_string());
        self.outside.reply("/keys", reply.after(delay));
    }

    /// Requests with an assertion each, all at once; what each presented, and how it was answered.
    fn ask_at_once(&self, key: &SigningKey, count: usize) -> JoinSet<(String, Response)> {
        let ask = |_| {
            let assertion = self.assertion(key);
            let machine = [("grant_type", "client_credentials")];
            let request = self.rp.assert_call(&self.op, "/token", &assertion, &machine);
            async move { (assertion, request.send().await) }
        };
        (0..count).map(ask).collect()
    }

    fn fetches(&self) -> usize {
        self.outside.requests_for("/keys").len()
    }
}

/// A key whose public half, and whose assertions, have no `kid`.
fn without_kid(rp: &RelyingParty, op: &Provider) -> (Value, impl Fn() -> String) {
    let der = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(&der).unwrap();
    let key = SigningKey::from_pkcs8(Algorithm::EdDSA, &der).unwrap();
    let mut jwk = serde_json::to_value(key.public_jwk().unwrap()).unwrap();
    jwk.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "kid" | "use" | "alg"));
    let (client_id, issuer, now) = (rp.client_id().to_owned(), op.issuer.clone(), op.now());
    let sign = move || {
        let claims = credenza_tests::claims_of(&assertion(&key, &client_id, &issuer, now, |_| ()));
        jws(&json!({ "alg": "EdDSA" }), &claims, |message| pair.sign(message).as_ref().to_vec())
    };
    (jwk, sign)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_fetched_once_and_kept() {
    let setup = setup().await;
    let key = signing_key(Algorithm::ES256);
    setup.publish(&[&key]);
    let calls = (0..8).map(|_| {
        setup.rp.assert_call(
            &setup.op,
            "/token",
            &setup.assertion(&key),
            &[("grant_type", "client_credentials")],
        )
    });
    for response in at_once(calls).await {
        assert_eq!(response.status, 200, "{}", response.text());
    }
    assert_eq!(setup.fetches(), 1);
    // For an hour, unless the host says how long.
    setup.op.pass(3599);
    assert_eq!(setup.token(&key).await.status, 200);
    assert_eq!(setup.fetches(), 1);
    let reply = Reply::ok("application/json", jwks_of(&[&key]).to_string());
    setup.outside.reply("/keys", reply.header("cache-control", "max-age=600"));
    setup.op.pass(1);
    assert_eq!(setup.token(&key).await.status, 200);
    assert_eq!(setup.fetches(), 2);
    setup.op.pass(599);
    assert_eq!(setup.token(&key).await.status, 200);
    assert_eq!(setup.fetches(), 2);
    setup.op.pass(1);
    assert_eq!(setup.token(&key).await.status, 200);
    assert_eq!(setup.fetches(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_assertions_without_kid() {
    let setup = setup().await;
    let (first, sign_first) = without_kid(&setup.rp, &setup.op);
    let (second, sign_second) = without_kid(&setup.rp, &setup.op);
    let (_, sign_third) = without_kid(&setup.rp, &setup.op);
    let other = serde_json::to_value(signing_key(Algorithm::ES256).public_jwk().unwrap()).unwrap();
    let keys = json!({ "keys": [other, first, second] });
    setup.outside.serve("/keys", "application/json", keys.to_string());
    for published in [true, false] {
        for token in [sign_first(), sign_second()] {
            let response = setup.rp.assert_token(&setup.op, &token).await;
            assert_eq!(response.status, 200, "{}", response.text());
        }
        setup.rp.assert_token(&setup.op, &sign_third()).await.assert_refused(401, "invalid_client");
        if published {
            setup
                .rp
                .update(&setup.op, |record| {
                    record.client.jwks_uri = None;
                    record.client.jwks = Some(keys.clone());
                })
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_rotates_its_keys_is_understood() {
    let setup = setup().await;
    let (old, new) = (signing_key(Algorithm::RS256), signing_key(Algorithm::RS256));
    setup.publish(&[&old]);
    assert_eq!(setup.token(&old).await.status, 200);
    setup.publish(&[&new]);
    assert_eq!(setup.token(&new).await.status, 200);
    assert_eq!(setup.fetches(), 2);
    setup.token(&old).await.assert_refused(401, "invalid_client");
    assert_eq!(setup.token(&new).await.status, 200);
    // Without a kid, the signature decides.
    let (jwk, sign) = without_kid(&setup.rp, &setup.op);
    let (next, sign_next) = without_kid(&setup.rp, &setup.op);
    setup.op.pass(30);
    setup.outside.serve("/keys", "application/json", json!({ "keys": [jwk] }).to_string());
    assert_eq!(setup.rp.assert_token(&setup.op, &sign()).await.status, 200);
    setup.op.pass(30);
    setup.outside.serve("/keys", "application/json", json!({ "keys": [next] }).to_string());
    assert_eq!(setup.rp.assert_token(&setup.op, &sign_next()).await.status, 200);
}

/// More than may wait while the host takes its time: those are told to come again, and lose nothing by it.
#[tokio::test(flavor = "multi_thread")]
async fn few_requests_wait_for_the_keys_of_one_client() {
    let setup = setup_for_many().await;
    let key = signing_key(Algorithm::ES256);
    setup.publish_slowly(&[&key], Duration::from_secs(3));
    // Beside those who wait, one fetches.
    let mut asked = setup.ask_at_once(&key, usize::try_from(WAITING).unwrap() + 1 + 30);
    while setup.fetches() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let other = RelyingParty::confidential(&setup.op).await;
    let machine = [("grant_type", "client_credentials")];
    assert_eq!(other.token(&setup.op, &machine).await.status, 200);
    let mut refused = vec![];
    while let Some(answered) = asked.join_next().await {
        let (assertion, answer) = answered.unwrap();
        if answer.status == 503 {
            answer.assert_refused(503, "temporarily_unavailable");
            assert!(answer.headers.contains_key("retry-after"));
            refused.push(assertion);
        } else {
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
    assert_eq!((refused.len(), setup.fetches()), (30, 1), "those beyond the ones that may wait");
    for assertion in refused {
        assert_eq!(setup.rp.assert_token(&setup.op, &assertion).await.status, 200);
    }
}

/// A signature by an unknown key makes the provider ask for newer keys. Nobody whose key is known waits for that.
#[tokio::test(flavor = "multi_thread")]
async fn forged_assertions_hold_up_nobody_whose_key_is_known() {
    let setup = setup_for_many().await;
    let (key, stranger) = (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    setup.publish(&[&key]);
    assert_eq!(setup.token(&key).await.status, 200);
    setup.publish_slowly(&[&key], Duration::from_secs(3));
    let mut forged = setup.ask_at_once(&stranger, usize::try_from(WAITING).unwrap() + 30);
    while setup.fetches() == 1 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..10 {
        assert_eq!(setup.token(&key).await.status, 200);
    }
    while let Some(answered) = forged.join_next().await {
        let status = answered.unwrap().1.status.as_u16();
        assert!(matches!(status, 401 | 503), "{status}");
    }
    assert_eq!(setup.fetches(), 2);
}

/// Forged assertions cannot make the provider fetch keys at will.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_keys_do_not_make_it_fetch_at_will() {
    let setup = setup().await;
    let (key, stranger) = (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    setup.publish(&[&key]);
    assert_eq!(setup.token(&key).await.status, 200);
    for _ in 0..10 {
        setup.token(&stranger).await.assert_refused(401, "invalid_client");
    }
    assert_eq!(setup.fetches(), 2);
    setup.op.pass(30);
    setup.token(&stranger).await.assert_refused(401, "invalid_client");
    setup.token(&stranger).await.assert_refused(401, "invalid_client");
    assert_eq!(setup.fetches(), 3);
    assert_eq!(setup.token(&key).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_away_stops_nobody_for_a_day() {
    let setup = setup().await;
    let key = signing_key(Algorithm::ES256);
    setup.outside.reply("/keys", Reply::ok("text/plain", "").status(503));
    for _ in 0..3 {
        setup.token(&key).await.assert_refused(401, "invalid_client");
    }
    assert_eq!(setup.fetches(), 1, "a host that does not answer is left alone");
    setup.op.pass(30);
    setup.publish(&[&key]);
    assert_eq!(setup.token(&key).await.status, 200);
    for body in [Reply::ok("text/plain", "").status(500), Reply::ok("text/plain", "no keys")] {
        setup.outside.reply("/keys", body);
        setup.op.pass(3600);
        assert_eq!(setup.token(&key).await.status, 200);
    }
    setup.op.pass(86_400);
    setup.token(&key).await.assert_refused(401, "invalid_client");
    setup.op.pass(30);
    setup.publish(&[&key]);
    assert_eq!(setup.token(&key).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_other_places_of_keys() {
    let setup = setup().await;
    let (own, published, moved) =
        (signing_key(Algorithm::ES256), signing_key(Algorithm::ES256), signing_key(Algorithm::ES256));
    setup.publish(&[&published]);
    setup.outside.serve("/moved", "application/json", jwks_of(&[&moved]).to_string());
    assert_eq!(setup.token(&published).await.status, 200);
    // Another URL is another document, at once.
    let url = setup.outside.url("/moved");
    setup.rp.update(&setup.op, |record| record.client.jwks_uri = Some(url)).await;
    assert_eq!(setup.token(&moved).await.status, 200);
    setup.token(&published).await.assert_refused(401, "invalid_client");
    // Registered keys are not fetched from elsewhere.
    setup.rp.update(&setup.op, |record| record.client.jwks = Some(jwks_of(&[&own]))).await;
    let fetches = setup.outside.requests().len();
    assert_eq!(setup.token(&own).await.status, 200);
    setup.token(&moved).await.assert_refused(401, "invalid_client");
    assert_eq!(setup.outside.requests().len(), fetches);
    let inside = Watched::start().await;
    setup
        .rp
        .update(&setup.op, |record| {
            record.client.jwks = None;
            record.client.jwks_uri = Some(format!("https://127.0.0.1:{}/", inside.port));
        })
        .await;
    setup.token(&moved).await.assert_refused(401, "invalid_client");
    assert_eq!(inside.connections(), 0);
}

/// The keys of request objects come from there too, and are as fresh.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_10_1_1_request_objects_by_published_keys() {
    let setup = setup().await;
    let alice = setup.op.user("alice").await;
    let (old, new) = (signing_key(Algorithm::PS256), signing_key(Algorithm::PS256));
    let mut browser = Browser::new();
    for key in [&old, &new] {
        setup.publish(&[key]);
        let request = setup.rp.authorization();
        let signed = request.clone().by_value(key, &request.claims(&setup.op));
        signed.code(&setup.op, &mut browser, &alice).await;
    }
    assert_eq!(setup.fetches(), 2);
    let request = setup.rp.authorization();
    let signed = request.clone().with("request", &old.sign("JWT", &request.claims(&setup.op)).unwrap());
    signed.assert_refused(&setup.op, &mut browser, "invalid_request_object").await;
}
