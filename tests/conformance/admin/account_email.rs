//! The address of mail, changed by an application: the new one counts when the person has proven it.
//!
//! Chart 586

use credenza_protocol::user::User;
use credenza_tests::{Browser, OwnAccount, Person, Provider, Response, code_in, link_in};
use serde_json::{Value, json};

const OLD: &str = "ada@people.test";
const NEW: &str = "ada@else.test";
const CHANGE: &str = "/me/email-change";
const VERIFY: &str = "/me/email-change/verify";

async fn start() -> (Provider, Person, OwnAccount) {
    let op = Provider::builder().mailing().start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    (op, ada, own)
}

/// Asks for an address; the ticket.
async fn ask(op: &Provider, own: &OwnAccount, address: &str) -> String {
    let answer = own.post(op, CHANGE, &json!({"email": address})).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()["ticket"].as_str().unwrap().to_owned()
}

async fn verify(op: &Provider, own: &OwnAccount, ticket: &str, code: &str) -> Response {
    own.post(op, VERIFY, &json!({"ticket": ticket, "code": code})).await
}

async fn address(op: &Provider, own: &OwnAccount) -> Value {
    own.get(op, "/me").await.json()["claims"]["email"].clone()
}

fn assert_pointer(refused: &Response, pointer: &str) {
    refused.assert_problem(422, "invalid-values");
    assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
}

