//! Somebody makes an account: they prove their address by a link or a code, choose a password, and go on where they were.
//!
//! Chart 567: Sign-up | `/signup` and `prompt=create`: the address proven first, by link or by code; username or address; open or closed for each tenant; domains, disposable addresses

use credenza_protocol::sign_up::{SignUpIdentifier, SignUpPolicy};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{
    Browser, Page, Person, Provider, RelyingParty, Request, Tokens, claims_of, code_in, link_in,
};

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

async fn start(change: impl FnOnce(&mut TenantSettings)) -> (Provider, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| {
        settings.sign_up = SignUpPolicy::Open;
        change(settings);
    })
    .await;
    let rp = RelyingParty::confidential(&op).await;
    (op, rp)
}

/// Asks for an account on the page that the sign-in leads to.
async fn ask(op: &Provider, rp: &RelyingParty, browser: &mut Browser, email: &str) -> Page {
    let page = rp.authorization().with("prompt", "create").open(op, browser).await;
    assert!(page.url.contains("/signup?request="), "{}", page.url);
    browser.submit(op, &page, &[("email", email)]).await
}

async fn found(op: &Provider, typed: &str) -> Option<User> {
    let login = Login { typed: typed.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

/// The person who has just made an account, by what they sign in with.
async fn person(op: &Provider, username: &str) -> Person {
    let user = found(op, username).await.expect("an account");
    Person { user_id: user.user_id, username: username.to_owned(), password: PASSWORD.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_link_a_person_gets_an_account_and_goes_on() {
    let (op, rp) = start(|_| ()).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let link =
        login.text().split_once("id=\"sign-up\" href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let page = browser.open(&op, &format!("{}{link}", op.origin())).await;
    let sent = browser.submit(&op, &page, &[("email", ADA)]).await;
    assert!(sent.says("id=\"mail-sent\"") && sent.says(ADA), "{}", sent.text());
    assert_eq!(found(&op, ADA).await, None, "nobody yet");
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), (ADA, "Confirm your email address for Credenza"));
    let page = browser.open(&op, &link_in(&mail)).await;
    assert!(page.says("autocomplete=\"new-password\"") && page.says(ADA), "{}", page.text());
    for (password, said) in [
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("passwordpassword", "easy to guess"),
        (ADA, "must not be your username"),
    ] {
        let refused = browser.submit(&op, &page, &[("password", password)]).await;
        assert_eq!(refused.response.status, 422, "{password}");
        assert!(
            refused.says("id=\"complete-error\"") && refused.says(said),
            "{password}: {}",
            refused.text()
        );
    }
    assert_eq!(found(&op, ADA).await, None, "nobody yet");
    let consent = browser.submit(&op, &page, &[("username", "ignored"), ("password", PASSWORD)]).await;
    let user = found(&op, ADA).await.expect("an account");
    assert_eq!(
        (&*user.username, user.claims.email.as_deref(), user.claims.email_verified),
        (ADA, Some(ADA), Some(true))
    );
    let back = browser.decide(&op, &consent, "allow").await;
    let code =
        back.response.location().split_once("code=").expect("a code").1.split('&').next().unwrap().to_owned();
    let tokens = Tokens::of(&rp.redeem(&op, &code).await);
    let claims = claims_of(tokens.id());
    assert_eq!(claims["sub"], user.user_id.as_str());
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    // The link is spent, and the password is theirs.
    assert_eq!(browser.open(&op, &link_in(&mail)).await.response.status, 400);
    rp.sign_in(&op, &person(&op, ADA).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_code_too_in_the_browser_that_asked() {
    let (op, rp) = start(|settings| settings.sign_up_identifier = SignUpIdentifier::Username).await;
    op.user("alice").await;
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, ADA).await;
    let mail = op.mails(1).await.remove(0);
    let code = code_in(&mail);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for typed in [wrong, "", "12345"] {
        let refused = browser.submit(&op, &sent, &[("code", typed)]).await;
        assert_eq!(refused.response.status, 422, "{typed}");
        assert!(refused.says("id=\"code-error\""), "{}", refused.text());
    }
    let page = browser.submit(&op, &sent, &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
    assert!(page.url.contains("/signup/complete?token="), "{}", page.url);
    for (username, said) in [
        ("", "not possible"),
        ("a\u{202e}b", "not possible"),
        ("mallory@people.test", "not possible"),
        ("alice", "is taken"),
        ("ALICE", "is taken"),
        ("\u{430}lice", "easily mistaken"),
    ] {
        let refused = browser.submit(&op, &page, &[("username", username), ("password", PASSWORD)]).await;
        assert_eq!(refused.response.status, 422, "{username}: {}", refused.text());
        assert!(
            refused.says("id=\"complete-error\"") && refused.says(said),
            "{username}: {}",
            refused.text()
        );
    }
    let consent = browser.submit(&op, &page, &[("username", "ada"), ("password", PASSWORD)]).await;
    assert!(consent.url.contains("/consent?request="), "{}", consent.url);
    let user = found(&op, "ada").await.unwrap();
    assert_eq!((&*user.username, user.claims.email.as_deref()), ("ada", Some(ADA)));
    rp.sign_in(&op, &person(&op, ADA).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_the_link_makes_the_account_and_signs_nobody_in() {
    let (op, rp) = start(|_| ()).await;
    let mut browser = Browser::new();
    ask(&op, &rp, &mut browser, ADA).await;
    let link = link_in(&op.mails(1).await[0]);
    let mut phone = Browser::new();
    let page = phone.open(&op, &link).await;
    let done = phone.submit(&op, &page, &[("password", PASSWORD)]).await;
    assert!(done.says("id=\"account-ready\"") && done.says("href=\"/account/login\""), "{}", done.text());
    assert!(!phone.cookies.keys().any(|name| name.contains("session")), "{:?}", phone.cookies);
    let ada = person(&op, ADA).await;
    assert_eq!(op.sessions_of(&ada).await, 0);
    rp.sign_in_with(&op, &ada, &mut browser, rp.authorization()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_create_is_there_where_people_may_sign_up() {
    let (op, rp) = start(|settings| settings.sign_up = SignUpPolicy::Closed).await;
    let prompts =
        |metadata: serde_json::Value| metadata["prompt_values_supported"].as_array().unwrap().clone();
    let create = serde_json::json!("create");
    assert!(!prompts(op.metadata().await).contains(&create));
    let mut browser = Browser::new();
    let refused = rp.authorization().with("prompt", "create").open(&op, &mut browser).await;
    assert!(refused.response.location().contains("error=invalid_request"), "{}", refused.response.location());
    let login = rp.authorization().open(&op, &mut browser).await;
    assert!(!login.says("id=\"sign-up\""), "{}", login.text());
    for path in ["/signup", "/signup/complete?token=x"] {
        let page = browser.open(&op, &format!("{}{path}", op.issuer)).await;
        assert!([400, 404].contains(&page.response.status.as_u16()), "{path}");
    }
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Open).await;
    assert!(prompts(op.metadata().await).contains(&create));
    // Whoever is signed in may make another account; `none` beside it is nonsense.
    let alice = op.user("alice").await;
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let page = rp.authorization().with("prompt", "create").open(&op, &mut browser).await;
    assert!(page.url.contains("/signup?request="), "{}", page.url);
    let refused = rp.authorization().with("prompt", "create none").open(&op, &mut browser).await;
    assert!(refused.response.location().contains("error=invalid_request"), "{}", refused.response.location());
    // Or signs in after all.
    let back = page
        .text()
        .split_once("id=\"back-to-login\" href=\"")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let login = browser.open(&op, &format!("{}{back}", op.origin())).await;
    let on = browser.sign_in(&op, &login, &alice).await;
    assert!(on.response.location().contains("code=") || on.url.contains("/consent"), "{}", on.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_nobody_signs_up() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Open).await;
    let prompts = op.metadata().await["prompt_values_supported"].clone();
    assert!(!prompts.as_array().unwrap().contains(&serde_json::json!("create")));
    let page = Browser::new().open(&op, &format!("{}/signup", op.issuer)).await;
    assert_eq!(page.response.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_admitted_by_their_domains() {
    let (op, rp) = start(|settings| {
        settings.sign_up_blocked_domains = vec!["blocked.test".to_owned()];
    })
    .await;
    let mut browser = Browser::new();
    for (email, said) in [
        ("nobody", "not an email address"),
        ("", "not an email address"),
        ("a@b@people.test", "not an email address"),
        ("\u{212a}evin@people.test", "not an email address"),
        ("a@sub.blocked.test", "use another one"),
        ("a@mailinator.com", "use another one"),
    ] {
        let refused = ask(&op, &rp, &mut browser, email).await;
        assert_eq!(refused.response.status, 422, "{email}");
        assert!(refused.says("id=\"sign-up-error\"") && refused.says(said), "{email}: {}", refused.text());
    }
    op.mails(0).await;
    op.change_settings(|settings| settings.sign_up_allowed_domains = vec!["people.test".to_owned()]).await;
    assert_eq!(ask(&op, &rp, &mut browser, "a@other.test").await.response.status, 422);
    assert!(ask(&op, &rp, &mut browser, ADA).await.says("id=\"mail-sent\""));
    let link = link_in(&op.mails(1).await[0]);
    assert_eq!(Request::get(op.reach(&link)).send().await.status, 200);
    // What is decided meanwhile counts.
    op.change_settings(|settings| settings.sign_up_allowed_domains = vec!["other.test".to_owned()]).await;
    assert_eq!(Request::get(op.reach(&link)).send().await.status, 400, "not admitted any more");
    op.change_settings(|settings| {
        settings.sign_up_allowed_domains.clear();
        settings.sign_up = SignUpPolicy::Closed;
    })
    .await;
    assert_eq!(Request::get(op.reach(&link)).send().await.status, 400, "closed");
    let form = [("token", link.split("token=").nth(1).unwrap()), ("password", PASSWORD)];
    let posted = Request::form(op.reach(&format!("{}/signup/complete", op.issuer)), &form).send().await;
    assert_eq!(posted.status, 400);
    assert_eq!(found(&op, ADA).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_says_what_a_password_must_be() {
    let (op, rp) = start(|settings| {
        settings.password_least_length = 8;
        settings.password_least_score = 0;
    })
    .await;
    let mut browser = Browser::new();
    ask(&op, &rp, &mut browser, ADA).await;
    let page = browser.open(&op, &link_in(&op.mails(1).await[0])).await;
    assert!(page.says("At least 8 characters"), "{}", page.text());
    assert_eq!(browser.submit(&op, &page, &[("password", "seven 7")]).await.response.status, 422);
    let done = browser.submit(&op, &page, &[("password", "password")]).await;
    assert!(done.url.contains("/consent"), "{}", done.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_german_and_at_a_tenant_of_its_own() {
    let (op, _) = start(|_| ()).await;
    op.tenant("acme").await;
    op.change_settings_of("acme", |settings| settings.sign_up = SignUpPolicy::Open).await;
    let mut browser = Browser::new();
    browser.headers.push(("accept-language".to_owned(), "de".to_owned()));
    let page = browser.open(&op, &format!("{}/t/acme/signup", op.issuer)).await;
    assert!(page.says("<html lang=\"de\">"), "{}", page.text());
    let sent = browser.submit(&op, &page, &[("email", ADA)]).await;
    assert!(sent.says("Code aus der E-Mail"), "{}", sent.text());
    let mail = op.mails(1).await.remove(0);
    assert!(mail.subject.starts_with("Ihre E-Mail-Adresse f\u{fc}r"), "{}", mail.subject);
    let link = link_in(&mail);
    assert!(link.contains("/t/acme/signup/complete?token="), "{link}");
    let elsewhere = link.replace("/t/acme/", "/");
    assert_eq!(Request::get(op.reach(&elsewhere)).send().await.status, 400, "of another tenant");
    let page = browser.open(&op, &link).await;
    let account = browser.submit(&op, &page, &[("password", PASSWORD)]).await;
    assert!(account.url.ends_with("/t/acme/account"), "{}", account.url);
    assert_eq!(found(&op, ADA).await, None, "not at the default tenant");
}
