//! Webhooks, and the messages that wait for them.

use std::sync::Arc;

use credenza_protocol::ids::WebhookId;
use credenza_protocol::time::Seconds;
use credenza_protocol::version::Version;
use credenza_protocol::webhook::{MOST_SECRETS, MOST_WEBHOOKS, Paused, State, Status};

use super::fixtures::{World, at, message, webhook, webhook_secret};
use super::races::winners;
use crate::{Attempted, Delivery, SealedAt, Store, Update, WebhookMade};

/// When the messages of these tests expire.
const KEPT: Seconds = Seconds(1000);

fn id(name: &str) -> WebhookId {
    WebhookId::new(name)
}

async fn made(world: &World, name: &str) {
    let made = world.store.webhooks.create(&world.tenant, webhook(name), webhook_secret("first")).await;
    assert_eq!(made.unwrap(), WebhookMade::Yes);
}

/// Puts messages: event and subject.
async fn put(world: &World, webhook: &str, events: &[(&str, &str)]) {
    let messages = events.iter().map(|(event, subject)| message(&world.tenant, webhook, event, subject));
    world.store.webhook_deliveries.put(messages.collect(), at(0) + KEPT, at(0)).await.unwrap();
}

/// What is due, by the order in which it was put; it comes by the time at which it is due.
async fn next(world: &World, webhook: &str, now: i64) -> Vec<Delivery> {
    let deliveries = &world.store.webhook_deliveries;
    let mut due = deliveries.next(&world.tenant, &id(webhook), 99, at(now)).await.unwrap();
    assert!(due.is_sorted_by_key(|delivery| (delivery.next_at, delivery.seq)), "{due:?}");
    due.sort_by_key(|delivery| delivery.seq);
    due
}

async fn events(world: &World, webhook: &str, now: i64) -> Vec<String> {
    next(world, webhook, now).await.into_iter().map(|delivery| delivery.event_id).collect()
}

fn arrived(now: i64) -> Attempted {
    Attempted {
        state: State::Delivered,
        next_at: None,
        status: Some(204),
        response: "fine".to_owned(),
        pause: None,
        at: at(now),
    }
}

fn again(now: i64, next_at: i64) -> Attempted {
    let (state, status, next_at) = (State::Pending, Some(500), Some(at(next_at)));
    Attempted { state, next_at, status, ..arrived(now) }
}

/// An id is unique, every field is read back, and there are so many.
pub async fn created_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    let mut full = webhook("full");
    full.description = "ä%_'\"".to_owned();
    full.events = vec!["user.*".to_owned(), "*".to_owned()];
    full.status = Status::Paused;
    full.paused = Some(Paused { since: at(7), reason: "ö".to_owned() });
    let mut secret = webhook_secret("first");
    secret.sealed = (0..=255).collect();
    secret.expires_at = Some(at(i64::MAX - 1));
    assert_eq!(store.webhooks.create(t, full.clone(), secret.clone()).await.unwrap(), WebhookMade::Yes);
    assert_eq!(store.webhooks.create(t, full.clone(), secret.clone()).await.unwrap(), WebhookMade::Taken);
    assert_eq!(store.webhooks.find(t, &id("full")).await.unwrap(), Some(full.clone()));
    assert_eq!(store.webhooks.find(t, &id("nobody")).await.unwrap(), None);
    assert_eq!(store.webhooks.secrets(t, &id("full"), at(0)).await.unwrap(), [secret]);
    for number in 1..MOST_WEBHOOKS {
        made(&world, &format!("a{number:02}")).await;
    }
    let one_more = store.webhooks.create(t, webhook("more"), webhook_secret("first")).await.unwrap();
    assert_eq!(one_more, WebhookMade::TooMany);
    let listed = store.webhooks.list(t).await.unwrap();
    assert_eq!((listed.len(), &listed[MOST_WEBHOOKS - 1]), (MOST_WEBHOOKS, &full), "by id");
}

