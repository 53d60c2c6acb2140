//! Attacks on the authorization request and its answer (manual: attacks). A016 is tested in `oauth::rfc8252`, A025 in
//! `oauth::rfc9207`.

use std::time::{Duration, Instant};

use credenza_protocol::authentication::ACR_PASSWORD;
use credenza_protocol::pkce::s256;
use credenza_protocol::response_mode::ResponseMode;
use credenza_tests::{Browser, RelyingParty, Request, Step, changed, claims_of, setup};

/// Far longer than any refusal takes, far shorter than one whose cost grows faster than the request.
const SOON: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a009_a_name_in_the_query_and_in_the_form() {
    let (op, alice, rp) = setup().await;
    let other = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let request = rp.authorization();
    let fields: Vec<_> = request.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    for query in [
        format!("client_id={}", rp.client_id()),
        format!("client_id={}", other.client_id()),
        "redirect_uri=https://evil.test/callback".to_owned(),
        "scope=openid".to_owned(),
        "prompt=none".to_owned(),
        request.query(),
    ] {
        let url = format!("{}/authorize?{query}", op.issuer);
        browser.post(&op, &url, &fields).await.assert_error_page();
    }
    for name in ["client_id", "redirect_uri"] {
        for value in [rp.client_id(), other.client_id(), rp.redirect_uri(), "https://evil.test/callback", ""]
        {
            let twice = rp.authorization().and(name, value);
            twice.assert_page(&op, &mut browser).await;
            twice.post(&op, &mut browser).await.assert_error_page();
        }
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    request.post(&op, &mut browser).await.code();
}

/// The first of two values is as untrustworthy as the second.
#[tokio::test(flavor = "multi_thread")]
async fn a009_two_values_for_one_name() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for (name, second) in [
        ("scope", "openid"),
        ("state", "other"),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("code_challenge", "x"),
        ("nonce", ""),
    ] {
        let request = rp.authorization().with_all(&[("response_mode", "query")]).and(name, second);
        request.assert_refused(&op, &mut browser, "invalid_request").await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut browser).await;
}

/// A client that registered for one way of answers does not get them by another; and a code that stayed in a URL is
/// useless, since it is short-lived and needs the verifier.
#[tokio::test(flavor = "multi_thread")]
async fn a011_response_mode_swapped() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, |client| client.response_modes = vec![ResponseMode::Query]).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for mode in ["fragment", "form_post", "web_message"] {
        for prompt in ["none", "login", "consent"] {
            let request = rp.authorization().with("response_mode", mode).with("prompt", prompt);
            request.assert_refused(&op, &mut browser, "invalid_request").await;
        }
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    let left_over = rp.authorization().with("state", "old").silent(&op, &mut browser).await;
    let fields = changed(&rp.redemption(&left_over), "code_verifier", None);
    rp.token(&op, &fields).await.assert_refused(400, "invalid_grant");
    let late = rp.authorization().silent(&op, &mut browser).await;
    op.pass(61);
    rp.redeem(&op, &late).await.assert_refused(400, "invalid_grant");
    let code = rp.authorization().silent(&op, &mut browser).await;
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a012_no_token_in_the_front_channel() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for response_type in ["token", "id_token token", "code token", "code id_token", "id_token", "token code"]
    {
        for mode in ["fragment", "form_post", "query"] {
            let request = rp.authorization().with("response_type", response_type).with("response_mode", mode);
            let page = request.open(&op, &mut browser).await;
            // Not even the refusal of such a request travels in the query.
            let expected = if mode == "query" { "invalid_request" } else { "unsupported_response_type" };
            page.assert_refused(&op, &request, expected);
            assert!(!page.target().contains('?'), "{}", page.target());
            assert!(!page.answer().contains_key("access_token") && !page.answer().contains_key("id_token"));
        }
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    // The pages and cookies in between hold nothing of the request that could be edited.
    let page = rp.authorization().with("prompt", "login").open(&op, &mut browser).await;
    let names: Vec<_> = page.form().hidden.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["request", "csrf"]);
    // The marks of known devices are signed.
    let cookies = browser.cookies.iter().filter(|(name, _)| *name != "credenza-devices");
    assert!(cookies.into_iter().all(|(_, value)| value.len() == 43), "{:?}", browser.cookies);
    let more = [
        ("username", alice.username.as_str()),
        ("password", &alice.password),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("redirect_uri", "https://evil.test/callback"),
    ];
    let page = browser.submit(&op, &page, &more).await;
    assert!(page.target().starts_with("https://rp.test/callback?code="), "{}", page.target());
    page.code();
}

