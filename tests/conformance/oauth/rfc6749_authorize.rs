//! The authorization endpoint of RFC 6749: requests (3.1, 3.3, 4.1.1) and answers (4.1.2).
//!
//! Chart 100: Authorization code flow (RFC 6749) | GET and POST

use credenza_protocol::client::GrantType;
use credenza_tests::{
    Browser, CHALLENGE, Page, Provider, RelyingParty, Request, Step, Tokens, claims_of, setup,
};

/// Every parameter that the endpoint knows, but for the two that say where an answer may go, and
/// `resource`, which may come more than once (RFC 8707 2).
const KNOWN: [(&str, &str); 14] = [
    ("response_type", "code"),
    ("response_mode", "query"),
    ("scope", "openid"),
    ("nonce", "n"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
    ("prompt", "login"),
    ("max_age", "60"),
    ("ui_locales", "en"),
    ("id_token_hint", "x"),
    ("login_hint", "alice"),
    ("acr_values", "1"),
    ("claims", "{}"),
    ("state", "st4te"),
];

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_get_and_post() {
    let (op, alice, rp) = setup().await;
    for by_post in [false, true] {
        let mut browser = Browser::new();
        let request = rp.authorization().with("prompt", "consent");
        let page = match by_post {
            true => request.post(&op, &mut browser).await,
            false => request.open(&op, &mut browser).await,
        };
        let page = browser.sign_in(&op, &page, &alice).await;
        let code = browser.decide(&op, &page, "allow").await.code();
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
    let request = rp.authorization().with("scope", "nonsense");
    request.post(&op, &mut Browser::new()).await.assert_refused(&op, &request, "invalid_scope");
    let request = rp.authorization().with("redirect_uri", "https://evil.test/callback");
    request.post(&op, &mut Browser::new()).await.assert_error_page();
    assert_eq!(op.grants_of(&alice).await, 2);
}

/// A form that another site makes the browser send comes without cookies (`SameSite=Lax`); the session is
/// still found, and nobody signs in twice.
#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_post_from_another_site() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let request = rp.authorization().with("prompt", "none").with("state", "a b&c=é%");
    let mut without_cookies = Browser::new();
    without_cookies.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    let fields: Vec<_> = request.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let first = without_cookies.send(Request::form(op.at("/authorize"), &fields)).await;
    assert_eq!(first.status, 303);
    assert!(first.location().starts_with("/authorize?"), "{}", first.location());
    let page = browser.open(&op, &format!("{}{}", op.issuer, first.location())).await;
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    assert_eq!(page.answer()["state"], "a b&c=é%");
    // Without the session the second request ends as the first would have.
    let page = Browser::new().open(&op, &format!("{}{}", op.issuer, first.location())).await;
    page.assert_refused(&op, &request, "login_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_other_methods_are_refused() {
    let (op, _, rp) = setup().await;
    let url = op.reach(&rp.authorization().url(&op));
    for method in ["PUT", "DELETE", "PATCH"] {
        let response = Request::new(method, url.as_str()).send().await;
        assert_eq!(response.status, 405, "{method}");
        assert!(!response.headers.contains_key("location"), "{method}");
    }
    let json = Request::post(op.at("/authorize"), "application/json", "{}").send().await;
    assert_eq!(json.status, 400);
    assert!(!json.headers.contains_key("location"));
    assert_eq!(op.empty_out().await, 0);
    assert_eq!(Request::get(url).send().await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_a_parameter_without_a_value_is_absent() {
    let (op, alice, rp) = setup().await;
    let empty = KNOWN.map(|(name, _)| (name, ""));
    let request = rp
        .authorization()
        .with_all(&empty)
        .with_all(&[("response_type", "code"), ("scope", "openid"), ("redirect_uri", "")])
        .with_all(&[("request", ""), ("request_uri", ""), ("registration", ""), ("resource", "")]);
    let page = request.finish(&op, &mut Browser::new(), &alice).await;
    assert!(!page.answer().contains_key("state"));
    let code = page.code();
    let tokens = rp.token(&op, &[("grant_type", "authorization_code"), ("code", &code)]).await;
    let claims = claims_of(Tokens::of(&tokens).id());
    assert!(claims.get("nonce").is_none() && claims.get("auth_time").is_none(), "{claims}");
    // The two required parameters count as missing, not as empty.
    request.clone().with("client_id", "").assert_page(&op, &mut Browser::new()).await;
    let request = rp.authorization().with("response_type", "");
    request.assert_refused(&op, &mut Browser::new(), "invalid_request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_unknown_parameters_are_ignored() {
    let (op, alice, rp) = setup().await;
    let request =
        rp.authorization().with_all(&[("extra", "foobar"), ("code", "x"), ("error", "y"), ("iss", "z")]);
    let page = request.finish(&op, &mut Browser::new(), &alice).await;
    assert_eq!(page.answer()["iss"], op.issuer);
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_a_repeated_parameter_is_refused() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for (name, value) in KNOWN {
        let request = rp.authorization().with(name, value).and(name, value);
        request.assert_refused(&op, &mut browser, "invalid_request").await;
        request.post(&op, &mut browser).await.assert_refused(&op, &request, "invalid_request");
    }
    for name in ["client_id", "redirect_uri"] {
        let value = rp.authorization().get(name).unwrap().to_owned();
        let request = rp.authorization().and(name, &value);
        request.assert_page(&op, &mut browser).await;
        request.post(&op, &mut browser).await.assert_error_page();
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_1_response_type() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let request = rp.authorization().without("response_type");
    request.assert_refused(&op, &mut browser, "invalid_request").await;
    let unsupported = [
        "token",
        "id_token",
        "id_token token",
        "code token",
        "code id_token",
        "none",
        "Code",
        "code code",
        "x",
    ];
    for response_type in unsupported {
        let request = rp.authorization().with("response_type", response_type);
        request.assert_refused(&op, &mut browser, "unsupported_response_type").await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_2_3_redirect_uri_must_be_registered() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let two = ["https://rp.test/callback", "https://rp.test/callback?tenant=2"];
    let rp =
        RelyingParty::register(&op, |client| client.redirect_uris = two.map(str::to_owned).to_vec()).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for bad in [
        "https://rp.test/callback/",
        "https://rp.test/callback?",
        "https://rp.test/callback?x=1",
        "https://rp.test/callback?tenant=2&x=1",
        "https://rp.test/callback?tenant=%32",
        "https://rp.test/callback#",
        "https://rp.test/Callback",
        "https://RP.test/callback",
        "https://rp.test:443/callback",
        "http://rp.test/callback",
        "//rp.test/callback",
        "/callback",
        "https://rp.test/callback ",
        "https://rp.test/callback https://rp.test/callback?tenant=2",
    ] {
        rp.authorization().with("redirect_uri", bad).assert_page(&op, &mut browser).await;
    }
    // Absent, while two are registered.
    rp.authorization().without("redirect_uri").assert_page(&op, &mut browser).await;
    assert_eq!(op.grants_of(&alice).await, 1);
    for good in two {
        let page = rp.authorization().with("redirect_uri", good).open(&op, &mut browser).await;
        assert!(page.target().starts_with(good), "{}", page.target());
        assert!(page.answer().contains_key("code"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_2_3_redirect_uri_may_be_left_out_where_there_is_one() {
    let (op, alice, rp) = setup().await;
    let page = rp.authorization().without("redirect_uri").finish(&op, &mut Browser::new(), &alice).await;
    assert!(page.target().starts_with(rp.redirect_uri()));
    let code = page.code();
    let fields: Vec<_> =
        rp.redemption(&code).into_iter().filter(|(name, _)| *name != "redirect_uri").collect();
    assert_eq!(rp.token(&op, &fields).await.status, 200);
    let none = RelyingParty::register(&op, |client| client.redirect_uris.clear()).await;
    let request = rp.authorization().with("client_id", none.client_id());
    request.assert_page(&op, &mut Browser::new()).await;
    request.without("redirect_uri").assert_page(&op, &mut Browser::new()).await;
}

/// RFC 6749 3.1.2: the query of the registered URI is kept, in success and in error.
#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_1_2_the_query_of_the_redirect_uri_survives() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for uri in ["https://rp.test/callback?foo=bar", "https://rp.test/callback?dummy1=lorem&dummy2=ip%20sum+x"]
    {
        let rp = RelyingParty::register(&op, |client| client.redirect_uris = vec![uri.to_owned()]).await;
        let mut browser = Browser::new();
        let page = rp.authorization().finish(&op, &mut browser, &alice).await;
        assert!(page.target().starts_with(&format!("{uri}&code=")), "{}", page.target());
        assert_eq!(rp.redeem(&op, &page.answer()["code"]).await.status, 200);
        let request = rp.authorization().with("scope", "nonsense");
        let page = request.open(&op, &mut browser).await;
        assert!(page.target().starts_with(&format!("{uri}&error=invalid_scope")), "{}", page.target());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_3_scope() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let sign_in = async |browser: &mut Browser, scope: &str| {
        let request = rp.authorization().with("scope", scope).with("prompt", "consent");
        rp.sign_in_with(&op, &alice, browser, request).await.scope.unwrap()
    };
    // Order is free, a repeated word counts once, unknown words are left out; the answer states the scope.
    assert_eq!(sign_in(&mut browser, "email openid email").await, "email openid");
    assert_eq!(sign_in(&mut browser, "openid admin api:read").await, "openid api:read");
    for bad in
        ["nonsense", "OpenID", "openid\u{e9}", "open\"id", "open\\id", "openid\temail", "openid\nemail"]
    {
        rp.authorization().with("scope", bad).assert_refused(&op, &mut browser, "invalid_scope").await;
    }
    rp.authorization().without("scope").assert_refused(&op, &mut browser, "invalid_scope").await;
    assert_eq!(op.grants_of(&alice).await, 2);
}

/// RFC 6749 4.1.2: a code that lives for ten minutes at most, and the state exactly as it came.
#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_the_answer() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let page = rp.authorization().without("state").open(&op, &mut browser).await;
    assert!(!page.answer().contains_key("state"));
    page.code();
    let most = "x".repeat(4096);
    for state in ["x", " ", "a+b c%20d&e=f;g#h", "é漢字🦀", "\"><svg onload=x>", "\r\n\tX: y\0", &most] {
        let request = rp.authorization().with("state", state);
        let page = request.open(&op, &mut browser).await;
        assert_eq!(page.answer()["state"], state);
        page.code();
        let wrong = request.with("scope", "nonsense");
        wrong.assert_refused(&op, &mut browser, "invalid_scope").await;
    }
    let too_long = rp.authorization().with("state", &"x".repeat(4097));
    let page = too_long.open(&op, &mut browser).await;
    page.assert_refused(&op, &too_long.without("state"), "invalid_request");
    let code = rp.authorization().silent(&op, &mut browser).await;
    let late = rp.authorization().silent(&op, &mut browser).await;
    op.pass(59);
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
    op.pass(2);
    rp.redeem(&op, &late).await.assert_refused(400, "invalid_grant");
}

/// State that is not UTF-8 (RFC 6749 appendix B) could not be returned unchanged, so it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_1_state_and_nonce_must_be_utf_8() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let request = rp.authorization().without("state");
    let open = async |browser: &mut Browser, more: &str| -> Page {
        browser.open(&op, &format!("{}&{more}", request.url(&op))).await
    };
    for bad in ["state=%ff", "state=a%c0%af", "state=%ed%a0%80", "state=%e2%82"] {
        open(&mut browser, bad).await.assert_refused(&op, &request, "invalid_request");
    }
    assert_eq!(open(&mut browser, "state=%c3%a9").await.answer()["state"], "é");
    let request = request.without("nonce");
    let url = format!("{}&nonce=%ff", request.url(&op));
    browser.open(&op, &url).await.assert_refused(&op, &request, "invalid_request");
    assert_eq!(op.grants_of(&alice).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_1_what_only_a_page_may_tell() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for request in [
        rp.authorization().without("client_id"),
        rp.authorization().with("client_id", "unknown"),
        rp.authorization().with("client_id", &rp.client_id().to_uppercase()),
        rp.authorization().with("client_id", &format!("{} ", rp.client_id())),
        rp.authorization().with("client_id", &"x".repeat(5000)),
    ] {
        request.assert_page(&op, &mut browser).await;
    }
    rp.set_enabled(&op, false).await;
    rp.authorization().assert_page(&op, &mut browser).await;
    rp.set_enabled(&op, true).await;
    assert_eq!(op.grants_of(&alice).await, 0, "a client that is disabled loses what it had");
    rp.authorization().silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_1_unauthorized_client() {
    let (op, alice, _) = setup().await;
    let machine =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::ClientCredentials]).await;
    machine.authorization().assert_refused(&op, &mut Browser::new(), "unauthorized_client").await;
    assert_eq!((op.grants_of(&alice).await, op.empty_out().await), (0, 0));
    let web =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::AuthorizationCode]).await;
    let tokens = web.sign_in(&op, &alice).await;
    // The answer says that `offline_access` means nothing for a client without refresh tokens.
    assert_eq!((tokens.refresh_token, tokens.scope.as_deref()), (None, Some("openid profile email")));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_1_access_denied() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization();
    let mut browser = Browser::new();
    let page = request.open(&op, &mut browser).await;
    let page = browser.submit(&op, &page, &[("cancel", "1")]).await;
    page.assert_refused(&op, &request, "access_denied");
    assert_eq!(op.sessions_of(&alice).await, 0);
    let page = request.open(&op, &mut browser).await;
    let asked = browser.sign_in(&op, &page, &alice).await;
    assert_eq!(asked.step(), Step::Consent);
    let page = browser.decide(&op, &asked, "deny").await;
    page.assert_refused(&op, &request, "access_denied");
    assert_eq!(op.grants_of(&alice).await, 0);
    // What was refused cannot be allowed afterwards.
    browser.decide(&op, &asked, "allow").await.assert_finished_page();
    assert_eq!(op.grants_of(&alice).await, 0);
    request.code(&op, &mut browser, &alice).await;
}
