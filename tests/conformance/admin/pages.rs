//! Chart 843: Short lists in the admin API | tenants, keys, admin roles, registration tokens and sessions page by page, by the same cursors as users

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Browser, Provider, RelyingParty, give};
use serde_json::{Value, json};

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_the_same_in_small_pages_as_in_one() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let other = Administrator::service(&op, &everything().to_string()).await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let rp = RelyingParty::confidential(&op).await;
    for n in 0..5 {
        op.tenant(&format!("tenant{n}")).await;
        let made = who.post(&op, "/keys", &json!({"algorithm": "ES256"})).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let made = who.post(&op, "/registration-tokens", &json!({"name": format!("token {n}")})).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let asking = rp.authorization();
        rp.sign_in_with(&op, &ada, &mut Browser::new(), asking).await;
        op.pass(n % 2);
    }
    for (person, role) in [(&ada, Role::Auditor), (&ada, Role::Owner), (&bob, Role::Auditor)] {
        give(&op, "default", &person.user_id, role, false).await;
        give(&op, "default", &person.user_id, role, true).await;
    }
    let sessions = format!("/users/{}/sessions", ada.user_id);
    for (path, least) in [
        ("/tenants", 6),
        ("/keys", 6),
        ("/admin-roles", 6),
        ("/registration-tokens", 5),
        (sessions.as_str(), 5),
    ] {
        let whole = who.get(&op, &format!("{path}?limit=200")).await.json();
        assert!(items(&whole).len() >= least && whole.get("next").is_none(), "{path}: {whole}");
        for limit in [1, 2, 5] {
            let (mut found, mut query) = (vec![], format!("?limit={limit}"));
            loop {
                let page = who.get(&op, &format!("{path}{query}")).await.json();
                assert!(items(&page).len() <= limit, "{path}: {page}");
                found.extend(items(&page));
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                let stolen = other.get(&op, &format!("{path}?cursor={cursor}")).await;
                stolen.assert_problem(400, "invalid-parameter");
                query = format!("?limit={limit}&cursor={cursor}");
            }
            assert_eq!(found, items(&whole), "{path} by {limit}");
        }
        who.get(&op, &format!("{path}?cursor=x")).await.assert_problem(400, "invalid-parameter");
    }
    // A cursor of one list opens no other, though both are of tokens of the same form.
    let page = who.get(&op, "/keys?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let elsewhere = who.get(&op, &format!("/registration-tokens?cursor={cursor}")).await;
    elsewhere.assert_problem(400, "invalid-parameter");
}
