//! Chart 884: Searching users by an attribute | by those that the tenant has marked searchable, exactly and from an index, whatever else is asked

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider};
use serde_json::{Value, json};

async fn declare(op: &Provider, who: &Administrator) {
    let attributes = json!([
        {"name": "dept", "type": "string", "searchable": true},
        {"name": "level", "type": "integer", "searchable": true},
        {"name": "external", "type": "boolean", "searchable": true},
        {"name": "sites", "type": "strings", "searchable": true},
        {"name": "salary", "type": "integer"},
    ]);
    let changed = who.patch(op, "/tenant", "*", &json!({"settings": {"attributes": attributes}})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["settings"]["attributes"], attributes, "as it was sent");
}

async fn make(op: &Provider, who: &Administrator, id: &str, attributes: Value) {
    let body = json!({"user_id": id, "username": format!("person-{id}"), "attributes": attributes});
    let made = who.post(op, "/users", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
}

async fn found(op: &Provider, who: &Administrator, query: &str) -> Vec<String> {
    let (mut found, mut next) = (vec![], String::new());
    loop {
        let answer = who.get(op, &format!("/users?{query}&limit=1{next}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let page = answer.json();
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_a_searchable_attribute() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    declare(&op, &who).await;
    make(&op, &who, "1", json!({"dept": "R&D: Graz", "level": 3, "external": false})).await;
    make(&op, &who, "2", json!({"dept": "R&D: Graz", "sites": ["Graz", "Wien"], "salary": 7})).await;
    make(&op, &who, "3", json!({"dept": "r&d: graz", "level": -3, "external": true})).await;
    make(&op, &who, "4", json!({})).await;
    for (query, expected) in [
        ("attribute=dept:R%26D:%20Graz", vec!["1", "2"]),
        ("attribute=level:3", vec!["1"]),
        ("attribute=level:-03", vec!["3"]),
        ("attribute=external:true", vec!["3"]),
        ("attribute=sites:Wien", vec!["2"]),
        ("attribute=sites:Wien,Graz", vec![]),
        ("attribute=dept:R%26D", vec![]),
        ("attribute=dept:R%26D:%20Graz&disabled=true", vec![]),
    ] {
        assert_eq!(found(&op, &who, query).await, expected, "{query}");
    }
    // What is changed is found by what it is now, however it was changed.
    let moved = who.patch(&op, "/users/1", "*", &json!({"attributes": {"dept": "HR", "level": null}})).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(found(&op, &who, "attribute=dept:HR").await, ["1"]);
    assert!(found(&op, &who, "attribute=level:3").await.is_empty());
    let line = json!({"user_id": "5", "username": "imported", "attributes": {"dept": "HR"}}).to_string();
    let request = who.request(&op, "POST", "/users/import").header("content-type", "application/x-ndjson");
    assert_eq!(request.body(line).send().await.status, 200);
    assert_eq!(found(&op, &who, "attribute=dept:HR").await, ["1", "5"]);
    assert_eq!(who.delete(&op, "/users/1", "*").await.status, 204);
    assert_eq!(found(&op, &who, "attribute=dept:HR").await, ["5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_marked_is_not_searched_by() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    declare(&op, &who).await;
    make(&op, &who, "1", json!({"dept": "HR", "salary": 7})).await;
    for query in [
        "attribute=salary:7",
        "attribute=nothing:7",
        "attribute=dept",
        "attribute=dept:",
        "attribute=level:three",
        "attribute=external:yes",
        "attribute=dept:HR&username=person-1",
        "attribute=dept:HR&attribute=level:3",
        "attribute=dept:HR&order_by=created_at",
        "attribute=",
    ] {
        who.get(&op, &format!("/users?{query}")).await.assert_problem(400, "invalid-parameter");
    }
    assert_eq!(found(&op, &who, "attribute=dept:HR").await, ["1"], "the control");
    // Each tenant has attributes of its own, and people of its own.
    let there = who.at("acme");
    there.get(&op, "/users?attribute=dept:HR").await.assert_problem(400, "invalid-parameter");
    declare(&op, &there).await;
    assert!(found(&op, &there, "attribute=dept:HR").await.is_empty());
    // Marked later on, what is stored already is found.
    let marked = json!([{"name": "salary", "type": "integer", "searchable": true}]);
    let changed = who.patch(&op, "/tenant", "*", &json!({"settings": {"attributes": marked}})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(found(&op, &who, "attribute=salary:7").await, ["1"]);
}
