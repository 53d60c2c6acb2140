//! What the certification suite expects in its implicit and hybrid plans, by fragment and by form, as far as
//! `core_front_channel` does not test it.

use std::collections::HashMap;

use credenza_protocol::response_type::ResponseType;
use credenza_tests::{
    Authorization, Browser, Page, Provider, RelyingParty, Step, Tokens, claims_of, names_of,
};
use serde_json::{Value, json};

use crate::oidc::certification_token::ID_TOKEN_CLAIMS;
use crate::oidc::core_front_channel::{FRONT_CHANNEL, setup, setup_of};

/// Each response type with a token from the authorization endpoint, in each mode that may carry it.
fn requests(rp: &RelyingParty) -> Vec<Authorization> {
    let of_mode = |response_type, mode| {
        rp.authorization().with("response_type", response_type).with("response_mode", mode)
    };
    FRONT_CHANNEL
        .into_iter()
        .flat_map(|response_type| ["fragment", "form_post"].map(|mode| of_mode(response_type, mode)))
        .collect()
}

/// Asserts that the answer goes to the redirect URI, and that nothing was added to its query.
#[track_caller]
fn assert_out_of_the_query(page: &Page, redirect_uri: &str) {
    let target = page.target();
    let added = target.strip_prefix(redirect_uri).unwrap_or_else(|| panic!("{target}"));
    match page.response.status.is_redirection() {
        true => assert!(added.starts_with('#') && !added.contains('?'), "{target}"),
        false => assert_eq!(added, ""),
    }
}

/// The ID token of an answer: its own, or that of its code.
async fn id_token(op: &Provider, rp: &RelyingParty, answer: &HashMap<String, String>) -> String {
    if let Some(id_token) = answer.get("id_token") {
        return id_token.clone();
    }
    Tokens::of(&rp.redeem(op, &answer["code"]).await).id().to_owned()
}

/// A refusal travels as the answer would have, holds no token, and says what was wrong.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_travel_as_the_answer_would() {
    let (op, alice, rp) = setup().await;
    for request in requests(&rp) {
        let mut browser = Browser::new();
        let by_id_token = request.get("response_type").unwrap().contains("id_token");
        let nonce = by_id_token.then_some(("nonce", "", "invalid_request"));
        for (name, value, error) in [
            ("prompt", "none", "login_required"),
            ("prompt", "none login", "invalid_request"),
            ("scope", "nonsense", "invalid_scope"),
            ("max_age", "x", "invalid_request"),
        ]
        .into_iter()
        .chain(nonce)
        {
            let wrong = request.clone().with(name, value);
            let page = wrong.open(&op, &mut browser).await;
            page.assert_refused(&op, &wrong, error);
            assert_out_of_the_query(&page, rp.redirect_uri());
        }
        // The person refuses, on either page; then there is a session, and no consent on record.
        let login = request.open(&op, &mut browser).await;
        let cancelled = browser.submit(&op, &login, &[("cancel", "1")]).await;
        let login = request.open(&op, &mut browser).await;
        let asked = browser.sign_in(&op, &login, &alice).await;
        let denied = browser.decide(&op, &asked, "deny").await;
        for page in [cancelled, denied] {
            page.assert_refused(&op, &request, "access_denied");
            assert_out_of_the_query(&page, rp.redirect_uri());
        }
        let silent = request.clone().with("prompt", "none");
        let page = silent.open(&op, &mut browser).await;
        page.assert_refused(&op, &silent, "consent_required");
        assert_out_of_the_query(&page, rp.redirect_uri());
    }
    assert_eq!(op.grants_of(&alice).await, 0);
    for request in requests(&rp) {
        let page = request.finish(&op, &mut Browser::new(), &alice).await;
        assert_out_of_the_query(&page, rp.redirect_uri());
        assert!(!page.answer().contains_key("error"), "{:?}", page.answer());
    }
}

