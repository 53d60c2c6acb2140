//! People are told by mail of a sign-in in a browser that their account has not signed in from.
//!
//! Chart 579: Notices of new sign-ins | `sign_in_notices`: a mail with browser, time and network address when an account signs in where it has not before; not for an account that was just made

use credenza_protocol::sign_up::SignUpPolicy;
use credenza_tests::{Browser, Person, Provider, RelyingParty};

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    op.change_settings(|settings| settings.sign_in_notices = true).await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_is_told_of_once() {
    let (op, alice, rp) = start().await;
    let (mut first, mut second) = (Browser::new(), Browser::new());
    // Whoever has just made their account knows.
    rp.sign_in_with(&op, &alice, &mut first, rp.authorization()).await;
    op.pass(4000);
    rp.sign_in_with(&op, &alice, &mut first, rp.authorization().with("prompt", "login")).await;
    rp.sign_in_with(&op, &alice, &mut second, rp.authorization()).await;
    let mail = op.mails(1).await.pop().unwrap();
    assert_eq!(mail.subject, "New sign-in to Credenza");
    assert_eq!(mail.to, "alice@people.test");
    for part in ["your account alice", "network address 127.0.0.1", "change your password"] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    rp.sign_in_with(&op, &alice, &mut second, rp.authorization().with("prompt", "login")).await;
    // A browser that another account knows is new to this one.
    let bob = op.user("bob").await;
    op.pass(4000);
    rp.sign_in_with(&op, &bob, &mut second, rp.authorization().with("prompt", "login")).await;
    assert_eq!(op.mails(2).await.pop().unwrap().to, "bob@people.test");
    assert_eq!(op.mails(2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_failed_or_where_the_tenant_does_not_want_it() {
    let (op, alice, rp) = start().await;
    op.pass(4000);
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    browser.submit(&op, &login, &[("username", "alice"), ("password", "wrong")]).await;
    op.change_settings(|settings| settings.sign_in_notices = false).await;
    rp.sign_in(&op, &alice).await;
    op.change_settings(|settings| {
        settings.sign_in_notices = true;
        settings.sign_up = SignUpPolicy::Closed;
    })
    .await;
    rp.sign_in(&op, &alice).await;
    let mails = op.mails(1).await;
    assert_eq!((mails.len(), &*mails[0].subject), (1, "New sign-in to Credenza"));
}
