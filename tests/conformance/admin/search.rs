//! Chart 846: Searching users in the admin API | by id, username, address, phone number, name, group, state and time, each from an index, in every form of a letter

use std::collections::BTreeSet;

use credenza_protocol::admin_roles::everything;
use credenza_protocol::ids::UserId;
use credenza_tests::{Administrator, Provider, Request};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

/// The ids on every page of a search with so many on each.
async fn found_by(op: &Provider, who: &Administrator, query: &str, limit: usize) -> Vec<String> {
    let mut url = op.at(&format!("{}/admin/v1/users?{query}&limit={limit}", who.base));
    let mut found = vec![];
    loop {
        let answer = Request::get(&*url).bearer(&who.token).send().await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let page = answer.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        found.extend(items.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()));
        match page.get("next") {
            Some(next) => url = op.reach(next.as_str().unwrap()),
            None => return found,
        }
    }
}

async fn found(op: &Provider, who: &Administrator, query: &str) -> Vec<String> {
    let found = found_by(op, who, query, 200).await;
    assert_eq!(found_by(op, who, query, 1).await, found, "{query}: page by page");
    found
}

fn is(name: &str, value: &str) -> String {
    format!("{name}={}", byte_serialize(value.as_bytes()).collect::<String>())
}

/// Makes a user, and answers their record.
async fn make(op: &Provider, who: &Administrator, body: &Value) -> Value {
    let made = who.post(op, "/users", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}

async fn people(op: &Provider, who: &Administrator) {
    for body in [
        json!({"user_id": "1", "username": "Ada", "claims": {"name": "Ada Lovelace", "email": "ada@example.com",
               "email_verified": true, "phone_number": "+43 (1) 234-56"}}),
        json!({"user_id": "2", "username": "J\u{f6}rg", "claims": {"name": "J\u{f6}rg  M\u{fc}ller", "email": "J\u{f6}rg@Example.com"}}),
        json!({"user_id": "3", "username": "adam", "claims": {"given_name": "Adam", "family_name": "Lovelace",
               "email": "ADA@example.com"}}),
        json!({"user_id": "4", "username": "\u{7528}\u{6237}", "claims": {"name": "\u{7528}\u{6237}"}}),
    ] {
        make(op, who, &body).await;
        op.pass(10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_whatever_names_them() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    people(&op, &who).await;
    let cases: [(String, &[&str]); 24] = [
        (is("user_id", "2"), &["2"]),
        (is("user_id", "nobody"), &[]),
        (is("username", "ADA"), &["1"]),
        (is("username", "ad"), &[]),
        (is("username", "jo\u{308}rg"), &["2"]),
        (is("username_prefix", "AD"), &["1", "3"]),
        (is("username_prefix", "\u{ff21}da"), &["1", "3"]),
        (is("username_prefix", "JO\u{308}"), &["2"]),
        (is("username_prefix", "jo"), &[]),
        (is("username_prefix", "\u{7528}"), &["4"]),
        (is("email", "Ada@EXAMPLE.com"), &["1", "3"]),
        (is("email", "jo\u{308}rg@example.com"), &["2"]),
        (is("email", "example.com"), &[]),
        (is("phone_number", "+43 1 23456"), &["1"]),
        (is("phone_number", "+43"), &[]),
        (is("name_prefix", "ada"), &["1", "3"]),
        (is("name_prefix", "ADA LOVE"), &["1"]),
        (is("name_prefix", "adam lov"), &["3"]),
        (is("name_prefix", "j\u{f6}rg m\u{fc}"), &["2"]),
        (is("name_prefix", "%"), &[]),
        ("email_verified=true".to_owned(), &["1"]),
        (format!("{}&email_verified=false", is("email", "ada@example.com")), &["3"]),
        ("order_by=username".to_owned(), &["1", "3", "2", "4"]),
        ("order_by=username&desc=true".to_owned(), &["4", "2", "3", "1"]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&op, &who, &query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_when_and_by_their_state() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let start = op.now();
    people(&op, &who).await;
    for (query, expected) in [
        ("order_by=created_at".to_owned(), vec!["1", "2", "3", "4"]),
        ("order_by=created_at&desc=true".to_owned(), vec!["4", "3", "2", "1"]),
        (format!("created_after={}", start + 10), vec!["2", "3", "4"]),
        (format!("created_before={}", start + 10), vec!["1"]),
        (format!("created_after={}&created_before={}", start + 10, start + 30), vec!["2", "3"]),
        (format!("created_after={}&order_by=username&desc=true", start + 10), vec!["4", "2", "3"]),
        (format!("created_after={}&username_prefix=ad", start + 1), vec!["3"]),
        ("disabled=true".to_owned(), vec![]),
    ] {
        assert_eq!(found(&op, &who, &query).await, expected, "{query}");
    }
    for id in ["4", "2"] {
        assert_eq!(who.request(&op, "POST", &format!("/users/{id}/disable")).send().await.status, 200);
        op.pass(1);
    }
    assert_eq!(found(&op, &who, "disabled=true").await, ["4", "2"], "by since when");
    assert_eq!(found(&op, &who, "disabled=true&order_by=user_id").await, ["2", "4"]);
    assert_eq!(found(&op, &who, "disabled=false").await, ["1", "3"]);
    assert_eq!(found(&op, &who, &format!("disabled=true&{}", is("username", "j\u{f6}rg"))).await, ["2"]);
    assert!(found(&op, &who, "disabled=true&username=ada").await.is_empty());
    assert_eq!(who.request(&op, "POST", "/users/4/enable").send().await.status, 200);
    assert_eq!(found(&op, &who, "disabled=true").await, ["2"]);
    // Who is changed is found by what they are now.
    let changes = json!({"claims": {"email": "lady@example.com", "name": null}});
    assert_eq!(who.patch(&op, "/users/1", "*", &changes).await.status, 200);
    assert_eq!(found(&op, &who, "email=lady@example.com").await, ["1"]);
    assert_eq!(found(&op, &who, "email=ada@example.com").await, ["3"]);
    assert!(found(&op, &who, "name_prefix=ada+lovelace").await.is_empty());
    assert_eq!(who.delete(&op, "/users/1", "*").await.status, 204);
    assert!(found(&op, &who, "email=lady@example.com").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_their_group() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    people(&op, &who).await;
    let tenant = op.default_tenant().await;
    let group = credenza_protocol::group::Group {
        group_id: credenza_protocol::ids::GroupId::new("staff"),
        name: "Staff".to_owned(),
        description: String::new(),
        created_at: credenza_protocol::time::Time::from_seconds(op.now()),
        updated_at: credenza_protocol::time::Time::from_seconds(op.now()),
        version: credenza_protocol::version::Version::FIRST,
    };
    let groups = &op.state.store.groups;
    assert!(groups.create(&tenant, group.clone()).await.unwrap());
    for id in ["3", "1"] {
        let added = groups.add(&tenant, &group.group_id, &UserId::new(id)).await.unwrap();
        assert_eq!(added, credenza_storage::Linked::Now);
    }
    assert_eq!(found(&op, &who, "group_id=staff").await, ["1", "3"]);
    assert_eq!(found(&op, &who, "group_id=staff&email_verified=true").await, ["1"]);
    assert!(found(&op, &who, "group_id=nothing").await.is_empty());
}

/// However few are searched for among many, a page reads a bounded number, and the pages lead to all of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_few_among_many_goes_on() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let tenant = op.default_tenant().await;
    let template = make(&op, &who, &json!({"user_id": "p", "username": "first"})).await;
    let template: credenza_protocol::user::User = serde_json::from_value(template).unwrap();
    let mut writes = tokio::task::JoinSet::new();
    for n in 0..2500 {
        let mut user = template.clone();
        (user.user_id, user.username) = (UserId::new(format!("p{n:04}")), format!("person {n}"));
        user.claims.email_verified = (n == 2400).then_some(true);
        user.claims.email = (n == 2400).then(|| "rare@example.com".to_owned());
        let (store, tenant) = (op.state.store.clone(), tenant.clone());
        writes.spawn(async move { store.users.create(&tenant, user, None).await.unwrap() });
    }
    while let Some(made) = writes.join_next().await {
        assert_eq!(made.unwrap(), credenza_storage::Created::Yes);
    }
    let first = who.get(&op, "/users?email_verified=true&order_by=created_at").await.json();
    assert_eq!(first["items"], json!([]), "it is not among the first two thousand");
    let next = Request::get(op.reach(first["next"].as_str().unwrap())).bearer(&who.token).send().await.json();
    assert_eq!(next["items"][0]["user_id"], "p2400");
    assert!(next.get("next").is_none());
    // Among many of one second, each is found once.
    let all: Vec<_> = found_by(&op, &who, "order_by=created_at", 170).await;
    assert_eq!(all.len(), 2501);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 2501);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_index_answers_and_what_says_nothing_is_refused() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let other = Administrator::service(&op, &everything().to_string()).await;
    people(&op, &who).await;
    for query in [
        "email=",
        "username=",
        "name_prefix=+",
        "user_id=",
        "group_id=",
        "disabled=",
        "disabled=maybe",
        "disabled=TRUE",
        "email_verified=1",
        "created_after=yesterday",
        "created_after=-1",
        "created_before=9223372036854775808",
        "order_by=",
        "order_by=password_hash",
        "order_by=username;DROP",
        "desc=true",
        "email=a@example.com&username=ada",
        "username=ada&username_prefix=a",
        "name_prefix=a&group_id=staff",
        "email=a@example.com&order_by=username",
        "name_prefix=a&order_by=username",
        "username_prefix=a&order_by=created_at",
        "name_prefix=a&desc=true",
        "email=a@example.com&email=b@example.com",
        "attributes.department=x",
        "password_hash=x",
        "filter=userName+eq+%22ada%22",
    ] {
        who.get(&op, &format!("/users?{query}")).await.assert_problem(400, "invalid-parameter");
    }
    assert_eq!(found(&op, &who, "username_prefix=a&order_by=username&desc=true").await, ["3", "1"]);
    // A cursor is of its search, its caller and its tenant.
    let page = who.get(&op, "/users?order_by=username&limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(who.get(&op, &format!("/users?order_by=username&cursor={cursor}")).await.status, 200);
    for query in
        ["", "order_by=created_at&", "order_by=username&desc=true&", "order_by=username&disabled=false&"]
    {
        let answer = who.get(&op, &format!("/users?{query}cursor={cursor}")).await;
        answer.assert_problem(400, "invalid-parameter");
    }
    let same = format!("/users?order_by=username&cursor={cursor}");
    other.get(&op, &same).await.assert_problem(400, "invalid-parameter");
    who.at("acme").get(&op, &same).await.assert_problem(400, "invalid-parameter");
}

/// What is typed is a value, and never a pattern or a part of a statement; another tenant's users are not found.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_tenant_is_found() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    people(&op, &who).await;
    let there = who.at("acme");
    make(&op, &there, &json!({"username": "ada", "claims": {"name": "Ada", "email": "ada@example.com"}}))
        .await;
    for query in [
        "order_by=username",
        "order_by=created_at",
        "username_prefix=a",
        "name_prefix=a",
        "email=ada@example.com",
        "disabled=false",
    ] {
        assert_eq!(found(&op, &there, query).await.len(), 1, "{query}");
    }
    for hostile in ["' OR 1=1 --", "a%", "_da", "\u{0}", "\\", "\u{202e}ada"] {
        for name in ["username_prefix", "name_prefix", "email", "username", "phone_number"] {
            let answer = who.get(&op, &format!("/users?{}", is(name, hostile))).await;
            assert!([200, 400].contains(&answer.status.as_u16()), "{name} {hostile:?}: {}", answer.text());
            if answer.status == 200 {
                assert_eq!(answer.json()["items"], json!([]), "{name} {hostile:?}");
            }
        }
    }
}
