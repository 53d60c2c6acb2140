//! Encrypted ID tokens and userinfo answers (OpenID Connect Core 5.3.2, 10.2, 16.14), and what others encrypt for
//! the provider.
//!
//! Chart 205: Signed and encrypted userinfo, encrypted ID tokens | RSA-OAEP-256, ECDH-ES (P-256, P-384); A128GCM, A256GCM, A128CBC-HS256, A256CBC-HS512; signed first

use credenza::clock::Clock as _;
use credenza::context::Context;
use credenza::keys::encryption::replace;
use credenza::rng::{self, SystemRng};
use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_storage::ClientRecord;
use credenza_tests::{
    Browser, Person, Provider, RelyingParty, Tokens, claims_of, decryption_key, header_of,
    jwks_to_encrypt_to, opened, setup, verified,
};
use credenza_validator::jwe::{ContentEncryption, DecryptionKey, KeyManagement, encrypt};
use credenza_validator::{Algorithm, JwkSet};
use serde_json::{Value, json};

async fn sign_in(op: &Provider, alice: &Person, change: impl FnOnce(&mut Client)) -> (RelyingParty, Tokens) {
    let rp = RelyingParty::register(op, change).await;
    let tokens = rp.sign_in(op, alice).await;
    (rp, tokens)
}

/// The ID token inside, its signature checked.
async fn inside(op: &Provider, token: &str, key: &DecryptionKey, enc: ContentEncryption) -> Value {
    let (header, id_token) = opened(token, key);
    assert_eq!((header.alg, header.enc), (key.algorithm(), enc));
    assert_eq!(header.kid.as_deref(), Some(key.kid()), "it names the key of the client");
    assert_eq!(header.cty.as_deref(), Some("JWT"));
    verified(op, &id_token, Algorithm::RS256).await
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_16_14_id_tokens_are_signed_and_then_encrypted() {
    let (op, alice, _) = setup().await;
    for key in KeyManagement::ALL.map(decryption_key) {
        for enc in ContentEncryption::ALL {
            let (rp, tokens) = sign_in(&op, &alice, |client| {
                client.jwks = Some(jwks_to_encrypt_to(&[&key]));
                client.id_token_encrypted_response_alg = Some(key.algorithm());
                client.id_token_encrypted_response_enc = Some(enc);
            })
            .await;
            let claims = inside(&op, tokens.id(), &key, enc).await;
            assert_eq!((&claims["sub"], &claims["nonce"]), (&json!(alice.user_id), &json!("n0nce")));
            let again = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
            assert_eq!(inside(&op, again.id(), &key, enc).await["sub"], claims["sub"]);
            // The userinfo answer has settings of its own.
            assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json()["sub"], claims["sub"]);
        }
    }
}

/// OpenID Connect Registration 2: `A128CBC-HS256` where no `enc` is named.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_the_enc_that_is_meant_where_none_is_named() {
    let (op, alice, _) = setup().await;
    let key = decryption_key(KeyManagement::EcdhEs);
    let (_, tokens) = sign_in(&op, &alice, |client| {
        client.jwks = Some(jwks_to_encrypt_to(&[&key]));
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    })
    .await;
    inside(&op, tokens.id(), &key, ContentEncryption::A128CbcHs256).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_3_an_id_token_in_the_browser_is_encrypted_too() {
    let (op, alice, _) = setup().await;
    op.change_settings(|settings| settings.front_channel_tokens = true).await;
    let key = decryption_key(KeyManagement::EcdhEs);
    let rp = RelyingParty::register(&op, |client| {
        client.response_types = credenza_protocol::response_type::ResponseType::ALL.to_vec();
        client.jwks = Some(jwks_to_encrypt_to(&[&key]));
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    })
    .await;
    let request = rp.authorization().with("response_type", "code id_token");
    let answer = request.answer(&op, &mut Browser::new(), &alice).await;
    let claims = inside(&op, &answer["id_token"], &key, ContentEncryption::A128CbcHs256).await;
    assert!(claims["c_hash"].is_string());
}

