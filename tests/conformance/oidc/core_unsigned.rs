//! Unsigned ID tokens (OpenID Connect Core 2, 3.1.3.7): where tenant and client allow them, from the
//! token endpoint alone; never accepted as a hint (A208).
//!
//! Chart 215: Unsigned ID tokens | where tenant and client want them, from the token endpoint alone

use credenza_protocol::client::{Client, SigningAlg};
use credenza_protocol::response_type::ResponseType;
use credenza_tests::{Browser, RelyingParty, Tokens, claims_of, header_of, setup};
use serde_json::{Value, json};

fn unsigned(client: &mut Client) {
    client.id_token_signed_response_alg = SigningAlg::Unsigned;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_2_alg_none_where_tenant_and_client_want_it() {
    let (op, alice, signed) = setup().await;
    let rp = RelyingParty::register(&op, unsigned).await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let answer = rp.redeem(&op, &code).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (500, &json!("server_error")));
    let offers_none = async || {
        let offered = op.metadata().await["id_token_signing_alg_values_supported"].clone();
        offered.as_array().unwrap().contains(&json!("none"))
    };
    assert!(!offers_none().await);
    op.change_settings(|settings| settings.unsigned_id_tokens = true).await;
    assert!(offers_none().await);
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(header_of(tokens.id()), json!({ "alg": "none", "typ": "JWT" }));
    assert!(tokens.id().ends_with('.'), "no signature: {}", tokens.id());
    let claims = claims_of(tokens.id());
    assert_eq!((&claims["sub"], &claims["nonce"]), (&json!(alice.user_id), &json!("n0nce")));
    assert_eq!(claims.get("at_hash"), None, "no algorithm names a hash");
    let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    assert_eq!(header_of(refreshed.id())["alg"], "none");
    // The access token is signed, and so is everything of the others.
    assert_eq!(header_of(&tokens.access_token)["alg"], "ES256");
    assert_eq!(header_of(signed.sign_in(&op, &alice).await.id())["alg"], "RS256");
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_2_2_10_never_through_the_browser() {
    let (op, alice, _) = setup().await;
    op.change_settings(|settings| {
        settings.unsigned_id_tokens = true;
        settings.front_channel_tokens = true;
    })
    .await;
    let rp = RelyingParty::register(&op, |client| {
        unsigned(client);
        client.response_types = ResponseType::ALL.to_vec();
    })
    .await;
    for response_type in ["id_token", "id_token token", "code id_token", "code id_token token"] {
        let request = rp.authorization().with("response_type", response_type);
        let answer = request.answer(&op, &mut Browser::new(), &alice).await;
        assert_eq!(answer["error"], "unauthorized_client", "{response_type}");
        assert!(!answer.contains_key("id_token") && !answer.contains_key("code"));
    }
    let request = rp.authorization().with("response_type", "code token");
    assert!(request.answer(&op, &mut Browser::new(), &alice).await.contains_key("access_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a208_an_unsigned_id_token_is_no_hint_not_even_for_its_own_client() {
    let (op, alice, _) = setup().await;
    op.change_settings(|settings| settings.unsigned_id_tokens = true).await;
    let rp = RelyingParty::register(&op, unsigned).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("scope", "openid")).await;
    let silent = rp.authorization().with("scope", "openid").with("prompt", "none");
    let hinted = silent.clone().with("id_token_hint", tokens.id());
    hinted.assert_refused(&op, &mut browser, "invalid_request").await;
    let url = format!("{}/logout?id_token_hint={}", op.issuer, tokens.id());
    assert!(browser.open(&op, &url).await.says("Do you want to sign out"));
    silent.silent(&op, &mut browser).await;
    let userinfo: Value = rp.userinfo(&op, tokens.id()).await.json();
    assert_eq!(userinfo["error"], "invalid_token");
}
