//! A person changes their password on the page of their account: with the old one, as the tenant's rules say, and everything else
//! ends if they want it to.
//!
//! Chart 569: Password change | `/account/password`: the old one asked for and guesses slowed down, everything else ended by choice, told by mail

use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, Tokens, at_once};

const NEW: &str = "seven swans a-swimming";

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

/// Signed in by a new browser, with tokens.
async fn signed_in(op: &Provider, rp: &RelyingParty, alice: &Person) -> (Browser, Tokens) {
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(op, alice, &mut browser, rp.authorization()).await;
    (browser, tokens)
}

async fn page(op: &Provider, browser: &mut Browser) -> Page {
    let account = browser.open(op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("href=\"/account/password\""), "{}", account.text());
    browser.open(op, &format!("{}/account/password", op.issuer)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_old_one_and_everything_else_ends_if_wanted() {
    let (op, alice, rp) = start().await;
    let (mut here, old) = signed_in(&op, &rp, &alice).await;
    let (mut elsewhere, other) = signed_in(&op, &rp, &alice).await;
    let form = page(&op, &mut here).await;
    for (typed, new, status, said) in [
        ("not the password", NEW, 422, "current password is wrong"),
        ("", NEW, 422, "current password is wrong"),
        (&alice.password, "fourteen chars", 422, "too short"),
        (&alice.password, "passwordpassword", 422, "easy to guess"),
        (&alice.password, "alice@people.test", 422, "must not be your username"),
    ] {
        let refused = here.submit(&op, &form, &[("old", typed), ("password", new)]).await;
        assert_eq!(refused.response.status, status, "{typed} {new}");
        assert!(refused.says("id=\"change-error\"") && refused.says(said), "{new}: {}", refused.text());
        op.pass(60);
    }
    op.mails(0).await;
    let cookie = |browser: &Browser| {
        browser.cookies.iter().find(|(name, _)| name.ends_with("session")).map(|(_, value)| value.clone())
    };
    let before = cookie(&here);
    let fields = [("old", alice.password.as_str()), ("password", NEW), ("everywhere", "1")];
    let done = here.submit(&op, &form, &fields).await;
    assert!(
        done.url.contains("/account?changed=") && done.says("id=\"password-changed\""),
        "{}",
        done.text()
    );
    assert_ne!(cookie(&here), before, "a new session");
    assert_eq!(op.sessions_of(&alice).await, 1);
    assert_eq!(elsewhere.open(&op, &format!("{}/account", op.issuer)).await.response.status, 401);
    for tokens in [&old, &other] {
        rp.assert_dead(&op, tokens).await;
    }
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), ("alice@people.test", "Your password for Credenza was changed"));
    assert!(mail.text.contains("signed out everywhere"), "{}", mail.text);
    for link in [&*done.url, &format!("{}/account?changed=password", op.issuer)] {
        let other = elsewhere_of(&op, &rp, &alice, NEW, link).await;
        assert!(!other.says("id=\"password-changed\""), "nobody else's link says so: {link}");
    }
    rp.sign_in(&op, &Person { password: NEW.to_owned(), ..alice }).await;
}

/// The account page by that link, in a browser of its own.
async fn elsewhere_of(op: &Provider, rp: &RelyingParty, alice: &Person, password: &str, link: &str) -> Page {
    let alice = Person { password: password.to_owned(), ..alice.clone() };
    let (mut browser, _) = signed_in(op, rp, &alice).await;
    browser.open(op, link).await
}

#[tokio::test(flavor = "multi_thread")]
async fn or_nothing_else_ends() {
    let (op, alice, rp) = start().await;
    let (mut here, tokens) = signed_in(&op, &rp, &alice).await;
    let (mut elsewhere, _) = signed_in(&op, &rp, &alice).await;
    let form = page(&op, &mut here).await;
    let done = here.submit(&op, &form, &[("old", alice.password.as_str()), ("password", NEW)]).await;
    assert!(done.says("id=\"password-changed\""), "{}", done.text());
    assert_eq!(op.sessions_of(&alice).await, 2);
    assert_eq!(elsewhere.open(&op, &format!("{}/account", op.issuer)).await.response.status, 200);
    rp.assert_alive(&op, &tokens).await;
    assert!(!op.mails(1).await[0].text.contains("everywhere"));
    let login = rp.authorization().open(&op, &mut Browser::new()).await;
    let mut browser = Browser::new();
    let login_again = rp.authorization().open(&op, &mut browser).await;
    assert_eq!(login.response.status, 200);
    let old = [("username", "alice"), ("password", alice.password.as_str())];
    assert_eq!(browser.submit(&op, &login_again, &old).await.response.status, 422, "the old one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a124_guesses_of_the_old_one_are_slowed_down_as_at_the_sign_in() {
    let (op, alice, rp) = start().await;
    let (mut here, _) = signed_in(&op, &rp, &alice).await;
    let form = page(&op, &mut here).await;
    let mut statuses = vec![];
    // As many as a device that the account knows may make, and one more.
    for _ in 0..=20 {
        let guess = [("old", "a guess"), ("password", NEW)];
        statuses.push(here.submit(&op, &form, &guess).await.response.status.as_u16());
    }
    assert_eq!((statuses.first(), statuses.last()), (Some(&422), Some(&429)), "{statuses:?}");
    let right = [("old", alice.password.as_str()), ("password", NEW)];
    assert_eq!(here.submit(&op, &form, &right).await.response.status, 429, "not even the right one");
    op.pass(3600);
    assert!(here.submit(&op, &form, &right).await.says("id=\"password-changed\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_changes_it() {
    let (op, alice, rp) = start().await;
    let (mut here, _) = signed_in(&op, &rp, &alice).await;
    let form = page(&op, &mut here).await;
    let csrf = form.hidden("csrf");
    let cookies: Vec<_> = here.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.reach(&format!("{}/account/password", op.issuer));
    let requests = (0..8).map(|n| {
        let new = format!("{NEW} {n}");
        let fields = [("csrf", &*csrf), ("old", &*alice.password), ("password", &*new), ("everywhere", "1")];
        Request::form(url.clone(), &fields).header("cookie", &cookies.join("; "))
    });
    let statuses: Vec<_> = at_once(requests).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &alice.user_id).await.unwrap();
    let mut right = 0;
    for n in 0..8 {
        right += u32::from(op.state.passwords.verify(format!("{NEW} {n}"), hash.clone()).await.is_right());
    }
    assert_eq!(right, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_it_who_is_not_signed_in() {
    let (op, alice, _) = start().await;
    let mut browser = Browser::new();
    let url = format!("{}/account/password", op.issuer);
    assert_eq!(browser.open(&op, &url).await.response.status, 401);
    let fields = [("old", alice.password.as_str()), ("password", NEW)];
    assert_eq!(browser.post(&op, &url, &fields).await.response.status, 401);
}
