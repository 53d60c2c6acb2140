//! A person deletes their account, and keeps it after all while there is time.
//!
//! Chart 584: Own data and deletion | `/account/data`: everything about the person as one file; `/account/delete`: after a recent sign-in, at once or with days to keep it by signing in or by a link in a mail, then erased everywhere

use credenza::people::due_deletions::see_to;
use credenza_protocol::account_policy::AccountDeletion;
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::Time;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Tokens, link_in};

const DAY: i64 = 86_400;

async fn start(change: impl FnOnce(&mut TenantSettings)) -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| {
        settings.account_deletion = AccountDeletion::On;
        change(settings);
    })
    .await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

/// Signed in by a new browser, with tokens, at the page.
async fn at_page(op: &Provider, rp: &RelyingParty, alice: &Person) -> (Browser, Tokens, Page) {
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(op, alice, &mut browser, rp.authorization()).await;
    let page = browser.open(op, &format!("{}/account/delete", op.issuer)).await;
    (browser, tokens, page)
}

async fn is_there(op: &Provider, person: &Person) -> bool {
    op.state.store.users.find(&op.default_tenant().await, &person.user_id).await.unwrap().is_some()
}

async fn signed_in(op: &Provider, rp: &RelyingParty, person: &Person, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
    browser.submit(op, &login, &typed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_ends_at_once_and_is_erased_when_the_time_comes() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, tokens, page) = at_page(&op, &rp, &alice).await;
    assert!(page.says("id=\"delete-submit\"") && page.says("After 14 days"), "{}", page.text());
    for typed in ["", "bob", "alice2"] {
        let refused = browser.submit(&op, &page, &[("username", typed)]).await;
        assert_eq!(refused.response.status, 422, "{typed}");
        assert!(refused.says("id=\"delete-error\""), "{}", refused.text());
    }
    rp.assert_alive(&op, &tokens).await;
    let asked = browser.submit(&op, &page, &[("username", " Alice ")]).await;
    assert!(asked.says("id=\"deletion-asked\"") && asked.says("will be deleted on"), "{}", asked.text());
    rp.assert_dead(&op, &tokens).await;
    assert_eq!((op.sessions_of(&alice).await, op.grants_of(&alice).await), (0, 0));
    assert!(browser.cookies.iter().all(|(name, _)| !name.ends_with("session")), "{:?}", browser.cookies);
    let wrong = Person { password: "wrong".to_owned(), ..alice.clone() };
    assert_eq!(signed_in(&op, &rp, &wrong, &mut Browser::new()).await.response.status, 422);
    let mail = op.mails(1).await.remove(0);
    assert_eq!(
        (&*mail.to, &*mail.subject),
        ("alice@people.test", "Your account at Credenza will be deleted")
    );
    op.pass(14 * DAY - 60);
    see_to(&op.state).await.unwrap();
    assert!(is_there(&op, &alice).await, "there is a minute left");
    op.pass(61);
    see_to(&op.state).await.unwrap();
    assert!(!is_there(&op, &alice).await);
    assert_eq!(signed_in(&op, &rp, &alice, &mut Browser::new()).await.response.status, 422);
    let late = browser.open(&op, &link_in(&mail)).await;
    assert_eq!(late.response.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_leads_to_nothing_but_the_way_to_keep_it() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, tokens, page) = at_page(&op, &rp, &alice).await;
    browser.submit(&op, &page, &[("username", "alice")]).await;
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    assert!(page.url.contains("/login/keep-account?request="), "{}", page.url);
    assert!(page.says("id=\"keep-submit\""), "{}", page.text());
    assert_eq!(op.sessions_of(&alice).await, 0);
    let silent = rp.authorization().with("prompt", "none");
    silent.open(&op, &mut browser).await.assert_refused(&op, &silent, "login_required");
    for path in ["/account", "/account/data", "/account/delete"] {
        let closed = browser.open(&op, &format!("{}{path}", op.issuer)).await;
        assert_eq!(closed.response.status, 401, "{path}");
    }
    let mut stranger = Browser::new();
    stranger.open(&op, &page.url).await.assert_error_page();
    let begun = rp.authorization().open(&op, &mut stranger).await;
    let url = begun.url.replace("/login?", "/login/keep-account?");
    assert!(stranger.open(&op, &url).await.says("login-submit"), "the password comes first");
    let code = browser.submit(&op, &page, &[]).await.code();
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
    rp.assert_dead(&op, &tokens).await;
    op.pass(15 * DAY);
    see_to(&op.state).await.unwrap();
    assert!(is_there(&op, &alice).await);
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a138_a139_the_link_in_the_mail_spends_nothing_until_the_button_is_pressed() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, _, page) = at_page(&op, &rp, &alice).await;
    browser.submit(&op, &page, &[("username", "alice")]).await;
    let link = link_in(&op.mails(1).await.remove(0));
    let mut elsewhere = Browser::new();
    for _ in 0..3 {
        let shown = elsewhere.open(&op, &link).await;
        assert!(shown.says("id=\"keep-submit\"") && shown.says("alice"), "{}", shown.text());
    }
    let tenant = op.default_tenant().await;
    assert!(op.state.store.user_deletions.find(&tenant, &alice.user_id).await.unwrap().is_some());
    let shown = elsewhere.open(&op, &link).await;
    let kept = elsewhere.submit(&op, &shown, &[]).await;
    assert!(kept.says("id=\"account-kept\""), "{}", kept.text());
    assert_eq!(op.sessions_of(&alice).await, 0, "nobody is signed in by it");
    assert_eq!(elsewhere.submit(&op, &shown, &[]).await.response.status, 400, "once");
    assert_eq!(elsewhere.open(&op, &link.replace("token=", "token=x")).await.response.status, 400);
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_comes_once_with_a_link_that_keeps_it_too() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, _, page) = at_page(&op, &rp, &alice).await;
    browser.headers.push(("accept-language".to_owned(), "de".to_owned()));
    browser.submit(&op, &page, &[("username", "alice")]).await;
    op.mails(1).await;
    op.pass(11 * DAY - 1);
    see_to(&op.state).await.unwrap();
    op.pass(2);
    see_to(&op.state).await.unwrap();
    see_to(&op.state).await.unwrap();
    let mails = op.mails(2).await;
    assert_eq!(mails[1].subject, "Ihr Konto bei Credenza wird bald gelöscht");
    let first = browser.open(&op, &link_in(&mails[0])).await;
    assert!(first.says("id=\"keep-submit\""), "the first one is good still");
    let shown = browser.open(&op, &link_in(&mails[1])).await;
    assert!(browser.submit(&op, &shown, &[]).await.says("id=\"account-kept\""));
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_once_where_there_is_no_time() {
    let (op, alice, rp) = start(|settings| settings.account_deletion_grace = 0).await;
    let (mut browser, tokens, page) = at_page(&op, &rp, &alice).await;
    assert!(page.says("cannot be undone"), "{}", page.text());
    let done = browser.submit(&op, &page, &[("username", "alice")]).await;
    assert!(done.says("Your account is deleted"), "{}", done.text());
    assert!(!is_there(&op, &alice).await);
    rp.assert_dead(&op, &tokens).await;
    op.mails(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_where_it_is_off_nor_who_administers_nor_by_another_page() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, tokens, page) = at_page(&op, &rp, &alice).await;
    let mut stranger = Browser::new();
    let url = format!("{}/account/delete", op.issuer);
    assert_eq!(stranger.open(&op, &url).await.response.status, 401);
    let forged = browser.post(&op, &url, &[("username", "alice"), ("csrf", "forged")]).await;
    assert_eq!(forged.response.status, 403);
    let tenant = op.default_tenant().await;
    let role = Assignment {
        user_id: alice.user_id.clone(),
        role: Role::Owner,
        installation: true,
        created_at: Time::from_seconds(op.now()),
    };
    let _granted = op.state.store.admin_roles.grant(&tenant, role).await.unwrap();
    let refused = browser.submit(&op, &page, &[("username", "alice")]).await;
    assert_eq!(refused.response.status, 403);
    assert!(refused.says("another operator"), "{}", refused.text());
    op.change_settings(|settings| settings.account_deletion = AccountDeletion::Off).await;
    assert_eq!(browser.open(&op, &url).await.response.status, 404);
    assert_eq!(browser.submit(&op, &page, &[("username", "alice")]).await.response.status, 404);
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_disabled_by_an_operator_learns_nothing_and_keeps_nothing() {
    let (op, alice, rp) = start(|_| ()).await;
    let (mut browser, _, page) = at_page(&op, &rp, &alice).await;
    browser.submit(&op, &page, &[("username", "alice")]).await;
    let link = link_in(&op.mails(1).await.remove(0));
    op.disable_user(&alice).await;
    assert_eq!(signed_in(&op, &rp, &alice, &mut Browser::new()).await.response.status, 422);
    assert_eq!(browser.open(&op, &link).await.response.status, 400);
}
