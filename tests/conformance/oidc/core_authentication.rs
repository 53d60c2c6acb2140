//! Authentication requests (OpenID Connect Core 3.1.2): `prompt`, `max_age`, and unsupported parameters.
//!
//! Chart 170: OpenID Connect Core requests | prompt, max_age, login_hint, id_token_hint, acr_values, ui_locales, claims

use credenza_protocol::client::Client;
use credenza_protocol::time::Seconds;
use credenza_tests::{Browser, Provider, RelyingParty, Step, claims_of, setup};

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_prompt_none() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let silent = rp.authorization().with("prompt", "none");
    silent.assert_refused(&op, &mut browser, "login_required").await;
    silent.post(&op, &mut browser).await.assert_refused(&op, &silent, "login_required");
    assert_eq!(op.empty_out().await, 0, "nothing is under way");
    // Signed in for another client: the person has allowed this one nothing yet.
    let other = RelyingParty::confidential(&op).await;
    other.sign_in_with(&op, &alice, &mut browser, other.authorization()).await;
    silent.assert_refused(&op, &mut browser, "consent_required").await;
    assert_eq!(op.grants_of(&alice).await, 1);
    let first = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for code in [silent.silent(&op, &mut browser).await, silent.post(&op, &mut browser).await.code()] {
        let tokens = rp.redeem(&op, &code).await.json();
        assert_eq!(claims_of(tokens["id_token"].as_str().unwrap())["sub"], claims_of(first.id())["sub"]);
    }
    // The session ends after a day without use.
    op.pass(86_400);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    assert_eq!(rp.authorization().open(&op, &mut browser).await.step(), Step::Login);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_prompt_values() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for bad in [
        "none login",
        "login none",
        "none consent",
        "none select_account",
        "Login",
        "x",
        "login x",
        "login,consent",
    ] {
        rp.authorization().with("prompt", bad).assert_refused(&op, &mut browser, "invalid_request").await;
    }
    for (good, step) in [
        ("login", Step::Login),
        ("consent", Step::Consent),
        ("select_account", Step::SelectAccount),
        ("login consent", Step::Login),
        ("consent  login", Step::Login),
        ("select_account consent", Step::SelectAccount),
        ("none", Step::Done),
    ] {
        let page = rp.authorization().with("prompt", good).open(&op, &mut browser).await;
        assert_eq!(page.step(), step, "{good}");
    }
}

