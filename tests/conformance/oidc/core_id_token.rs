//! OpenID Connect Core 2, 3.1.3.3, 3.1.3.6, 3.1.3.7 and 12: ID tokens.
//!
//! Chart 200: ID tokens, userinfo | RS256, PS256, ES256, ES384, EdDSA; nineteen standard claims

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza::clock::Clock as _;
use credenza::keys::{self, Birth};
use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::time::Seconds;
use credenza_tests::{Browser, Provider, RelyingParty, Tokens, header_of, names_of, verified};
use credenza_validator::Algorithm;
use ring::digest;
use serde_json::{Value, json};

/// 3.1.3.6, computed independently: the left half of the hash that the algorithm names.
fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::ES384 => &digest::SHA384,
        Algorithm::EdDSA => &digest::SHA512,
        _ => &digest::SHA256,
    };
    let whole = digest::digest(hash, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&whole.as_ref()[..whole.as_ref().len() / 2])
}

const ALWAYS: [&str; 9] = ["iss", "sub", "aud", "exp", "iat", "amr", "acr", "at_hash", "sid"];

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let mut kids = BTreeSet::new();
    for algorithm in ALGORITHMS {
        let rp = RelyingParty::register(&op, |client| client.id_token_signed_response_alg = algorithm.into())
            .await;
        let tokens = rp.sign_in(&op, &alice).await;
        let header = header_of(tokens.id());
        assert_eq!(names_of(&header), BTreeSet::from(["alg", "kid", "typ"]));
        assert_eq!((&header["alg"], &header["typ"]), (&json!(algorithm), &json!("JWT")));
        kids.insert(header["kid"].to_string());
        let claims = verified(&op, tokens.id(), algorithm).await;
        // 3.1.3.6
        assert_eq!(claims["at_hash"], at_hash(algorithm, &tokens.access_token), "{algorithm}");
        // The refreshed one likewise, of the access token that it comes with.
        let again = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        let claims = verified(&op, again.id(), algorithm).await;
        assert_eq!(claims["at_hash"], at_hash(algorithm, &again.access_token), "{algorithm}");
    }
    assert_eq!(kids.len(), ALGORITHMS.len());
    // 3.1.3.7 (7): the default for a client that registered none.
    let rp = RelyingParty::confidential(&op).await;
    assert_eq!(header_of(rp.sign_in(&op, &alice).await.id())["alg"], "RS256");
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_2_the_claims() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
    let now = op.now();
    assert_eq!(claims["iss"], op.issuer);
    assert_eq!(claims["sub"], alice.user_id.as_str());
    assert_eq!(claims["aud"], rp.client_id());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
    assert_eq!(claims["nonce"], "n0nce");
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:credenza:acr:password"), &json!(["pwd"])));
    let sub = claims["sub"].as_str().unwrap();
    assert!(sub.is_ascii() && (1..=255).contains(&sub.len()));
    // 5.4: claims of the scope are for userinfo, since an access token was issued.
    assert_eq!(names_of(&claims), ALWAYS.into_iter().chain(["nonce"]).collect());
    // 8: one sub per person, the same for every client.
    let other = RelyingParty::confidential(&op).await;
    let bob = op.user("bob").await;
    let same = verified(&op, other.sign_in(&op, &alice).await.id(), Algorithm::RS256).await;
    assert_eq!((&same["sub"], &same["aud"]), (&claims["sub"], &json!(other.client_id())));
    assert_ne!(
        verified(&op, other.sign_in(&op, &bob).await.id(), Algorithm::RS256).await["sub"],
        claims["sub"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_2_nonce_is_given_back_as_it_came_or_not_at_all() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let long = "n".repeat(384);
    for nonce in ["0", "a b+c%20&d=é\"<>", long.as_str()] {
        let request = rp.authorization().with("nonce", nonce);
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        assert_eq!(verified(&op, tokens.id(), Algorithm::RS256).await["nonce"], nonce);
    }
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().without("nonce")).await;
    let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
    assert_eq!(names_of(&claims), BTreeSet::from(ALWAYS));
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_2_auth_time_where_it_was_asked_for() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let always = RelyingParty::register(&op, |client| client.require_auth_time = true).await;
    let within = RelyingParty::register(&op, |client| client.default_max_age = Some(Seconds(9999))).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let signed_in = op.now();
    op.pass(100);
    let by_name = rp.authorization().with("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#);
    let cases = [
        (&rp, rp.authorization(), Value::Null),
        (&rp, rp.authorization().with("max_age", "15000"), json!(signed_in)),
        (&rp, by_name, json!(signed_in)),
        (&always, always.authorization(), json!(signed_in)),
        (&within, within.authorization(), json!(signed_in)),
        // A new sign-in has a later one.
        (&rp, rp.authorization().with("max_age", "10"), json!(signed_in + 100)),
    ];
    for (rp, request, auth_time) in cases {
        let shown = request.query();
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        assert_eq!(verified(&op, tokens.id(), Algorithm::RS256).await["auth_time"], auth_time, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_3_3_an_id_token_comes_with_openid_alone() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let plain = rp.authorization().with("scope", "profile api:read");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), plain).await;
    assert_eq!(tokens.id_token, None);
    assert_eq!(Tokens::of(&rp.refresh(&op, tokens.refresh()).await).id_token, None);
    let request = rp.authorization().with("scope", "openid api:read");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    verified(&op, tokens.id(), Algorithm::RS256).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_12_2_a_refreshed_id_token() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("max_age", "9999").with("prompt", "login");
    let mut tokens = rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    let first = verified(&op, tokens.id(), Algorithm::RS256).await;
    op.pass(50);
    // A later sign-in in the same browser does not change what the older grant says.
    rp.sign_in_with(&op, &alice, &mut browser, request).await;
    for _ in 0..3 {
        op.pass(50);
        tokens = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
        for same in ["iss", "sub", "aud", "azp", "auth_time", "acr", "amr", "sid"] {
            assert_eq!(claims.get(same), first.get(same), "{same}");
        }
        let now = op.now();
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
        assert_eq!(names_of(&claims), ALWAYS.into_iter().chain(["auth_time"]).collect());
        rp.assert_alive(&op, &tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_claims_asked_for_by_name_stand_in_the_id_token() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let wanted = json!({
        "id_token": {
            "name": { "essential": true }, "email": null, "nickname": { "value": "Al" },
            "gender": { "values": ["other", "female"] }, "locale": { "value": "de" },
            "https://unknown.test/claim": null, "iss": { "value": "https://other.test" },
        },
        "userinfo": { "phone_number": null },
    });
    let request = rp.authorization().with("scope", "openid").with("claims", &wanted.to_string());
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    for tokens in [&tokens, &refreshed] {
        let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
        let asked: BTreeSet<_> =
            names_of(&claims).into_iter().filter(|name| !ALWAYS.contains(name)).collect();
        let nonce = claims.get("nonce").map(|_| "nonce");
        assert_eq!(asked, ["email", "gender", "name", "nickname"].into_iter().chain(nonce).collect());
        assert_eq!((&claims["name"], &claims["iss"]), (&json!("Alice Liddell"), &json!(op.issuer)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_10_1_1_a_new_key_signs_and_the_old_one_stays_published() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp =
        RelyingParty::register(&op, |client| client.id_token_signed_response_alg = Algorithm::ES256.into())
            .await;
    let old = rp.sign_in(&op, &alice).await;
    let tenant = op.default_tenant().await;
    let now = op.clock.now();
    let birth = Birth { now, active_at: now + Seconds(3600) };
    let (master, rng) = (&op.state.master, op.state.rng.as_ref());
    let record = keys::create(&tenant, Algorithm::ES256, birth, master, rng).unwrap();
    let new_kid = record.kid.clone();
    assert!(op.state.store.keys.create(&tenant, record).await.unwrap());
    // Published at once, used from its activation on.
    let published = op.jwks().await.to_string();
    assert!(published.contains(new_kid.as_str()));
    let before = Tokens::of(&rp.refresh(&op, old.refresh()).await);
    assert_eq!(header_of(before.id())["kid"], header_of(old.id())["kid"]);
    op.pass(3600);
    let after = Tokens::of(&rp.refresh(&op, before.refresh()).await);
    assert_eq!(header_of(after.id())["kid"], new_kid.as_str());
    for token in [old.id(), before.id(), after.id()] {
        verified(&op, token, Algorithm::ES256).await;
    }
    rp.assert_alive(&op, &after).await;
}
