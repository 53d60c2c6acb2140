//! A sign-in by a link or a code that is mailed: in the browser that asked, with or without a password, and as applications
//! ask for it.
//!
//! Chart 580: Sign-in by mail | a link and a six-digit code, good once and for 10 minutes, in the browser that asked; elsewhere the link shows the code; `amr` is `otp`

use credenza::mail::Kind;
use credenza_protocol::authentication::{ACR_MAIL, ACR_MFA, ACR_PASSWORD};
use credenza_protocol::client::ConsentPolicy;
use credenza_protocol::tenant::SignInByMail;
use credenza_tests::{
    Authorization, Browser, Page, Person, Provider, RelyingParty, Step, claims_of, code_in, link_in,
};
use serde_json::json;

pub(super) async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::On).await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| client.consent = ConsentPolicy::Implicit).await;
    (op, alice, rp)
}

/// Asks for mail on the sign-in page.
pub(super) async fn ask(op: &Provider, rp: &RelyingParty, browser: &mut Browser, typed: &str) -> Page {
    ask_for(op, rp.authorization(), browser, typed).await
}

async fn ask_for(op: &Provider, request: Authorization, browser: &mut Browser, typed: &str) -> Page {
    let login = request.open(op, browser).await;
    assert!(login.says("id=\"login-mail\""), "{}", login.text());
    browser.submit(op, &login, &[("username", typed), ("password", ""), ("mail", "1")]).await
}

/// Opens the link of the mail, and presses its button.
pub(super) async fn press(op: &Provider, browser: &mut Browser, link: &str) -> Page {
    let page = browser.open(op, link).await;
    assert!(page.says("id=\"link-submit\""), "{} {}", page.response.status, page.text());
    browser.submit(op, &page, &[]).await
}

