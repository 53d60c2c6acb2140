//! `/account/security`: a person sees, names and removes what they sign in with.
//!
//! Chart 595: Sign-in on the account page | `/account/security`: passkeys, authenticator apps and recovery codes listed, added, named, removed; a recent sign-in asked for; each change told by mail

use credenza_tests::{AuthenticatorApp, Browser, Page, Provider, RelyingParty, recovery_codes};

async fn security(op: &Provider, browser: &mut Browser) -> Page {
    browser.open(op, &format!("{}/account/security", op.issuer)).await
}

#[track_caller]
fn id_on(page: &Page) -> String {
    let text = page.text();
    let rest = text.split_once("name=\"remove\" value=\"").unwrap_or_else(|| panic!("none: {text}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_added_named_and_removed_and_each_is_told_by_mail() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("href=\"/account/security\""), "{}", account.text());
    let empty = security(&op, &mut browser).await;
    assert!(empty.says("id=\"add-app\"") && !empty.says("id=\"codes-left\""), "{}", empty.text());

    let (_, codes) = AuthenticatorApp::added(&op, &mut browser).await;
    assert_eq!(codes.len(), 10);
    let mails = op.mails(2).await;
    assert!(mails.iter().any(|mail| mail.text.contains("authenticator app “Phone” was added")), "{mails:?}");
    assert!(mails.iter().any(|mail| mail.text.contains("New recovery codes were created")), "{mails:?}");
    let page = security(&op, &mut browser).await;
    assert!(page.says(">Phone<") && page.says("10 recovery codes left"), "{}", page.text());
    assert!(codes.iter().all(|code| !page.says(code)), "they are shown once");

    // A second one brings no other recovery codes.
    op.pass(30);
    let add = browser.open(&op, &format!("{}/account/security/app", op.issuer)).await;
    let app = AuthenticatorApp::scan(&add);
    let done = browser.submit(&op, &add, &[("code", &app.code(&op)), ("name", "  ")]).await;
    assert!(done.url.ends_with("/account/security") && recovery_codes(&done).is_empty(), "{}", done.url);
    assert!(done.says(">Authenticator app<"), "{}", done.text());

    let id = id_on(&page);
    let hostile = "<b>\u{202e}mine</b>";
    let named = browser.submit(&op, &page, &[("rename", &id), ("name", hostile)]).await;
    assert!(named.says("&#60;b&#62;") && !named.says("<b>"), "{}", named.text());
    let nothing = browser.submit(&op, &page, &[("rename", &id), ("name", " ")]).await;
    assert!(nothing.says("&#60;b&#62;"), "a name of nothing changes nothing");

    let renewed = browser.submit(&op, &page, &[("codes", "new")]).await;
    assert_eq!(recovery_codes(&renewed).len(), 10);
    assert_ne!(recovery_codes(&renewed), codes);
    let sent = op.mails(4).await.len();
    let removed = browser.submit(&op, &page, &[("remove", &id)]).await;
    assert!(!removed.says("&#60;b&#62;"), "{}", removed.text());
    assert!(op.mails(sent + 1).await.last().unwrap().text.contains("was removed"));
    let again = browser.submit(&op, &page, &[("remove", &id)]).await;
    assert_eq!(again.response.status, 200, "what is gone is gone");
    browser.submit(&op, &page, &[("remove", &id_on(&removed))]).await;
    let empty = security(&op, &mut browser).await;
    assert!(!empty.says("id=\"codes-left\""), "with the last one the recovery codes are gone");
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_page_changes_nothing() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    AuthenticatorApp::added(&op, &mut browser).await;
    let page = security(&op, &mut browser).await;
    let id = id_on(&page);
    for csrf in ["", "forged"] {
        let url = format!("{}/account/security", op.issuer);
        let fields = [("csrf", csrf), ("remove", id.as_str())];
        let refused = browser.send(credenza_tests::Request::form(op.reach(&url), &fields)).await;
        assert_eq!(refused.status, 403, "{csrf}");
    }
    assert!(security(&op, &mut browser).await.says(&id));
    let foreign = browser.submit(&op, &page, &[("remove", "of-somebody-else")]).await;
    assert!(foreign.says(&id), "{}", foreign.text());
    let own = browser.open(&op, &format!("{}/account/data", op.issuer)).await;
    let copy = browser.submit(&op, &own, &[]).await;
    let copy: serde_json::Value = serde_json::from_str(&copy.text()).unwrap();
    let told = &copy["authenticators"][0];
    assert_eq!((&told["name"], &told["kind"]), (&"Phone".into(), &"totp".into()));
    assert!(told.get("state").is_none(), "{told}");
}
