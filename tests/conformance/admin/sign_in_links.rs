//! Chart 581: Sign-in links of operators | good once, in any browser, after a button; by mail or shown once; a scope of their own

use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::client::ConsentPolicy;
use credenza_tests::{Administrator, Browser, Person, Provider, RelyingParty, Request, link_in};
use serde_json::{Value, json};

async fn start() -> (Provider, Administrator, Person) {
    let op = Provider::builder().mailing().keeping_events().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let ada = op.user("ada").await;
    (op, who, ada)
}

fn path(person: &Person) -> String {
    format!("/users/{}/sign-in-links", person.user_id)
}

async fn make(op: &Provider, who: &Administrator, person: &Person, body: &Value) -> Value {
    let made = who.post(op, &path(person), body).await;
    assert_eq!(made.status, 200, "{}", made.text());
    made.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once_in_any_browser_after_a_button() {
    let (op, who, ada) = start().await;
    let made = make(&op, &who, &ada, &json!({"mail": false})).await;
    assert_eq!(made["expires_at"].as_i64().unwrap(), op.now() + 600);
    let url = made["url"].as_str().unwrap();
    for method in ["GET", "HEAD"] {
        assert_eq!(Request::new(method, op.reach(url)).send().await.status, 200);
    }
    // A140: a form that somebody else makes of it, for a browser that was not shown the page, does nothing.
    let token = url.split("token=").nth(1).unwrap();
    let form = Request::form(op.reach(&format!("{}/login/link", op.issuer)), &[("token", token)]);
    assert_eq!(form.send().await.status, 400);
    assert_eq!(op.sessions_of(&ada).await, 0, "A138: looking spends nothing");
    let mut browser = Browser::new();
    let page = browser.open(&op, url).await;
    assert!(page.says("the account ada") && page.says("id=\"link-submit\""), "A139: {}", page.text());
    let account = browser.submit(&op, &page, &[]).await;
    assert!(account.url.ends_with("/account") && account.says("Signed in as ada"), "{}", account.text());
    assert_eq!(op.sessions_of(&ada).await, 1);
    let mut other = Browser::new();
    let again = other.open(&op, url).await;
    assert_eq!((again.response.status.as_u16(), again.says("no longer works")), (400, true));
    let rp = RelyingParty::register(&op, |client| client.consent = ConsentPolicy::Implicit).await;
    let back = rp.authorization().open(&op, &mut browser).await;
    let tokens = rp.redeem(&op, &back.code()).await.json();
    let claims = credenza_tests::claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["otp"]), &json!("urn:credenza:acr:mail")));
    let events = who.get(&op, "/events").await.json();
    let told =
        events["items"].as_array().unwrap().iter().find(|event| event["type"] == "user.sign_in_link_created");
    let told = told.unwrap_or_else(|| panic!("{events}"));
    assert_eq!(told["data"], json!({"user_id": ada.user_id}));
    assert!(told["actor"].as_str().unwrap().starts_with("client:"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leads_on_to_an_application() {
    let (op, who, ada) = start().await;
    let rp = RelyingParty::register(&op, |client| {
        client.initiate_login_uri = Some("https://rp.test/begin".to_owned());
    })
    .await;
    let made = make(&op, &who, &ada, &json!({"mail": false, "client_id": rp.client_id()})).await;
    let mut browser = Browser::new();
    let page = browser.open(&op, made["url"].as_str().unwrap()).await;
    assert!(page.says("Sign in to Wonder &#38; Land"), "{}", page.text());
    let policy = page.response.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https: https://rp.test"), "{policy}");
    let on = browser.submit(&op, &page, &[]).await;
    let iss: String = url::form_urlencoded::byte_serialize(op.issuer.as_bytes()).collect();
    assert_eq!(on.response.location(), format!("https://rp.test/begin?iss={iss}"));
    assert_eq!(op.sessions_of(&ada).await, 1);
    // A client that is disabled meanwhile leads nowhere.
    let made = make(&op, &who, &ada, &json!({"mail": false, "client_id": rp.client_id()})).await;
    rp.set_enabled(&op, false).await;
    let mut browser = Browser::new();
    let page = browser.open(&op, made["url"].as_str().unwrap()).await;
    let on = browser.submit(&op, &page, &[]).await;
    assert!(on.url.ends_with("/account"), "{}", on.url);
    let refused = who.post(&op, &path(&ada), &json!({"mail": false, "client_id": rp.client_id()})).await;
    refused.assert_problem(422, "invalid-values");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/client_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_mailed_to_the_proven_address() {
    let (op, who, _) = start().await;
    let carol = op.unproven_user("carol").await;
    who.post(&op, &path(&carol), &json!({"mail": true})).await.assert_problem(409, "conflict");
    op.mails(0).await;
    let bob = op.user("bob").await;
    let made = make(&op, &who, &bob, &json!({"mail": true, "expires_in": 3600})).await;
    assert_eq!((made.get("url"), made["expires_at"].as_i64().unwrap()), (None, op.now() + 3600));
    let mail = op.mails(1).await.remove(0);
    assert_eq!(mail.to, "bob@people.test");
    assert!(mail.text.contains("bob") && mail.text.contains("60 minutes"), "{}", mail.text);
    let mut browser = Browser::new();
    op.pass(3599);
    let page = browser.open(&op, &link_in(&mail)).await;
    let account = browser.submit(&op, &page, &[]).await;
    assert!(account.says("Signed in as bob"), "{}", account.text());
    // The same key answers the same, and nothing more is sent. The token of before has expired.
    let who = Administrator::service(&op, &everything().to_string()).await;
    let request = || {
        let body = json!({"mail": true});
        who.with_body(&op, "POST", &path(&bob), &body).header("idempotency-key", "\"one\"")
    };
    let (first, second) = (request().send().await, request().send().await);
    assert_eq!((first.status.as_u16(), first.text()), (200, second.text()));
    op.mails(2).await;

    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let bob = op.user("bob").await;
    who.post(&op, &path(&bob), &json!({"mail": true})).await.assert_problem(409, "conflict");
    assert_eq!(who.post(&op, &path(&bob), &json!({"mail": false})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_made_by_those_alone_who_may_act_on_the_user() {
    let (op, who, ada) = start().await;
    let (eve, bob) = (op.user("eve").await, op.user("bob").await);
    let owner = Administrator::person(&op, "default", &eve, &[(Role::Owner, false)]).await;
    let support = Administrator::person(&op, "default", &bob, &[(Role::SupportAdmin, false)]).await;
    let body = json!({"mail": false});
    for other in ["admin:users:write admin:users:passwords", "admin:users:read"] {
        let other = Administrator::service(&op, other).await;
        other.post(&op, &path(&ada), &body).await.assert_problem(403, "insufficient-scope");
    }
    let narrow = Administrator::service(&op, "admin:users:sign_in_links").await;
    for less in [&support, &narrow] {
        less.post(&op, &path(&eve), &body).await.assert_problem(403, "beyond-authority");
        assert_eq!(less.post(&op, &path(&ada), &body).await.status, 200);
    }
    assert_eq!(owner.post(&op, &path(&eve), &body).await.status, 200);
    for wrong in
        [json!({}), json!({"mail": false, "expires_in": 0}), json!({"mail": false, "expires_in": 86_401})]
    {
        who.post(&op, &path(&ada), &wrong).await.assert_problem(422, "invalid-values");
    }
    who.post(&op, "/users/nobody/sign-in-links", &body).await.assert_problem(404, "not-found");
    let made = make(&op, &who, &ada, &body).await;
    op.disable_user(&ada).await;
    let page = Browser::new().open(&op, made["url"].as_str().unwrap()).await;
    assert_eq!(page.response.status, 400, "who is disabled does not sign in");
    who.post(&op, &path(&ada), &body).await.assert_problem(409, "conflict");
}