/// `acr` and `amr` say what happened, and a step-up is one: an older sign-in does not satisfy it.
#[tokio::test(flavor = "multi_thread")]
async fn a018_step_up_by_any_login() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let strong = r#"{"id_token":{"acr":{"essential":true,"values":["phr","phrh"]}}}"#;
    let essential = rp.authorization().with("claims", strong);
    essential.assert_refused(&op, &mut browser, "unmet_authentication_requirements").await;
    essential
        .with("prompt", "login")
        .assert_refused(&op, &mut browser, "unmet_authentication_requirements")
        .await;
    assert_eq!(op.grants_of(&alice).await, 1);
    op.pass(61);
    let request = rp.authorization().with("acr_values", "phr").with("max_age", "60");
    let page = request.open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Login);
    let code = browser.sign_in(&op, &page, &alice).await.code();
    let tokens = rp.redeem(&op, &code).await.json();
    for token in ["id_token", "access_token"] {
        let claims = claims_of(tokens[token].as_str().unwrap());
        assert_eq!(claims["acr"], ACR_PASSWORD);
        assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
        assert_eq!(claims["auth_time"], op.state.clock.now().seconds());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a024_floods_are_refused_at_once() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let words = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    let nested = |open: &str, close: &str| {
        format!("{{\"userinfo\":{{\"name\":{{\"value\":{}1{}}}}}}}", open.repeat(3000), close.repeat(3000))
    };
    for (name, value, error) in [
        ("scope", words(65), "invalid_scope"),
        ("scope", words(4000), "invalid_scope"),
        ("scope", "x".repeat(20_000), "invalid_scope"),
        ("scope", "openid ".repeat(3000), "invalid_scope"),
        ("claims", "[".repeat(20_000), "invalid_request"),
        ("claims", nested("[", "]"), "invalid_request"),
        ("claims", nested("{\"a\":", "}"), "invalid_request"),
        ("login_hint", "x".repeat(20_000), "invalid_request"),
        ("acr_values", words(4000), "invalid_request"),
        ("ui_locales", words(4000), "invalid_request"),
        ("nonce", "x".repeat(20_000), "invalid_request"),
        ("prompt", "login ".repeat(3000), ""),
        ("prompt", "x ".repeat(3000), "invalid_request"),
        ("max_age", "9".repeat(20_000), "invalid_request"),
        ("id_token_hint", "a.".repeat(10_000), "invalid_request"),
        ("code_challenge", "A".repeat(20_000), "invalid_request"),
    ] {
        let request = rp.authorization().with(name, &value);
        let start = Instant::now();
        let page = request.post(&op, &mut browser).await;
        assert!(start.elapsed() < SOON, "{name}: {:?}", start.elapsed());
        match error {
            "" => assert_eq!(page.step(), Step::Login),
            error => page.assert_refused(&op, &request, error),
        }
    }
    let many: Vec<_> = (0..101).map(|n| (n.to_string(), "1".to_owned())).collect();
    let mut request = rp.authorization();
    request.parameters.extend(many);
    request.assert_page(&op, &mut browser).await;
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut browser).await;
}

/// What is larger than any request is not even read.
#[tokio::test(flavor = "multi_thread")]
async fn a024_more_than_any_request() {
    let (op, alice, rp) = setup().await;
    let with_state = |length: usize| rp.authorization().with("state", &"x".repeat(length));
    let start = Instant::now();
    let by_get = Request::get(op.reach(&with_state(40_000).url(&op))).send().await;
    assert!(by_get.status.is_client_error(), "{}", by_get.status);
    let body = with_state(70_000).query();
    let by_post = Request::post(op.at("/authorize"), "application/x-www-form-urlencoded", body);
    assert_eq!(by_post.send().await.status, 413);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert_eq!(op.empty_out().await, 0);
    rp.sign_in(&op, &alice).await;
}

/// The victim's code, put into the attacker's own session at the same client.
#[tokio::test(flavor = "multi_thread")]
async fn a026_a_code_cut_and_pasted() {
    let (op, alice, confidential) = setup().await;
    let mallory = op.user("mallory").await;
    let public = RelyingParty::public(&op).await;
    for rp in [confidential, public] {
        let (hers, his) = ("a".repeat(43), "m".repeat(43));
        let (mut her_browser, mut his_browser) = (Browser::new(), Browser::new());
        let her_request = rp.authorization().with("code_challenge", &s256(&hers));
        let his_request = rp.authorization().with("code_challenge", &s256(&his));
        let her_code = her_request.code(&op, &mut her_browser, &alice).await;
        his_request.code(&op, &mut his_browser, &mallory).await;
        // The client redeems the code with the verifier of the session in which it received it.
        let fields = changed(&rp.redemption(&her_code), "code_verifier", Some(&his));
        rp.token(&op, &fields).await.assert_refused(400, "invalid_grant");
        let her_code = her_request.silent(&op, &mut her_browser).await;
        let fields = changed(&rp.redemption(&her_code), "code_verifier", Some(&hers));
        let tokens = rp.token(&op, &fields).await.json();
        assert_eq!(claims_of(tokens["id_token"].as_str().unwrap())["sub"], alice.user_id.as_str());
    }
}
