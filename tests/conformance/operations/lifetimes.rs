//! Lifetimes that an operator shortens hold at once for what exists: of the old one and the new one the shorter counts.

use credenza_tests::{Browser, FORMATS, Provider, RelyingParty, Tokens, setup};

async fn refreshed(op: &Provider, rp: &RelyingParty, tokens: &Tokens) -> Tokens {
    let answer = rp.refresh(op, tokens.refresh()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Tokens::of(&answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_the_shorter_absolute_lifetime() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let silent = rp.authorization().with("prompt", "none");
    op.pass(3000);
    silent.silent(&op, &mut browser).await;
    op.change_settings(|settings| settings.session_lifetime.0 = 3600).await;
    silent.silent(&op, &mut browser).await;
    op.pass(599);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert_eq!(account.response.status, 401);
    // One that begins now has the new lifetime.
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("prompt", "login")).await;
    op.pass(3599);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_the_shorter_idle_lifetime_and_never_by_a_longer_one() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let silent = rp.authorization().with("prompt", "none");
    op.pass(1800);
    op.change_settings(|settings| settings.session_idle_lifetime.0 = 1801).await;
    silent.silent(&op, &mut browser).await;
    op.pass(1801);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    // A longer absolute lifetime does not reach sessions that exist.
    let day = 86_400;
    op.change_settings(|settings| {
        (settings.session_lifetime.0, settings.session_idle_lifetime.0) = (day, day)
    })
    .await;
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("prompt", "login")).await;
    op.change_settings(|settings| settings.session_lifetime.0 = 30 * day).await;
    op.pass(day - 1);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_dies_by_the_shorter_idle_lifetime() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        op.change_settings(|settings| settings.refresh_token_idle_lifetime.0 = 86_400).await;
        let rp = RelyingParty::of_format(&op, format).await;
        let (used, unused) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
        op.pass(3000);
        let used = refreshed(&op, &rp, &used).await;
        op.pass(600);
        op.change_settings(|settings| settings.refresh_token_idle_lifetime.0 = 3600).await;
        assert_eq!(rp.introspect(&op, unused.refresh()).await["active"], false, "{format:?}");
        rp.refresh(&op, unused.refresh()).await.assert_refused(400, "invalid_grant");
        // The one that was used since lives on: an hour from its own issue.
        assert_eq!(rp.introspect(&op, used.refresh()).await["exp"], op.now() + 3000, "{format:?}");
        op.pass(2999);
        let used = refreshed(&op, &rp, &used).await;
        op.pass(3600);
        rp.refresh(&op, used.refresh()).await.assert_refused(400, "invalid_grant");
        rp.sign_in(&op, &alice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_ends_by_the_shorter_lifetime_of_grants_or_of_the_session() {
    let (op, alice, rp) = setup().await;
    let offline = rp.sign_in(&op, &alice).await;
    let online = rp.authorization().with("scope", "openid profile");
    let bound = rp.sign_in_with(&op, &alice, &mut Browser::new(), online).await;
    op.pass(1000);
    op.change_settings(|settings| settings.session_lifetime.0 = 1500).await;
    let offline = refreshed(&op, &rp, &offline).await;
    let bound = refreshed(&op, &rp, &bound).await;
    assert_eq!((offline.expires_in, bound.expires_in), (600, 500), "no token outlives its grant");
    op.pass(500);
    rp.refresh(&op, bound.refresh()).await.assert_refused(400, "invalid_grant");
    let offline = refreshed(&op, &rp, &offline).await;
    op.change_settings(|settings| settings.grant_lifetime.0 = 1600).await;
    let offline = refreshed(&op, &rp, &offline).await;
    assert_eq!(offline.expires_in, 100);
    op.pass(100);
    assert_eq!(rp.introspect(&op, offline.refresh()).await["active"], false);
    rp.refresh(&op, offline.refresh()).await.assert_refused(400, "invalid_grant");
}
