//! Chart 586: The account API | /api/v1/me: profile, email address, password, authenticators, sessions, applications, a copy of the data and deletion as JSON, for applications with the scope account; RFC 9470 step-up, problems, cursors, cross-origin calls

use credenza_protocol::admin_roles::everything;
use credenza_protocol::attribute::{AttributeDefinition, AttributeType};
use credenza_protocol::client::SubjectType;
use credenza_tests::{Administrator, Browser, OwnAccount, Provider, RelyingParty};
use serde_json::{Value, json};

fn ids(page: &Value, name: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_what_the_person_has() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let answer = own.get(&op, "/me").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("etag").is_empty());
    let body = answer.json();
    assert_eq!(body["username"], "ada");
    assert_eq!(body["sub"], ada.user_id.as_str());
    assert_eq!(body.get("version"), None, "it is the entity tag");
    for secret in ["password", "hash", "disabled_at"] {
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_change_what_is_theirs_to_say() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let before = own.get(&op, "/me").await;
    let etag = before.header("etag").to_owned();
    for (name, value) in [
        ("email", json!("eve@example.com")),
        ("email_verified", json!(false)),
        ("phone_number", json!("+4930123456")),
        ("preferred_username", json!("root")),
        ("picture", json!("https://evil.test/")),
        ("zoneinfo", json!("somewhere")),
        ("is_admin", json!(true)),
    ] {
        let refused = own.patch(&op, "/me", &etag, &json!({"claims": {name: value}})).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/claims/{name}"), "{}", refused.text());
    }
    for member in ["username", "attributes", "sub", "version", "disabled_at"] {
        own.patch(&op, "/me", &etag, &json!({member: {"a": 1}})).await.assert_problem(422, "invalid-values");
    }
    assert_eq!(own.get(&op, "/me").await.json(), before.json(), "nothing was changed");
    let change = json!({"claims": {"nickname": "Ada", "zoneinfo": "Europe/London"}});
    let changed = own.patch(&op, "/me", &etag, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["claims"]["nickname"], "Ada");
    assert_eq!(
        changed.json()["claims"]["email"],
        before.json()["claims"]["email"],
        "what is not named stays"
    );
    own.patch(&op, "/me", &etag, &change).await.assert_problem(412, "stale");
    let told = own.client.userinfo(&op, &own.token).await.json();
    assert_eq!(told["nickname"], "Ada", "the application is told of it with the next answer");
}

/// The attributes that the tenant lets people edit, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn people_change_attributes_that_are_theirs() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    op.change_settings(|settings| {
        let attribute = |name: &str, editable| AttributeDefinition {
            name: name.to_owned(),
            value_type: AttributeType::String,
            description: String::new(),
            scope: None,
            searchable: false,
            editable,
            sign_up: Default::default(),
        };
        settings.attributes = vec![attribute("team", true), attribute("salary", false)];
    })
    .await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    let path = format!("/users/{}", ada.user_id);
    let attributes = json!({"attributes": {"team": "red", "salary": "much"}});
    let request = script.with_body(&op, "PATCH", &path, &attributes).header("if-match", "*");
    assert_eq!(request.send().await.status, 200);
    let own = OwnAccount::of(&op, &ada).await;
    let before = own.get(&op, "/me").await;
    assert_eq!(
        before.json()["attributes"],
        json!({"team": "red"}),
        "what others say of a person is not told"
    );
    let etag = before.header("etag").to_owned();
    for (attributes, pointer) in [
        (json!({"salary": "more"}), "/attributes"),
        (json!({"unknown": "x"}), "/attributes"),
        (json!({"team": 1}), "/attributes"),
        (json!({"team": "a\u{0}b"}), "/attributes"),
        (json!({"team": {"a": 1}}), "/attributes/team"),
    ] {
        let refused = own.patch(&op, "/me", &etag, &json!({"attributes": attributes})).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
    assert_eq!(own.get(&op, "/me").await.json(), before.json(), "nothing was changed");
    let changed = own.patch(&op, "/me", &etag, &json!({"attributes": {"team": "blue"}})).await;
    assert_eq!(changed.json()["attributes"], json!({"team": "blue"}), "{}", changed.text());
    let gone = own.patch(&op, "/me", "*", &json!({"attributes": {"team": null, "salary": null}})).await;
    assert_eq!(gone.json()["attributes"], json!({}), "{}", gone.text());
    let stored = script.get(&op, &path).await.json();
    assert_eq!(stored["attributes"], json!({"salary": "much"}), "what is not the person's stays");
}

