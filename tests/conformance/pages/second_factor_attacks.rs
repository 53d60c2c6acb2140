//! What is tried against a second factor.

use credenza_protocol::secret::SecretHash;
use credenza_protocol::tenant::SecondFactor;
use credenza_tests::{
    AuthenticatorApp, Browser, Page, Person, Provider, RelyingParty, Request, at_once, link_in, setup,
};

async fn enrolled(
    op: &Provider,
    rp: &RelyingParty,
    person: &Person,
) -> (AuthenticatorApp, Vec<String>, Browser) {
    let mut browser = Browser::new();
    rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
    let (app, codes) = AuthenticatorApp::added(op, &mut browser).await;
    op.pass(30);
    (app, codes, browser)
}

async fn asked(op: &Provider, rp: &RelyingParty, person: &Person, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
    let page = browser.submit(op, &login, &typed).await;
    assert!(page.url.contains("/login/second-factor?request="), "{} {}", page.url, page.text());
    page
}

/// The form, as a browser with these cookies sends it.
fn form(op: &Provider, browser: &Browser, page: &Page, field: (&str, &str)) -> Request {
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.reach(&format!("{}/login/second-factor", op.issuer));
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let fields = [("request", &*request), ("csrf", &*csrf), field];
    Request::form(url, &fields).header("cookie", &cookies.join("; "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a019_half_a_sign_in_is_none() {
    let (op, alice, rp) = setup().await;
    let (app, ..) = enrolled(&op, &rp, &alice).await;
    let sessions = op.sessions_of(&alice).await;
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &alice, &mut browser).await;
    for path in ["account", "account/security", "account/data"] {
        let refused = browser.open(&op, &format!("{}/{path}", op.issuer)).await;
        assert_eq!(refused.response.status, 401, "{path}");
    }
    let silent = rp.authorization().with("prompt", "none");
    silent.open(&op, &mut browser).await.assert_refused(&op, &silent, "login_required");
    for step in ["consent", "select-account", "login/new-password", "login/add-second-factor"] {
        let url = page.url.replace("/login/second-factor?", &format!("/{step}?"));
        let shown = browser.open(&op, &url).await;
        let is_signed_in = shown.says("consent-allow") || shown.url.contains("code=");
        assert!(!is_signed_in, "{step}: {} {}", shown.url, shown.text());
    }
    assert_eq!(op.sessions_of(&alice).await, sessions);
    // Another browser cannot go on with it.
    Browser::new().open(&op, &page.url).await.assert_error_page();
    browser.submit(&op, &page, &[("code", &app.code(&op))]).await.code();
    assert_eq!(op.sessions_of(&alice).await, sessions + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a143_a_code_counts_once() {
    let (op, alice, rp) = setup().await;
    let (app, ..) = enrolled(&op, &rp, &alice).await;
    let (mut first, mut second) = (Browser::new(), Browser::new());
    let (page, other) =
        (asked(&op, &rp, &alice, &mut first).await, asked(&op, &rp, &alice, &mut second).await);
    let code = app.code(&op);
    first.submit(&op, &page, &[("code", &code)]).await.code();
    let used = second.submit(&op, &other, &[("code", &code)]).await;
    assert!(used.response.status == 422 && used.says("was used already"), "{}", used.text());
    let earlier = second.submit(&op, &other, &[("code", &app.code_after(&op, -1))]).await;
    assert_eq!(earlier.response.status, 422, "nor one of before");
    op.pass(30);
    let late = second.submit(&op, &other, &[("code", &code)]).await;
    assert_eq!(late.response.status, 422, "nor in the next period");
    second.submit(&op, &other, &[("code", &app.code(&op))]).await.code();
}

/// Each browser has typed the password, and all of them send the same code at once.
#[tokio::test(flavor = "multi_thread")]
async fn a143_a149_of_many_with_one_code_one_signs_in() {
    let (op, alice, rp) = setup().await;
    let (app, codes, _) = enrolled(&op, &rp, &alice).await;
    let (code, recovery) = (app.code(&op), codes[0].clone());
    for field in [("code", code.as_str()), ("recovery_code", recovery.as_str())] {
        let before = op.sessions_of(&alice).await;
        let mut requests = vec![];
        for _ in 0..8 {
            let mut browser = Browser::new();
            let page = asked(&op, &rp, &alice, &mut browser).await;
            requests.push(form(&op, &browser, &page, field));
        }
        at_once(requests.into_iter()).await;
        assert_eq!(op.sessions_of(&alice).await, before + 1, "{}", field.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a145_wrong_codes_are_slowed_down() {
    let (op, alice, rp) = setup().await;
    let (app, codes, _) = enrolled(&op, &rp, &alice).await;
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &alice, &mut browser).await;
    for n in 0..10 {
        let field = if n % 2 == 0 { ("code", "000000") } else { ("recovery_code", "abcd-efgh") };
        assert_eq!(browser.submit(&op, &page, &[field]).await.response.status, 422, "{n}");
    }
    let refused = browser.submit(&op, &page, &[("code", &app.code(&op))]).await;
    assert_eq!(refused.response.status, 429, "the right one too");
    assert!(refused.response.headers.contains_key("retry-after") && refused.says("Too many attempts"));
    let elsewhere = asked(&op, &rp, &alice, &mut browser).await;
    let refused = browser.submit(&op, &elsewhere, &[("recovery_code", &codes[0])]).await;
    assert_eq!(refused.response.status, 429, "and in another sign-in");
    // Somebody else is not slowed down by that.
    let bob = op.user("bob").await;
    let (of_bob, ..) = enrolled(&op, &rp, &bob).await;
    let mut other = Browser::new();
    let theirs = asked(&op, &rp, &bob, &mut other).await;
    other.submit(&op, &theirs, &[("code", &of_bob.code(&op))]).await.code();
    op.pass(3600);
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &alice, &mut browser).await;
    browser.submit(&op, &page, &[("code", &app.code(&op))]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn a147_what_protects_an_account_is_changed_by_whoever_signed_in_lately() {
    let (op, alice, rp) = setup().await;
    let (.., mut browser) = enrolled(&op, &rp, &alice).await;
    let security = format!("{}/account/security", op.issuer);
    let page = browser.open(&op, &security).await;
    let id = id_on(&page);
    op.pass(3600);
    for fields in [[("remove", id.as_str())], [("codes", "new")]] {
        let asked = browser.submit(&op, &page, &fields).await;
        assert!(asked.says("login-submit") && asked.says("id=\"login-again\""), "{}", asked.text());
    }
    let app = browser.open(&op, &format!("{security}/app")).await;
    assert!(app.says("login-submit"), "{}", app.text());
    let tenant = op.default_tenant().await;
    let left = op.state.store.authenticators.of_user(&tenant, &alice.user_id).await.unwrap();
    assert_eq!(left.len(), 1, "nothing was changed");
    // A name protects nothing.
    let named = browser.submit(&op, &page, &[("rename", &id), ("name", "Tablet")]).await;
    assert!(named.says("Tablet"), "{}", named.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a148_the_secret_that_counts_is_the_one_that_was_proven() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let url = format!("{}/account/security/app", op.issuer);
    let (first, second) = (browser.open(&op, &url).await, browser.open(&op, &url).await);
    let (one, two) = (AuthenticatorApp::scan(&first), AuthenticatorApp::scan(&second));
    assert_ne!(one.code(&op), two.code(&op));
    let mixed = browser.submit(&op, &first, &[("code", &two.code(&op))]).await;
    assert_eq!(mixed.response.status, 422);
    // Of somebody else's page nothing is taken.
    let bob = op.user("bob").await;
    let mut other = Browser::new();
    rp.sign_in_with(&op, &bob, &mut other, rp.authorization()).await;
    let own = other.open(&op, &url).await;
    let (csrf, ticket) = (own.hidden("csrf"), first.hidden("ticket"));
    let cookies: Vec<_> = other.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fields = [("csrf", &*csrf), ("ticket", &*ticket), ("code", &*one.code(&op))];
    let foreign = Request::form(op.reach(&url), &fields).header("cookie", &cookies.join("; "));
    assert_eq!(foreign.send().await.status, 422);
    browser.submit(&op, &first, &[("code", &one.code(&op))]).await;
    let tenant = op.default_tenant().await;
    let stored = |user: Person| {
        let (store, tenant) = (op.state.store.clone(), tenant.clone());
        async move { store.authenticators.of_user(&tenant, &user.user_id).await.unwrap() }
    };
    assert_eq!((stored(alice.clone()).await.len(), stored(bob).await.len()), (1, 0));
    let security = browser.open(&op, &format!("{}/account/security", op.issuer)).await;
    assert!(!security.says("id=\"secret\"") && security.says("Authenticator app"), "it is not shown again");
    // The page of a setup is good for half an hour.
    let late = browser.open(&op, &url).await;
    let app = AuthenticatorApp::scan(&late);
    op.pass(599);
    assert_eq!(browser.submit(&op, &late, &[("code", "000000")]).await.response.status, 422);
    drop(app);
    // At rest there is neither the secret nor a code (A261).
    let record = stored(alice).await.remove(0);
    let plain = SecretHash::of(record.state.as_bytes());
    assert_ne!(plain, SecretHash::of(one.code(&op).as_bytes()));
    assert!(record.state.len() > 60 && record.credential.is_none());
}

/// The id of the first authenticator on the page.
#[track_caller]
fn id_on(page: &Page) -> String {
    let text = page.text();
    let rest = text.split_once("name=\"remove\" value=\"").unwrap_or_else(|| panic!("none: {text}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a114_a_form_of_another_site_proves_and_adds_nothing() {
    let (op, alice, rp) = setup().await;
    let (app, ..) = enrolled(&op, &rp, &alice).await;
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &alice, &mut browser).await;
    let (request, code) = (page.hidden("request"), app.code(&op));
    let url = format!("{}/login/second-factor", op.issuer);
    for csrf in ["", "forged", &page.hidden("csrf")[1..]] {
        let fields = [("request", &*request), ("csrf", csrf), ("code", &*code)];
        let refused = browser.send(Request::form(op.reach(&url), &fields)).await;
        assert_eq!(refused.status, 403, "{csrf}");
    }
    let doubled =
        [("request", &*request), ("csrf", &*page.hidden("csrf")), ("code", &*code), ("code", &*code)];
    assert_eq!(browser.send(Request::form(op.reach(&url), &doubled)).await.status, 403);
    browser.submit(&op, &page, &[("code", &code)]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn a134_a_new_password_by_mail_goes_around_no_second_factor() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let (app, _, mut own) = enrolled(&op, &rp, &alice).await;
    let sent = op.mails(2).await.len();
    let mut thief = Browser::new();
    let page = thief.open(&op, &format!("{}/forgot-password", op.issuer)).await;
    thief.submit(&op, &page, &[("username", "alice")]).await;
    let link = link_in(op.mails(sent + 1).await.last().unwrap());
    let page = thief.open(&op, &link).await;
    let new = Person { password: "seven swans a-swimming".to_owned(), ..alice };
    thief.submit(&op, &page, &[("password", &new.password)]).await;
    assert_eq!(op.sessions_of(&new).await, 0, "a reset signs nobody in, and ends what was");
    assert_eq!(own.open(&op, &format!("{}/account", op.issuer)).await.response.status, 401);
    let page = asked(&op, &rp, &new, &mut thief).await;
    assert_eq!(thief.submit(&op, &page, &[("code", "000000")]).await.response.status, 422);
    let page = asked(&op, &rp, &new, &mut own).await;
    own.submit(&op, &page, &[("code", &app.code(&op))]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_disabled_or_lost_the_app_between_two_steps_begins_again() {
    let (op, alice, rp) = setup().await;
    let (app, codes, mut own) = enrolled(&op, &rp, &alice).await;
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &alice, &mut browser).await;
    // The app is removed while its code is on the way: the code proves nothing any more.
    let security = own.open(&op, &format!("{}/account/security", op.issuer)).await;
    own.submit(&op, &security, &[("remove", &id_on(&security))]).await;
    for field in [("code", app.code(&op)), ("recovery_code", codes[0].clone())] {
        let refused = browser.submit(&op, &page, &[(field.0, &field.1)]).await;
        assert_eq!(refused.response.status, 422, "{}", field.0);
    }
    let login = rp.authorization().open(&op, &mut browser).await;
    let typed = [("username", alice.username.as_str()), ("password", alice.password.as_str())];
    browser.submit(&op, &login, &typed).await.code();
    let bob = op.user("bob").await;
    let (of_bob, ..) = enrolled(&op, &rp, &bob).await;
    let mut browser = Browser::new();
    let page = asked(&op, &rp, &bob, &mut browser).await;
    let sessions = op.sessions_of(&bob).await;
    op.disable_user(&bob).await;
    let again = browser.submit(&op, &page, &[("code", &of_bob.code(&op))]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    assert!(op.sessions_of(&bob).await <= sessions, "nobody is signed in");
}

/// Sets another password, as an operator does.
async fn set_password(op: &Provider, person: &Person, password: &str) -> Person {
    let tenant = op.default_tenant().await;
    let hash = op.state.passwords.hash(password.to_owned()).await.unwrap();
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    assert!(op.state.store.credentials.set_password(&tenant, &person.user_id, hash, now).await.unwrap());
    Person { password: password.to_owned(), ..person.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_typed_a_password_that_was_replaced_between_two_steps_begins_again() {
    let (op, alice, rp) = setup().await;
    let (app, codes, _) = enrolled(&op, &rp, &alice).await;
    let mut thief = Browser::new();
    let page = asked(&op, &rp, &alice, &mut thief).await;
    let new = set_password(&op, &alice, "seven swans a-swimming").await;
    for field in [("code", app.code(&op)), ("recovery_code", codes[0].clone())] {
        let again = thief.submit(&op, &page, &[(field.0, &field.1)]).await;
        assert!(again.says("login-submit"), "{}: {}", field.0, again.text());
    }
    let shown = thief.open(&op, &page.url).await;
    assert!(shown.says("login-submit"), "{}", shown.text());
    assert_eq!(op.sessions_of(&alice).await, 0, "nobody is signed in");
    // Neither the code nor the recovery code is spent.
    let mut own = Browser::new();
    let page = asked(&op, &rp, &new, &mut own).await;
    own.submit(&op, &page, &[("code", &app.code(&op))]).await.code();
    let page = asked(&op, &rp, &new, &mut Browser::new()).await;
    assert!(page.says("recovery_code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_such_a_person_add_a_second_factor() {
    let (op, alice, rp) = setup().await;
    op.change_settings(|settings| settings.second_factor = SecondFactor::Required).await;
    let login = async |browser: &mut Browser, person: &Person| {
        let login = rp.authorization().open(&op, browser).await;
        let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
        browser.submit(&op, &login, &typed).await
    };
    let mut thief = Browser::new();
    let page = login(&mut thief, &alice).await;
    assert!(page.url.contains("/login/add-second-factor"), "{}", page.url);
    let app = AuthenticatorApp::scan(&page);
    let new = set_password(&op, &alice, "seven swans a-swimming").await;
    let again = thief.submit(&op, &page, &[("code", &app.code(&op))]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    assert_eq!(op.sessions_of(&alice).await, 0);
    let page = login(&mut Browser::new(), &new).await;
    assert!(page.url.contains("/login/add-second-factor"), "nothing was added: {}", page.url);
    // Nor after it was added, on the page of the recovery codes.
    let mut thief = Browser::new();
    let page = login(&mut thief, &new).await;
    let app = AuthenticatorApp::scan(&page);
    let codes = thief.submit(&op, &page, &[("code", &app.code(&op))]).await;
    assert!(codes.says("codes-kept"), "{}", codes.text());
    set_password(&op, &new, "eight maids a-milking").await;
    let again = thief.submit(&op, &codes, &[]).await;
    assert!(again.says("login-submit"), "{}", again.text());
    assert_eq!(op.sessions_of(&alice).await, 0);
}
