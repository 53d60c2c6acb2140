//! The secrets of clients.
//!
//! Chart 850

use credenza_protocol::client_secret::{ClientSecret, FIRST};
use credenza_protocol::ids::ClientId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;

use super::fixtures::{World, at, client, client_secret};
use super::raw::Statement;
use crate::{ClientRecord, Store, Update};

/// A secret that was made then, and expires at some time.
fn made(text: &str, seconds: i64, expires_at: Option<Time>) -> ClientSecret {
    ClientSecret { created_at: at(seconds), expires_at, ..client_secret(text) }
}

async fn find(store: &Store, world: &World) -> ClientRecord {
    store.clients.find(&world.tenant, &world.client).await.unwrap().unwrap()
}

async fn write(store: &Store, world: &World, secrets: &[ClientSecret]) {
    let record = find(store, world).await;
    let version = record.version;
    let record = ClientRecord { secrets: secrets.to_vec(), ..record };
    assert_eq!(store.clients.update(&world.tenant, version, record).await.unwrap(), Update::Updated);
}

/// Whether the version before, which knows one hash in the row of the client, finds that one.
async fn as_the_version_before(store: &Store, world: &World, secret: &SecretHash) -> bool {
    // MySQL counts only rows that change.
    let touched = Statement::new()
        .sql("UPDATE clients SET epoch = epoch + 1 WHERE tenant_id = ")
        .text(world.tenant.as_str())
        .sql(" AND secret_hash = ")
        .binary(secret.as_bytes());
    store.raw.execute(touched).await.unwrap() == 1
}

/// Several, in the order in which they were made; an update replaces them as a whole, and nobody else's.
pub async fn replaced(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    store.clients.create(&world.tenant, client("other client")).await.unwrap();
    assert_eq!(find(store, &world).await.secrets, [client_secret("client")]);
    let (a, b, c) = (made("a", 1, None), made("b", 2, Some(at(9))), made("c", 3, None));
    write(store, &world, &[c.clone(), a.clone(), b.clone()]).await;
    assert_eq!(find(store, &world).await.secrets, [a.clone(), b.clone(), c.clone()]);
    let listed = store.clients.list(&world.tenant, None, 9).await.unwrap();
    assert_eq!(listed[0], find(store, &world).await);
    assert_eq!(listed[1], client("other client"));
    write(store, &world, &[b.clone(), c.clone()]).await;
    assert_eq!(find(store, &world).await.secrets, [b.clone(), c]);
    write(store, &world, &[]).await;
    assert!(find(store, &world).await.secrets.is_empty());
    write(store, &world, std::slice::from_ref(&b)).await;
    assert_eq!(find(store, &world).await.secrets, [b]);
    assert_eq!(find(store, &other).await.secrets, [client_secret("client")]);
    // By who saw an older version: nothing of it is written.
    let seen = find(store, &world).await;
    write(store, &world, std::slice::from_ref(&a)).await;
    let late = ClientRecord { secrets: vec![made("late", 4, None)], ..seen.clone() };
    let updated = store.clients.update(&world.tenant, seen.version, late).await.unwrap();
    assert_eq!(updated, Update::Stale);
    assert_eq!(find(store, &world).await.secrets, [a]);
}

/// A node of the version before knows the first secret; one that it gives takes the place of all.
pub async fn of_the_version_before(store: &Store) {
    let world = World::new(store, "acme").await;
    let (a, b) = (made("a", 1, None), made("b", 2, None));
    write(store, &world, &[b.clone(), a.clone()]).await;
    assert!(as_the_version_before(store, &world, &a.hash).await);
    assert!(!as_the_version_before(store, &world, &b.hash).await);
    write(store, &world, std::slice::from_ref(&b)).await;
    assert!(as_the_version_before(store, &world, &b.hash).await);
    write(store, &world, &[b, made("c", 3, None)]).await;
    let theirs = SecretHash::of(b"theirs");
    let rotated = Statement::new()
        .sql("UPDATE clients SET secret_hash = ")
        .binary(theirs.as_bytes())
        .sql(" WHERE tenant_id = ")
        .text(world.tenant.as_str());
    assert_eq!(store.raw.execute(rotated).await.unwrap(), 1);
    let found = find(store, &world).await.secrets;
    assert_eq!(found.len(), 1, "those that it had are worthless: {found:?}");
    assert_eq!((found[0].hash, found[0].secret_id.as_str()), (theirs, FIRST));
    assert_eq!((found[0].created_at, found[0].expires_at), (at(0), None));
    // From then on it is one of several again.
    let next = made("next", 5, None);
    write(store, &world, &[found[0].clone(), next.clone()]).await;
    assert_eq!(find(store, &world).await.secrets, [found[0].clone(), next]);
    assert!(as_the_version_before(store, &world, &theirs).await);
    let public = Statement::new()
        .sql("UPDATE clients SET secret_hash = NULL WHERE tenant_id = ")
        .text(world.tenant.as_str());
    assert_eq!(store.raw.execute(public).await.unwrap(), 1);
    assert!(find(store, &world).await.secrets.is_empty());
}

