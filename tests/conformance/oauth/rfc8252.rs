//! OAuth 2.0 for Native Apps (RFC 8252).
//!
//! Chart 130: Native apps (RFC 8252) | loopback ports, private schemes

use credenza_protocol::client::ApplicationType;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{Browser, Provider, RelyingParty, Step, changed};

async fn native(op: &Provider, redirect_uris: &[&str]) -> RelyingParty {
    RelyingParty::register(op, |client| {
        client.application_type = ApplicationType::Native;
        client.token_endpoint_auth_method = AuthMethod::None;
        client.redirect_uris = redirect_uris.iter().map(|uri| (*uri).to_owned()).collect();
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_1_private_use_schemes() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = native(&op, &["com.example.app:/callback"]).await;
    let mut browser = Browser::new();
    let page = rp.authorization().finish(&op, &mut browser, &alice).await;
    assert!(page.target().starts_with("com.example.app:/callback?code="), "{}", page.target());
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    for bad in [
        "com.example.app:/other",
        "com.example.app://callback",
        "com.example.app:///callback",
        "com.example.app:callback",
        "COM.example.app:/callback",
        "com.example.app2:/callback",
        "com.example.app:/callback#x",
    ] {
        rp.authorization().with("redirect_uri", bad).assert_page(&op, &mut browser).await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
}

/// A scheme without a dot, which many programs have all the same.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_1_a_scheme_of_one_word_is_compared_like_others() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = native(&op, &["cursor://anysphere.cursor-retrieval/oauth/callback"]).await;
    let mut browser = Browser::new();
    let page = rp.authorization().finish(&op, &mut browser, &alice).await;
    assert!(page.target().starts_with(&format!("{}?code=", rp.redirect_uri())), "{}", page.target());
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    for bad in ["cursor://other/oauth/callback", "cursors://anysphere.cursor-retrieval/oauth/callback"] {
        rp.authorization().with("redirect_uri", bad).assert_page(&op, &mut browser).await;
    }
    // Another program may have the same scheme, so the person is asked each time (RFC 8252 8.6).
    let silent = rp.authorization().with("prompt", "none");
    silent.assert_refused(&op, &mut browser, "consent_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_2_claimed_https_uris_are_compared_like_those_of_the_web() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = native(&op, &["https://app.test/callback"]).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    // The scheme proves who is reached, so consent is remembered (8.6).
    rp.authorization().with("prompt", "none").silent(&op, &mut browser).await;
    let other_port = rp.authorization().with("redirect_uri", "https://app.test:8443/callback");
    other_port.assert_page(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_3_any_port_on_loopback() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for (registered, good, bad) in [
        (
            "http://127.0.0.1/callback",
            ["http://127.0.0.1/callback", "http://127.0.0.1:50123/callback", "http://127.0.0.1:1/callback"],
            [
                "http://[::1]:50123/callback",
                "http://localhost:50123/callback",
                "https://127.0.0.1:50123/callback",
            ],
        ),
        (
            "http://[::1]/callback?x=1",
            [
                "http://[::1]/callback?x=1",
                "http://[::1]:50123/callback?x=1",
                "http://[::1]:65535/callback?x=1",
            ],
            [
                "http://127.0.0.1:50123/callback?x=1",
                "http://[::1]:50123/callback",
                "http://[0::1]:50123/callback?x=1",
            ],
        ),
        (
            "http://127.0.0.1:8080/callback",
            [
                "http://127.0.0.1:8080/callback",
                "http://127.0.0.1:50123/callback",
                "http://127.0.0.1/callback",
            ],
            [
                "http://127.0.0.1:0/callback",
                "http://127.0.0.1:65536/callback",
                "http://127.0.0.1:+1/callback",
            ],
        ),
        (
            "http://127.0.0.1/callback",
            ["http://127.0.0.1/callback", "http://127.0.0.1:2/callback", "http://127.0.0.1:65535/callback"],
            [
                "http://127.0.0.1:50123/callback/x",
                "http://127.0.0.1:50123/Callback",
                "http://127.0.0.2/callback",
            ],
        ),
    ] {
        let rp = native(&op, &[registered]).await;
        let mut browser = Browser::new();
        for uri in good {
            let page = rp.authorization().with("redirect_uri", uri).finish(&op, &mut browser, &alice).await;
            assert!(page.target().starts_with(uri), "{}", page.target());
            let code = page.answer()["code"].clone();
            let fields = changed(&rp.redemption(&code), "redirect_uri", Some(uri));
            assert_eq!(rp.token(&op, &fields).await.status, 200, "{uri}");
        }
        for uri in bad {
            rp.authorization().with("redirect_uri", uri).assert_page(&op, &mut browser).await;
        }
    }
    assert_eq!(op.grants_of(&alice).await, 12);
}

/// The port of the request, not the registered one, must come again at the token endpoint (RFC 6749 4.1.3).
#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_3_the_token_request_repeats_the_port() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = native(&op, &["http://127.0.0.1/callback"]).await;
    let request = rp.authorization().with("redirect_uri", "http://127.0.0.1:50123/callback");
    let mut browser = Browser::new();
    for wrong in ["http://127.0.0.1/callback", "http://127.0.0.1:50124/callback"] {
        let code = request.code(&op, &mut browser, &alice).await;
        let fields = changed(&rp.redemption(&code), "redirect_uri", Some(wrong));
        rp.token(&op, &fields).await.assert_refused(400, "invalid_grant");
    }
    let code = request.code(&op, &mut browser, &alice).await;
    let fields = changed(&rp.redemption(&code), "redirect_uri", request.get("redirect_uri"));
    assert_eq!(rp.token(&op, &fields).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_3_a_web_client_has_no_free_port() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let uri = "http://127.0.0.1:8080/callback";
    let rp = RelyingParty::register(&op, |client| client.redirect_uris = vec![uri.to_owned()]).await;
    let request = rp.authorization().with("redirect_uri", "http://127.0.0.1:8081/callback");
    request.assert_page(&op, &mut Browser::new()).await;
    rp.sign_in(&op, &alice).await;
}

/// RFC 9700 2.1 asks for the free port of `localhost` as well. It is no other spelling of an address, though: it may
/// resolve to anything (RFC 8252 8.3).
#[tokio::test(flavor = "multi_thread")]
async fn rfc9700_2_1_the_port_of_localhost_is_free_and_nothing_else_of_it() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = native(&op, &["http://localhost:7777/callback"]).await;
    for bad in [
        "http://127.0.0.1:7777/callback",
        "http://[::1]:7777/callback",
        "http://localhost:7778/callback/",
        "http://localhost:0/callback",
        "http://localhost:7778@evil.test/callback",
        "http://localhost.evil.test/callback",
        "http://app.localhost:7777/callback",
        "https://localhost:7777/callback",
    ] {
        rp.authorization().with("redirect_uri", bad).assert_page(&op, &mut Browser::new()).await;
    }
    let mut browser = Browser::new();
    for good in ["http://localhost:7778/callback", "http://localhost/callback"] {
        let page = rp.authorization().with("redirect_uri", good).finish(&op, &mut browser, &alice).await;
        assert!(page.target().starts_with(good), "{}", page.target());
        let code = page.answer()["code"].clone();
        let fields = changed(&rp.redemption(&code), "redirect_uri", Some(good));
        assert_eq!(rp.token(&op, &fields).await.status, 200, "{good}");
    }
    rp.sign_in(&op, &alice).await;
    // A web client has no free port there either.
    let uri = "http://localhost:7777/callback".to_owned();
    let web = RelyingParty::register(&op, |client| client.redirect_uris = vec![uri]).await;
    let moved = web.authorization().with("redirect_uri", "http://localhost:7778/callback");
    moved.assert_page(&op, &mut Browser::new()).await;
    web.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_8_1_a_native_app_needs_pkce() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for uri in ["com.example.app:/callback", "http://127.0.0.1/callback", "https://app.test/callback"] {
        let rp = native(&op, &[uri]).await;
        let request = rp.authorization().without("code_challenge").without("code_challenge_method");
        request.assert_refused(&op, &mut Browser::new(), "invalid_request").await;
        rp.sign_in(&op, &alice).await;
    }
}

/// RFC 8252 8.6, A016: another program on the device may use the same scheme or port, so the person is asked
/// each time.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_8_6_an_app_that_can_be_imitated_is_never_approved_silently() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for uri in ["com.example.app:/callback", "http://127.0.0.1:9/callback", "http://[::1]/callback"] {
        let rp = native(&op, &[uri]).await;
        let mut browser = Browser::new();
        rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        assert!(op.consent_of(&alice, &rp).await.contains("openid"));
        let silent = rp.authorization().with("prompt", "none");
        silent.assert_refused(&op, &mut browser, "consent_required").await;
        let page = rp.authorization().open(&op, &mut browser).await;
        assert_eq!(page.step(), Step::Consent);
        assert!(browser.decide(&op, &page, "allow").await.answer().contains_key("code"));
    }
    assert_eq!(op.grants_of(&alice).await, 6);
}
