//! How answers travel: OAuth 2.0 Multiple Response Type Encoding Practices, Form Post Response Mode.
//!
//! Chart 160: Response modes | query, fragment, form_post

use credenza_protocol::response_mode::ResponseMode;
use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, setup};

#[tokio::test(flavor = "multi_thread")]
async fn response_mode_query() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for request in [rp.authorization(), rp.authorization().with("response_mode", "query")] {
        let page = request.open(&op, &mut browser).await;
        assert_eq!(page.response.status, 303);
        assert!(page.target().starts_with("https://rp.test/callback?code="), "{}", page.target());
        assert!(!page.target().contains('#'));
        assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn response_mode_fragment() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("response_mode", "fragment");
    let page = request.finish(&op, &mut browser, &alice).await;
    assert!(page.target().starts_with("https://rp.test/callback#code="), "{}", page.target());
    assert!(!page.target().contains('?'));
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    let wrong = request.with("scope", "nonsense").open(&op, &mut browser).await;
    assert!(wrong.target().starts_with("https://rp.test/callback#error="), "{}", wrong.target());
    assert!(!wrong.target().contains('?'));
}

/// Form Post Response Mode 2: all in the form, nothing in the URL; the page posts by itself.
#[tokio::test(flavor = "multi_thread")]
async fn form_post_2_the_page() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let state = "\"><svg onload=alert(1)>&amp;'é";
    let request = rp.authorization().with("response_mode", "form_post").with("state", state);
    let page = request.finish(&op, &mut browser, &alice).await;
    assert_form_post(&op, &page).await;
    assert_eq!(
        (page.target().as_str(), page.answer()["state"].as_str()),
        ("https://rp.test/callback", state)
    );
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    let wrong = request.clone().with("scope", "nonsense").open(&op, &mut browser).await;
    assert_form_post(&op, &wrong).await;
    wrong.assert_refused(&op, &request, "invalid_scope");
    let silent = request.clone().with("prompt", "none").open(&op, &mut Browser::new()).await;
    assert_form_post(&op, &silent).await;
    silent.assert_refused(&op, &request, "login_required");
}

async fn assert_form_post(op: &Provider, page: &Page) {
    let text = page.text();
    assert_eq!(page.response.status, 200);
    assert!(!page.response.headers.contains_key("location"));
    assert_eq!(page.response.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.response.header("cache-control"), "no-store");
    assert!(text.contains("<form method=\"post\" action="), "{text}");
    // Without `enctype` a browser sends application/x-www-form-urlencoded.
    assert!(!text.contains("enctype") && !text.contains("<svg"), "{text}");
    let policy = page.response.header("content-security-policy");
    assert!(policy.contains("; script-src 'self';"), "{policy}");
    assert!(policy.contains("form-action 'self'") && policy.contains(" https://rp.test"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let script = text.split("<script src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let script = Request::get(op.at(script)).send().await;
    assert_eq!(
        (script.status.as_u16(), script.header("content-type")),
        (200, "text/javascript; charset=utf-8")
    );
    // What HtmlUnit runs too: no arrow, no `let`, no module.
    let script = script.text();
    assert!(script.contains("submit()"), "{script}");
    assert!(!script.contains("=>") && !script.contains("let ") && !script.contains("import"), "{script}");
}

/// The query of the redirect URI stays where it is.
#[tokio::test(flavor = "multi_thread")]
async fn response_modes_keep_the_query_of_the_redirect_uri() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let uri = "https://rp.test/callback?foo=bar";
    let rp = RelyingParty::register(&op, |client| client.redirect_uris = vec![uri.to_owned()]).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for (mode, begin) in [("query", "&code="), ("fragment", "#code="), ("form_post", "")] {
        let page = rp.authorization().with("response_mode", mode).open(&op, &mut browser).await;
        assert!(page.target().starts_with(&format!("{uri}{begin}")), "{mode}: {}", page.target());
        assert_eq!(rp.redeem(&op, &page.answer()["code"]).await.status, 200);
    }
}

/// A011: a client is not answered by a response mode that it never uses.
#[tokio::test(flavor = "multi_thread")]
async fn response_mode_must_be_known_and_allowed() {
    let (op, alice, rp) = setup().await;
    let narrow =
        RelyingParty::register(&op, |client| client.response_modes = vec![ResponseMode::FormPost]).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let form_post = narrow.authorization().with("response_mode", "form_post");
    narrow.sign_in_with(&op, &alice, &mut browser, form_post.clone()).await;
    for mode in ["web_message", "jwt", "query.jwt", "Query", "form_post fragment", "x"] {
        let request = rp.authorization().with("response_mode", mode);
        request.assert_refused(&op, &mut browser, "invalid_request").await;
    }
    for mode in ["query", "fragment", "web_message"] {
        let request = narrow.authorization().with("response_mode", mode);
        request.assert_refused(&op, &mut browser, "invalid_request").await;
    }
    // The default of `code` is the query.
    narrow.authorization().assert_refused(&op, &mut browser, "invalid_request").await;
    assert_eq!(op.grants_of(&alice).await, 2);
    form_post.silent(&op, &mut browser).await;
}

/// With any response type but `code`, errors travel in the fragment (Multiple Response Types
/// 3), though no such type is supported.
#[tokio::test(flavor = "multi_thread")]
async fn response_mode_of_an_unsupported_response_type() {
    let (op, _, rp) = setup().await;
    let mut browser = Browser::new();
    for (response_type, begin) in [
        ("token", '#'),
        ("id_token", '#'),
        ("id_token token", '#'),
        ("code token", '#'),
        ("code id_token", '#'),
        ("code id_token token", '#'),
        ("none", '?'),
        ("x", '?'),
    ] {
        let request = rp.authorization().with("response_type", response_type);
        let page = request.open(&op, &mut browser).await;
        page.assert_refused(&op, &request, "unsupported_response_type");
        let expected = format!("https://rp.test/callback{begin}error=");
        assert!(page.target().starts_with(&expected), "{response_type}: {}", page.target());
        for mode in ["fragment", "form_post"] {
            let request = request.clone().with("response_mode", mode);
            request.assert_refused(&op, &mut browser, "unsupported_response_type").await;
        }
    }
    // Absent, it counts as `code`.
    let page = rp.authorization().without("response_type").open(&op, &mut browser).await;
    assert!(page.target().starts_with("https://rp.test/callback?error=invalid_request"), "{}", page.target());
    let metadata = op.metadata().await;
    assert_eq!(metadata["response_modes_supported"], serde_json::json!(["query", "fragment", "form_post"]));
    assert_eq!(metadata["response_types_supported"], serde_json::json!(["code"]));
}
