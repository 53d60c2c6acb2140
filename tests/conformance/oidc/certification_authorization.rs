//! What the certification suite expects of the authorization endpoint (plans oidcc-basic and
//! oidcc-formpost-basic), as far as no other module tests it.

use std::collections::HashMap;

use credenza_tests::{Browser, RelyingParty, Step, Tokens, claims_of, setup, verified};
use credenza_validator::Algorithm;

/// Where each error goes, in the response mode of the request.
#[tokio::test(flavor = "multi_thread")]
async fn errors_travel_in_the_response_mode_of_the_request() {
    let (op, alice, rp) = setup().await;
    for (mode, begin) in [("query", "?"), ("fragment", "#"), ("form_post", "")] {
        let mut browser = Browser::new();
        let request = rp.authorization().with("response_mode", mode);
        let target = format!("https://rp.test/callback{begin}");
        for (parameters, error) in [
            (vec![("prompt", "none")], "login_required"),
            (vec![("response_type", "")], "invalid_request"),
            (vec![("request", "x.y.z")], "invalid_request_object"),
            (vec![("request_uri", "https://rp.test/r")], "invalid_request_uri"),
            (vec![("scope", "nonsense")], "invalid_scope"),
            (vec![("code_challenge_method", "plain")], "invalid_request"),
            (vec![("resource", "https://unknown.test/")], "invalid_target"),
            (vec![("id_token_hint", "x")], "invalid_request"),
        ] {
            let wrong = request.clone().with_all(&parameters);
            let page = wrong.open(&op, &mut browser).await;
            page.assert_refused(&op, &wrong, error);
            assert!(page.target().starts_with(&target), "{mode} {error}: {}", page.target());
        }
        // The person refuses, on either page.
        let login = request.open(&op, &mut browser).await;
        let page = browser.submit(&op, &login, &[("cancel", "1")]).await;
        page.assert_refused(&op, &request, "access_denied");
        let login = request.clone().with("prompt", "consent").open(&op, &mut browser).await;
        let asked = browser.sign_in(&op, &login, &alice).await;
        let page = browser.decide(&op, &asked, "deny").await;
        page.assert_refused(&op, &request, "access_denied");
        assert!(page.target().starts_with(&target), "{mode}: {}", page.target());
        let page = request.finish(&op, &mut browser, &alice).await;
        assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_parameters_and_words_is_free() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("scope", "openid email profile");
    rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    for turn in 0..request.parameters.len() {
        let mut turned = request.clone().with("scope", "profile email openid");
        turned.parameters.rotate_left(turn);
        turned.silent(&op, &mut browser).await;
        turned.parameters.reverse();
        turned.post(&op, &mut browser).await.code();
    }
}

/// Without a session, so that every page is shown with these parameters.
#[tokio::test(flavor = "multi_thread")]
async fn harmless_parameters_cause_no_error() {
    let (op, alice, rp) = setup().await;
    for parameters in [
        vec![("extra", "foobar")],
        vec![("display", "page")],
        vec![("display", "popup")],
        vec![("ui_locales", "se")],
        vec![("claims_locales", "se")],
        vec![("login_hint", "nobody@op.test")],
        vec![("acr_values", "1 2")],
        vec![("ui_locales", "se"), ("claims_locales", "se"), ("display", "touch"), ("extra", "")],
    ] {
        let request = rp.authorization().with_all(&parameters);
        let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
        assert_eq!(claims_of(tokens.id())["sub"], alice.user_id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_of_128_characters_and_no_state() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let state: String = (0..128_u8).map(|n| char::from(33 + n % 94)).collect();
    for mode in ["query", "fragment", "form_post"] {
        let request = rp.authorization().with("response_mode", mode);
        let page = request.clone().with("state", &state).open(&op, &mut browser).await;
        assert_eq!(page.answer()["state"], state);
        let page = request.clone().without("state").open(&op, &mut browser).await;
        assert!(!page.answer().contains_key("state"));
        let wrong = request.without("state").with("scope", "nonsense");
        wrong.assert_refused(&op, &mut browser, "invalid_scope").await;
    }
}

/// At least 16 bytes, and more than 96 bits as counted over the characters of the value.
#[tokio::test(flavor = "multi_thread")]
async fn codes_and_tokens_are_random() {
    let (op, alice, rp) = setup().await;
    let opaque = credenza_protocol::client::AccessTokenFormat::Opaque;
    let rp_opaque = RelyingParty::register(&op, |client| client.access_token_format = opaque).await;
    let mut seen = Vec::new();
    let mut browser = Browser::new();
    for rp in [&rp, &rp_opaque] {
        for _ in 0..20 {
            let code = rp.authorization().code(&op, &mut browser, &alice).await;
            let tokens = Tokens::of(&rp.redeem(&op, &code).await);
            seen.extend([code, tokens.access_token.clone(), tokens.refresh().to_owned()]);
        }
    }
    for value in &seen {
        assert!(value.len() >= 16 && entropy(value) > 96.0, "{value}: {}", entropy(value));
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

/// The Shannon entropy of the characters, times their number.
fn entropy(value: &str) -> f64 {
    let mut counts: HashMap<char, u32> = HashMap::new();
    value.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    let length = f64::from(u32::try_from(value.len()).unwrap());
    let share = |count: &u32| f64::from(*count) / length;
    counts.values().map(|count| -share(count) * share(count).log2()).sum::<f64>() * length
}

/// The same browser goes through the modules of the suite one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_with_a_session_is_immediate() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let first = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let sub = claims_of(first.id())["sub"].clone();
    for request in [
        rp.authorization().with("prompt", "none"),
        rp.authorization().with("prompt", "none").with("id_token_hint", first.id()),
        rp.authorization().with("prompt", "none").with("max_age", "10000"),
        rp.authorization().with("prompt", "none").with("scope", "openid"),
        rp.authorization().with("prompt", "none").without("nonce").without("state"),
    ] {
        let page = request.open(&op, &mut browser).await;
        let tokens = Tokens::of(&rp.redeem(&op, &page.code()).await);
        assert_eq!(claims_of(tokens.id())["sub"], sub);
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
    }
    assert_eq!(op.sessions_of(&alice).await, 1);
}

/// An essential `name` is returned at userinfo without the scope `profile`.
#[tokio::test(flavor = "multi_thread")]
async fn an_essential_claim_without_its_scope() {
    let (op, alice, rp) = setup().await;
    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let request = rp.authorization().with("scope", "openid").with("claims", claims);
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
    assert_eq!(userinfo["name"], "Alice Liddell");
    assert!(claims_of(tokens.id()).get("name").is_none());
    // The request is kept with the grant: a refreshed token returns the claim too, and another grant does not.
    let next = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    assert_eq!(rp.userinfo(&op, &next.access_token).await.json(), userinfo);
    let plain = request.without("claims");
    assert_eq!(plain.open(&op, &mut browser).await.step(), Step::Done);
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, plain).await;
    assert!(rp.userinfo(&op, &tokens.access_token).await.json().get("name").is_none());
}

/// The hint may have expired, and may bear the signature of an algorithm that the client has left since.
#[tokio::test(flavor = "multi_thread")]
async fn a_hint_of_another_algorithm_or_time() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let first = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    rp.update(&op, |record| record.client.id_token_signed_response_alg = Algorithm::ES256.into()).await;
    let request = rp.authorization().with("prompt", "none").with("id_token_hint", first.id());
    for seconds in [0, 7200] {
        op.pass(seconds);
        let code = request.silent(&op, &mut browser).await;
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        let claims = verified(&op, tokens.id(), Algorithm::ES256).await;
        assert_eq!(claims["sub"], claims_of(first.id())["sub"], "{seconds}");
    }
    // The signature is checked before the person is compared.
    let (signed, signature) = first.id().rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    let request = request.with("id_token_hint", &forged);
    request.assert_refused(&op, &mut browser, "invalid_request").await;
}
