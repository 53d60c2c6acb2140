//! Attacks on refresh tokens in a cookie (manual: attacks). The browser sends the cookie with what other pages have it send;
//! what they cannot do is to change the `Origin` that it names.
//!
//! Chart 591

use credenza_tests::{Browser, ISSUER_OF_APPS, PageOfApp, Person, Provider, RelyingParty, at_once};

async fn signed_in() -> (Provider, Person, PageOfApp) {
    let op = Provider::builder().issuer(ISSUER_OF_APPS).start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    page.sign_in(&op, &alice).await;
    (op, alice, page)
}

/// The calls by which somebody else's page would have the token spent, or ended.
const CALLS: [(&str, &[(&str, &str)]); 2] =
    [("/token", &[("grant_type", "refresh_token")]), ("/revoke", &[])];

#[tokio::test(flavor = "multi_thread")]
async fn a270_a_page_of_another_origin_spends_and_ends_nothing() {
    let (op, alice, mut page) = signed_in().await;
    // Another client's page is read as well: its answers have its own origin, and no credentials.
    let other = RelyingParty::public(&op).await;
    let own = page.origin.clone();
    for origin in [
        None,
        Some("null"),
        Some("https://evil.test"),
        Some("https://evil.example.test"),
        Some("https://example.test"),
        Some(ISSUER_OF_APPS),
        Some("https://rp.test"),
        Some("http://app.example.test"),
        Some("https://app.example.test:8443"),
        Some("https://app.example.test.evil.test"),
    ] {
        page.origin = origin.map(str::to_owned);
        for (path, fields) in CALLS {
            let before = page.cookie();
            let answer = page.call(&op, path, fields).await;
            answer.assert_refused(400, "invalid_request");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{origin:?}");
            assert!(!answer.headers.contains_key("set-cookie"), "{origin:?}");
            assert_eq!((page.cookie(), op.grants_of(&alice).await), (before, 1));
        }
    }
    assert_eq!(other.redirect_uri(), "https://rp.test/callback");
    // The same from the page itself.
    page.origin = own;
    assert_eq!(page.refresh(&op).await.status, 200);
    assert_eq!(page.call(&op, "/revoke", &[]).await.status, 200);
    assert_eq!(op.grants_of(&alice).await, 0);
}

/// What the browser says of the site counts as well, where it says it.
#[tokio::test(flavor = "multi_thread")]
async fn a270_a_request_across_sites_is_refused() {
    let (op, _, mut page) = signed_in().await;
    for (site, status) in [("cross-site", 400), ("none", 400), ("same-site", 200), ("same-origin", 200)] {
        page.browser.headers = vec![("sec-fetch-site".to_owned(), site.to_owned())];
        assert_eq!(page.refresh(&op).await.status, status, "{site}");
    }
    // A page of the client on another site would never be sent the cookie, so none is set there.
    let elsewhere = "https://app.elsewhere.test";
    page.rp.update(&op, |record| record.client.allowed_origins = vec![elsewhere.to_owned()]).await;
    page.browser.headers.clear();
    page.origin = Some(elsewhere.to_owned());
    page.refresh(&op).await.assert_refused(400, "invalid_request");
}

/// A page that has its own code redeemed in somebody else's browser would have them work in its own account.
#[tokio::test(flavor = "multi_thread")]
async fn a271_nobody_plants_a_sign_in_of_their_own() {
    let (op, alice, mut page) = signed_in().await;
    let mallory = op.user("mallory").await;
    let code = page.rp.authorization().code(&op, &mut Browser::new(), &mallory).await;
    let (rp, before, own) = (page.rp.clone(), page.cookie(), page.origin.clone());
    for origin in [None, Some("https://evil.example.test".to_owned()), Some("https://evil.test".to_owned())] {
        page.origin = origin;
        page.call(&op, "/token", &rp.redemption(&code)).await.assert_refused(400, "invalid_request");
        assert_eq!(page.cookie(), before);
    }
    page.origin = own;
    assert_eq!(page.refresh(&op).await.status, 200);
    assert_eq!(op.grants_of(&alice).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a271_the_cookie_of_another_client_or_tenant_is_worth_nothing() {
    let (op, alice, mut page) = signed_in().await;
    let mut other = PageOfApp::of(&op).await;
    other.browser = page.browser.clone();
    // It has no cookie of its own, and the one that is there is not looked at.
    other.refresh(&op).await.assert_refused(400, "invalid_grant");
    assert_eq!(op.grants_of(&alice).await, 1);
    // Under its own name the token is that of another client still.
    other.browser = Browser::new();
    other.sign_in(&op, &alice).await;
    let (own, _) = other.cookie().unwrap();
    let (_, stolen) = page.cookie().unwrap();
    other.browser.cookies.insert(own.clone(), stolen);
    other.refresh(&op).await.assert_refused(400, "invalid_grant");
    assert_eq!(page.refresh(&op).await.status, 200);
    // Two of one name: one of them is planted, and neither counts.
    let (name, value) = page.cookie().unwrap();
    let twice = format!("{name}={value}; {name}=planted");
    let request = page.request(&op, "/token", &[("grant_type", "refresh_token")]).header("cookie", &twice);
    request.send().await.assert_refused(400, "invalid_grant");
    assert_eq!(page.refresh(&op).await.status, 200);
}

/// Reuse of a token ends the grant as ever, and racing tabs get one child.
#[tokio::test(flavor = "multi_thread")]
async fn a053_a_copied_cookie_ends_the_grant() {
    let (op, alice, mut page) = signed_in().await;
    let thief = page.browser.clone();
    assert_eq!(page.refresh(&op).await.status, 200);
    assert_eq!(page.refresh(&op).await.status, 200);
    op.pass(100);
    let mut copy = PageOfApp { browser: thief, rp: page.rp.clone(), origin: page.origin.clone() };
    copy.refresh(&op).await.assert_refused(400, "invalid_grant");
    assert_eq!((copy.cookie(), op.grants_of(&alice).await), (None, 0));
    page.refresh(&op).await.assert_refused(400, "invalid_grant");

    page.sign_in(&op, &alice).await;
    let (name, value) = page.cookie().unwrap();
    let one = || page.request(&op, "/token", &[("grant_type", "refresh_token")]);
    let racing = (0..4).map(|_| one().header("cookie", &format!("{name}={value}")));
    let answers = at_once(racing).await;
    let set: std::collections::BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned())
        .collect();
    assert!(answers.iter().all(|answer| answer.status == 200), "{set:?}");
    assert_eq!(set.len(), 1, "{set:?}");
}
