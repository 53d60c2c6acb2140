//! Chart 956: Clients made anew under the id of a deleted one | what was read of the old one changes nothing of the new one, however many try at once

use std::sync::Arc;

use credenza_protocol::admin_roles::everything;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{ClientRecord, Store};
use credenza_tests::{Administrator, Provider};
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;

/// A client that was made by the admin API: its path, and its entity tag.
struct Made {
    path: String,
    etag: String,
    record: ClientRecord,
}

async fn made(op: &Provider, who: &Administrator) -> Made {
    let client = json!({"client_name": "The old one", "redirect_uris": ["https://app.example/cb"]});
    let answer = who.post(op, "/clients", &client).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = answer.json()["client_id"].as_str().unwrap().to_owned();
    let path = format!("/clients/{id}");
    let etag = answer.header("etag").to_owned();
    assert_eq!(who.get(op, &path).await.header("etag"), etag, "what is told is what is stored");
    Made { path, etag, record: stored(op, &id).await }
}

async fn stored(op: &Provider, id: &str) -> ClientRecord {
    let tenant = op.default_tenant().await;
    op.state.store.clients.find(&tenant, &ClientId::new(id)).await.unwrap().unwrap()
}

/// Another client of the same id.
async fn make_anew(store: &Store, tenant: &TenantId, old: &ClientRecord) {
    let mut record = old.clone();
    record.client.client_name = "The new one".to_owned();
    assert!(store.clients.delete(tenant, &old.client.client_id, old.created_at).await.unwrap());
    assert!(store.clients.create(tenant, record).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_13_1_1_the_tag_of_a_deleted_client_is_that_of_no_other() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let old = made(&op, &who).await;
    make_anew(&op.state.store, &op.default_tenant().await, &old.record).await;
    let changes = json!({"client_name": "The old one, changed"});
    who.patch(&op, &old.path, &old.etag, &changes).await.assert_problem(412, "stale");
    who.delete(&op, &old.path, &old.etag).await.assert_problem(412, "stale");
    let disable = who.request(&op, "POST", &format!("{}/disable", old.path)).header("if-match", &old.etag);
    disable.send().await.assert_problem(412, "stale");
    let new = who.get(&op, &old.path).await;
    assert_eq!(
        (new.json()["client_name"].as_str(), new.json()["disabled_at"].is_null()),
        (Some("The new one"), true)
    );
    let changed = who.patch(&op, &old.path, new.header("etag"), &changes).await;
    assert_eq!(changed.status, 200, "whoever has read the new one goes on: {}", changed.text());
    // And once more: the third is neither of the two.
    let second = changed.header("etag").to_owned();
    make_anew(&op.state.store, &op.default_tenant().await, &old.record).await;
    for etag in [&old.etag, &second] {
        who.patch(&op, &old.path, etag, &changes).await.assert_problem(412, "stale");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_the_old_one_none_changes_the_new_one() {
    const CALLERS: usize = 64;
    let op = Arc::new(Provider::start().await);
    let who = Administrator::service(&op, &everything().to_string()).await;
    let old = made(&op, &who).await;
    let begin = Arc::new(Barrier::new(CALLERS + 1));
    let calls = (0..CALLERS).map(|n| {
        let (op, who, begin) = (Arc::clone(&op), who.clone(), Arc::clone(&begin));
        let (path, etag) = (old.path.clone(), old.etag.clone());
        tokio::spawn(async move {
            begin.wait().await;
            match n % 8 {
                0 => who.delete(&op, &path, &etag).await.status.as_u16(),
                _ => {
                    let changes = json!({"client_name": format!("The old one, changed by {n}")});
                    who.patch(&op, &path, &etag, &changes).await.status.as_u16()
                }
            }
        })
    });
    let calls: Vec<_> = calls.collect();
    begin.wait().await;
    let (store, tenant) = (&op.state.store, op.default_tenant().await);
    let _ = store.clients.delete(&tenant, &old.record.client.client_id, old.record.created_at).await.unwrap();
    let mut record = old.record.clone();
    record.client.client_name = "The new one".to_owned();
    assert!(store.clients.create(&tenant, record).await.unwrap());
    let answers: Vec<u16> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    let won = answers.iter().filter(|status| [200, 204].contains(status)).count();
    assert!(won <= 2, "one change of the old one, and its end: {answers:?}");
    assert!(answers.iter().all(|status| [200, 204, 404, 412].contains(status)), "{answers:?}");
    let left = stored(&op, old.record.client.client_id.as_str()).await;
    assert_eq!(left.client.client_name, "The new one");
}
