//! Several updates of one registration at once (RFC 7592 2.2).

use credenza_protocol::ids::ClientId;
use credenza_protocol::version::Version;
use credenza_tests::{Provider, Registrant};
use futures_util::future::join_all;
use serde_json::json;

/// Each replaces all of the metadata, so each succeeds, one after the other; none is lost halfway.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_updates_at_once_all_take_effect() {
    const CALLERS: i64 = 8;
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let names: Vec<String> = (0..CALLERS).map(|n| format!("Client {n}")).collect();
    let updates = names.iter().map(|name| {
        let update = client.put(&op, &client.metadata(json!({ "client_name": name })));
        async { update.send().await.status }
    });
    for status in join_all(updates).await {
        assert_eq!(status, 200);
    }
    let (tenant, id) = (op.default_tenant().await, ClientId::new(client.get("client_id")));
    let record = op.state.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    assert_eq!(record.version, Version::new(Version::FIRST.number() + CALLERS));
    assert!(names.contains(&record.client.client_name));
}
