//! A second factor is asked for after the password: the code of an application, or a recovery code.
//!
//! Chart 592: TOTP (RFC 6238) | `/login/second-factor`: codes of an authenticator app with one step of drift, each counted once; several apps a person; asked for where the tenant or the client wants it
//! Chart 593: Recovery codes | ten of 80 bits with the first authenticator, stored as hashes, each good once and told by mail; new ones replace the old
//! Chart 594: Second factor required | `second_factor = "required"`: whoever has none adds an app at the next sign-in, before anything is issued

use credenza_protocol::authentication::{ACR_MAIL, ACR_MFA, ACR_PASSWORD};
use credenza_protocol::tenant::{SecondFactor, SignInByMail};
use credenza_tests::{
    AuthenticatorApp, Browser, Page, Person, Provider, RelyingParty, claims_of, link_in, recovery_codes,
};
use serde_json::{Value, json};

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    // What the application may do is allowed once.
    rp.sign_in(&op, &alice).await;
    (op, alice, rp)
}

/// An application and recovery codes of that person; a period passes, so that the code that proved it is none of now.
async fn enrolled(op: &Provider, rp: &RelyingParty, person: &Person) -> (AuthenticatorApp, Vec<String>) {
    let mut browser = Browser::new();
    rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
    let (app, codes) = AuthenticatorApp::added(op, &mut browser).await;
    op.pass(30);
    (app, codes)
}

/// The page that a sign-in with the password ends at.
async fn with_password(op: &Provider, rp: &RelyingParty, person: &Person, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let typed = [("username", person.username.as_str()), ("password", person.password.as_str())];
    browser.submit(op, &login, &typed).await
}

fn assert_asks(page: &Page) {
    assert!(page.url.contains("/login/second-factor?request="), "{} {}", page.url, page.text());
    assert!(page.says("autocomplete=\"one-time-code\"") && page.says("id=\"recovery-code\""));
}