fn another(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_counts_once_its_code_is_sent_back() {
    let (op, _, own) = start().await;
    let ticket = ask(&op, &own, &format!(" {NEW} ")).await;
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), (NEW, "Confirm your new email address for Credenza"));
    let code = code_in(&mail);
    for wrong in [another(&code), "", "12345"] {
        assert_pointer(&verify(&op, &own, &ticket, wrong).await, "/code");
    }
    assert_pointer(&verify(&op, &own, "nonsense", &code).await, "/ticket");
    assert_eq!(address(&op, &own).await, OLD, "not yet");
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    assert_eq!(verify(&op, &own, &ticket, &spaced).await.status, 204);
    let claims = own.get(&op, "/me").await.json()["claims"].clone();
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!(NEW), &json!(true)));
    let told = op.mails(2).await.remove(1);
    assert_eq!((&*told.to, &*told.subject), (OLD, "Your email address for Credenza was changed"));
    assert_pointer(&verify(&op, &own, &ticket, &code).await, "/code");
    // Who reads the old one has it back, and everything ends.
    let mut owner = Browser::new();
    let page = owner.open(&op, &link_in(&told)).await;
    assert!(owner.submit(&op, &page, &[]).await.says("id=\"email-restored\""));
    own.get(&op, "/me").await.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn or_by_the_link_where_the_person_is_signed_in() {
    let (op, ada, own) = start().await;
    let mut browser = Browser::new();
    let authorization = own.client.authorization().with("scope", "openid account");
    own.client.sign_in_with(&op, &ada, &mut browser, authorization).await;
    ask(&op, &own, NEW).await;
    let link = link_in(&op.mails(1).await[0]);
    let page = browser.open(&op, &link).await;
    browser.submit(&op, &page, &[]).await;
    assert_eq!(address(&op, &own).await, NEW);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_wish_and_a_change_of_mind_end_the_one_before() {
    let (op, _, own) = start().await;
    let first = ask(&op, &own, "first@else.test").await;
    let code = code_in(&op.mails(1).await[0]);
    let second = ask(&op, &own, NEW).await;
    let newer = code_in(&op.mails(2).await[1]);
    assert_pointer(&verify(&op, &own, &first, &code).await, "/code");
    for _ in 0..2 {
        assert_eq!(own.delete(&op, CHANGE).await.status, 204, "whether one waits is not told");
    }
    assert_pointer(&verify(&op, &own, &second, &newer).await, "/code");
    assert_eq!(address(&op, &own).await, OLD);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_address_here_is_refused_and_sends_nothing() {
    let (op, _, own) = start().await;
    op.change_settings(|settings| settings.sign_up_blocked_domains = vec!["blocked.test".to_owned()]).await;
    for (body, pointer) in [
        (json!({"email": ""}), "/email"),
        (json!({"email": "ada"}), "/email"),
        (json!({"email": 1}), "/email"),
        (json!({"email": "ada@blocked.test"}), "/email"),
        (json!({"email": OLD}), "/email"),
        (json!({"email": NEW, "email_verified": true}), "/email_verified"),
    ] {
        assert_pointer(&own.post(&op, CHANGE, &body).await, pointer);
    }
    op.mails(0).await;
    // Where the tenant does not let people, there is nothing to ask.
    op.change_settings(|settings| settings.account_editable_claims = vec!["name".to_owned()]).await;
    own.post(&op, CHANGE, &json!({"email": NEW})).await.assert_problem(404, "not-found");
    own.delete(&op, CHANGE).await.assert_problem(404, "not-found");
    op.mails(0).await;
    assert_eq!(address(&op, &own).await, OLD);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_there_is_no_other_address() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    own.post(&op, CHANGE, &json!({"email": NEW})).await.assert_problem(404, "not-found");
}

/// The answer is the same whoever has the address; who has it learns so.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_which_addresses_have_accounts() {
    let (op, _, own) = start().await;
    let bob = op.user("bob").await;
    let ticket = ask(&op, &own, "bob@people.test").await;
    let told = op.mails(1).await.remove(0);
    assert!(told.to == "bob@people.test" && code_in(&told).is_empty(), "{}", told.text);
    assert_pointer(&verify(&op, &own, &ticket, "000000").await, "/code");
    // One that another account has proven meanwhile: whoever has the code reads that mail, and may know.
    let ticket = ask(&op, &own, NEW).await;
    let code = code_in(&op.mails(2).await[1]);
    let (users, tenant) = (&op.state.store.users, op.default_tenant().await);
    let before = users.find(&tenant, &bob.user_id).await.unwrap().unwrap();
    let mut claims = before.claims.clone();
    claims.email = Some(NEW.to_owned());
    let version = before.version;
    let _ = users.update(&tenant, version, User { claims, ..before }).await.unwrap();
    verify(&op, &own, &ticket, &code).await.assert_problem(409, "taken");
    assert_eq!(address(&op, &own).await, OLD);
}

/// A135: a ticket and its code are of one person.
#[tokio::test(flavor = "multi_thread")]
async fn a135_a_ticket_is_of_no_use_in_another_account() {
    let (op, _, own) = start().await;
    let mallory = op.user("mallory").await;
    let theirs = OwnAccount::of(&op, &mallory).await;
    let ticket = ask(&op, &theirs, NEW).await;
    let code = code_in(&op.mails(1).await[0]);
    assert_pointer(&verify(&op, &own, &ticket, &code).await, "/ticket");
    assert_eq!(
        (address(&op, &own).await, address(&op, &theirs).await),
        (json!(OLD), json!("mallory@people.test"))
    );
    assert_eq!(verify(&op, &theirs, &ticket, &code).await.status, 204, "where it was asked for, it is right");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_mails_are_counted_as_on_the_page() {
    let (op, _, own) = start().await;
    let ticket = ask(&op, &own, NEW).await;
    let code = code_in(&op.mails(1).await[0]);
    for _ in 0..5 {
        assert_pointer(&verify(&op, &own, &ticket, another(&code)).await, "/code");
    }
    let waits = verify(&op, &own, &ticket, &code).await;
    waits.assert_problem(429, "too-many-attempts");
    assert!(waits.header("retry-after").parse::<u64>().unwrap() > 0);
    for n in 0..4 {
        ask(&op, &own, &format!("ada{n}@else.test")).await;
    }
    let refused = own.post(&op, CHANGE, &json!({"email": NEW})).await;
    refused.assert_problem(429, "too-many-attempts");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    op.mails(5).await;
    assert_eq!(address(&op, &own).await, OLD);
}
