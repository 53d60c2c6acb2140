//! Operators see and remove the authenticators of users.
//!
//! Chart 597: Authenticators for operators | shown, removed one by one and reset by the admin API and `credenza user authenticators`; a reset ends every session and is told by mail; events

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, AuthenticatorApp, Browser, Person, Provider, RelyingParty};
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

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_factors_of_somebody_who_may_more_or_of_another_tenant() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let support = Administrator::service(&op, "admin:users:read admin:users:write").await;
    let (owner, alice) = (op.user("owner").await, op.user("alice").await);
    Administrator::person(&op, "default", &owner, &[(Role::Owner, false)]).await;
    let tenant = op.default_tenant().await;
    let held = async |person: &Person| {
        op.state.store.authenticators.of_user(&tenant, &person.user_id).await.unwrap()
    };
    for person in [&owner, &alice] {
        let mut browser = Browser::new();
        rp.sign_in_with(&op, person, &mut browser, rp.authorization()).await;
        AuthenticatorApp::added(&op, &mut browser).await;
    }
    let id = held(&owner).await[0].authenticator.authenticator_id.clone();
    let path = format!("/users/{}/authenticators", owner.user_id);
    for (method, path) in [("DELETE", format!("{path}/{id}")), ("POST", format!("{path}/reset"))] {
        support.request(&op, method, &path).send().await.assert_problem(403, "beyond-authority");
        assert_eq!(held(&owner).await.len(), 1, "{method}");
    }
    // At another tenant there is no such user.
    op.tenant("acme").await;
    let other = Administrator::service_of(&op, "acme", &everything().to_string()).await;
    let path = format!("/users/{}/authenticators", alice.user_id);
    other.request(&op, "POST", &format!("{path}/reset")).send().await.assert_problem(404, "not-found");
    assert_eq!(held(&alice).await.len(), 1);
    let reset = support.request(&op, "POST", &format!("{path}/reset")).send().await;
    assert_eq!(reset.json(), json!({"removed": 1}));
    assert!(held(&alice).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_one_kind_are_reset_and_the_others_stay() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    AuthenticatorApp::added(&op, &mut browser).await;
    let admin = Administrator::service(&op, &everything().to_string()).await;
    let path = format!("/users/{}/authenticators", alice.user_id);
    let mails = op.mails(2).await.len();
    for (kind, removed) in [("passkey", 0), ("trusted_browser", 0), ("totp", 1)] {
        let reset = admin.request(&op, "POST", &format!("{path}/reset?kind={kind}")).send().await;
        assert_eq!(reset.json(), json!({"removed": removed}), "{kind}");
    }
    let refused = admin.request(&op, "POST", &format!("{path}/reset?kind=sms")).send().await;
    refused.assert_problem(400, "invalid-parameter");
    let mail = op.mails(mails + 1).await.pop().unwrap();
    assert!(mail.text.contains("removed your authenticator apps"), "{}", mail.text);
}
