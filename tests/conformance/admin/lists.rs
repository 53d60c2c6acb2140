//! Chart 820: Lists in the admin API | cursors that are sealed, and bound to tenant, caller and query

use std::collections::BTreeSet;

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Provider, Request};
use serde_json::{Value, json};

async fn with_users(op: &Provider, who: &Administrator, count: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for n in 0..count {
        let made = who.post(op, "/users", &json!({"username": format!("user{n}")})).await;
        assert!(ids.insert(made.json()["user_id"].as_str().unwrap().to_owned()));
    }
    ids
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["user_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8288_pages_lead_to_each_other_and_hold_everything_once() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let all = with_users(&op, &who, 7).await;
    for limit in [1, 3, 7, 200] {
        let mut url = op.at(&format!("/admin/v1/users?limit={limit}"));
        let mut seen = vec![];
        loop {
            let answer = Request::get(&*url).bearer(&who.token).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            let here = ids(&page);
            assert!(here.len() <= limit);
            seen.extend(here);
            let Some(next) = page.get("next") else {
                assert!(page.get("next_cursor").is_none() && answer.header("link").is_empty());
                break;
            };
            let next = next.as_str().unwrap();
            assert_eq!(answer.header("link"), format!("<{next}>; rel=\"next\""));
            assert!(next.contains(page["next_cursor"].as_str().unwrap()));
            url = op.reach(next);
        }
        assert_eq!(seen.len(), 7, "limit {limit}");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
    }
    let found = who.get(&op, "/users?username=USER3").await.json();
    assert_eq!(found["items"][0]["username"], "user3");
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(who.get(&op, "/users?username=nobody").await.json(), json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a107_a_cursor_of_another_tenant_caller_or_query_is_refused() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let other = Administrator::service(&op, &everything().to_string()).await;
    with_users(&op, &who, 3).await;
    let page = who.get(&op, "/users?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    assert!(!cursor.contains(&ids(&page)[0]));
    let with = |path: &str| format!("{path}cursor={cursor}");
    assert_eq!(who.get(&op, &with("/users?")).await.status, 200);
    assert_eq!(who.get(&op, &with("/users?limit=2&")).await.status, 200, "the limit may change");
    let refused = [
        other.get(&op, &with("/users?")).await,
        who.at("acme").get(&op, &with("/users?")).await,
        who.get(&op, &with("/clients?")).await,
        who.get(&op, &with("/tenants?")).await,
        who.get(&op, &with("/users?username=user1&")).await,
        who.get(&op, &format!("/users?cursor={}", &cursor[1..])).await,
        who.get(&op, &format!("/users?cursor={cursor}A")).await,
    ];
    refused.iter().for_each(|answer| answer.assert_problem(400, "invalid-parameter"));
}
