//! What the metadata advertises about ID tokens, userinfo and claims works, value by value; the rest is in
//! `advertised`.

use std::collections::BTreeSet;

use credenza_protocol::client::{Client, SubjectType};
use credenza_tests::{RelyingParty, claims_of, decryption_key, jwks_to_encrypt_to, opened, verified};
use credenza_validator::Algorithm;
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use serde_json::{Value, json};

use crate::oidc::advertised::World;

/// Every pair of values, as `(alg, enc)`.
fn pairs(world: &World, what: &str) -> Vec<(KeyManagement, ContentEncryption)> {
    let algs = world.values(&format!("{what}_encryption_alg_values_supported"));
    let encs = world.values(&format!("{what}_encryption_enc_values_supported"));
    let all = algs.iter().flat_map(|alg| encs.iter().map(move |enc| (alg, enc)));
    all.map(|(alg, enc)| (alg.parse().unwrap(), enc.parse().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn subject_types_supported_are_one_sub_for_all_clients_or_one_for_each_sector() {
    let world = World::new().await;
    for name in world.values("subject_types_supported") {
        let subject_type: SubjectType = serde_json::from_value(json!(name)).unwrap();
        let mut subs = BTreeSet::new();
        for host in ["one.test", "two.test"] {
            let rp = RelyingParty::register(&world.op, |client| {
                client.subject_type = subject_type;
                client.redirect_uris = vec![format!("https://{host}/callback")];
            });
            let tokens = rp.await.sign_in(&world.op, &world.alice).await;
            subs.insert(claims_of(tokens.id())["sub"].to_string());
        }
        let expected = match name.as_str() {
            "public" => 1,
            "pairwise" => 2,
            other => panic!("{other} is not known here"),
        };
        assert_eq!(subs.len(), expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn id_token_encryption_values_supported_encrypt() {
    let world = World::new().await;
    let keys = KeyManagement::ALL.map(decryption_key);
    for (alg, enc) in pairs(&world, "id_token") {
        let rp = RelyingParty::register(&world.op, |client| {
            client.jwks = Some(jwks_to_encrypt_to(&keys.each_ref()));
            client.id_token_encrypted_response_alg = Some(alg);
            client.id_token_encrypted_response_enc = Some(enc);
        });
        let tokens = rp.await.sign_in(&world.op, &world.alice).await;
        let key = keys.iter().find(|key| key.algorithm() == alg).unwrap();
        let (header, id_token) = opened(tokens.id(), key);
        assert_eq!(header.enc, enc);
        assert_eq!(claims_of(&id_token)["sub"], world.alice.user_id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_signing_and_encryption_values_supported_sign_and_encrypt() {
    let world = World::new().await;
    for name in world.values("userinfo_signing_alg_values_supported") {
        let algorithm: Algorithm = name.parse().unwrap();
        let change = |client: &mut Client| client.userinfo_signed_response_alg = Some(algorithm.into());
        let rp = RelyingParty::register(&world.op, change).await;
        let tokens = rp.sign_in(&world.op, &world.alice).await;
        let answer = rp.userinfo(&world.op, &tokens.access_token).await.text();
        let claims = verified(&world.op, &answer, algorithm).await;
        assert_eq!(claims["sub"], world.alice.user_id.as_str());
    }
    let keys = KeyManagement::ALL.map(decryption_key);
    for (alg, enc) in pairs(&world, "userinfo") {
        let rp = RelyingParty::register(&world.op, |client| {
            client.jwks = Some(jwks_to_encrypt_to(&keys.each_ref()));
            client.userinfo_encrypted_response_alg = Some(alg);
            client.userinfo_encrypted_response_enc = Some(enc);
        })
        .await;
        let tokens = rp.sign_in(&world.op, &world.alice).await;
        let answer = rp.userinfo(&world.op, &tokens.access_token).await.text();
        let (header, claims) = opened(&answer, keys.iter().find(|key| key.algorithm() == alg).unwrap());
        assert_eq!(header.enc, enc);
        assert!(claims.contains(world.alice.user_id.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn id_token_signing_alg_values_supported_sign() {
    let world = World::new().await;
    for name in world.values("id_token_signing_alg_values_supported") {
        let algorithm: Algorithm = serde_json::from_value(name.into()).unwrap();
        let change = |client: &mut Client| client.id_token_signed_response_alg = algorithm.into();
        let rp = RelyingParty::register(&world.op, change).await;
        let tokens = rp.sign_in(&world.op, &world.alice).await;
        assert_eq!(verified(&world.op, tokens.id(), algorithm).await["sub"], world.alice.user_id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_supported_are_all_given() {
    let world = World::new().await;
    assert_eq!(world.values("claim_types_supported"), ["normal"]);
    let scope = "openid profile email address phone groups roles";
    let request = world.rp.authorization().with("scope", scope).with("max_age", "1000");
    let tokens = world.tokens(request).await;
    let id_token = claims_of(tokens.id());
    let userinfo = world.rp.userinfo(&world.op, &tokens.access_token).await.json();
    let given: BTreeSet<_> =
        [&id_token, &userinfo].into_iter().flat_map(|claims| claims.as_object().unwrap().keys()).collect();
    let advertised = world.values("claims_supported");
    // "normal": each is a value, none a reference to another place (OpenID Connect Core 5.6).
    assert_eq!(given, advertised.iter().collect());
    assert!(!given.iter().any(|name| name.starts_with("_claim")));
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_parameter_supported() {
    let world = World::new().await;
    assert_eq!(world.metadata["claims_parameter_supported"], true);
    let claims = r#"{"userinfo":{"nickname":null},"id_token":{"email":{"essential":true}}}"#;
    let tokens = world.tokens(world.rp.authorization().with("scope", "openid").with("claims", claims)).await;
    let userinfo = world.rp.userinfo(&world.op, &tokens.access_token).await.json();
    assert_eq!((&userinfo["nickname"], &userinfo["email"]), (&json!("Al"), &Value::Null));
    assert_eq!(claims_of(tokens.id())["email"], "alice@people.test");
}
