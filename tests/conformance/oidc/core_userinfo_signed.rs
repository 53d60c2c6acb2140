//! Signed userinfo answers (OpenID Connect Core 5.3.2).
//!
//! Chart 205

use credenza_protocol::client::Client;
use credenza_tests::{Browser, RelyingParty, Request, header_of, setup, verified};
use credenza_validator::Algorithm;
use serde_json::json;

fn signed(algorithm: Algorithm) -> impl FnOnce(&mut Client) {
    move |client| client.userinfo_signed_response_alg = Some(algorithm.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_answer_says_whose_it_is_and_for_whom() {
    let (op, alice, plain) = setup().await;
    for algorithm in credenza_protocol::access_token::ALGORITHMS {
        let rp = RelyingParty::register(&op, signed(algorithm)).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let form = [("access_token", tokens.access_token.as_str())];
        for answer in [
            rp.userinfo(&op, &tokens.access_token).await,
            Request::form(op.at("/userinfo"), &form).send().await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/jwt"));
            assert_eq!(answer.header("cache-control"), "no-store");
            let claims = verified(&op, &answer.text(), algorithm).await;
            assert_eq!(claims["iss"], op.issuer.as_str());
            assert_eq!(claims["aud"], rp.client_id());
            assert_eq!((&claims["sub"], &claims["name"]), (&json!(alice.user_id), &json!("Alice Liddell")));
            assert!(claims.get("nonce").is_none() && claims.get("phone_number").is_none());
        }
    }
    let tokens = plain.sign_in(&op, &alice).await;
    let answer = plain.userinfo(&op, &tokens.access_token).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.json().get("iss").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_3_refusals_are_as_for_json() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, signed(Algorithm::RS256)).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let answer = rp.userinfo(&op, &format!("{}x", tokens.access_token)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (401, &json!("invalid_token")));
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

/// It names issuer, client and person and is signed by the same key as an ID token, and must not pass for one.
#[tokio::test(flavor = "multi_thread")]
async fn a063_a_signed_userinfo_answer_is_no_hint_and_no_access_token() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, signed(Algorithm::RS256)).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let answer = rp.userinfo(&op, &tokens.access_token).await.text();
    assert_eq!(header_of(&answer)["alg"], "RS256");
    let hint = |token: &str| rp.authorization().with("id_token_hint", token).with("prompt", "none");
    hint(&answer).assert_refused(&op, &mut browser, "invalid_request").await;
    hint(tokens.id()).silent(&op, &mut browser).await;
    assert_eq!(rp.userinfo(&op, &answer).await.status, 401);
    assert_eq!(rp.introspect(&op, &answer).await["active"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_unsigned_userinfo_tokens_are_not_made() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, |client| {
        client.userinfo_signed_response_alg = Some(credenza_protocol::client::SigningAlg::Unsigned);
    })
    .await;
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 500);
}