/// The query of the redirect URI and a long state survive in success and in error, whatever the type and the
/// mode.
#[tokio::test(flavor = "multi_thread")]
async fn the_query_and_the_state_survive_in_every_mode() {
    const URI: &str = "https://rp.test/callback?dummy1=lorem&dummy2=ipsum";
    let (op, alice, rp) = setup_of(|client| client.redirect_uris = vec![URI.to_owned()]).await;
    let mut browser = Browser::new();
    let state: String = (0..128_u8).map(|n| char::from(33 + n % 94)).collect();
    for response_type in ResponseType::ALL {
        for mode in ["query", "fragment", "form_post"] {
            if mode == "query" && response_type.is_front_channel() {
                continue;
            }
            let request = rp.authorization().with("response_type", response_type.as_str());
            let request = request.with("response_mode", mode).with("state", &state);
            for (scope, is_good) in [("openid email", true), ("nonsense", false)] {
                let request = request.clone().with("scope", scope);
                let page = request.finish(&op, &mut browser, &alice).await;
                let separator = match mode {
                    "query" => "&",
                    "fragment" => "#",
                    _ => "",
                };
                let target = page.target();
                let added = target.strip_prefix(URI).unwrap_or_else(|| panic!("{mode}: {target}"));
                assert!(added.starts_with(separator) && !added.contains('?'), "{mode}: {target}");
                assert_eq!(page.answer()["state"], state, "{mode}");
                assert_eq!(page.answer().contains_key("error"), !is_good, "{mode}: {:?}", page.answer());
                let stateless = request.without("state").open(&op, &mut browser).await;
                assert!(!stateless.answer().contains_key("state"), "{mode}");
            }
        }
    }
}

/// With a session, `prompt=none`, a hint and `max_age` are answered at once and by the same person; a sign-in
/// that is too old, or `prompt=login`, asks again.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_answers_for_every_response_type() {
    let (op, alice, rp) = setup().await;
    for request in requests(&rp) {
        let mut browser = Browser::new();
        let answer = request.clone().with("max_age", "15000").answer(&op, &mut browser, &alice).await;
        let first = id_token(&op, &rp, &answer).await;
        let signed_in = claims_of(&first)["auth_time"].as_i64().unwrap();
        op.pass(2);
        for more in [
            vec![("prompt", "none")],
            vec![("prompt", "none"), ("id_token_hint", first.as_str())],
            vec![("max_age", "10000")],
        ] {
            let page = request.clone().with_all(&more).open(&op, &mut browser).await;
            assert_eq!(page.step(), Step::Done, "{more:?}");
            let again = claims_of(&id_token(&op, &rp, &page.answer()).await);
            assert_eq!(again["sub"], alice.user_id.as_str());
            let auth_time = again.get("auth_time").and_then(Value::as_i64);
            assert_eq!(auth_time, more.contains(&("max_age", "10000")).then_some(signed_in));
        }
        for (name, value) in [("max_age", "1"), ("prompt", "login")] {
            op.pass(1);
            let asks = request.clone().with("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#);
            let login = asks.with(name, value).open(&op, &mut browser).await;
            let answer = browser.sign_in(&op, &login, &alice).await.answer();
            let again = claims_of(&id_token(&op, &rp, &answer).await);
            assert_eq!(again["auth_time"], op.now(), "{name}={value}");
        }
    }
}

/// An essential `name` is returned where it was asked for, without `profile`, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn an_essential_name_goes_where_it_was_asked_for() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for request in requests(&rp) {
        let alone = request.get("response_type") == Some("id_token");
        let place = if alone { "id_token" } else { "userinfo" };
        let claims = json!({ place: { "name": { "essential": true } } }).to_string();
        let request = request.with("scope", "openid").with("claims", &claims);
        let answer = request.answer(&op, &mut browser, &alice).await;
        if let Some(id_token) = answer.get("id_token") {
            assert_eq!(claims_of(id_token).get("name").is_some(), alone, "{}", request.query());
        }
        let access_token = match (answer.get("access_token"), answer.get("code")) {
            (Some(token), _) => token.clone(),
            (None, Some(code)) => Tokens::of(&rp.redeem(&op, code).await).access_token,
            (None, None) => continue,
        };
        let userinfo = rp.userinfo(&op, &access_token).await.json();
        assert_eq!(userinfo, json!({ "sub": alice.user_id, "name": "Alice Liddell" }));
    }
}

/// An ID token of the authorization endpoint holds nothing unrequested either.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_unasked_from_the_authorization_endpoint() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for request in requests(&rp) {
        let request = request.with("scope", "openid email");
        let answer = request.answer(&op, &mut browser, &alice).await;
        let Some(id_token) = answer.get("id_token") else { continue };
        let claims = claims_of(id_token);
        let more = names_of(&claims).into_iter().filter(|name| !ID_TOKEN_CLAIMS.contains(name));
        let expected: &[&str] = match request.get("response_type") {
            Some("id_token") => &["email", "email_verified"],
            _ => &[],
        };
        assert_eq!(more.collect::<Vec<_>>(), expected, "{claims}");
    }
}
