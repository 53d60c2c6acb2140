//! Several updates of one registration at once (RFC 7592 2.2), and changes between the check of its token and an update.

use std::sync::Arc;

use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, ClientSecretId};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Registration;
use credenza_protocol::version::Version;
use credenza_storage::{ClientRecord, Update};
use credenza_tests::{Meanwhile, Provider, Registrant, store_with_meanwhile};
use futures_util::future::join_all;
use serde_json::json;

use credenza::clock::Clock as _;

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

/// What an operator does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Change {
    Edit,
    Disable,
    Delete,
    /// Delete it, and make another one of the same id.
    Replace,
    NewSecret,
}

/// A client that has registered itself, and what happens between the check of its token and an update.
struct World {
    op: Provider,
    client: Registrant,
    meanwhile: Meanwhile,
}

impl World {
    async fn new() -> Self {
        let world = Self::at_first_version().await;
        let put = world.client.put(&world.op, &world.client.metadata(json!({ "client_name": "Before" })));
        let put = put.send().await;
        assert_eq!(put.status, 200, "{}", put.text());
        // The server keeps what it read, as it does for whoever comes often.
        assert_eq!(world.client.manage(&world.op, "GET").send().await.status, 200);
        world
    }

    async fn at_first_version() -> Self {
        let (store, meanwhile) = store_with_meanwhile().await;
        let op = Provider::builder().store(store).start().await;
        op.change_settings(|settings| settings.registration = Registration::Open).await;
        let client = Registrant::with(&op, json!({})).await;
        Self { op, client, meanwhile }
    }

    fn id(&self) -> ClientId {
        ClientId::new(self.client.get("client_id"))
    }

    async fn stored(&self) -> Option<ClientRecord> {
        let tenant = self.op.default_tenant().await;
        self.op.state.store.clients.find(&tenant, &self.id()).await.unwrap()
    }

    /// Has it happen while the next request of the client is answered.
    async fn prepare(&self, change: Change) {
        let (tenant, id, now) = (self.op.default_tenant().await, self.id(), self.op.clock.now());
        let clients = Arc::clone(&self.op.state.store.clients);
        let mut record = self.stored().await.unwrap();
        self.meanwhile.happens(move || async move {
            record.client.client_name = "An operator's".to_owned();
            let version = record.version;
            match change {
                Change::Edit => {
                    assert_eq!(clients.update(&tenant, version, record).await.unwrap(), Update::Updated);
                }
                Change::Disable => assert!(clients.set_disabled(&tenant, &id, Some(now)).await.unwrap()),
                Change::Delete => assert!(clients.delete(&tenant, &id, now).await.unwrap()),
                Change::Replace => {
                    assert!(clients.delete(&tenant, &id, now).await.unwrap());
                    assert!(clients.create(&tenant, record).await.unwrap());
                }
                Change::NewSecret => {
                    record.secrets = vec![ClientSecret::new(
                        ClientSecretId::new("another"),
                        &Secret::presented("another"),
                        now,
                    )];
                    assert_eq!(clients.update(&tenant, version, record).await.unwrap(), Update::Updated);
                }
            }
        });
    }

    /// An update by the client, which names its secret.
    async fn put(&self) -> credenza_tests::Response {
        let secret = self.client.get("client_secret");
        let metadata = self.client.metadata(json!({ "client_name": "Mine", "client_secret": secret }));
        let answer = self.client.put(&self.op, &metadata).send().await;
        assert!(self.meanwhile.has_happened());
        answer
    }
}

/// All metadata are replaced, so the update is as good as if it had come a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_an_edit_between_check_and_update_is_overruled() {
    let world = World::new().await;
    let before = world.stored().await.unwrap();
    world.prepare(Change::Edit).await;
    let put = world.put().await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(put.json()["client_name"], "Mine");
    let after = world.stored().await.unwrap();
    assert_eq!(after.client.client_name, "Mine");
    assert_eq!(after.version, before.version.next().next(), "both were written, one after the other");
    assert_eq!(after.secrets, before.secrets);
}

/// Whatever takes the right to update away does so until the update is written.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_a_right_that_ends_between_check_and_update_is_gone() {
    for (change, status, code) in [
        (Change::Disable, 401, "invalid_token"),
        (Change::Delete, 401, "invalid_token"),
        (Change::Replace, 401, "invalid_token"),
        (Change::NewSecret, 400, "invalid_client_metadata"),
    ] {
        let world = World::new().await;
        world.prepare(change).await;
        let put = world.put().await;
        assert_eq!((put.status.as_u16(), put.error()), (status, code.to_owned()), "{change:?}");
        let name = world.stored().await.map(|record| record.client.client_name);
        let expected = match change {
            Change::Disable => Some("Before"),
            Change::Delete => None,
            _ => Some("An operator's"),
        };
        assert_eq!(name.as_deref(), expected, "{change:?}");
    }
}

/// Neither what was registered nor its token has anything to say of another client that has its id by now, though both are as
/// new as a client can be.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_a_client_made_anew_is_none_that_registered() {
    let world = World::at_first_version().await;
    world.prepare(Change::Replace).await;
    let put = world.put().await;
    assert_eq!((put.status.as_u16(), put.error()), (401, "invalid_token".to_owned()));
    assert_eq!(world.stored().await.unwrap().client.client_name, "An operator's");
    let world = World::at_first_version().await;
    world.prepare(Change::Replace).await;
    let deleted = world.client.manage(&world.op, "DELETE").send().await;
    assert!(world.meanwhile.has_happened());
    assert_eq!((deleted.status.as_u16(), deleted.error()), (401, "invalid_token".to_owned()));
    assert_eq!(world.stored().await.unwrap().client.client_name, "An operator's");
    // Positive control: an edit in between does not keep the client from its end.
    let world = World::at_first_version().await;
    world.prepare(Change::Edit).await;
    assert_eq!(world.client.manage(&world.op, "DELETE").send().await.status, 204);
    assert!(world.meanwhile.has_happened() && world.stored().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_of_many_updates_none_is_of_a_client_made_anew() {
    const CALLERS: usize = 64;
    let world = World::at_first_version().await;
    world.prepare(Change::Replace).await;
    let updates = (0..CALLERS).map(|n| {
        let metadata = world.client.metadata(json!({ "client_name": format!("Mine {n}") }));
        let update = world.client.put(&world.op, &metadata);
        async { update.send().await.status.as_u16() }
    });
    let answers = join_all(updates).await;
    assert!(world.meanwhile.has_happened());
    assert!(answers.iter().all(|status| [200, 401].contains(status)), "{answers:?}");
    assert!(answers.contains(&401), "{answers:?}");
    assert_eq!(world.stored().await.unwrap().client.client_name, "An operator's");
}