/// What should be encrypted is never sent in the clear.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_10_2_without_a_key_to_encrypt_to_there_is_no_answer() {
    let (op, alice, _) = setup().await;
    let (rsa, ec) = (decryption_key(KeyManagement::RsaOaep256), decryption_key(KeyManagement::EcdhEs));
    let encrypted = |client: &mut Client| {
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        client.userinfo_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        client.jwks = Some(jwks_to_encrypt_to(&[&rsa]));
    };
    let rp = RelyingParty::register(&op, encrypted).await;
    for jwks in [Some(jwks_to_encrypt_to(&[&rsa])), Some(json!({ "keys": [] })), None] {
        rp.update(&op, |record| record.client.jwks = jwks).await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        let answer = rp.redeem(&op, &code).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (500, &json!("server_error")));
        assert!(!answer.text().contains("token\":"), "{}", answer.text());
    }
    rp.update(&op, |record| record.client.jwks = Some(jwks_to_encrypt_to(&[&rsa, &ec]))).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let answer = rp.userinfo(&op, &tokens.access_token).await;
    assert_eq!(answer.header("content-type"), "application/jwt");
    rp.update(&op, |record| record.client.jwks = None).await;
    let answer = rp.userinfo(&op, &tokens.access_token).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.text().contains("Liddell"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_3_2_userinfo_encrypted_alone_holds_json() {
    let (op, alice, _) = setup().await;
    for key in KeyManagement::ALL.map(decryption_key) {
        let (rp, tokens) = sign_in(&op, &alice, |client| {
            client.jwks = Some(jwks_to_encrypt_to(&[&key]));
            client.userinfo_encrypted_response_alg = Some(key.algorithm());
            client.userinfo_encrypted_response_enc = Some(ContentEncryption::A256Gcm);
        })
        .await;
        assert_eq!(header_of(tokens.id())["alg"], "RS256", "the ID token is another matter");
        let answer = rp.userinfo(&op, &tokens.access_token).await;
        assert_eq!(answer.header("content-type"), "application/jwt");
        let (header, content) = opened(&answer.text(), &key);
        assert_eq!((header.enc, header.cty), (ContentEncryption::A256Gcm, None));
        let claims: Value = serde_json::from_str(&content).unwrap();
        assert_eq!((&claims["sub"], &claims["name"]), (&json!(alice.user_id), &json!("Alice Liddell")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_3_2_userinfo_signed_and_then_encrypted() {
    let (op, alice, _) = setup().await;
    let key = decryption_key(KeyManagement::EcdhEs);
    let (rp, tokens) = sign_in(&op, &alice, |client| {
        client.jwks = Some(jwks_to_encrypt_to(&[&key]));
        client.userinfo_signed_response_alg = Some(Algorithm::ES256.into());
        client.userinfo_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    })
    .await;
    let answer = rp.userinfo(&op, &tokens.access_token).await;
    assert_eq!(answer.header("content-type"), "application/jwt");
    let (header, token) = opened(&answer.text(), &key);
    assert_eq!(header.cty.as_deref(), Some("JWT"));
    let claims = verified(&op, &token, Algorithm::ES256).await;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(op.issuer), &json!(rp.client_id())));
}

/// Only the client can read an encrypted ID token, so as a hint it sends the signed token inside.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_an_encrypted_id_token_is_no_hint_and_the_one_inside_is() {
    let (op, alice, _) = setup().await;
    let key = decryption_key(KeyManagement::EcdhEs);
    let rp = RelyingParty::register(&op, |client| {
        client.jwks = Some(jwks_to_encrypt_to(&[&key]));
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    })
    .await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let hint = |token: &str| rp.authorization().with("id_token_hint", token).with("prompt", "none");
    hint(tokens.id()).assert_refused(&op, &mut browser, "invalid_request").await;
    let (_, inner) = opened(tokens.id(), &key);
    hint(&inner).silent(&op, &mut browser).await;
}

async fn context(op: &Provider, tenant: &str) -> Context {
    Context::load(&op.state, tenant, None).await.unwrap().unwrap()
}

/// RFC 7516 11.5: one error for everything that cannot be decrypted.
#[tokio::test(flavor = "multi_thread")]
async fn a230_what_is_encrypted_to_the_tenant_opens_there_alone() {
    let (op, ..) = setup().await;
    op.tenant("acme").await;
    let keys = JwkSet::parse(op.jwks().await.to_string().as_bytes()).unwrap();
    let (own, acme) = (context(&op, "default").await, context(&op, "acme").await);
    for alg in KeyManagement::ALL {
        let key = keys.for_encryption(alg).expect("a key of use enc");
        assert!(key.is_for_encryption() && key.kid().is_some());
        for enc in ContentEncryption::ALL {
            let token = encrypt(key, alg, enc, Some("JWT"), b"a.b.c").unwrap();
            let decrypted = own.decrypt(&token).await.unwrap().expect("it opens");
            assert_eq!(decrypted.content.as_slice(), b"a.b.c");
            assert_eq!((decrypted.header.alg, decrypted.header.enc), (alg, enc));
            assert!(acme.decrypt(&token).await.unwrap().is_none());
            assert!(own.decrypt(&format!("{token}x")).await.unwrap().is_none());
        }
    }
    for garbage in ["", "x", "....", "a.b.c.d.e"] {
        assert!(own.decrypt(garbage).await.unwrap().is_none());
    }
}

/// Others may hold older copies of the key set, so the previous keys still decrypt.
#[tokio::test(flavor = "multi_thread")]
async fn keys_to_encrypt_to_are_replaced_and_the_last_ones_decrypt() {
    let (op, ..) = setup().await;
    let tenant = op.default_tenant().await;
    let rotate = async || {
        let (store, now) = (&op.state.store, op.clock.now());
        replace(store, &tenant, now, &op.state.master, op.state.rng.as_ref()).await.unwrap()
    };
    let published = async || {
        // As another server does, with empty caches.
        op.state.store.clients.create(&tenant, other_client()).await.unwrap();
        JwkSet::parse(op.jwks().await.to_string().as_bytes()).unwrap()
    };
    let holding = context(&op, "default").await;
    let alg = KeyManagement::EcdhEs;
    let token = |keys: &JwkSet| {
        encrypt(keys.for_encryption(alg).unwrap(), alg, ContentEncryption::A128Gcm, None, b"x").unwrap()
    };
    let first = published().await;
    assert!(holding.decrypt(&token(&first)).await.unwrap().is_some());
    assert!(!rotate().await, "they are too young");
    op.pass(600);
    assert!(rotate().await);
    assert!(!rotate().await, "saying it twice changes nothing");
    let second = published().await;
    assert_ne!(first.for_encryption(alg), second.for_encryption(alg));
    assert_eq!(first.keys.len(), second.keys.len());
    for context in [&holding, &context(&op, "default").await] {
        for keys in [&first, &second] {
            assert!(context.decrypt(&token(keys)).await.unwrap().is_some());
        }
    }
    op.pass(600);
    assert!(rotate().await);
    published().await;
    let context = context(&op, "default").await;
    assert!(context.decrypt(&token(&first)).await.unwrap().is_none());
    assert!(context.decrypt(&token(&second)).await.unwrap().is_some());
}

/// A client, whose creation changes the revision of the store.
fn other_client() -> ClientRecord {
    let client = Client::new(ClientId::new(rng::id(&SystemRng::new())));
    ClientRecord {
        client,
        secrets: vec![],
        created_at: Time::from_seconds(0),
        updated_at: Time::from_seconds(0),
        disabled_at: None,
        version: Version::FIRST,
        registered: None,
    }
}

/// Encryption keys never sign, and signatures by them are refused.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7517_4_2_keys_to_encrypt_to_do_not_sign() {
    let (op, alice, rp) = setup().await;
    let jwks = op.jwks().await;
    let of_use = |usage: &str| -> Vec<Value> {
        let keys = jwks["keys"].as_array().unwrap().iter();
        keys.filter(|key| key["use"] == usage).map(|key| key["kid"].clone()).collect()
    };
    assert_eq!((of_use("enc").len(), of_use("sig").len()), (2, 5));
    let tokens = rp.sign_in(&op, &alice).await;
    for token in [tokens.id(), &tokens.access_token] {
        assert!(of_use("sig").contains(&header_of(token)["kid"]));
    }
    assert_eq!(claims_of(tokens.id())["sub"], alice.user_id.as_str());
}
