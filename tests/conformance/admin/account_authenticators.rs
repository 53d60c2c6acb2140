//! Passkeys, authenticator apps and recovery codes, managed by an application in the person's name.
//!
//! Chart 586

use credenza_tests::{AuthenticatorApp, Browser, OwnAccount, Page, Person, Provider};
use serde_json::{Value, json};

const ALL: &str = "/me/authenticators";
const CODES: &str = "/me/recovery-codes";

/// A person with an authenticator app, the recovery codes that came with it, and an application.
async fn start() -> (Provider, Person, OwnAccount, Vec<String>) {
    let op = Provider::builder().mailing().start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let mut browser = Browser::new();
    let authorization = own.client.authorization().with("scope", "openid account");
    own.client.sign_in_with(&op, &ada, &mut browser, authorization).await;
    let (_, codes) = AuthenticatorApp::added(&op, &mut browser).await;
    op.mails(2).await;
    (op, ada, own, codes)
}

/// The page that a sign-in with the password ends at.
async fn with_password(op: &Provider, own: &OwnAccount, ada: &Person, browser: &mut Browser) -> Page {
    let authorization = own.client.authorization().with("scope", "openid account");
    let login = authorization.open(op, browser).await;
    let typed = [("username", ada.username.as_str()), ("password", ada.password.as_str())];
    browser.submit(op, &login, &typed).await
}

async fn shown(op: &Provider, own: &OwnAccount) -> Value {
    let answer = own.get(op, ALL).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn path(shown: &Value) -> String {
    format!("{ALL}/{}", shown["authenticators"][0]["authenticator_id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_shown_without_what_they_are_checked_by() {
    let (op, ada, own, codes) = start().await;
    let answer = own.get(&op, ALL).await;
    let body = answer.json();
    let one = &body["authenticators"][0];
    assert_eq!((&one["name"], &one["kind"]), (&json!("Phone"), &json!("totp")), "{body}");
    assert_eq!(body["recovery_codes_left"], 10);
    for secret in ["state", "secret", ada.user_id.as_str(), codes[0].as_str()] {
        assert!(!answer.text().contains(secret), "{secret}: {}", answer.text());
    }
    assert_eq!(own.get(&op, &path(&body)).await.json(), *one);
    own.get(&op, &format!("{ALL}/nothing")).await.assert_problem(404, "not-found");
    let bob = OwnAccount::of(&op, &op.user("bob").await).await;
    assert_eq!(shown(&op, &bob).await, json!({"authenticators": [], "recovery_codes_left": 0}));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_named_by_whoever_is_signed_in() {
    let (op, _, own, _) = start().await;
    let before = shown(&op, &own).await;
    let etag = own.get(&op, &path(&before)).await.header("etag").to_owned();
    for (body, pointer) in [
        (json!({"name": " \u{7} "}), "/name"),
        (json!({"name": 1}), "/name"),
        (json!({"name": null}), ""),
        (json!({"name": "Mine", "kind": "passkey"}), "/kind"),
    ] {
        let refused = own.patch(&op, &path(&before), &etag, &body).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
    assert_eq!(shown(&op, &own).await, before, "nothing was changed");
    // Also where the sign-in is no longer recent.
    op.change_settings(|settings| settings.recent_sign_in_lifetime.0 = 60).await;
    op.pass(61);
    own.delete(&op, &path(&before)).await.assert_problem(401, "sign-in-too-old");
    let named = own.patch(&op, &path(&before), &etag, &json!({"name": " Key on the ring "})).await;
    assert_eq!(named.status, 200, "{}", named.text());
    assert_eq!(named.json()["name"], "Key on the ring");
    assert_eq!(shown(&op, &own).await["authenticators"][0], named.json());
    let stale = own.patch(&op, &path(&before), &etag, &json!({"name": "Another"})).await;
    stale.assert_problem(412, "stale");
    op.mails(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_removed_is_no_longer_asked_for_and_the_person_is_told() {
    let (op, ada, own, _) = start().await;
    let asked = with_password(&op, &own, &ada, &mut Browser::new()).await;
    assert!(asked.url.contains("/login/second-factor?request="), "{}", asked.url);
    let path = path(&shown(&op, &own).await);
    assert_eq!(own.delete(&op, &path).await.status, 204);
    let told = op.mails(3).await.remove(2);
    assert!(told.text.contains("“Phone” was removed"), "{}", told.text);
    own.delete(&op, &path).await.assert_problem(404, "not-found");
    assert_eq!(shown(&op, &own).await, json!({"authenticators": [], "recovery_codes_left": 0}));
    with_password(&op, &own, &ada, &mut Browser::new()).await.code();
    assert_eq!(own.get(&op, "/me").await.status, 200, "what is signed in stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_made_anew_and_told_once() {
    let (op, ada, own, old) = start().await;
    let answer = own.request(&op, "POST", CODES).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    let new: Vec<String> = serde_json::from_value(answer.json()["recovery_codes"].clone()).unwrap();
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)), "{new:?}");
    let told = op.mails(3).await.remove(2);
    assert!(told.text.contains("New recovery codes were created"), "{}", told.text);
    assert!(new.iter().all(|code| !told.text.contains(code)));
    let mut browser = Browser::new();
    let asked = with_password(&op, &own, &ada, &mut browser).await;
    let refused = browser.submit(&op, &asked, &[("recovery_code", &old[0])]).await;
    assert_eq!(refused.response.status, 422, "those before are no longer good");
    browser.submit(&op, &asked, &[("recovery_code", &new[0])]).await.code();
    assert_eq!(shown(&op, &own).await["recovery_codes_left"], 9);
    // Without an authenticator there is nothing that they could stand in for.
    let bob = OwnAccount::of(&op, &op.user("bob").await).await;
    bob.request(&op, "POST", CODES).send().await.assert_problem(409, "conflict");
}
