//! Accounts that people make themselves, and on which an operator decides before they can be used: until then, and after a
//! refusal, everything that is dead to a disabled user is dead to them.
//!
//! Chart 578: Approval of accounts | `sign_up_approval`: the person is told so with the right password alone; approved or refused by API and command line, with mail; refused accounts are deleted after a month

use credenza_protocol::admin_roles::everything;
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{Administrator, Browser, Page, Person, Provider, RelyingParty, link_in};
use serde_json::json;

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

async fn start() -> (Provider, RelyingParty, Administrator) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| {
        settings.sign_up = SignUpPolicy::Open;
        settings.sign_up_approval = true;
    })
    .await;
    let rp = RelyingParty::confidential(&op).await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    (op, rp, who)
}

async fn found(op: &Provider, typed: &str) -> Option<User> {
    let login = Login { typed: typed.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

/// Somebody makes an account, as the mail of that number says, and sees this page.
async fn makes(op: &Provider, rp: &RelyingParty, email: &str, mails: usize) -> (Browser, Page) {
    let mut browser = Browser::new();
    let page = rp.authorization().with("prompt", "create").open(op, &mut browser).await;
    browser.submit(op, &page, &[("email", email)]).await;
    let link = link_in(op.mails(mails).await.last().unwrap());
    let page = browser.open(op, &link).await;
    let done = browser.submit(op, &page, &[("password", PASSWORD)]).await;
    (browser, done)
}

fn person(user: &User, password: &str) -> Person {
    Person { user_id: user.user_id.clone(), username: user.username.clone(), password: password.to_owned() }
}

async fn decide(op: &Provider, who: &Administrator, user: &User, what: &str) -> credenza_tests::Response {
    who.request(op, "POST", &format!("/users/{}/{what}", user.user_id)).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_waits_until_it_is_approved() {
    let (op, rp, who) = start().await;
    let (browser, done) = makes(&op, &rp, ADA, 1).await;
    assert!(done.says("id=\"account-waits\""), "{}", done.text());
    assert!(!browser.cookies.keys().any(|name| name.contains("session")), "{:?}", browser.cookies);
    let ada = found(&op, ADA).await.unwrap();
    assert!(ada.disabled_at.is_some());
    let mut other = Browser::new();
    for (password, said) in [(PASSWORD, "waits for approval"), ("wrong", "is incorrect")] {
        let login = rp.authorization().open(&op, &mut other).await;
        let refused = other.sign_in(&op, &login, &person(&ada, password)).await;
        assert!(refused.says(said), "{}", refused.text());
        assert!(!other.cookies.keys().any(|name| name.contains("session")), "{:?}", other.cookies);
    }
    let queue = who.get(&op, "/approvals").await.json();
    assert_eq!(
        (&queue["items"][0]["username"], &queue["items"][0]["state"]),
        (&json!(ADA), &json!("pending"))
    );
    decide(&op, &who, &ada, "enable").await.assert_problem(409, "conflict");
    let moderator = Administrator::service(&op, "admin:users:read").await;
    decide(&op, &moderator, &ada, "approve").await.assert_problem(403, "insufficient-scope");
    assert!(found(&op, ADA).await.unwrap().disabled_at.is_some(), "still");
    let approved = decide(&op, &who, &ada, "approve").await;
    assert!(approved.status == 200 && approved.json()["disabled_at"].is_null(), "{}", approved.text());
    let mail = op.mails(2).await.pop().unwrap();
    assert_eq!((&*mail.to, &*mail.subject), (ADA, "Your account at Credenza is approved"));
    for what in ["approve", "reject"] {
        decide(&op, &who, &ada, what).await.assert_problem(409, "conflict");
    }
    rp.sign_in(&op, &person(&ada, PASSWORD)).await;
    assert_eq!(who.get(&op, "/approvals").await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_account_is_dead() {
    let (op, rp, who) = start().await;
    makes(&op, &rp, ADA, 1).await;
    let ada = found(&op, ADA).await.unwrap();
    assert_eq!(decide(&op, &who, &ada, "reject").await.status, 200);
    let mail = op.mails(2).await.pop().unwrap();
    assert!(mail.to == ADA && mail.text.contains("was not approved"), "{}", mail.text);
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let refused = browser.sign_in(&op, &login, &person(&ada, PASSWORD)).await;
    assert!(refused.says("is incorrect"), "{}", refused.text());
    assert_eq!(who.get(&op, "/approvals?state=rejected").await.json()["items"][0]["username"], ADA);
    assert_eq!(who.get(&op, "/approvals?state=moon").await.status, 400);
    decide(&op, &who, &ada, "enable").await.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_needs_no_approval() {
    let (op, rp, who) = start().await;
    assert_eq!(who.post(&op, "/invitations", &json!({"email": ADA})).await.status, 201);
    let mut browser = Browser::new();
    let page = browser.open(&op, &link_in(&op.mails(1).await[0])).await;
    browser.submit(&op, &page, &[("password", PASSWORD)]).await;
    let ada = found(&op, ADA).await.unwrap();
    rp.sign_in(&op, &person(&ada, PASSWORD)).await;
}
