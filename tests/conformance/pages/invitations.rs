//! Somebody is invited by mail, and makes an account with what the operator has said: once, by nobody else (A132), not by a
//! program that opens the link (A138), and nobody is signed in to another's account (A139). Whoever has an account already
//! is invited all the same (A122).
//!
//! Chart 577: Invitations | by API and command line, in every sign-up policy: address proven by the link, groups and roles given, sent again, taken back, expired; on to the application

use credenza_protocol::admin_roles::everything;
use credenza_protocol::sign_up::{SignUpIdentifier, SignUpPolicy};
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{
    Administrator, Browser, Person, Provider, RelyingParty, Request, Response, at_once, claims_of, link_in,
};
use serde_json::{Value, json};

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

async fn start() -> (Provider, Administrator) {
    let op = Provider::builder().mailing().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    (op, who)
}

async fn invite(op: &Provider, who: &Administrator, body: &Value) -> Value {
    let made = who.post(op, "/invitations", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}

/// Carries out an operation that has no body.
async fn call(op: &Provider, who: &Administrator, invitation: &Value, what: &str) -> Response {
    let id = invitation["invitation_id"].as_str().unwrap();
    who.request(op, "POST", &format!("/invitations/{id}/{what}")).send().await
}

/// The link of the mail that came last, of as many.
async fn link(op: &Provider, mails: usize) -> String {
    link_in(op.mails(mails).await.last().unwrap())
}

async fn found(op: &Provider, typed: &str) -> Option<User> {
    let login = Login { typed: typed.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

async fn state(op: &Provider, who: &Administrator, invitation: &Value) -> Value {
    let id = invitation["invitation_id"].as_str().unwrap();
    who.get(op, &format!("/invitations/{id}")).await.json()["state"].clone()
}

/// The form that needs no page.
fn accept(op: &Provider, link: &str) -> Request {
    let token = link.split("token=").nth(1).unwrap();
    let form = [("token", token), ("password", PASSWORD)];
    Request::form(op.reach(&format!("{}/signup/invited", op.issuer)), &form)
}

fn is_signed_in(answer: &Response) -> bool {
    answer.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("session"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_has_the_account_that_was_meant() {
    let (op, who) = start().await;
    let rp = RelyingParty::register(&op, |client| {
        client.scope =
            client.scope.union(&credenza_protocol::scope::Scope::parse("roles groups profile").unwrap());
        client.roles = vec!["editor".to_owned()];
    })
    .await;
    let staff = who.post(&op, "/groups", &json!({"name": "staff"})).await.json()["group_id"].clone();
    let policies = [SignUpPolicy::Closed, SignUpPolicy::Invitation, SignUpPolicy::Open];
    for (policy, sent) in policies.into_iter().zip(1..) {
        op.change_settings(|settings| settings.sign_up = policy).await;
        let email = format!("{policy:?}@people.test").to_lowercase();
        let role = json!({"client_id": rp.client_id(), "role": "editor"});
        let body =
            json!({"email": email, "claims": {"given_name": "Ada"}, "groups": [staff], "roles": [role]});
        let made = invite(&op, &who, &body).await;
        assert_eq!((&made["state"], &made["groups"]), (&json!("pending"), &json!([staff])), "{made}");
        let mails = op.mails(sent).await;
        let mail = mails.last().unwrap();
        assert_eq!((&*mail.to, &*mail.subject), (&*email, "Your invitation to Credenza"));
        let mut browser = Browser::new();
        let page = browser.open(&op, &link_in(mail)).await;
        assert!(page.says("autocomplete=\"new-password\"") && page.says(&email), "{}", page.text());
        assert_eq!(found(&op, &email).await, None, "nobody yet");
        let refused = browser.submit(&op, &page, &[("password", "passwordpassword")]).await;
        assert!(refused.response.status == 422 && refused.says("easy to guess"), "{}", refused.text());
        let account = browser.submit(&op, &refused, &[("password", PASSWORD)]).await;
        assert!(account.url.ends_with("/account"), "{}", account.url);
        let user = found(&op, &email).await.expect("an account");
        assert_eq!((&*user.username, user.claims.email_verified), (&*email, Some(true)));
        assert_eq!(user.claims.given_name.as_deref(), Some("Ada"));
        let person =
            Person { user_id: user.user_id.clone(), username: email.clone(), password: PASSWORD.to_owned() };
        let asking = rp.authorization().with("scope", "openid roles groups");
        let tokens = rp.sign_in_with(&op, &person, &mut Browser::new(), asking).await;
        let told = rp.userinfo(&op, &tokens.access_token).await.json();
        assert_eq!((&told["roles"], &told["groups"]), (&json!(["editor"]), &json!(["staff"])));
        assert_eq!(claims_of(tokens.id())["sub"], user.user_id.as_str());
        let id = made["invitation_id"].as_str().unwrap();
        let over = who.get(&op, &format!("/invitations/{id}")).await.json();
        assert_eq!((&over["state"], &over["user_id"]), (&json!("accepted"), &json!(user.user_id)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a132_a_link_is_good_once_and_not_after_its_end() {
    let (op, who) = start().await;
    let made = invite(&op, &who, &json!({"email": ADA, "expires_in": 60})).await;
    let first = link(&op, 1).await;
    let resent = call(&op, &who, &made, "resend").await;
    assert_eq!(resent.status, 200, "{}", resent.text());
    let second = link(&op, 2).await;
    assert_ne!(first, second);
    assert_eq!(Request::get(op.reach(&first)).send().await.status, 400, "replaced");
    assert_eq!(accept(&op, &first).send().await.status, 400, "replaced");
    assert_eq!(Request::get(op.reach(&second)).send().await.status, 200);
    let answers = at_once((0..64).map(|_| accept(&op, &second))).await;
    let became: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(became.iter().filter(|status| **status == 200).count(), 1, "{became:?}");
    assert!(became.iter().all(|status| [200, 400, 409, 503].contains(status)), "{became:?}");
    assert!(!answers.iter().any(is_signed_in));
    assert!(found(&op, ADA).await.is_some());
    assert_eq!(accept(&op, &second).send().await.status, 400, "used");
    for what in ["resend", "revoke"] {
        call(&op, &who, &made, what).await.assert_problem(409, "conflict");
    }

    let revoked = invite(&op, &who, &json!({"email": "bob@people.test"})).await;
    let revoked_link = link(&op, 3).await;
    assert_eq!(call(&op, &who, &revoked, "revoke").await.json()["state"], "revoked");
    let expired = invite(&op, &who, &json!({"email": "eve@people.test", "expires_in": 60})).await;
    let expired_link = link(&op, 4).await;
    assert_eq!(Request::get(op.reach(&expired_link)).send().await.status, 200);
    op.pass(61);
    assert_eq!(state(&op, &who, &expired).await, "expired");
    for link in [&revoked_link, &expired_link] {
        assert_eq!(Request::get(op.reach(link)).send().await.status, 400);
        assert_eq!(accept(&op, link).send().await.status, 400);
    }
    for name in ["bob@people.test", "eve@people.test"] {
        assert_eq!(found(&op, name).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a138_to_open_the_link_changes_nothing() {
    let (op, who) = start().await;
    let made = invite(&op, &who, &json!({"email": ADA})).await;
    let link = link(&op, 1).await;
    for method in ["GET", "HEAD", "GET"] {
        let opened = Request::new(method, op.reach(&link)).send().await;
        assert!(opened.status == 200 && !is_signed_in(&opened), "{method}");
    }
    assert_eq!((found(&op, ADA).await, state(&op, &who, &made).await), (None, json!("pending")));
    assert_eq!(accept(&op, &link).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a139_a_form_from_elsewhere_signs_nobody_in() {
    let (op, who) = start().await;
    let (mut mallory, mut victim) = (Browser::new(), Browser::new());
    invite(&op, &who, &json!({"email": ADA})).await;
    let link = link(&op, 1).await;
    // What Mallory's browser was shown is sent by the victim's, which has a binding of its own.
    let page = mallory.open(&op, &link).await;
    let shown = victim.open(&op, &link).await;
    assert!(shown.says(ADA), "the page says whose account it is");
    let done = victim.submit(&op, &page, &[("password", PASSWORD)]).await;
    assert!(done.says("id=\"account-ready\""), "{}", done.text());
    assert!(!victim.cookies.keys().any(|name| name.contains("session")), "{:?}", victim.cookies);
    assert!(found(&op, ADA).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_whoever_has_an_account_learns_it_by_the_link_alone() {
    let (op, who) = start().await;
    let bare = |mut made: Value| {
        for own in ["invitation_id", "email"] {
            made.as_object_mut().unwrap().remove(own);
        }
        made
    };
    let unknown = invite(&op, &who, &json!({"email": ADA})).await;
    assert_eq!(accept(&op, &link(&op, 1).await).send().await.status, 200);
    let known = invite(&op, &who, &json!({"email": "ADA@people.test"})).await;
    assert_eq!(bare(known), bare(unknown));
    let again = link(&op, 2).await;
    let told = accept(&op, &again).send().await;
    assert!(told.status == 409 && told.text().contains("There is an account"), "{}", told.text());
    assert!(!is_signed_in(&told));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_is_proposed_and_the_application_begins_the_sign_in() {
    let (op, who) = start().await;
    op.change_settings(|settings| settings.sign_up_identifier = SignUpIdentifier::Username).await;
    op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| {
        client.initiate_login_uri = Some("https://app.example/begin?from=invitation".to_owned());
    })
    .await;
    let body = json!({"email": ADA, "username": "alice", "client_id": rp.client_id(), "locale": "de"});
    invite(&op, &who, &body).await;
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.lang, &*mail.subject), ("de", "Ihre Einladung zu Credenza"));
    let mut browser = Browser::new();
    let page = browser.open(&op, &link_in(&mail)).await;
    assert!(page.says("id=\"username\" name=\"username\" value=\"alice\""), "{}", page.text());
    let taken = browser.submit(&op, &page, &[("username", "alice"), ("password", PASSWORD)]).await;
    assert!(taken.response.status == 422 && taken.says("is taken"), "{}", taken.text());
    let gone = browser.submit(&op, &taken, &[("username", "ada"), ("password", PASSWORD)]).await;
    let location = gone.response.location();
    let expected = "https://app.example/begin?from=invitation&iss=";
    assert!(
        location.starts_with(expected) && location.contains("login_hint=ada%40people.test"),
        "{location}"
    );
    assert_eq!(found(&op, ADA).await.unwrap().username, "ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_than_they_have() {
    let (op, who) = start().await;
    let rp = RelyingParty::register(&op, |client| client.roles = vec!["editor".to_owned()]).await;
    let staff = who.post(&op, "/groups", &json!({"name": "staff"})).await.json()["group_id"].clone();
    let inviter = Administrator::service(&op, "admin:invitations:write admin:invitations:read").await;
    let role = json!({"client_id": rp.client_id(), "role": "editor"});
    for given in [json!({"groups": [staff]}), json!({"roles": [role]})] {
        let mut body = given.clone();
        body["email"] = json!(ADA);
        inviter.post(&op, "/invitations", &body).await.assert_problem(403, "beyond-authority");
        let made = invite(&op, &who, &body).await;
        call(&op, &inviter, &made, "resend").await.assert_problem(403, "beyond-authority");
    }
    assert_eq!(invite(&op, &inviter, &json!({"email": ADA})).await["state"], "pending");
    for (wrong, pointer) in [
        (json!({"email": "nobody"}), "/email"),
        (json!({"email": ADA, "expires_in": 0}), "/expires_in"),
        (json!({"email": ADA, "claims": {"email": "b@people.test"}}), "/claims"),
        (json!({"email": ADA, "claims": {"birthdate": "yesterday"}}), "/claims/birthdate"),
        (json!({"email": ADA, "groups": ["nothing"]}), "/groups"),
        (json!({"email": ADA, "roles": [{"client_id": rp.client_id(), "role": "owner"}]}), "/roles"),
        (json!({"email": ADA, "client_id": "nothing"}), "/client_id"),
        (json!({"email": ADA, "locale": "tlh"}), "/locale"),
        (json!({"email": ADA, "username": "a\u{202e}b"}), "/username"),
    ] {
        let refused = who.post(&op, "/invitations", &wrong).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_accounts_are_by_invitation_nobody_makes_one_alone() {
    let (op, _) = start().await;
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Invitation).await;
    let prompts = op.metadata().await["prompt_values_supported"].clone();
    assert!(!prompts.as_array().unwrap().contains(&json!("create")));
    let page = Browser::new().open(&op, &format!("{}/signup", op.issuer)).await;
    assert!(page.response.status == 403 && page.says("by invitation only"), "{}", page.text());
    let rp = RelyingParty::confidential(&op).await;
    let login = rp.authorization().open(&op, &mut Browser::new()).await;
    assert!(!login.says("id=\"sign-up\""), "{}", login.text());
    let without = Provider::start().await;
    let who = Administrator::service(&without, &everything().to_string()).await;
    who.post(&without, "/invitations", &json!({"email": ADA})).await.assert_problem(409, "conflict");
}