/// Of two who edit at once the second is told; deleting takes everything along.
pub async fn updated_and_deleted(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    made(&world, "a").await;
    let mut edited = webhook("a");
    edited.url = "https://other.test/".to_owned();
    edited.failing_since = Some(at(3));
    let update = async |version| store.webhooks.update(t, version, edited.clone()).await.unwrap();
    assert_eq!(update(Version::FIRST.next()).await, Update::Stale);
    assert_eq!(update(Version::FIRST).await, Update::Updated);
    assert_eq!(update(Version::FIRST).await, Update::Stale);
    let stored = store.webhooks.find(t, &id("a")).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.failing_since), (Version::FIRST.next(), Some(at(3))));
    assert_eq!(stored.url, "https://other.test/");
    let nobody = store.webhooks.update(t, Version::FIRST, webhook("nobody")).await.unwrap();
    assert_eq!(nobody, Update::Absent);
    put(&world, "a", &[("1", "s")]).await;
    assert!(store.webhooks.delete(t, &id("a")).await.unwrap());
    assert!(!store.webhooks.delete(t, &id("a")).await.unwrap());
    assert!(store.webhooks.secrets(t, &id("a"), at(0)).await.unwrap().is_empty());
    made(&world, "a").await;
    assert!(next(&world, "a", 0).await.is_empty(), "what waited is gone");
    put(&world, "gone", &[("1", "s")]).await;
    assert!(next(&world, "gone", 0).await.is_empty(), "nothing is written for one that is not there");
}

/// A new secret ends the others after a while; they are replaced in place by a new master key.
pub async fn secrets(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, a) = (&world.tenant, id("a"));
    made(&world, "a").await;
    let add = async |name: &str, until: i64, now: i64| {
        store.webhooks.add_secret(t, &a, webhook_secret(name), at(until), at(now)).await.unwrap()
    };
    let names = async |now: i64| {
        let secrets = store.webhooks.secrets(t, &a, at(now)).await.unwrap();
        let mut names: Vec<_> = secrets.into_iter().map(|secret| secret.secret_id).collect();
        names.sort();
        names
    };
    assert_eq!(add("second", 100, 0).await, WebhookMade::Yes);
    assert_eq!(add("third", 200, 0).await, WebhookMade::Yes);
    assert_eq!(names(99).await, ["first", "second", "third"]);
    assert_eq!(names(100).await, ["second", "third"], "an earlier end stays");
    assert_eq!(names(200).await, ["third"]);
    for number in 3..MOST_SECRETS {
        assert_eq!(add(&number.to_string(), 300, 0).await, WebhookMade::Yes);
    }
    assert_eq!(add("more", 300, 0).await, WebhookMade::TooMany);
    assert_eq!(add("more", 300, 100).await, WebhookMade::Yes, "one has expired");
    let nobody =
        store.webhooks.add_secret(t, &id("nobody"), webhook_secret("x"), at(1), at(0)).await.unwrap();
    assert_eq!(nobody, WebhookMade::Absent);
    assert!(store.webhooks.delete_secret(t, &a, "third").await.unwrap());
    assert!(!store.webhooks.delete_secret(t, &a, "third").await.unwrap());
    let place = SealedAt::WebhookSecret(t.clone(), a.clone(), "more".to_owned());
    let old = webhook_secret("more").sealed;
    assert!(store.secrets.replace(&place, &old, vec![9]).await.unwrap());
    assert!(!store.secrets.replace(&place, &old, vec![8]).await.unwrap());
    let sealed = store.webhooks.sealed(t).await.unwrap();
    assert!(sealed.iter().any(|(id, secret)| *id == a && secret.sealed == [9]));
    store.maintenance.sweep(at(100), 100).await.unwrap();
    let sealed = store.webhooks.sealed(t).await.unwrap();
    assert!(sealed.iter().all(|(_, secret)| secret.secret_id != "first"), "it was swept");
}