/// OpenID Connect Core 8: an application that knows people by names of its own learns no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_pairwise_client_learns_no_other_name_of_the_person() {
    let op = Provider::builder().keeping_events().start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::at(&op, "default", &ada, |client| {
        client.subject_type = SubjectType::Pairwise;
    })
    .await;
    let told = own.client.userinfo(&op, &own.token).await.json();
    let body = own.get(&op, "/me").await.json();
    assert_eq!(body["sub"], told["sub"]);
    let device = json!({"name": "Phone", "platform": "ios"});
    assert_eq!(own.post(&op, "/me/devices", &device).await.status, 201);
    while op.state.store.event_log.take_in(100).await.unwrap() > 0 {}
    let data = own.get(&op, "/me/data").await.json();
    for record in [&data["account"], &data["devices"][0], &data["events"][0]["data"]] {
        assert_eq!(record["user_id"], told["sub"], "{record}");
    }
    for path in ["/me", "/me/sessions", "/me/applications", "/me/authenticators", "/me/data"] {
        let answer = own.get(&op, path).await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{path}: {text}");
        assert!(!text.contains(ada.user_id.as_str()), "{path}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_with_the_one_of_the_token_and_ended() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    op.pass(1);
    let others = [OwnAccount::of(&op, &ada).await, OwnAccount::of(&op, &ada).await];
    let page = own.get(&op, "/me/sessions").await.json();
    let current: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|one| one["current"] == true).collect();
    assert_eq!(current, [false, false, true], "the newest first: {page}");
    let sids = ids(&page, "sid");
    let one = own.get(&op, &format!("/me/sessions/{}", sids[2])).await;
    assert_eq!(one.json(), page["items"][2]);
    // Page by page, it is the same list.
    let mut path = "/me/sessions?limit=1".to_owned();
    let mut seen = vec![];
    loop {
        let page = own.get(&op, &path).await.json();
        seen.extend(ids(&page, "sid"));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        assert!(page["next"].as_str().unwrap().starts_with(&format!("{}/api/v1/me/sessions?", op.issuer)));
        path = format!("/me/sessions?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, sids);
    // One is ended, and what was granted in it; then all others.
    assert_eq!(own.delete(&op, &format!("/me/sessions/{}", sids[0])).await.status, 204);
    own.get(&op, &format!("/me/sessions/{}", sids[0])).await.assert_problem(404, "not-found");
    own.delete(&op, &format!("/me/sessions/{}", sids[0])).await.assert_problem(404, "not-found");
    let alive = others.each_ref().map(|other| other.get(&op, "/me"));
    let [first, second] = alive;
    let statuses = [first.await.status.as_u16(), second.await.status.as_u16()];
    assert!(statuses.contains(&200) && statuses.contains(&401), "{statuses:?}");
    let rest = own.delete(&op, "/me/sessions?others=true").await;
    assert_eq!(rest.json(), json!({"ended": 1}));
    for other in &others {
        other.get(&op, "/me").await.assert_problem(401, "unauthenticated");
    }
    assert_eq!(own.get(&op, "/me").await.status, 200, "its own stays");
    assert_eq!(own.delete(&op, "/me/sessions").await.json(), json!({"ended": 1}));
    own.get(&op, "/me").await.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_are_listed_and_lose_their_access() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let wiki = RelyingParty::register(&op, |client| client.client_name = "Another wiki".to_owned()).await;
    let tokens = wiki.sign_in(&op, &ada).await;
    let page = own.get(&op, "/me/applications").await.json();
    assert_eq!(ids(&page, "client_id"), [wiki.client_id(), own.client.client_id()], "by name");
    assert_eq!(page["items"][0]["client_name"], "Another wiki");
    assert_eq!((&page["items"][0]["current"], &page["items"][1]["current"]), (&json!(false), &json!(true)));
    let first = own.get(&op, "/me/applications?limit=1").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = own.get(&op, &format!("/me/applications?limit=1&cursor={cursor}")).await.json();
    assert_eq!(ids(&second, "client_id"), [own.client.client_id()]);
    let path = format!("/me/applications/{}", wiki.client_id());
    assert_eq!(own.get(&op, &path).await.json(), page["items"][0]);
    assert_eq!(wiki.userinfo(&op, &tokens.access_token).await.status, 200);
    assert_eq!(own.delete(&op, &path).await.status, 204);
    assert_eq!(wiki.userinfo(&op, &tokens.access_token).await.status, 401);
    for answer in [own.get(&op, &path).await, own.delete(&op, &path).await] {
        answer.assert_problem(404, "not-found");
    }
    assert_eq!(own.get(&op, "/me").await.status, 200);
}

const NEW: &str = "seven wet umbrellas in Lisbon";

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_changed_with_the_old_one() {
    let op = Provider::start().await;
    let mut ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let change = |old: &str, new: &str| json!({"old_password": old, "new_password": new});
    for (body, pointer) in [
        (json!({"new_password": NEW, "user_id": "another"}), "/user_id"),
        (change(&ada.password, "short"), "/new_password"),
        (change(&ada.password, "ada"), "/new_password"),
        (change("wrong", NEW), "/old_password"),
    ] {
        let refused = own.post(&op, "/me/password", &body).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
    op.pass(3600);
    let own = OwnAccount::by(&op, own.client, &ada, "openid account").await;
    assert_eq!(own.post(&op, "/me/password", &change(&ada.password, NEW)).await.status, 204);
    assert_eq!(own.get(&op, "/me").await.status, 200, "what is signed in stays so");
    ada.password = NEW.to_owned();
    let everywhere =
        json!({"old_password": NEW, "new_password": "nine dry parasols in Porto", "everywhere": true});
    let other = OwnAccount::of(&op, &ada).await;
    assert_eq!(own.post(&op, "/me/password", &everywhere).await.status, 204);
    for dead in [&own, &other] {
        dead.get(&op, "/me").await.assert_problem(401, "unauthenticated");
    }
    ada.password = "nine dry parasols in Porto".to_owned();
    assert_eq!(OwnAccount::of(&op, &ada).await.get(&op, "/me").await.status, 200);
}

/// RFC 9470 3: without the old password, the sign-in must be recent.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9470_3_without_the_old_password_the_sign_in_must_be_recent() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let late = own.late(&op, &ada).await;
    let refused = late.post(&op, "/me/password", &json!({"new_password": NEW})).await;
    refused.assert_problem(401, "sign-in-too-old");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"600\""), "{challenge}");
    assert_eq!(late.get(&op, "/me").await.status, 200, "the rest goes on");
    let again = OwnAccount::by(&op, own.client, &ada, "openid account").await;
    assert_eq!(again.post(&op, "/me/password", &json!({"new_password": NEW})).await.status, 204);
}