/// How the sign-in is told to the client.
async fn told(op: &Provider, rp: &RelyingParty, page: &Page) -> (Value, Value) {
    let tokens = rp.redeem(op, &page.code()).await;
    let claims = claims_of(tokens.json()["id_token"].as_str().unwrap());
    (claims["acr"].clone(), claims["amr"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_an_application_is_asked_for_its_code() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let page = with_password(&op, &rp, &alice, &mut browser).await;
    assert_eq!(told(&op, &rp, &page).await, (json!(ACR_PASSWORD), json!(["pwd"])), "nobody else is");
    let (app, codes) = enrolled(&op, &rp, &alice).await;
    assert_eq!(codes.len(), 10);
    let mut browser = Browser::new();
    let asked = with_password(&op, &rp, &alice, &mut browser).await;
    assert_asks(&asked);
    for wrong in ["", "000000", "12345", &app.code_after(&op, 2), &app.code_after(&op, -2), "drop table"] {
        let refused = browser.submit(&op, &asked, &[("code", wrong)]).await;
        assert_eq!(refused.response.status, 422, "{wrong}");
        assert!(refused.says("id=\"code-error\"") && refused.says("aria-invalid=\"true\""), "{wrong}");
    }
    let typed = app.code(&op);
    let spaced = format!(" {} {} ", &typed[..3], &typed[3..]);
    let page = browser.submit(&op, &asked, &[("code", &spaced)]).await;
    assert_eq!(told(&op, &rp, &page).await, (json!(ACR_MFA), json!(["pwd", "otp", "mfa"])));
    // The session keeps it, and another application learns of it without a question.
    let again = rp.authorization().with("prompt", "none").open(&op, &mut browser).await;
    assert_eq!(told(&op, &rp, &again).await.0, json!(ACR_MFA));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_is_good_once_and_told_by_mail() {
    let (op, alice, rp) = start().await;
    let (_, codes) = enrolled(&op, &rp, &alice).await;
    let before = op.mails(2).await.len();
    let mut browser = Browser::new();
    let asked = with_password(&op, &rp, &alice, &mut browser).await;
    let refused = browser.submit(&op, &asked, &[("recovery_code", "abcd-efgh-jkmn-pqrs")]).await;
    assert!(refused.response.status == 422 && refused.says("<details open>"), "{}", refused.text());
    let typed = codes[3].to_uppercase().replace('-', " ");
    let page = browser.submit(&op, &asked, &[("recovery_code", &typed)]).await;
    assert_eq!(told(&op, &rp, &page).await, (json!(ACR_MFA), json!(["pwd", "otp", "mfa"])));
    let mail = op.mails(before + 1).await.pop().unwrap();
    assert!(mail.text.contains("A recovery code was used"), "{}", mail.text);
    let mut browser = Browser::new();
    let asked = with_password(&op, &rp, &alice, &mut browser).await;
    let again = browser.submit(&op, &asked, &[("recovery_code", &codes[3])]).await;
    assert_eq!(again.response.status, 422, "it was used");
    browser.submit(&op, &asked, &[("recovery_code", &codes[4])]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_mailed_is_followed_by_the_code_as_well() {
    let (op, alice, rp) = start().await;
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::On).await;
    let (app, _) = enrolled(&op, &rp, &alice).await;
    let sent = op.mails(2).await.len();
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    browser.submit(&op, &login, &[("username", &alice.username), ("mail", "1")]).await;
    let link = link_in(op.mails(sent + 1).await.last().unwrap());
    let page = browser.open(&op, &link).await;
    let asked = browser.submit(&op, &page, &[]).await;
    assert_asks(&asked);
    let page = browser.submit(&op, &asked, &[("code", &app.code(&op))]).await;
    let (acr, amr) = told(&op, &rp, &page).await;
    assert_eq!((acr, amr), (json!(ACR_MAIL), json!(["otp"])), "two things that one has are no two factors");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_where_the_tenant_does_not_want_it_but_by_a_client_that_does() {
    let (op, alice, rp) = start().await;
    let (app, _) = enrolled(&op, &rp, &alice).await;
    op.change_settings(|settings| settings.second_factor = SecondFactor::Off).await;
    let mut browser = Browser::new();
    let page = with_password(&op, &rp, &alice, &mut browser).await;
    assert_eq!(told(&op, &rp, &page).await.0, json!(ACR_PASSWORD));
    let account = browser.open(&op, &format!("{}/account/security/app", op.issuer)).await;
    assert_eq!(account.response.status, 404, "nor is one added");
    // The same session is not enough for what asks for more (RFC 9470 4).
    let login = rp.authorization().with("acr_values", ACR_MFA).open(&op, &mut browser).await;
    assert!(login.says("login-submit"), "{}", login.text());
    let typed = [("username", alice.username.as_str()), ("password", alice.password.as_str())];
    let asked = browser.submit(&op, &login, &typed).await;
    assert_asks(&asked);
    let page = browser.submit(&op, &asked, &[("code", &app.code(&op))]).await;
    assert_eq!(told(&op, &rp, &page).await.0, json!(ACR_MFA));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_second_factor_is_not_asked_in_vain() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let page = with_password(&op, &rp, &alice, &mut browser).await;
    page.code();
    // A wish is answered by what there is, at once (OpenID Connect Core 3.1.2.1).
    let page = rp.authorization().with("acr_values", ACR_MFA).open(&op, &mut browser).await;
    assert_eq!(told(&op, &rp, &page).await.0, json!(ACR_PASSWORD));
    // What is essential is refused, after the person could have proven it (5.5.1.1).
    let claims = json!({ "id_token": { "acr": { "essential": true, "values": [ACR_MFA] } } }).to_string();
    let wanted = rp.authorization().with("claims", &claims);
    let login = wanted.open(&op, &mut browser).await;
    let typed = [("username", alice.username.as_str()), ("password", alice.password.as_str())];
    let refused = browser.submit(&op, &login, &typed).await;
    refused.assert_refused(&op, &wanted, "unmet_authentication_requirements");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_none_adds_one_where_the_tenant_requires_it() {
    let (op, alice, rp) = start().await;
    op.change_settings(|settings| settings.second_factor = SecondFactor::Required).await;
    let mut browser = Browser::new();
    let page = with_password(&op, &rp, &alice, &mut browser).await;
    assert!(
        page.url.contains("/login/add-second-factor?request=") && page.says("id=\"why\""),
        "{}",
        page.url
    );
    let before = op.sessions_of(&alice).await;
    let app = AuthenticatorApp::scan(&page);
    let refused = browser.submit(&op, &page, &[("code", "000000")]).await;
    assert_eq!(refused.response.status, 422);
    assert_eq!(app.code(&op), AuthenticatorApp::scan(&refused).code(&op), "the secret stays");
    let shown = browser.submit(&op, &refused, &[("code", &app.code(&op))]).await;
    assert_eq!((recovery_codes(&shown).len(), op.sessions_of(&alice).await), (10, before));
    // A second press of the button, or coming back: the codes that are seen last are the right ones.
    let twice = browser.submit(&op, &refused, &[("code", &app.code(&op))]).await;
    let codes = recovery_codes(&twice);
    assert_ne!(codes, recovery_codes(&shown));
    let page = browser.submit(&op, &twice, &[]).await;
    assert_eq!(told(&op, &rp, &page).await, (json!(ACR_MFA), json!(["pwd", "otp", "mfa"])));
    op.pass(30);
    let mut browser = Browser::new();
    let asked = with_password(&op, &rp, &alice, &mut browser).await;
    assert_asks(&asked);
    let dead = browser.submit(&op, &asked, &[("recovery_code", &recovery_codes(&shown)[0])]).await;
    assert_eq!(dead.response.status, 422);
    browser.submit(&op, &asked, &[("recovery_code", &codes[0])]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_closes_the_page_of_the_codes_signs_in_with_the_application() {
    let (op, alice, rp) = start().await;
    op.change_settings(|settings| settings.second_factor = SecondFactor::Required).await;
    let mut browser = Browser::new();
    let page = with_password(&op, &rp, &alice, &mut browser).await;
    let app = AuthenticatorApp::scan(&page);
    let shown = browser.submit(&op, &page, &[("code", &app.code(&op))]).await;
    assert_eq!(recovery_codes(&shown).len(), 10);
    let back = browser.open(&op, &page.url).await;
    assert!(back.says("login-submit"), "{}", back.text());
    op.pass(30);
    let typed = [("username", alice.username.as_str()), ("password", alice.password.as_str())];
    let asked = browser.submit(&op, &back, &typed).await;
    assert_asks(&asked);
    browser.submit(&op, &asked, &[("code", &app.code(&op))]).await.code();
}
