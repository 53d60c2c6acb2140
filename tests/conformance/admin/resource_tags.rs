//! Chart 957: Entity tags of resources | each resource has its own, which changes with it and not with the settings of the tenant

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider, at_once};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_8_8_3_a_resource_has_a_tag_of_its_own() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let one = who.post(&op, "/resources", &json!({"resource": "urn:one", "name": "One"})).await;
    assert_eq!(one.status, 201, "{}", one.text());
    let other = who.post(&op, "/resources", &json!({"resource": "urn:other"})).await;
    let (tag, others) = (one.header("etag").to_owned(), other.header("etag").to_owned());
    assert_ne!(tag, others);
    let path = "/resources/urn:one";
    assert_eq!(who.get(&op, path).await.header("etag"), tag);
    // Neither what else the tenant has nor another resource changes it.
    let settings = json!({"settings": {"access_token_lifetime": 300}});
    assert_eq!(who.patch(&op, "/tenant", "*", &settings).await.status, 200);
    let changed = who.patch(&op, "/resources/urn:other", &others, &json!({"name": "Other"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_ne!(changed.header("etag"), others);
    assert_eq!(who.get(&op, path).await.header("etag"), tag);
    let renamed = who.patch(&op, path, &tag, &json!({"name": "The first"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    let next = renamed.header("etag").to_owned();
    assert_ne!(next, tag);
    who.patch(&op, path, &tag, &json!({"name": "Late"})).await.assert_problem(412, "stale");
    who.delete(&op, path, &tag).await.assert_problem(412, "stale");
    // The version of the settings is not one of its tags.
    let tenant = who.get(&op, "/tenant").await.header("etag").to_owned();
    who.patch(&op, path, &tenant, &json!({"name": "Late"})).await.assert_problem(412, "stale");
    assert_eq!(who.get(&op, path).await.json()["name"], "The first");
    assert_eq!(who.delete(&op, path, &next).await.status, 204);
    assert_eq!(who.get(&op, "/resources/urn:other").await.json()["name"], "Other");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_what_they_read_one_does() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let one = who.post(&op, "/resources", &json!({"resource": "urn:one"})).await;
    let tag = one.header("etag").to_owned();
    let request = |n: i32| {
        let changes = json!({"name": format!("number {n}")});
        who.with_body(&op, "PATCH", "/resources/urn:one", &changes).header("if-match", &tag)
    };
    let answers = at_once((0..16).map(request)).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status.as_u16())));
    assert_eq!(who.get(&op, "/resources/urn:one").await.json(), won[0].json());
}
