//! Operators see and remove the authenticators of users.
//!
//! Chart 597: Authenticators for operators | shown, removed one by one and reset by the admin API and `credenza user authenticators`; a reset ends every session and is told by mail; events

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, AuthenticatorApp, Browser, Provider, RelyingParty};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn authenticators_are_shown_removed_and_reset() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let admin = Administrator::service(&op, &everything().to_string()).await;
    let path = format!("/users/{}/authenticators", alice.user_id);
    let none = admin.get(&op, &path).await;
    assert_eq!(none.json(), json!({"authenticators": [], "recovery_codes_left": 0}));
    AuthenticatorApp::added(&op, &mut browser).await;
    op.pass(30);
    let page = browser.open(&op, &format!("{}/account/security/app", op.issuer)).await;
    let second = AuthenticatorApp::scan(&page);
    browser.submit(&op, &page, &[("code", &second.code(&op))]).await;
    let shown = admin.get(&op, &path).await.json();
    let first = &shown["authenticators"][0];
    assert_eq!((&first["kind"], &first["name"]), (&json!("totp"), &json!("Phone")));
    assert_eq!(
        (shown["authenticators"].as_array().unwrap().len(), &shown["recovery_codes_left"]),
        (2, &json!(10))
    );
    assert!(first.get("state").is_none() && !shown.to_string().contains("secret"), "{shown}");

    let mails = op.mails(3).await.len();
    let one = format!("{path}/{}", first["authenticator_id"].as_str().unwrap());
    assert_eq!(admin.request(&op, "DELETE", &one).send().await.status, 204);
    admin.request(&op, "DELETE", &one).send().await.assert_problem(404, "not-found");
    assert!(op.mails(mails + 1).await.last().unwrap().text.contains("“Phone” was removed"));
    rp.assert_alive(&op, &tokens).await;

    let reset = admin.request(&op, "POST", &format!("{path}/reset")).send().await;
    assert_eq!((reset.status.as_u16(), reset.json()), (200, json!({"removed": 1})));
    rp.assert_dead(&op, &tokens).await;
    assert_eq!(op.sessions_of(&alice).await, 0);
    assert!(op.mails(mails + 2).await.last().unwrap().text.contains("An administrator has removed"));
    let again = admin.request(&op, "POST", &format!("{path}/reset")).send().await;
    assert_eq!(again.json(), json!({"removed": 0}));
    assert_eq!(op.mails(mails + 2).await.len(), mails + 2, "nothing happened, and nobody is told");
    rp.sign_in(&op, &alice).await;
    let nobody = admin.get(&op, "/users/nobody/authenticators").await;
    nobody.assert_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_read_resets_nothing_and_nobody_beyond_their_own() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    AuthenticatorApp::added(&op, &mut browser).await;
    let path = format!("/users/{}/authenticators", alice.user_id);
    let auditor = op.user("auditor").await;
    let auditor = Administrator::person(&op, "default", &auditor, &[(Role::Auditor, false)]).await;
    assert_eq!(auditor.get(&op, &path).await.status, 200);
    auditor
        .request(&op, "POST", &format!("{path}/reset"))
        .send()
        .await
        .assert_problem(403, "insufficient-scope");
    let tenant = op.default_tenant().await;
    let left = op.state.store.authenticators.of_user(&tenant, &alice.user_id).await.unwrap();
    assert_eq!(left.len(), 1);
}
