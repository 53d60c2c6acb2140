//! A058 (manual: attacks): the store fails. The answer is 503, never a verdict; it agrees with what is stored; and a
//! retry succeeds.

use credenza_protocol::client::AccessTokenFormat;
use credenza_tests::{
    Browser, FORMATS, Outage, Person, Provider, RelyingParty, Request, Response, Tokens, assertion,
    failing_store, signing_key,
};
use credenza_validator::Algorithm;

async fn setup(format: AccessTokenFormat) -> (Provider, Outage, Person, RelyingParty) {
    let (store, outage) = failing_store().await;
    let op = Provider::builder().store(store).start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::of_format(&op, format).await;
    (op, outage, alice, rp)
}

#[track_caller]
fn assert_unavailable(response: &Response) {
    response.assert_refused(503, "temporarily_unavailable");
    assert_eq!(response.header("retry-after"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_revocation_does_not_fail_silently() {
    for format in FORMATS {
        let (op, outage, alice, rp) = setup(format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let revoke = async |token: &str| rp.call(&op, "/revoke", &[("token", token)]).send().await;
        for token in [&tokens.access_token, tokens.refresh_token.as_ref().unwrap()] {
            for fail in [Outage::of_writes, Outage::of_everything] {
                fail(&outage);
                assert_unavailable(&revoke(token).await);
                outage.end();
                assert_eq!(rp.introspect(&op, token).await["active"], true);
            }
            assert_eq!(revoke(token).await.status, 200);
            assert_eq!(rp.introspect(&op, token).await["active"], false);
        }
        rp.assert_dead(&op, &tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_a_token_that_can_not_be_looked_up_is_not_called_dead() {
    for format in FORMATS {
        let (op, outage, alice, rp) = setup(format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        outage.of_everything();
        assert_unavailable(&rp.userinfo(&op, &tokens.access_token).await);
        for token in [&tokens.access_token, tokens.refresh_token.as_ref().unwrap()] {
            assert_unavailable(&rp.call(&op, "/introspect", &[("token", token)]).send().await);
        }
        assert_unavailable(&rp.refresh(&op, tokens.refresh()).await);
        outage.of_writes();
        rp.assert_alive(&op, &tokens).await;
        outage.end();
        rp.assert_alive(&op, &tokens).await;
        assert_eq!(rp.refresh(&op, tokens.refresh()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_a_code_or_refresh_token_is_not_spent_by_a_failure() {
    for format in FORMATS {
        let (op, outage, alice, rp) = setup(format).await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        outage.of_writes();
        assert_unavailable(&rp.redeem(&op, &code).await);
        outage.end();
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        outage.of_writes();
        assert_unavailable(&rp.refresh(&op, tokens.refresh()).await);
        outage.end();
        let next = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        rp.assert_alive(&op, &next).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_reuse_is_not_forgotten_by_a_failure() {
    for format in FORMATS {
        let (op, outage, alice, rp) = setup(format).await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        let first = Tokens::of(&rp.redeem(&op, &code).await);
        outage.of_writes();
        assert_unavailable(&rp.redeem(&op, &code).await);
        outage.end();
        rp.assert_alive(&op, &first).await;
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        rp.assert_dead(&op, &first).await;

        let first = rp.sign_in(&op, &alice).await;
        let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
        op.pass(60);
        outage.of_writes();
        assert_unavailable(&rp.refresh(&op, first.refresh()).await);
        outage.end();
        rp.assert_alive(&op, &second).await;
        rp.refresh(&op, first.refresh()).await.assert_refused(400, "invalid_grant");
        rp.assert_dead(&op, &second).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_an_assertion_that_can_not_be_remembered_is_not_taken() {
    let (op, outage, ..) = setup(AccessTokenFormat::Jwt).await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let signed = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
    outage.of_writes();
    for _ in 0..2 {
        assert_unavailable(&rp.assert_token(&op, &signed).await);
    }
    outage.end();
    assert_eq!(rp.assert_token(&op, &signed).await.status, 200);
    rp.assert_token(&op, &signed).await.assert_refused(401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_logout_does_not_fail_silently() {
    let (op, outage, alice, rp) = setup(AccessTokenFormat::Jwt).await;
    let mut browser = Browser::new();
    let online = rp.authorization().with("scope", "openid");
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, online).await;
    let url = format!("{}/logout?id_token_hint={}", op.issuer, tokens.id());
    for fail in [Outage::of_writes, Outage::of_everything] {
        fail(&outage);
        let page = browser.open(&op, &url).await;
        assert_eq!(page.response.status, 503, "{}", page.text());
        assert!(!page.says("You are signed out"));
        outage.end();
        assert_eq!(op.sessions_of(&alice).await, 1);
        rp.assert_alive(&op, &tokens).await;
    }
    // The browser kept what it needs to try again.
    let page = browser.open(&op, &url).await;
    assert!(page.response.status == 200 && page.says("You are signed out"), "{}", page.text());
    assert_eq!(op.sessions_of(&alice).await, 0);
    rp.assert_dead(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a058_ending_sessions_does_not_fail_silently() {
    let (op, outage, alice, rp) = setup(AccessTokenFormat::Jwt).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    outage.of_writes();
    let page = browser.submit(&op, &account, &[("end", "all")]).await;
    assert_eq!(page.response.status, 503, "{}", page.text());
    outage.end();
    assert_eq!(op.sessions_of(&alice).await, 1);
    browser.submit(&op, &account, &[("end", "all")]).await;
    assert_eq!(op.sessions_of(&alice).await, 0);
    // A session that cannot be looked up is not called absent.
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    outage.of_everything();
    let page = rp.authorization().with("prompt", "none").open(&op, &mut browser).await;
    assert_eq!(page.response.status, 503, "{}", page.text());
    outage.end();
    rp.authorization().with("prompt", "none").code(&op, &mut browser, &alice).await;
    let health = Request::get(op.at("/livez")).send().await;
    assert_eq!(health.status, 200);
}