/// Messages about one subject are due one after the other, those about others at once; each once.
pub async fn due_in_order_of_a_subject(store: &Store) {
    let world = World::new(store, "acme").await;
    for name in ["a", "b"] {
        made(&world, name).await;
    }
    put(&world, "a", &[("1", "x"), ("2", "x"), ("3", "y")]).await;
    put(&world, "a", &[("1", "x"), ("4", "y")]).await;
    put(&world, "b", &[("1", "x")]).await;
    assert_eq!(events(&world, "a", 0).await, ["1", "3"]);
    assert_eq!(events(&world, "b", 0).await, ["1"]);
    assert!(events(&world, "a", -1).await.is_empty(), "not yet");
    let deliveries = &store.webhook_deliveries;
    assert_eq!(deliveries.due(9, at(0)).await.unwrap().len(), 2);
    assert_eq!(deliveries.pending().await.unwrap(), 5);
    let first = next(&world, "a", 0).await.remove(0);
    assert!(deliveries.claim(&first, at(90)).await.unwrap());
    assert!(!deliveries.claim(&first, at(90)).await.unwrap(), "once");
    assert_eq!(events(&world, "a", 89).await, ["3"], "what follows waits as well");
    assert_eq!(events(&world, "a", 90).await, ["1", "3"], "whoever claimed it is gone");
    assert!(deliveries.settle(&first, again(1, 60)).await.unwrap());
    assert_eq!(events(&world, "a", 59).await, ["3"]);
    let first = next(&world, "a", 60).await.remove(0);
    assert_eq!((first.attempts, first.status, first.attempted_at), (1, Some(500), Some(at(1))));
    assert!(deliveries.claim(&first, at(200)).await.unwrap());
    assert!(deliveries.settle(&first, arrived(61)).await.unwrap());
    assert!(!deliveries.settle(&first, arrived(61)).await.unwrap());
    assert_eq!(events(&world, "a", 61).await, ["2", "3"]);
    let found = deliveries.find(&world.tenant, &id("a"), "1").await.unwrap().unwrap();
    assert_eq!((found.state, found.attempts, found.next_at), (State::Delivered, 2, None));
    assert_eq!((found.status, found.response.as_deref()), (Some(204), Some("fine")));
}

/// What fails is noted at the webhook, which is paused if that is to be: nothing is due until it is resumed, nor while
/// the tenant is disabled.
pub async fn paused(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, a) = (&world.tenant, id("a"));
    made(&world, "a").await;
    put(&world, "a", &[("1", "x"), ("2", "y")]).await;
    let deliveries = &store.webhook_deliveries;
    let webhook_now = async || store.webhooks.find(t, &a).await.unwrap().unwrap();
    let one = next(&world, "a", 0).await.remove(0);
    assert!(deliveries.claim(&one, at(90)).await.unwrap());
    assert!(deliveries.settle(&one, again(5, 6)).await.unwrap());
    assert_eq!(webhook_now().await.failing_since, Some(at(5)));
    let one = next(&world, "a", 6).await.remove(0);
    assert!(deliveries.claim(&one, at(90)).await.unwrap());
    assert!(deliveries.settle(&one, again(7, 8)).await.unwrap());
    assert_eq!(webhook_now().await.failing_since, Some(at(5)), "the first failure");
    let one = next(&world, "a", 8).await.remove(0);
    assert!(deliveries.claim(&one, at(90)).await.unwrap());
    let pause = Some(Paused { since: at(9), reason: "gone".to_owned() });
    assert!(deliveries.settle(&one, Attempted { pause: pause.clone(), ..again(9, 9) }).await.unwrap());
    let paused = webhook_now().await;
    assert_eq!((paused.status, &paused.paused), (Status::PausedByFailures, &pause));
    assert!(next(&world, "a", 99).await.is_empty() && deliveries.due(9, at(99)).await.unwrap().is_empty());
    let mut resumed = paused.clone();
    (resumed.status, resumed.paused, resumed.failing_since) = (Status::Enabled, None, None);
    assert_eq!(store.webhooks.update(t, paused.version, resumed).await.unwrap(), Update::Updated);
    assert_eq!(events(&world, "a", 99).await, ["1", "2"]);
    assert!(store.tenants.set_disabled(t, Some(at(1))).await.unwrap());
    assert!(next(&world, "a", 99).await.is_empty() && deliveries.due(9, at(99)).await.unwrap().is_empty());
    assert_eq!(deliveries.pending().await.unwrap(), 0);
    assert!(store.tenants.set_disabled(t, None).await.unwrap());
    let one = next(&world, "a", 99).await.remove(0);
    assert!(deliveries.claim(&one, at(190)).await.unwrap());
    assert!(deliveries.settle(&one, arrived(100)).await.unwrap());
    assert_eq!(webhook_now().await.failing_since, None);
}

