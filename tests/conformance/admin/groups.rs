//! Chart 840: Groups in the admin API | made, changed and deleted with their version; who is in them, and what tokens tell of it at once

use credenza_protocol::admin_roles::everything;
use credenza_protocol::scope::Scope;
use credenza_tests::{Administrator, Browser, Provider, RelyingParty};
use serde_json::{Value, json};

async fn service(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

async fn group(op: &Provider, who: &Administrator, name: &str) -> String {
    let made = who.post(op, "/groups", &json!({"name": name})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["group_id"].as_str().unwrap().to_owned()
}

/// What stands under this name in each item.
fn each(page: &Value, member: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_made_changed_and_deleted() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let new = json!({"name": "Staff", "description": "Everybody who works here"});
    let request = || who.with_body(&op, "POST", "/groups", &new).header("idempotency-key", "k");
    let made = request().send().await;
    assert_eq!((made.status.as_u16(), made.header("etag")), (201, "\"1\""), "{}", made.text());
    assert_eq!(request().send().await.json(), made.json(), "made once");
    let path = format!("/groups/{}", made.json()["group_id"].as_str().unwrap());
    assert_eq!(made.header("location"), format!("{}/admin/v1{path}", op.issuer));
    assert_eq!(who.get(&op, &path).await.json(), made.json());
    who.post(&op, "/groups", &json!({"name": "STAFF"})).await.assert_problem(409, "taken");
    for (body, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": " Staff"}), "/name"),
        (json!({"name": "x".repeat(256)}), "/name"),
        (json!({"name": 7}), "/name"),
        (json!({"name": "Other", "description": "\u{7}"}), "/description"),
        (json!({"name": "Other", "members": []}), "/members"),
    ] {
        let refused = who.post(&op, "/groups", &body).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let changes = json!({"name": "All staff"});
    who.with_body(&op, "PATCH", &path, &changes).send().await.assert_problem(428, "precondition-required");
    let changed = who.patch(&op, &path, "\"1\"", &changes).await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("etag"), &changed.json()["description"]),
        (200, "\"2\"", &new["description"])
    );
    who.patch(&op, &path, "\"1\"", &changes).await.assert_problem(412, "stale");
    let put =
        |etag: &str| who.with_body(&op, "PUT", &path, &json!({"name": "Everybody"})).header("if-match", etag);
    put("\"1\"").send().await.assert_problem(412, "stale");
    let whole = put("\"2\"").send().await.json();
    assert_eq!((&whole["name"], &whole["description"]), (&json!("Everybody"), &json!("")));
    who.request(&op, "DELETE", &path).send().await.assert_problem(428, "precondition-required");
    who.delete(&op, &path, "\"2\"").await.assert_problem(412, "stale");
    assert_eq!(who.get(&op, &path).await.json(), whole);
    assert_eq!(who.delete(&op, &path, "\"3\"").await.status, 204);
    who.get(&op, &path).await.assert_problem(404, "not-found");
    who.delete(&op, &path, "*").await.assert_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_a_group_has_its_name_in_tokens_until_they_leave() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let rp = RelyingParty::register(&op, |client| {
        client.scope = client.scope.union(&Scope::parse("groups").unwrap());
    });
    let rp = rp.await;
    let asking = rp.authorization().with("scope", "openid groups");
    let tokens = rp.sign_in_with(&op, &ada, &mut Browser::new(), asking).await;
    let told = async || rp.userinfo(&op, &tokens.access_token).await.json()["groups"].clone();
    let staff = group(&op, &who, "staff").await;
    let members = format!("/groups/{staff}/members");
    let member = |id: &str| format!("{members}/{id}");
    assert_ne!(told().await, json!(["staff"]));
    for _ in 0..2 {
        assert_eq!(who.request(&op, "PUT", &member(ada.user_id.as_str())).send().await.status, 204);
    }
    assert_eq!(told().await, json!(["staff"]));
    assert_eq!(who.request(&op, "PUT", &member(bob.user_id.as_str())).send().await.status, 204);
    let page = who.get(&op, &members).await.json();
    let mut names = each(&page, "username");
    names.sort_unstable();
    assert_eq!(names, ["ada", "bob"]);
    assert_eq!(page["items"][0].as_object().unwrap().len(), 2, "no more than who it is: {page}");
    let of_ada = format!("/users/{}/groups", ada.user_id);
    assert_eq!(each(&who.get(&op, &of_ada).await.json(), "name"), ["staff"]);
    assert_eq!(who.request(&op, "DELETE", &member(ada.user_id.as_str())).send().await.status, 204);
    assert_ne!(told().await, json!(["staff"]));
    assert_eq!(who.get(&op, &of_ada).await.json(), json!({"items": []}));
    let again = who.request(&op, "DELETE", &member(ada.user_id.as_str())).send().await;
    again.assert_problem(404, "not-found");
    for path in [member("nobody"), "/groups/none/members/nobody".to_owned()] {
        who.request(&op, "PUT", &path).send().await.assert_problem(404, "not-found");
    }
    for path in ["/groups/none/members", "/users/nobody/groups"] {
        who.get(&op, path).await.assert_problem(404, "not-found");
    }
    assert_eq!(who.delete(&op, &format!("/groups/{staff}"), "*").await.status, 204);
    assert_eq!(who.get(&op, &format!("/users/{}/groups", bob.user_id)).await.json(), json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_found_by_their_name_and_by_how_it_begins() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = service(&op).await;
    for name in ["Sales", "Staff", "staff 2", "STAFF 3", "Admins"] {
        group(&op, &who, name).await;
    }
    group(&op, &who.at("acme"), "Staff elsewhere").await;
    assert_eq!(each(&who.get(&op, "/groups").await.json(), "name").len(), 5);
    assert_eq!(each(&who.get(&op, "/groups?name=STAFF").await.json(), "name"), ["Staff"]);
    assert_eq!(who.get(&op, "/groups?name=Sta").await.json(), json!({"items": []}));
    let mut path = "/groups?name_prefix=sta&limit=2".to_owned();
    let first = who.get(&op, &path).await.json();
    assert_eq!(each(&first, "name"), ["Staff", "staff 2"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    path = format!("/groups?name_prefix=sta&cursor={cursor}");
    let second = who.get(&op, &path).await.json();
    assert_eq!((each(&second, "name"), second.get("next")), (vec!["STAFF 3".to_owned()], None));
    let other = who.get(&op, &format!("/groups?name_prefix=s&cursor={cursor}")).await;
    other.assert_problem(400, "invalid-parameter");
    let both = who.get(&op, "/groups?name=Staff&name_prefix=s").await;
    both.assert_problem(400, "invalid-parameter");
    // A group of another tenant is none here.
    let there = who.at("acme").get(&op, "/groups").await.json();
    let id = there["items"][0]["group_id"].as_str().unwrap();
    who.get(&op, &format!("/groups/{id}")).await.assert_problem(404, "not-found");
    who.delete(&op, &format!("/groups/{id}"), "*").await.assert_problem(404, "not-found");
    assert_eq!(each(&there, "name"), ["Staff elsewhere"]);
}
