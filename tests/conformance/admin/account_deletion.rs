//! A person deletes their account by an application.
//!
//! Chart 586

use credenza::people::due_deletions::see_to;
use credenza_protocol::account_policy::AccountDeletion;
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::Time;
use credenza_tests::{Browser, OwnAccount, Person, Provider, link_in};
use serde_json::json;

const DELETION: &str = "/me/deletion";
const DAY: i64 = 86_400;

async fn start(change: impl FnOnce(&mut TenantSettings)) -> (Provider, Person, OwnAccount) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| {
        settings.account_deletion = AccountDeletion::On;
        change(settings);
    })
    .await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    (op, ada, own)
}

async fn is_there(op: &Provider, person: &Person) -> bool {
    op.state.store.users.find(&op.default_tenant().await, &person.user_id).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_ends_at_once_and_is_erased_after_the_days_of_grace() {
    let (op, ada, own) = start(|_| ()).await;
    for (body, pointer) in [
        (json!({"username": ""}), "/username"),
        (json!({"username": "bob"}), "/username"),
        (json!({"username": "ada", "grace_days": 0}), "/grace_days"),
        (json!({}), ""),
    ] {
        let refused = own.post(&op, DELETION, &body).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
    assert_eq!(own.get(&op, "/me").await.status, 200, "nothing has ended");
    let other = OwnAccount::of(&op, &ada).await;
    let answer = own.post(&op, DELETION, &json!({"username": " Ada "})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json(), json!({"deletes_at": op.now() + 14 * DAY}));
    for dead in [&own, &other] {
        dead.get(&op, "/me").await.assert_problem(401, "unauthenticated");
    }
    assert_eq!((op.sessions_of(&ada).await, op.grants_of(&ada).await), (0, 0));
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), ("ada@people.test", "Your account at Credenza will be deleted"));
    op.pass(14 * DAY - 60);
    see_to(&op.state).await.unwrap();
    assert!(is_there(&op, &ada).await, "there is a minute left");
    op.pass(61);
    see_to(&op.state).await.unwrap();
    assert!(!is_there(&op, &ada).await);
}

/// No token lives that could undo it: the sign-in and the mail lead to the way back.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_or_has_the_mail_keeps_it() {
    for by_mail in [true, false] {
        let (op, ada, own) = start(|_| ()).await;
        assert_eq!(own.post(&op, DELETION, &json!({"username": "ada"})).await.status, 200);
        let mail = op.mails(1).await.remove(0);
        let mut browser = Browser::new();
        let page = if by_mail {
            browser.open(&op, &link_in(&mail)).await
        } else {
            let authorization = own.client.authorization().with("scope", "openid account");
            let login = authorization.open(&op, &mut browser).await;
            let typed = [("username", "ada"), ("password", ada.password.as_str())];
            browser.submit(&op, &login, &typed).await
        };
        assert!(page.says("id=\"keep-submit\""), "{}", page.text());
        browser.submit(&op, &page, &[]).await;
        own.get(&op, "/me").await.assert_problem(401, "unauthenticated");
        let again = OwnAccount::by(&op, own.client, &ada, "openid account").await;
        assert_eq!(again.get(&op, "/me").await.json()["username"], "ada");
        op.pass(15 * DAY);
        see_to(&op.state).await.unwrap();
        assert!(is_there(&op, &ada).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_once_where_there_is_no_grace() {
    let (op, ada, own) = start(|settings| settings.account_deletion_grace = 0).await;
    let answer = own.post(&op, DELETION, &json!({"username": "ada"})).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"deletes_at": null})));
    assert!(!is_there(&op, &ada).await);
    own.get(&op, "/me").await.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_where_it_is_off_nor_who_administers() {
    let (op, ada, own) = start(|_| ()).await;
    let tenant = op.default_tenant().await;
    let role = Assignment {
        user_id: ada.user_id.clone(),
        role: Role::Owner,
        installation: true,
        created_at: Time::from_seconds(op.now()),
    };
    let _granted = op.state.store.admin_roles.grant(&tenant, role).await.unwrap();
    let refused = own.post(&op, DELETION, &json!({"username": "ada"})).await;
    refused.assert_problem(409, "conflict");
    assert!(refused.json()["detail"].as_str().unwrap().contains("another operator"), "{}", refused.text());
    op.change_settings(|settings| settings.account_deletion = AccountDeletion::Off).await;
    own.post(&op, DELETION, &json!({"username": "ada"})).await.assert_problem(404, "not-found");
    assert_eq!(own.get(&op, "/me").await.status, 200);
    op.mails(0).await;
}