/// Lists are of one state, the newest first, page by page; what is over is sent again.
pub async fn listed_and_sent_again(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, a) = (&world.tenant, id("a"));
    made(&world, "a").await;
    put(&world, "a", &[("1", "1"), ("2", "2"), ("3", "3")]).await;
    let deliveries = &store.webhook_deliveries;
    for delivery in next(&world, "a", 0).await {
        assert!(deliveries.claim(&delivery, at(90)).await.unwrap());
        let state = if delivery.event_id == "2" { State::Failed } else { State::Delivered };
        assert!(deliveries.settle(&delivery, Attempted { state, ..arrived(1) }).await.unwrap());
    }
    let list = async |state, before, limit| {
        let listed = deliveries.list(t, &a, state, before, limit).await.unwrap();
        listed.into_iter().map(|delivery| (delivery.event_id, delivery.seq)).collect::<Vec<_>>()
    };
    let names = |listed: &[(String, i64)]| listed.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let page = list(None, None, 2).await;
    assert_eq!(names(&page), ["3", "2"]);
    assert_eq!(names(&list(None, Some(page[1].1), 2).await), ["1"]);
    assert_eq!(names(&list(Some(State::Failed), None, 9).await), ["2"]);
    assert!(next(&world, "a", 100).await.is_empty());
    assert!(deliveries.retry(t, &a, "2", at(2000), at(100)).await.unwrap());
    assert!(!deliveries.retry(t, &a, "9", at(2000), at(100)).await.unwrap());
    let again = next(&world, "a", 100).await;
    assert_eq!((again.len(), &*again[0].event_id, again[0].attempts), (1, "2", 0));
    let replay = async |since, until, state| {
        deliveries.replay(t, &a, (at(since), at(until)), state, at(2000), at(100)).await.unwrap()
    };
    assert_eq!(replay(1, 9, None).await, 0, "they happened at 0");
    assert_eq!(replay(0, 1, Some(State::Delivered)).await, 2);
    assert_eq!(events(&world, "a", 100).await, ["1", "2", "3"]);
    store.maintenance.sweep(at(0) + KEPT, 100).await.unwrap();
    assert_eq!(events(&world, "a", 1000).await.len(), 3, "they are kept as if they were new");
    store.maintenance.sweep(at(2000), 100).await.unwrap();
    assert!(list(None, None, 9).await.is_empty(), "they were swept");
}

/// Of many who claim one message, one sends it; of many who make webhooks, so many do as may be.
pub async fn one_claims(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    made(&world, "a").await;
    put(&world, "a", &[("1", "x")]).await;
    let one = next(&world, "a", 0).await.remove(0);
    let claimed = winners(&world, |world, _| {
        let one = one.clone();
        async move { world.store.webhook_deliveries.claim(&one, at(90)).await }
    });
    assert_eq!(claimed.await, 1);
    let created = winners(&world, |world, number| async move {
        let webhook = webhook(&format!("w{number}"));
        let made = world.store.webhooks.create(&world.tenant, webhook, webhook_secret("first")).await?;
        Ok(made == WebhookMade::Yes)
    });
    assert_eq!(created.await, MOST_WEBHOOKS - 1);
}