/// A017: a sign-in made before, or for another request, never counts.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_prompt_login() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let asking = rp.authorization().with("claims", r#"{"id_token":{"auth_time":null}}"#);
    let first = rp.sign_in_with(&op, &alice, &mut browser, asking.clone()).await;
    op.pass(5);
    let request = asking.with("prompt", "login");
    let page = request.open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Login);
    // Neither a sign-in for another request nor a decision counts as the sign-in that was asked for.
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("prompt", "login")).await;
    for path in ["consent", "select-account"] {
        let handle = page.hidden("request");
        let other = browser.open(&op, &format!("{}/{path}?request={handle}", op.issuer)).await;
        let other = browser.decide(&op, &other, if path == "consent" { "allow" } else { "continue" }).await;
        assert_eq!(other.step(), Step::Login, "{path}");
    }
    let grants = op.grants_of(&alice).await;
    op.pass(5);
    let code = browser.sign_in(&op, &page, &alice).await.code();
    assert_eq!(op.grants_of(&alice).await, grants + 1);
    let second = rp.redeem(&op, &code).await.json();
    let (first, second) = (claims_of(first.id()), claims_of(second["id_token"].as_str().unwrap()));
    assert_eq!(second["auth_time"].as_i64().unwrap(), first["auth_time"].as_i64().unwrap() + 10);
    assert_eq!((&first["sub"], &first["sid"]), (&second["sub"], &second["sid"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_prompt_consent() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    rp.authorization().silent(&op, &mut browser).await;
    let request = rp.authorization().with("prompt", "consent");
    let page = request.open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Consent);
    let code = browser.decide(&op, &page, "allow").await.code();
    let tokens = rp.redeem(&op, &code).await.json();
    // OpenID Connect Core 11.
    assert!(tokens["refresh_token"].is_string(), "{tokens}");
    let both = rp.authorization().with("prompt", "login consent");
    let page = both.open(&op, &mut browser).await;
    let page = browser.sign_in(&op, &page, &alice).await;
    assert_eq!(page.step(), Step::Consent);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_prompt_select_account() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("prompt", "select_account");
    // Signing in is a choice of account.
    let page = request.open(&op, &mut browser).await;
    let page = browser.sign_in(&op, &page, &alice).await;
    assert_eq!(page.step(), Step::Consent);
    browser.decide(&op, &page, "allow").await.code();
    let page = request.open(&op, &mut browser).await;
    assert!(page.says("Continue as Alice Liddell"), "{}", page.text());
    let code = browser.decide(&op, &page, "continue").await.code();
    let tokens = rp.redeem(&op, &code).await.json();
    assert_eq!(claims_of(tokens["id_token"].as_str().unwrap())["sub"], alice.user_id.as_str());
    let page = request.open(&op, &mut browser).await;
    let page = browser.decide(&op, &page, "other").await;
    let page = browser.sign_in(&op, &page, &bob).await;
    let code = browser.decide(&op, &page, "allow").await.code();
    let tokens = rp.redeem(&op, &code).await.json();
    assert_eq!(claims_of(tokens["id_token"].as_str().unwrap())["sub"], bob.user_id.as_str());
    assert_eq!((op.sessions_of(&alice).await, op.sessions_of(&bob).await), (0, 1));
}

/// The page is for the person it names: if somebody else has signed in meanwhile, it is shown again.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_continue_as_the_one_who_was_shown() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let mut browser = Browser::new();
    for person in [&bob, &alice] {
        let request = rp.authorization().with("prompt", "login");
        rp.sign_in_with(&op, person, &mut browser, request).await;
    }
    let shown_to_alice = rp.authorization().with("prompt", "select_account").open(&op, &mut browser).await;
    rp.sign_in_with(&op, &bob, &mut browser, rp.authorization().with("prompt", "login")).await;
    let before = op.grants_of(&bob).await;
    let page = browser.decide(&op, &shown_to_alice, "continue").await;
    assert_eq!((page.step(), op.grants_of(&bob).await), (Step::SelectAccount, before));
    browser.decide(&op, &page, "continue").await.code();
    assert_eq!(op.grants_of(&bob).await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_max_age() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let aged = |max_age: &str| rp.authorization().with("max_age", max_age);
    let first = rp.sign_in_with(&op, &alice, &mut browser, aged("15000")).await;
    let auth_time = claims_of(first.id())["auth_time"].as_i64().unwrap();
    op.pass(2);
    let page = aged("10000").open(&op, &mut browser).await;
    let again = rp.redeem(&op, &page.code()).await.json();
    let again = claims_of(again["id_token"].as_str().unwrap());
    assert_eq!(
        (again["auth_time"].as_i64(), &again["sub"]),
        (Some(auth_time), &claims_of(first.id())["sub"])
    );
    // Exactly as old as allowed is accepted.
    aged("2").silent(&op, &mut browser).await;
    let late = aged("1").with("prompt", "none");
    late.assert_refused(&op, &mut browser, "login_required").await;
    let page = aged("1").open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Login);
    let code = browser.sign_in(&op, &page, &alice).await.code();
    let second = rp.redeem(&op, &code).await.json();
    let second = claims_of(second["id_token"].as_str().unwrap());
    assert_eq!(second["auth_time"].as_i64(), Some(auth_time + 2));
    // Zero asks for a sign-in each time, even within the same second.
    assert_eq!(aged("0").open(&op, &mut browser).await.step(), Step::Login);
    aged("0").with("prompt", "none").assert_refused(&op, &mut browser, "login_required").await;
    // Without max_age there is no `auth_time`.
    let plain = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    assert!(claims_of(plain.id()).get("auth_time").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_max_age_is_a_number_of_seconds() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for bad in ["-1", "+1", "1.5", "1e3", "x", "1 ", " 1", "0x10", "99999999999999999999", "١"] {
        rp.authorization().with("max_age", bad).assert_refused(&op, &mut browser, "invalid_request").await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().with("max_age", "4294967295").silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_default_max_age_and_require_auth_time() {
    let (op, alice, _) = setup().await;
    let change = |client: &mut Client| client.default_max_age = Some(Seconds(60));
    let rp = RelyingParty::register(&op, change).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    assert!(claims_of(tokens.id())["auth_time"].is_i64());
    op.pass(60);
    rp.authorization().silent(&op, &mut browser).await;
    op.pass(1);
    assert_eq!(rp.authorization().open(&op, &mut browser).await.step(), Step::Login);
    // The request overrides it.
    rp.authorization().with("max_age", "61").silent(&op, &mut browser).await;
    let rp = RelyingParty::register(&op, |client| client.require_auth_time = true).await;
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    assert!(claims_of(tokens.id())["auth_time"].is_i64());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_without_openid_there_is_no_id_token() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", "api:read offline_access");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    assert!(tokens.id_token.is_none());
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 403);
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_nonce() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for nonce in ["n", &"x".repeat(64), &"x".repeat(384), &"x".repeat(4096), "a b+c%20\"é"] {
        let request = rp.authorization().with("nonce", nonce);
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        assert_eq!(claims_of(tokens.id())["nonce"], nonce);
    }
    let request = rp.authorization().without("nonce");
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
    assert!(claims_of(tokens.id()).get("nonce").is_none());
    let request = rp.authorization().with("nonce", &"x".repeat(4097));
    request.assert_refused(&op, &mut browser, "invalid_request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_6_what_is_no_request_of_this_client_is_refused() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9.";
    for (name, value, error) in [
        ("request", unsigned, "invalid_request_object"),
        ("request", "x", "invalid_request_object"),
        ("request_uri", "https://rp.test/request.jwt", "invalid_request_uri"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request_uri"),
        ("registration", "{}", "registration_not_supported"),
    ] {
        let request = rp.authorization().with(name, value);
        request.assert_refused(&op, &mut browser, error).await;
        for mode in ["fragment", "form_post"] {
            let request = request.clone().with("response_mode", mode);
            request.assert_refused(&op, &mut browser, error).await;
        }
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut browser).await;
}

/// OpenID Connect Core 3.1.2.3: a failed sign-in gives no code, and does not tell the client why.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_3_a_wrong_password_gives_nothing() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    for (username, password) in [
        ("alice", "wrong"),
        ("nobody", alice.password.as_str()),
        ("", ""),
        ("alice", ""),
        ("", &alice.password),
    ] {
        let again = browser.submit(&op, &page, &[("username", username), ("password", password)]).await;
        assert_eq!((again.response.status.as_u16(), again.step()), (422, Step::Login), "{username}");
    }
    assert_eq!((op.sessions_of(&alice).await, op.grants_of(&alice).await), (0, 0));
    let page = browser.sign_in(&op, &page, &alice).await;
    browser.decide(&op, &page, "allow").await.code();
    assert_eq!((op.sessions_of(&alice).await, op.grants_of(&alice).await), (1, 1));
}