async fn claims(op: &Provider, rp: &RelyingParty, page: &Page) -> serde_json::Value {
    let answer = rp.redeem(op, &page.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    claims_of(answer.json()["id_token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_signs_in_where_it_was_asked_for() {
    let (op, alice, rp) = start().await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    let mut browser =
        Browser { headers: vec![("user-agent".to_owned(), agent.to_owned())], ..Browser::new() };
    let sent = ask(&op, &rp, &mut browser, "alice@people.test").await;
    assert!(sent.says("id=\"mail-sent\"") && sent.url.contains("/login/mail?request="), "{}", sent.text());
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), ("alice@people.test", "Sign in to Credenza"));
    assert!(mail.text.contains("alice") && mail.text.contains("Firefox · Linux"), "{}", mail.text);
    assert!(mail.html.contains(&link_in(&mail)) && mail.html.contains(&code_in(&mail)));
    let link = link_in(&mail);
    assert!(link.starts_with(&format!("{}/login/link?token=", op.issuer)), "{link}");
    let page = browser.open(&op, &link).await;
    assert!(page.says("Sign in to Wonder &#38; Land") && page.says("the account alice"), "{}", page.text());
    assert_eq!(op.sessions_of(&alice).await, 0, "opening it does nothing");
    let back = browser.submit(&op, &page, &[]).await;
    let claims = claims(&op, &rp, &back).await;
    assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["otp"]), &json!(ACR_MAIL)));
    assert_eq!(op.metadata().await["acr_values_supported"], json!([ACR_MFA, ACR_PASSWORD, ACR_MAIL]));
    assert_eq!((claims["sub"].as_str().unwrap(), op.sessions_of(&alice).await), (alice.user_id.as_str(), 1));
    assert!(browser.cookies.keys().any(|name| name.ends_with("devices")), "the device is known from now on");
    // The next application asks nothing.
    let silent = rp.authorization().with("prompt", "none").open(&op, &mut browser).await;
    assert_eq!(rp.redeem(&op, &silent.code()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_does_the_same() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    let mail = op.mails(1).await.remove(0);
    let code = code_in(&mail);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for typed in [wrong, "", "abcdef", &code[1..]] {
        let refused = browser.submit(&op, &sent, &[("code", typed)]).await;
        assert_eq!(refused.response.status, 422, "{typed}");
        assert!(refused.says("id=\"code-error\""), "{}", refused.text());
    }
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let back = browser.submit(&op, &sent, &[("code", &typed)]).await;
    assert_eq!(claims(&op, &rp, &back).await["amr"], json!(["otp"]));
    assert_eq!(op.sessions_of(&alice).await, 1);
    // With the code the link is spent, too.
    assert_eq!(Browser::new().open(&op, &link_in(&mail)).await.response.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_another_browser_the_link_shows_the_code_and_signs_nobody_in() {
    let (op, alice, rp) = start().await;
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
    let mut browser =
        Browser { headers: vec![("user-agent".to_owned(), agent.to_owned())], ..Browser::new() };
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    let mail = op.mails(1).await.remove(0);
    let mut phone = Browser::new();
    rp.authorization().open(&op, &mut phone).await;
    let shown = phone.open(&op, &link_in(&mail)).await;
    assert!(shown.says("account alice") && shown.says("Chrome · Windows"), "{}", shown.text());
    assert!(shown.says("Asked for: ") && !shown.says("name=\"csrf\""), "{}", shown.text());
    let code = code_in(&mail);
    assert!(shown.says(&format!("{} {}", &code[..3], &code[3..])), "{}", shown.text());
    assert!(!phone.cookies.keys().any(|name| name.ends_with("session")), "{:?}", phone.cookies);
    let back = browser.submit(&op, &sent, &[("code", &code)]).await;
    assert_eq!(claims(&op, &rp, &back).await["sub"], alice.user_id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_password_signs_in_and_goes_on_to_the_consent() {
    let (op, alice, rp) = start().await;
    let (tenant, now) = (op.default_tenant().await, credenza_protocol::time::Time::from_seconds(op.now()));
    let mut user = op.state.store.users.find(&tenant, &alice.user_id).await.unwrap().unwrap();
    assert!(op.state.store.users.delete(&tenant, &alice.user_id, now).await.unwrap());
    user.version = credenza_protocol::version::Version::FIRST;
    let made = op.state.store.users.create(&tenant, user, None).await.unwrap();
    assert_eq!(made, credenza_storage::Created::Yes);
    let mut browser = Browser::new();
    ask_for(&op, rp.authorization().with("prompt", "consent"), &mut browser, "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    let consent = press(&op, &mut browser, &link).await;
    assert_eq!(consent.step(), Step::Consent, "{}", consent.text());
    let back = browser.decide(&op, &consent, "allow").await;
    assert_eq!(claims(&op, &rp, &back).await["acr"], ACR_MAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_of_the_button_begin_one_session() {
    let (op, alice, rp) = start().await;
    for round in 1..=4 {
        op.pass(3600);
        let mut browser = Browser::new();
        ask(&op, &rp, &mut browser, "alice").await;
        let link = link_in(op.mails(round).await.last().unwrap());
        let page = browser.open(&op, &link).await;
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let (first, second) = tokio::join!(one.submit(&op, &page, &[]), two.submit(&op, &page, &[]));
        let pages = [first, second];
        assert_eq!(pages.iter().filter(|page| page.response.status == 303).count(), 1, "{round}: {pages:?}");
        assert_eq!(op.sessions_of(&alice).await, round);
        // Sent once more later, it says that all is done, and leads on.
        browser.submit(&op, &page, &[]).await.assert_finished_page();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_applications_ask_for_is_kept_to() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let session = op.sessions_of(&alice).await;
    // A sign-in of this moment is asked for, and a mailed one is one.
    for (at, (name, value)) in
        [("prompt", "login"), ("max_age", "0"), ("acr_values", ACR_MAIL)].into_iter().enumerate()
    {
        let wanted = rp.authorization().with("prompt", "login").with(name, value);
        let login = wanted.with("login_hint", "alice").open(&op, &mut browser).await;
        assert!(login.says("value=\"alice\""), "{}", login.text());
        browser.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
        let link = link_in(op.mails(at + 1).await.last().unwrap());
        let back = press(&op, &mut browser, &link).await;
        let claims = claims(&op, &rp, &back).await;
        let auth_time = claims["auth_time"].as_i64();
        assert_eq!(auth_time, (name == "max_age").then(|| op.now()), "{name}");
        assert_eq!(claims["acr"], ACR_MAIL, "{name}");
        op.pass(60);
    }
    assert_eq!(op.sessions_of(&alice).await, session, "it is the same session, renewed");
    // Where only a password will do, mail is not offered; nor is it when it is asked for all the same.
    let essential = json!({"id_token": {"acr": {"essential": true, "value": ACR_PASSWORD}}}).to_string();
    let login = rp.authorization().with("claims", &essential).open(&op, &mut browser).await;
    assert!(login.says("id=\"login-submit\"") && !login.says("id=\"login-mail\""), "{}", login.text());
    let refused = browser.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
    assert_eq!(refused.response.status, 404);
    op.mails(3).await;
    let essential = json!({"id_token": {"acr": {"essential": true, "value": ACR_MAIL}}}).to_string();
    let login = rp.authorization().with("claims", &essential).open(&op, &mut Browser::new()).await;
    assert!(login.says("id=\"login-mail\""), "{}", login.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_offered_where_the_tenant_and_mail_allow_it() {
    let (op, _, rp) = start().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let refused = browser.submit(&op, &login, &[("username", " "), ("mail", "1")]).await;
    assert_eq!(refused.response.status, 422);
    assert!(refused.says("id=\"login-error\"") && refused.says("type your username"), "{}", refused.text());
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::Off).await;
    let login = rp.authorization().open(&op, &mut browser).await;
    assert!(!login.says("id=\"login-mail\""));
    let refused = browser.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
    assert_eq!(refused.response.status, 404);
    op.mails(0).await;

    let op = Provider::start().await;
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::On).await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    assert!(!login.says("id=\"login-mail\""), "there is no mail");
    let refused = browser.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
    assert_eq!(refused.response.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_has_its_kind_and_tells_nothing() {
    let (op, _, rp) = start().await;
    ask(&op, &rp, &mut Browser::new(), "alice").await;
    op.mails(1).await;
    assert_eq!((Kind::SignIn.as_str(), Kind::SignInLink.as_str()), ("sign_in", "sign_in_link"));
}
