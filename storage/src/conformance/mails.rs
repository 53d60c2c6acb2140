//! Mails that wait to be sent.

use std::sync::Arc;

use super::fixtures::{World, at, mail};
use super::races::winners;
use crate::mails::MOST_WAITING;
use crate::{Mail, Store};

async fn put(world: &World, kind: &str, now: i64) -> bool {
    world.store.mails.put(&world.tenant, mail(kind), at(now)).await.unwrap()
}

async fn due(store: &Store, now: i64) -> Vec<Mail> {
    store.mails.due(99, at(now)).await.unwrap()
}

/// The longest due first; an attempt defers a mail, and one that is sent is gone.
pub async fn sent_in_turn(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(put(&world, "later", 5).await && put(&world, "sooner", 3).await);
    assert!(due(store, 2).await.is_empty());
    let waiting = due(store, 5).await;
    assert_eq!(waiting.iter().map(|mail| &*mail.kind).collect::<Vec<_>>(), ["sooner", "later"]);
    let first = &waiting[0];
    assert_eq!((&first.tenant_id, &*first.sealed, first.attempts), (&world.tenant, &[0, 1, 255][..], 0));
    assert_eq!(first.expires_at, at(100));
    assert!(store.mails.claim(first, at(20)).await.unwrap());
    assert!(!store.mails.claim(first, at(20)).await.unwrap(), "another node has it");
    assert_eq!(due(store, 19).await.len(), 1);
    let again = due(store, 20).await;
    assert_eq!(again.iter().map(|mail| mail.attempts).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(store.mails.due(1, at(20)).await.unwrap().len(), 1, "as many as asked for");
    for _ in 0..2 {
        store.mails.done(&waiting[0]).await.unwrap();
    }
    assert_eq!(store.mails.pending().await.unwrap(), 1);
}

/// What has expired is not sent, and is swept; what is of a deleted tenant is gone.
pub async fn of_no_use(store: &Store) {
    let world = World::new(store, "acme").await;
    assert!(put(&world, "old", 0).await);
    assert_eq!((due(store, 99).await.len(), due(store, 100).await.len()), (1, 0));
    store.maintenance.sweep(at(99), 99).await.unwrap();
    assert_eq!(store.mails.pending().await.unwrap(), 1);
    store.maintenance.sweep(at(100), 99).await.unwrap();
    assert_eq!(store.mails.pending().await.unwrap(), 0);
    assert!(put(&world, "new", 0).await);
    assert!(store.tenants.delete(&world.tenant).await.unwrap());
    assert_eq!(store.mails.pending().await.unwrap(), 0);
}

/// There is an end to what waits, for each tenant by itself.
pub async fn bounded(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    assert!(put(&world, "first", 0).await);
    let mut count = 1;
    while count < MOST_WAITING {
        let rows = count.min(MOST_WAITING - count);
        let columns = ["tenant_id", "kind", "sealed", "next_at", "attempts", "expires_at"];
        let copy = super::raw::Statement::new().sql("INSERT INTO mails (").names(columns).sql(") SELECT ");
        let copy = copy.names(columns).sql(" FROM mails WHERE tenant_id = ").text(world.tenant.as_str());
        let copied = store.raw.execute(copy.sql(" LIMIT ").number(rows)).await.unwrap();
        count += i64::try_from(copied).unwrap();
    }
    assert!(!put(&world, "one more", 0).await);
    assert!(put(&other, "of another", 0).await);
    assert_eq!(store.mails.pending().await.unwrap(), u64::try_from(MOST_WAITING + 1).unwrap());
    store.mails.done(&store.mails.due(1, at(1)).await.unwrap()[0]).await.unwrap();
    assert!(put(&world, "in its place", 0).await);
}

/// Of many nodes one makes the attempt.
pub async fn one_sends(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    assert!(put(&world, "one", 0).await);
    for attempt in 0..3 {
        let one = due(store, 20 * attempt).await.remove(0);
        let won = winners(&world, |world, _| {
            let one = one.clone();
            async move { world.store.mails.claim(&one, at(20 * attempt + 20)).await }
        });
        assert_eq!(won.await, 1);
    }
}
