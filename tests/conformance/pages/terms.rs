//! The terms of a tenant: accepted by version, by whoever makes an account or signs in.
//!
//! Chart 563: Terms of service | `terms_version`: accepted with a new account, and at the next sign-in after it has changed, by whichever way; nothing is issued before; version and time are stored, and told by an event

use credenza_protocol::client::ConsentPolicy;
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::tenant::SignInByMail;
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, at_once, link_in};

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

async fn set(op: &Provider, version: Option<&str>) {
    op.change_settings(|settings| {
        settings.brand.tos_uri = Some("https://people.test/terms".to_owned());
        settings.terms_version = version.map(str::to_owned);
    })
    .await;
}

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| client.consent = ConsentPolicy::Implicit).await;
    set(&op, Some("1")).await;
    (op, alice, rp)
}

/// The page that a sign-in of that person ends at.
async fn signed_in(op: &Provider, rp: &RelyingParty, person: &Person, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
    browser.submit(op, &login, &typed).await
}

fn assert_asks(page: &Page, version: &str) {
    assert!(page.url.contains("/login/terms"), "{}", page.url);
    assert!(page.says("id=\"terms-submit\"") && page.says("href=\"https://people.test/terms\""));
    assert_eq!(page.hidden("terms"), version);
}

async fn user(op: &Provider, typed: &str) -> Option<User> {
    let login = Login { typed: typed.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

async fn accepted(op: &Provider, typed: &str) -> Option<String> {
    user(op, typed).await.and_then(|user| user.terms).map(|terms| terms.version)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_before_the_terms_are_accepted_and_each_version_is_asked_for_once() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    assert_asks(&page, "1");
    assert!(page.says("Please read the terms of service of Credenza"), "{}", page.text());
    assert_eq!((op.sessions_of(&alice).await, accepted(&op, "alice").await), (0, None));
    let silent = rp.authorization().with("prompt", "none");
    silent.open(&op, &mut browser).await.assert_refused(&op, &silent, "login_required");
    let code = browser.submit(&op, &page, &[]).await.code();
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
    assert_eq!(accepted(&op, "alice").await.as_deref(), Some("1"));
    // Not again, wherever they sign in, until there is another version.
    signed_in(&op, &rp, &alice, &mut Browser::new()).await.code();
    set(&op, Some("2")).await;
    let mut elsewhere = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut elsewhere).await;
    assert_asks(&page, "2");
    assert!(page.says("Credenza has changed its terms of service"), "{}", page.text());
    elsewhere.submit(&op, &page, &[]).await.code();
    assert_eq!(accepted(&op, "alice").await.as_deref(), Some("2"));
    set(&op, None).await;
    signed_in(&op, &rp, &op.user("bob").await, &mut Browser::new()).await.code();
    assert_eq!(accepted(&op, "bob").await, None, "a tenant without terms asks nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_shown_is_not_accepted() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    set(&op, Some("2")).await;
    let again = browser.submit(&op, &page, &[]).await;
    assert_eq!(again.response.status, 409);
    assert_asks(&again, "2");
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let url = op.reach(&format!("{}/login/terms", op.issuer));
    for (csrf, terms, status) in [
        (&*csrf, "", 409),
        (&csrf, "1", 409),
        (&csrf, "3", 409),
        (&csrf, "2 ", 409),
        ("", "2", 403),
        ("forged", "2", 403),
    ] {
        let fields = [("request", &*request), ("csrf", csrf), ("terms", terms)];
        let refused = browser.send(Request::form(url.clone(), &fields)).await;
        assert_eq!(refused.status, status, "{csrf:?} {terms:?}");
    }
    Browser::new().open(&op, &again.url).await.assert_error_page();
    assert_eq!((op.sessions_of(&alice).await, accepted(&op, "alice").await), (0, None));
    // Where the terms went meanwhile, the form goes on.
    set(&op, None).await;
    browser.submit(&op, &again, &[]).await.code();
    assert_eq!(accepted(&op, "alice").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_typed_an_older_password_or_was_disabled_between_two_steps_begins_again() {
    let (op, alice, rp) = start().await;
    let mut thief = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut thief).await;
    let tenant = op.default_tenant().await;
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    let hash = op.state.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    op.state.store.credentials.set_password(&tenant, &alice.user_id, hash, now).await.unwrap();
    let again = thief.submit(&op, &page, &[]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    assert_eq!((op.sessions_of(&alice).await, accepted(&op, "alice").await), (0, None));
    let new = Person { password: PASSWORD.to_owned(), ..alice };
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &new, &mut browser).await;
    assert_asks(&page, "1");
    op.disable_user(&new).await;
    let again = browser.submit(&op, &page, &[]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    assert_eq!(accepted(&op, "alice").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_presses_of_the_button_one_signs_in() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let page = signed_in(&op, &rp, &alice, &mut browser).await;
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.reach(&format!("{}/login/terms", op.issuer));
    let requests = (0..64).map(|_| {
        let fields = [("request", &*request), ("csrf", &*csrf), ("terms", "1")];
        Request::form(url.clone(), &fields).header("cookie", &cookies.join("; "))
    });
    let answers = at_once(requests).await;
    let codes = answers.iter().filter(|answer| answer.status == 303 && answer.location().contains("code="));
    assert_eq!(codes.count(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(op.sessions_of(&alice).await, 1);
    assert_eq!(accepted(&op, "alice").await.as_deref(), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_an_account_accepts_them_with_it() {
    let (op, _, rp) = start().await;
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Open).await;
    let mut browser = Browser::new();
    let page = rp.authorization().with("prompt", "create").open(&op, &mut browser).await;
    browser.submit(&op, &page, &[("email", ADA)]).await;
    let page = browser.open(&op, &link_in(op.mails(1).await.last().unwrap())).await;
    assert!(page.says("name=\"terms\" value=\"1\"") && page.says("href=\"https://people.test/terms\""));
    for terms in [&[][..], &[("terms", "")], &[("terms", "0")], &[("terms", "2")]] {
        let refused = browser.submit(&op, &page, &[&[("password", PASSWORD)][..], terms].concat()).await;
        assert_eq!(refused.response.status, 422, "{terms:?}");
        assert!(refused.says("id=\"complete-error\"") && refused.says("Please accept"), "{}", refused.text());
    }
    assert_eq!(user(&op, ADA).await, None, "nobody yet");
    browser.submit(&op, &page, &[("password", PASSWORD), ("terms", "1")]).await.code();
    assert_eq!(accepted(&op, ADA).await.as_deref(), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_by_mail_accepts_them_too() {
    let (op, _, rp) = start().await;
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::On).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    browser.submit(&op, &login, &[("username", "alice"), ("password", ""), ("mail", "1")]).await;
    let page = browser.open(&op, &link_in(op.mails(1).await.last().unwrap())).await;
    let page = browser.submit(&op, &page, &[]).await;
    assert_asks(&page, "1");
    browser.submit(&op, &page, &[]).await.code();
    assert_eq!(accepted(&op, "alice").await.as_deref(), Some("1"));
}
