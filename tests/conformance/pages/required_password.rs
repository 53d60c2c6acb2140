//! The next sign-in has to change the password: because an operator says so, or since the password could not be chosen today.
//!
//! Chart 585: Forced password change | `/login/new-password` after the password: by command, admin API and import, or as the password is known from a breach or too weak by now; nothing is issued before

use credenza_protocol::account_policy::UnfitPassword;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, at_once};

const NEW: &str = "seven swans a-swimming";

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

async fn require(op: &Provider, person: &Person) {
    let tenant = op.default_tenant().await;
    assert!(op.state.store.credentials.require_password_change(&tenant, &person.user_id).await.unwrap());
}

/// The page that a sign-in of that person ends at.
async fn signed_in(op: &Provider, rp: &RelyingParty, person: &Person, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
    browser.submit(op, &login, &typed).await
}

fn assert_asks(page: &Page) {
    assert!(page.url.contains("/login/new-password?request="), "{}", page.url);
    assert!(page.says("id=\"new-password-submit\"") && page.says("autocomplete=\"new-password\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_before_the_password_is_changed() {
    let (op, alice, rp) = start().await;
    let before = rp.sign_in(&op, &alice).await;
    require(&op, &alice).await;
    rp.assert_alive(&op, &before).await;
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    assert_asks(&page);
    assert_eq!(op.sessions_of(&alice).await, 1, "that of before alone");
    let silent = rp.authorization().with("prompt", "none");
    silent.open(&op, &mut browser).await.assert_refused(&op, &silent, "login_required");
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert_eq!(account.response.status, 401);
    for (new, said) in [
        (alice.password.as_str(), "present password"),
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("passwordpassword", "easy to guess"),
        ("alice@people.test", "must not be your username"),
    ] {
        let refused = browser.submit(&op, &page, &[("password", new)]).await;
        assert_eq!(refused.response.status, 422, "{new}");
        assert!(refused.says("id=\"password-error\"") && refused.says(said), "{new}: {}", refused.text());
    }
    op.mails(0).await;
    let code = browser.submit(&op, &page, &[("password", NEW)]).await.code();
    let tokens = rp.redeem(&op, &code).await;
    assert_eq!(tokens.status, 200);
    rp.assert_dead(&op, &before).await;
    assert!(op.mails(1).await[0].subject.contains("was changed"));
    let changed = Person { password: NEW.to_owned(), ..alice };
    rp.sign_in(&op, &changed).await;
    let tenant = op.default_tenant().await;
    let user = op.state.store.users.find(&tenant, &changed.user_id).await.unwrap().unwrap();
    assert!(!user.password_change_required);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_password_that_is_stored_now_chooses_none() {
    let (op, alice, rp) = start().await;
    require(&op, &alice).await;
    let (mut thief, mut stranger) = (Browser::new(), Browser::new());
    let page = signed_in(&op, &rp, &alice, &mut thief).await;
    assert_asks(&page);
    let elsewhere = stranger.open(&op, &page.url).await;
    elsewhere.assert_error_page();
    let begun = rp.authorization().open(&op, &mut stranger).await;
    let url = begun.url.replace("/login?", "/login/new-password?");
    assert!(stranger.open(&op, &url).await.says("login-submit"), "the password comes first");
    // The operator gives another one, since the first has leaked.
    let tenant = op.default_tenant().await;
    let hash = op.state.passwords.hash("another horse battery".to_owned()).await.unwrap();
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    assert!(op.state.store.credentials.set_password(&tenant, &alice.user_id, hash, now).await.unwrap());
    let again = thief.submit(&op, &page, &[("password", NEW)]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    let given = Person { password: "another horse battery".to_owned(), ..alice.clone() };
    assert_asks(&signed_in(&op, &rp, &given, &mut Browser::new()).await);
    op.disable_user(&alice).await;
    let page = signed_in(&op, &rp, &given, &mut Browser::new()).await;
    assert_eq!(page.response.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_choices_at_once_one_counts() {
    let (op, alice, rp) = start().await;
    require(&op, &alice).await;
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.reach(&format!("{}/login/new-password", op.issuer));
    let requests = (0..8).map(|n| {
        let new = format!("{NEW} {n}");
        let fields = [("request", &*request), ("csrf", &*csrf), ("password", &*new)];
        credenza_tests::Request::form(url.clone(), &fields).header("cookie", &cookies.join("; "))
    });
    at_once(requests).await;
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &alice.user_id).await.unwrap();
    let mut right = 0;
    for n in 0..8 {
        right += u32::from(op.state.passwords.verify(format!("{NEW} {n}"), hash.clone()).await.is_right());
    }
    assert_eq!((right, op.sessions_of(&alice).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_could_not_be_chosen_today_is_changed_if_the_tenant_wants_it() {
    let (op, alice, rp) = start().await;
    op.change_settings(|settings| settings.password_least_length = 60).await;
    rp.sign_in(&op, &alice).await;
    op.change_settings(|settings| settings.password_breached_at_sign_in = UnfitPassword::Change).await;
    let mut browser = Browser::new();
    let wrong = Person { password: "wrong".to_owned(), ..alice.clone() };
    assert_eq!(signed_in(&op, &rp, &wrong, &mut browser).await.response.status, 422);
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    assert_asks(&page);
    let fit = format!("{NEW}, six geese a-laying, five gold rings, four calling birds");
    browser.submit(&op, &page, &[("password", &fit)]).await.code();
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &Person { password: fit, ..alice }, &mut browser).await;
    page.code();
}