/// A token in wrong hands does not find out the password by trying.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_throttled_as_at_the_sign_in() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let mut refused = None;
    for n in 0..50 {
        let body = json!({"old_password": format!("wrong {n}"), "new_password": NEW});
        let answer = own.post(&op, "/me/password", &body).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        answer.assert_problem(422, "invalid-values");
    }
    let refused = refused.expect("it is throttled at some time");
    refused.assert_problem(429, "too-many-attempts");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    let right = json!({"old_password": ada.password, "new_password": NEW});
    assert_eq!(own.post(&op, "/me/password", &right).await.status, 429, "the right one waits too");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_for_each_person_and_application() {
    let op = Provider::start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let own = OwnAccount::of(&op, &ada).await;
    let others = [
        OwnAccount::of(&op, &ada).await,
        OwnAccount::by(&op, own.client.clone(), &bob, "openid account").await,
    ];
    for _ in 0..credenza::flow::account_token::LIMIT {
        assert_eq!(own.get(&op, "/me").await.status, 200);
    }
    let refused = own.get(&op, "/me").await;
    refused.assert_problem(429, "too-many-calls");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    for other in &others {
        assert_eq!(other.get(&op, "/me").await.status, 200);
    }
    op.pass(61);
    assert_eq!(own.get(&op, "/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a038_scripts_of_the_tenants_applications_may_call_it() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    for (origin, is_registered) in [("https://rp.test", true), ("https://evil.test", false)] {
        let asked =
            credenza_tests::Request::new("OPTIONS", op.at("/api/v1/me/devices/x")).header("origin", origin);
        let asked = asked.header("access-control-request-method", "PATCH");
        let asked = asked
            .header("access-control-request-headers", "authorization, if-match, content-type")
            .send()
            .await;
        let answer = own.request(&op, "GET", "/me").header("origin", origin).send().await;
        for response in [&asked, &answer] {
            let allowed =
                response.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
            assert_eq!(allowed, is_registered.then_some(origin));
            assert!(!response.headers.contains_key("access-control-allow-credentials"));
        }
        if is_registered {
            assert!(asked.header("access-control-allow-methods").contains("PATCH"));
            assert!(asked.header("access-control-allow-headers").contains("if-match"));
            assert!(answer.header("access-control-expose-headers").contains("etag"));
        }
    }
}

/// The page on which the person allows it says what it means.
#[tokio::test(flavor = "multi_thread")]
async fn the_consent_page_says_what_the_scope_means() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let mut browser = Browser::new();
    let authorization = own.client.authorization().with("scope", "openid account").and("prompt", "consent");
    let page = authorization.open(&op, &mut browser).await;
    let fields = [("username", ada.username.as_str()), ("password", &ada.password)];
    let page = browser.submit(&op, &page, &fields).await;
    assert!(page.says("consent-allow") && page.says("Manage your account"), "{}", page.response.text());
}
