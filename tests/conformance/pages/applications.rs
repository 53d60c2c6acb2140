//! A person sees which applications have access to their account, and withdraws it.
//!
//! Chart 576: Applications with access | `/account/applications`: what each may do, in words; withdrawn at once, tokens and consent

use credenza_protocol::client::ConsentPolicy;
use credenza_tests::{Browser, Page, Provider, RelyingParty};

async fn page(op: &Provider, browser: &mut Browser) -> Page {
    let account = browser.open(op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("href=\"/account/applications\""), "{}", account.text());
    browser.open(op, &format!("{}/account/applications", op.issuer)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_seen_and_withdrawn() {
    let op = Provider::start().await;
    let (alice, bob) = (op.user("alice").await, op.user("bob").await);
    let album =
        RelyingParty::register(&op, |client| client.client_name = "Photo <b>Album</b>".to_owned()).await;
    let own = RelyingParty::register(&op, |client| {
        client.client_name = "Our own".to_owned();
        client.consent = ConsentPolicy::Implicit;
    })
    .await;
    let mut browser = Browser::new();
    let first = album.sign_in_with(&op, &alice, &mut browser, album.authorization()).await;
    let second = own.sign_in_with(&op, &alice, &mut browser, own.authorization()).await;
    let of_bob = album.sign_in(&op, &bob).await;
    let shown = page(&op, &mut browser).await;
    assert!(shown.says("Photo &#60;b&#62;Album") && shown.says("Our own"), "{}", shown.text());
    assert!(shown.says("See your email address"), "{}", shown.text());
    let after = browser.submit(&op, &shown, &[("client_id", album.client_id())]).await;
    assert!(after.url.ends_with("/account/applications") && !after.says("Album") && after.says("Our own"));
    album.assert_dead(&op, &first).await;
    own.assert_alive(&op, &second).await;
    album.assert_alive(&op, &of_bob).await;
    // It must ask again.
    let asked = album.authorization().open(&op, &mut browser).await;
    assert!(asked.url.contains("/consent?request="), "{}", asked.url);
    // What is asked for nobody's sake changes nothing.
    for client_id in ["nobody", "", album.client_id()] {
        let same = browser.submit(&op, &after, &[("client_id", client_id)]).await;
        assert!(same.says("Our own"), "{client_id}");
    }
    own.assert_alive(&op, &second).await;
    let none = browser.submit(&op, &after, &[("client_id", own.client_id())]).await;
    assert!(none.says("id=\"no-applications\""), "{}", none.text());
    own.assert_dead(&op, &second).await;
    assert_eq!(op.sessions_of(&alice).await, 1, "the person stays signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_gone_is_not_listed_and_nobody_else_sees_it() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let url = format!("{}/account/applications", op.issuer);
    assert_eq!(browser.open(&op, &url).await.response.status, 401);
    let form = [("client_id", rp.client_id())];
    assert_eq!(browser.post(&op, &url, &form).await.response.status, 401);
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    assert!(!page(&op, &mut browser).await.says("id=\"no-applications\""));
    rp.set_enabled(&op, false).await;
    assert!(page(&op, &mut browser).await.says("id=\"no-applications\""));
}
