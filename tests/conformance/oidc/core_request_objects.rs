//! OpenID Connect Core 6: requests by `request` and `request_uri`, and what the certification suite expects of them.
//!
//! Chart 155: Request objects (OpenID Connect Core 6, RFC 9101) | by value and by reference; signed by the client's keys or the secret of `client_secret_jwt`, encrypted, unsigned where the tenant allows it

use credenza_protocol::client::SigningAlg;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{
    Browser, CHALLENGE, Outside, Provider, RelyingParty, Tokens, claims_of, signing_key, unsigned,
};
use credenza_validator::jwe::{self, ContentEncryption, KeyManagement};
use credenza_validator::{Algorithm, JwkSet, SigningKey};
use serde_json::json;

const MEDIA_TYPE: &str = "application/jwt";

/// A client that uses the code flow without PKCE and signs by this key.
async fn signer(op: &Provider, algorithm: Algorithm) -> (RelyingParty, SigningKey) {
    let key = signing_key(algorithm);
    (RelyingParty::with_request_keys(op, &[&key], |_| ()).await, key)
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_the_values_inside_count() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, key) = signer(&op, Algorithm::RS256).await;
    let request = rp.authorization();
    let mut claims = request.claims(&op);
    claims["state"] = json!("inner");
    claims["nonce"] = json!("inner nonce");
    claims["claims"] = json!({ "id_token": { "email": { "essential": true } } });
    let by_value = request.clone().by_value(&key, &claims);
    for outside in [by_value.clone(), by_value.with_all(&[("state", "outer"), ("nonce", "outer")])] {
        let answer = outside.answer(&op, &mut Browser::new(), &alice).await;
        assert_eq!(answer["state"], "inner");
        let tokens = Tokens::of(&rp.redeem(&op, &answer["code"]).await);
        let id_token = claims_of(tokens.id());
        assert_eq!(
            (&id_token["nonce"], &id_token["email"]),
            (&json!("inner nonce"), &json!("alice@people.test"))
        );
    }
    // What is missing inside is taken from outside.
    for name in ["state", "nonce"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    let outside = request.by_value(&key, &claims).with_all(&[("state", "outer"), ("nonce", "outer nonce")]);
    let answer = outside.answer(&op, &mut Browser::new(), &alice).await;
    assert_eq!(answer["state"], "outer");
    let tokens = Tokens::of(&rp.redeem(&op, &answer["code"]).await);
    assert_eq!(claims_of(tokens.id())["nonce"], "outer nonce");
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_and_max_age_inside_are_obeyed() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, key) = signer(&op, Algorithm::ES256).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    op.pass(100);
    let request = rp.authorization();
    let asked = |name: &str, value: serde_json::Value| {
        let mut claims = request.claims(&op);
        claims[name] = value;
        request.clone().by_value(&key, &claims)
    };
    asked("max_age", json!(1000)).silent(&op, &mut browser).await;
    for (name, value) in [("max_age", json!(50)), ("max_age", json!("50")), ("prompt", json!("login"))] {
        let page = asked(name, value).open(&op, &mut browser).await;
        assert!(page.says("login-submit"), "{name}: {}", page.text());
    }
    let page = asked("prompt", json!("none")).open(&op, &mut Browser::new()).await;
    page.assert_refused(&op, &request, "login_required");
    let page = asked("max_age", json!(-1)).open(&op, &mut browser).await;
    page.assert_refused(&op, &request, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_every_algorithm_of_a_client_key() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let mut browser = Browser::new();
    let (stranger, mut first) = (signing_key(Algorithm::ES256), true);
    let advertised = op.metadata().await["request_object_signing_alg_values_supported"].clone();
    let advertised: Vec<Algorithm> = serde_json::from_value(advertised).unwrap();
    for algorithm in Algorithm::ALL {
        assert!(advertised.contains(&algorithm), "{algorithm}");
        let (rp, key) = match algorithm.is_symmetric() {
            true => RelyingParty::with_secret_jwt(&op, algorithm).await,
            false => signer(&op, algorithm).await,
        };
        let request = rp.authorization();
        let signed = request.clone().by_value(&key, &request.claims(&op));
        if std::mem::take(&mut first) {
            signed.code(&op, &mut browser, &alice).await;
        }
        let page = signed.finish(&op, &mut browser, &alice).await;
        assert!(page.answer().contains_key("code"), "{algorithm}");
        let forged = request.clone().by_value(&stranger, &request.claims(&op));
        let forged = forged.with("redirect_uri", rp.redirect_uri()).with("state", "st4te");
        forged.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
    // A secret that is stored as a hash cannot verify a signature.
    let rp = RelyingParty::confidential(&op).await;
    let key = SigningKey::from_secret(Algorithm::HS256, rp.secret.as_ref().unwrap().as_bytes()).unwrap();
    let request = rp.authorization();
    let signed = request.clone().by_value(&key, &request.claims(&op));
    let signed = signed.with("redirect_uri", rp.redirect_uri()).with("state", "st4te");
    signed.assert_refused(&op, &mut browser, "invalid_request_object").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_the_registered_algorithm_is_the_only_one() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.unsigned_request_objects = true).await;
    let alice = op.user("alice").await;
    let (es256, rs256) = (signing_key(Algorithm::ES256), signing_key(Algorithm::RS256));
    let rp = RelyingParty::with_request_keys(&op, &[&es256, &rs256], |client| {
        client.request_object_signing_alg = Some(SigningAlg::By(Algorithm::ES256));
    })
    .await;
    let request = rp.authorization();
    let claims = request.claims(&op);
    let mut browser = Browser::new();
    request.clone().by_value(&es256, &claims).code(&op, &mut browser, &alice).await;
    for token in [rs256.sign("JWT", &claims).unwrap(), unsigned(&claims)] {
        let wrong = request.clone().with("request", &token);
        wrong.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_objects_are_taken_where_the_tenant_says_so() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let outside = Outside::start().await;
    rp.update(&op, |record| record.client.request_uris = vec![outside.url("/r")]).await;
    let request = rp.authorization();
    let token = unsigned(&request.claims(&op));
    outside.serve("/r", MEDIA_TYPE, token.clone());
    let by_value = request.clone().outside().with("request", &token);
    let by_reference = request.clone().outside().with("request_uri", &outside.url("/r"));
    let algorithms = async || op.metadata().await["request_object_signing_alg_values_supported"].clone();
    let mut browser = Browser::new();
    assert!(!algorithms().await.as_array().unwrap().contains(&json!("none")));
    for refused in [&by_value, &by_reference] {
        let refused = refused.clone().with("redirect_uri", rp.redirect_uri()).with("state", "st4te");
        refused.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
    op.change_settings(|settings| settings.unsigned_request_objects = true).await;
    assert!(algorithms().await.as_array().unwrap().contains(&json!("none")));
    for taken in [by_value, by_reference] {
        let answer = taken.answer(&op, &mut browser, &alice).await;
        assert_eq!(answer["state"], "st4te");
        let tokens = Tokens::of(&rp.redeem(&op, &answer["code"]).await);
        assert_eq!(claims_of(tokens.id())["nonce"], "n0nce");
    }
    let known = json!(op.metadata().await["request_uri_parameter_supported"]);
    assert_eq!(known, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn request_uri_is_compared_with_its_fragment_and_fetched_without() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, key) = signer(&op, Algorithm::RS256).await;
    let outside = Outside::start().await;
    let uri = outside.url("/request.jwt?x=1#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM");
    rp.update(&op, |record| record.client.request_uris = vec![uri.clone()]).await;
    let request = rp.authorization();
    let token = key.sign("oauth-authz-req+jwt", &request.claims(&op)).unwrap();
    let by_reference = request.clone().outside().with("request_uri", &uri);
    let mut browser = Browser::new();
    // Whatever its content type.
    for media_type in
        [MEDIA_TYPE, "application/oauth-authz-req+jwt", "text/plain", "application/octet-stream"]
    {
        outside.serve("/request.jwt", media_type, format!("{token}\n"));
        let answer = by_reference.answer(&op, &mut browser, &alice).await;
        assert_eq!(answer["state"], "st4te", "{media_type}");
    }
    assert!(outside.requests().iter().all(|recorded| recorded.target == "/request.jwt?x=1"));
    // Nothing is cached between requests.
    outside.forget("/request.jwt");
    let gone = by_reference.with("redirect_uri", rp.redirect_uri()).with("state", "st4te");
    gone.assert_refused(&op, &mut browser, "invalid_request_uri").await;
    for other in [
        outside.url("/request.jwt?x=1"),
        outside.url("/request.jwt?x=1#other"),
        outside.url("/request.jwt"),
        outside.url("/other#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM"),
    ] {
        let before = outside.requests().len();
        let wrong = request.clone().with("request_uri", &other);
        wrong.assert_refused(&op, &mut browser, "invalid_request_uri").await;
        assert_eq!(outside.requests().len(), before, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_redirect_uri_inside_wins_over_a_bad_one_outside() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, key) = signer(&op, Algorithm::RS256).await;
    let request = rp.authorization();
    let claims = request.claims(&op);
    let outer = request.clone().by_value(&key, &claims).with("redirect_uri", "https://evil.test/callback");
    let page = outer.finish(&op, &mut Browser::new(), &alice).await;
    assert!(page.response.location().starts_with(rp.redirect_uri()), "{}", page.response.location());
    let redeemed = rp.redeem(&op, &page.code()).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.text());
    // A bad one inside gives an error page, though the one outside is good.
    let mut bad = claims.clone();
    bad["redirect_uri"] = json!("https://evil.test/callback");
    let page = request.clone().by_value(&key, &bad).with("redirect_uri", rp.redirect_uri());
    page.assert_page(&op, &mut Browser::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_request_and_request_uri_exclude_each_other() {
    let op = Provider::start().await;
    let (rp, key) = signer(&op, Algorithm::ES256).await;
    let outside = Outside::start().await;
    rp.update(&op, |record| record.client.request_uris = vec![outside.url("/r")]).await;
    let request = rp.authorization();
    let token = key.sign("JWT", &request.claims(&op)).unwrap();
    outside.serve("/r", MEDIA_TYPE, token.clone());
    let both = request.clone().with("request", &token).with("request_uri", &outside.url("/r"));
    both.assert_refused(&op, &mut Browser::new(), "invalid_request").await;
    let mut claims = request.claims(&op);
    claims["response_type"] = json!("id_token");
    let other = request.clone().with("request", &key.sign("JWT", &claims).unwrap());
    other.assert_refused(&op, &mut Browser::new(), "invalid_request_object").await;
    assert!(outside.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_pkce_and_resources_inside_bind_the_code() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_request_keys(&op, &[&key], |client| {
        client.token_endpoint_auth_method = AuthMethod::None;
    })
    .await;
    let request = rp.authorization();
    let mut claims = request.claims(&op);
    claims["resource"] = json!(["https://api.test/", "https://other.test/"]);
    assert_eq!(claims["code_challenge"], CHALLENGE);
    let signed = request.clone().by_value(&key, &claims);
    let code = signed.code(&op, &mut Browser::new(), &alice).await;
    let tokens = Tokens::of(&rp.redeem(&op, &code).await);
    let audience = claims_of(&tokens.access_token)["aud"].clone();
    for resource in ["https://api.test/", "https://other.test/"] {
        assert!(audience.as_array().unwrap().contains(&json!(resource)), "{audience}");
    }
    claims.as_object_mut().unwrap().remove("code_challenge");
    let without = request.by_value(&key, &claims);
    let answer = without.answer(&op, &mut Browser::new(), &alice).await;
    assert_eq!(answer["error"], "invalid_request");
}

/// RFC 9101 6.1: signed, and then encrypted to the provider.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_1_encrypted_objects_hold_signed_ones() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (rp, key) = signer(&op, Algorithm::ES256).await;
    let keys = JwkSet::parse(op.jwks().await.to_string().as_bytes()).unwrap();
    let metadata = op.metadata().await;
    let request = rp.authorization();
    let signed = key.sign("oauth-authz-req+jwt", &request.claims(&op)).unwrap();
    let encrypted = |alg: KeyManagement, enc: ContentEncryption, content: &str| {
        let key = keys.for_encryption(alg).unwrap();
        let token = jwe::encrypt(key, alg, enc, Some("JWT"), content.as_bytes()).unwrap();
        request.clone().with("request", &token)
    };
    let mut browser = Browser::new();
    for alg in KeyManagement::ALL {
        for enc in ContentEncryption::ALL {
            let answer = encrypted(alg, enc, &signed).answer(&op, &mut browser, &alice).await;
            assert_eq!(answer["state"], "st4te", "{alg} {enc}");
        }
    }
    for (member, values) in [
        ("request_object_encryption_alg_values_supported", json!(KeyManagement::ALL)),
        ("request_object_encryption_enc_values_supported", json!(ContentEncryption::ALL)),
    ] {
        assert_eq!(metadata[member], values);
    }
    // Encryption does not prove who sent it: the signature inside does.
    let stranger = signing_key(Algorithm::ES256).sign("JWT", &request.claims(&op)).unwrap();
    let plain = request.claims(&op).to_string();
    let (alg, enc) = (KeyManagement::RsaOaep256, ContentEncryption::A256Gcm);
    let twice = encrypted(alg, enc, &signed).get("request").unwrap().to_owned();
    let nothing = String::new();
    for inside in [&stranger, &unsigned(&request.claims(&op)), &plain, &twice, &nothing] {
        let wrong = encrypted(alg, enc, inside);
        wrong.assert_refused(&op, &mut browser, "invalid_request_object").await;
    }
    let mut segments: Vec<String> = twice.split('.').map(str::to_owned).collect();
    segments[3] = segments[3].chars().rev().collect();
    let spoilt = request.clone().with("request", &segments.join("."));
    spoilt.assert_refused(&op, &mut browser, "invalid_request_object").await;
}