/// Those that have expired are deleted, and what the version before finds goes with the first.
pub async fn swept(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let (a, b, c) = (made("a", 1, Some(at(10))), made("b", 2, Some(at(20))), made("c", 3, None));
    write(store, &world, &[a.clone(), b.clone(), c.clone()]).await;
    write(store, &other, std::slice::from_ref(&b)).await;
    let before = find(store, &world).await;
    assert_eq!(store.maintenance.sweep(at(9), 100).await.unwrap(), 0);
    assert_eq!(find(store, &world).await.secrets, [a.clone(), b.clone(), c.clone()]);
    assert_eq!(store.maintenance.sweep(at(10), 100).await.unwrap(), 1);
    let after = find(store, &world).await;
    assert_eq!(after, ClientRecord { secrets: vec![b.clone(), c.clone()], ..before });
    assert!(as_the_version_before(store, &world, &b.hash).await);
    assert_eq!(store.maintenance.sweep(at(20), 100).await.unwrap(), 2);
    assert_eq!(find(store, &world).await.secrets, [c]);
    assert!(find(store, &other).await.secrets.is_empty());
    assert!(!as_the_version_before(store, &other, &b.hash).await);
    assert_eq!(store.maintenance.sweep(at(99), 100).await.unwrap(), 0);
}

/// A client of the same id has none of them, even where the version before has deleted and made it.
pub async fn gone_with_their_client(store: &Store) {
    let world = World::new(store, "acme").await;
    let several = [made("a", 1, None), made("b", 2, Some(at(99)))];
    write(store, &world, &several).await;
    assert!(store.clients.delete(&world.tenant, &world.client, at(3)).await.unwrap());
    assert_eq!(store.raw.count("client_secrets", world.tenant.as_str()).await.unwrap(), 0);
    assert!(store.clients.create(&world.tenant, client("client")).await.unwrap());
    assert_eq!(find(store, &world).await.secrets, [client_secret("client")]);
    write(store, &world, &several).await;
    let gone = Statement::new().sql("DELETE FROM clients WHERE tenant_id = ").text(world.tenant.as_str());
    assert_eq!(store.raw.execute(gone).await.unwrap(), 1);
    assert_eq!(store.raw.count("client_secrets", world.tenant.as_str()).await.unwrap(), 2);
    assert!(store.clients.create(&world.tenant, client("client")).await.unwrap());
    assert_eq!(find(store, &world).await.secrets, [client_secret("client")]);
    write(store, &world, &several).await;
    let gone = Statement::new().sql("DELETE FROM clients WHERE tenant_id = ").text(world.tenant.as_str());
    assert_eq!(store.raw.execute(gone).await.unwrap(), 1);
    store.maintenance.sweep(at(99), 100).await.unwrap();
    assert_eq!(store.raw.count("client_secrets", world.tenant.as_str()).await.unwrap(), 0);
}

/// Service accounts are listed by themselves, for as long as they are some.
pub async fn of_service_accounts(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let account = |id: &str| {
        let mut record = client(id);
        record.client.service_account = true;
        record
    };
    for id in ["b", "a", "c"] {
        assert!(store.clients.create(&world.tenant, account(id)).await.unwrap());
    }
    let listed = async |after: Option<&str>, limit| -> Vec<ClientRecord> {
        let after = after.map(ClientId::new);
        store.clients.service_accounts(&world.tenant, after.as_ref(), limit).await.unwrap()
    };
    assert_eq!(listed(None, 2).await, [account("a"), account("b")]);
    assert_eq!(listed(Some("b"), 2).await, [account("c")]);
    assert!(store.clients.service_accounts(&other.tenant, None, 9).await.unwrap().is_empty());
    let record = client("b");
    let updated = store.clients.update(&world.tenant, record.version, record).await.unwrap();
    assert_eq!(updated, Update::Updated);
    let ids: Vec<_> = listed(None, 9).await.into_iter().map(|record| record.client.client_id).collect();
    assert_eq!(ids, ["a", "c"].map(ClientId::new));
}
