//! The issuer in authorization answers (RFC 9207).
//!
//! Chart 150: `iss` in answers (RFC 9207) | every answer

use credenza_tests::{Browser, Provider, RelyingParty, Request};

/// A025: two issuers on one host; each answer says whose it is, in each mode, in success and in error.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9207_2_every_answer_names_its_issuer() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for (tenant, base) in [("default", ""), ("acme", "/t/acme")] {
        let alice = op.user_of(tenant, "alice").await;
        let rp = RelyingParty::register_at(&op, tenant, |_| ()).await;
        let mut browser = Browser::new();
        for mode in ["query", "fragment", "form_post"] {
            let request = rp.authorization().with("response_mode", mode);
            let issuer = format!("{}{base}", op.issuer);
            let silent = request.clone().with("prompt", "none");
            silent.assert_refused(&op, &mut Browser::new(), "login_required").await;
            request.clone().with("scope", "x").assert_refused(&op, &mut browser, "invalid_scope").await;
            let page = request.finish(&op, &mut browser, &alice).await;
            assert_eq!(page.answer()["iss"], issuer);
            assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
            let asked = request.clone().with("prompt", "consent").open(&op, &mut browser).await;
            let page = browser.decide(&op, &asked, "deny").await;
            page.assert_refused(&op, &request, "access_denied");
            assert_eq!(page.answer()["iss"], issuer);
        }
    }
}

/// RFC 9207 2.4: the value is compared as a string with the metadata's.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9207_3_the_metadata_says_so_and_has_the_same_issuer() {
    let op = Provider::builder().issuer("https://op.test").start().await;
    op.tenant("acme").await;
    for (tenant, base) in [("default", ""), ("acme", "/t/acme")] {
        let metadata = op.at(&format!("{base}/.well-known/openid-configuration"));
        let metadata = Request::get(metadata).send().await.json();
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        let alice = op.user_of(tenant, "alice").await;
        let rp = RelyingParty::register_at(&op, tenant, |_| ()).await;
        let answer = rp.authorization().answer(&op, &mut Browser::new(), &alice).await;
        assert_eq!(metadata["issuer"], answer["iss"]);
        assert_eq!(answer["iss"], format!("https://op.test{base}"));
    }
}

/// RFC 9207 2: `iss` in a request means nothing.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9207_2_the_request_has_no_say() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let request = rp.authorization().with("iss", "https://evil.test");
    let answer = request.answer(&op, &mut Browser::new(), &alice).await;
    assert_eq!(answer["iss"], op.issuer);
    // An error page is for the person; there is no answer to the client that could carry `iss`.
    request.with("redirect_uri", "https://evil.test/callback").assert_page(&op, &mut Browser::new()).await;
}
