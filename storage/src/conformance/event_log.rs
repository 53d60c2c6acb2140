//! Kept events. The stores of these tests keep them, see [`super::fixtures::kept_events`]: two happen in each second.
//!
//! Chart 855: Kept events | listed by type, subject, actor, user, client and time, and followed in an order that misses none, on every database

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use credenza_protocol::event::Actor;
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::version::Version;

use super::fixtures::{KEPT, World, at, client, hash, session, tenant, user};
use super::races::{CALLERS, race};
use super::raw::Statement;
use crate::{EventOrder, EventPlace, EventsAsked, KeptEvent, Store, Update, acting};

/// Numbers what waits.
async fn settle(store: &Store) {
    while store.event_log.take_in(100).await.unwrap() > 0 {}
}

/// The types of the events that match, in that order.
async fn listed(store: &Store, tenant: &TenantId, asked: &EventsAsked, order: EventOrder) -> Vec<String> {
    types(&store.event_log.list(tenant, asked, order, None, 1000).await.unwrap())
}

/// The same, the oldest first.
async fn found(store: &Store, tenant: &TenantId, asked: &EventsAsked) -> Vec<String> {
    listed(store, tenant, asked, EventOrder::Oldest).await
}

fn types(events: &[KeptEvent]) -> Vec<String> {
    let kind = |event: &KeptEvent| {
        let body: serde_json::Value = serde_json::from_str(&event.body).unwrap();
        assert_eq!(body["id"], event.event_id);
        body["type"].as_str().unwrap().to_owned()
    };
    events.iter().map(kind).collect()
}

const BIRTH: [&str; 3] = ["tenant.created", "client.created", "user.created"];
const OLDEST: EventOrder = EventOrder::Oldest;

/// What was written is there once it was taken in, once, in its place, at its tenant alone; and no place is skipped or
/// shown twice from page to page.
pub async fn kept_in_their_places(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    let all = EventsAsked::default();
    assert_eq!(store.event_log.keep(), Some(KEPT));
    assert!(found(store, &world.tenant, &all).await.is_empty(), "it is not numbered yet");
    assert_eq!(store.event_log.take_in(4).await.unwrap(), 4, "as many as asked");
    assert_eq!(store.event_log.take_in(4).await.unwrap(), 2);
    assert_eq!(store.event_log.take_in(4).await.unwrap(), 0);
    for tenant in [&world.tenant, &other.tenant] {
        assert_eq!(found(store, tenant, &all).await, BIRTH);
        let mut newest = listed(store, tenant, &all, EventOrder::Newest).await;
        newest.reverse();
        assert_eq!(newest, BIRTH);
    }
    for order in [EventOrder::Newest, OLDEST] {
        for limit in [1, 2, 3, 4] {
            let (mut seen, mut after): (Vec<KeptEvent>, Option<EventPlace>) = (vec![], None);
            loop {
                let page = store.event_log.list(&world.tenant, &all, order, after, limit).await.unwrap();
                after = page.last().map(|event| event.place);
                let is_last = page.len() < usize::try_from(limit).unwrap();
                seen.extend(page);
                if is_last {
                    break;
                }
            }
            let whole = store.event_log.list(&world.tenant, &all, order, None, 100).await.unwrap();
            assert_eq!(seen, whole, "{order:?} by {limit}");
        }
    }
    let events = store.event_log.list(&world.tenant, &all, OLDEST, None, 100).await.unwrap();
    assert_eq!(events[1].place.at, events[2].place.at, "in one second");
    assert!(events.windows(2).all(|pair| pair[0].place.position < pair[1].place.position));
    for event in &events {
        let one = store.event_log.find(&world.tenant, &event.event_id).await.unwrap();
        assert_eq!(one.as_ref(), Some(event));
        assert_eq!(store.event_log.find(&other.tenant, &event.event_id).await.unwrap(), None);
    }
    assert_eq!(store.event_log.find(&world.tenant, "nothing").await.unwrap(), None);
}

/// By each of what can be asked for, and by several of it at once.
pub async fn searched(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, c) = (&world.tenant, &world.user, &world.client);
    let actor = Actor {
        actor: "client:script".to_owned(),
        actortenantid: None,
        actoraddress: Some("192.0.2.1".to_owned()),
        requestid: None,
    };
    store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    acting(actor, store.users.set_disabled(t, u, Some(at(9)))).await.unwrap();
    store.users.set_disabled(t, u, None).await.unwrap();
    store.clients.set_disabled(t, c, Some(at(9))).await.unwrap();
    settle(store).await;
    let text = |text: &str| Some(text.to_owned());
    let none = EventsAsked::default();
    let everything = found(store, t, &none).await;
    assert_eq!(
        everything[3..],
        [
            "session.started",
            "user.signed_in",
            "user.disabled",
            "session.ended",
            "grant.revoked",
            "user.enabled",
            "client.disabled",
            "grant.revoked",
        ]
    );
    let users = ["user.created", "user.signed_in", "user.disabled", "user.enabled"];
    let of_user = [
        "user.created",
        "session.started",
        "user.signed_in",
        "user.disabled",
        "session.ended",
        "grant.revoked",
        "user.enabled",
    ];
    let done = ["user.disabled", "session.ended", "grant.revoked"];
    let cases: [(EventsAsked, &[&str]); 11] = [
        (EventsAsked { kind: text("user.disabled"), ..none.clone() }, &["user.disabled"]),
        (EventsAsked { noun: text("user"), ..none.clone() }, &users),
        (EventsAsked { noun: text("use"), ..none.clone() }, &[]),
        (EventsAsked { subject: text("sid"), ..none.clone() }, &["session.started"]),
        (EventsAsked { user_id: text("user"), ..none.clone() }, &of_user),
        (
            EventsAsked { client_id: text("client"), ..none.clone() },
            &["client.created", "client.disabled", "grant.revoked"],
        ),
        (EventsAsked { actor: text("client:script"), ..none.clone() }, &done),
        (
            EventsAsked { actor: text("client:script"), noun: text("grant"), ..none.clone() },
            &["grant.revoked"],
        ),
        (EventsAsked { kind: text("user.created"), subject: text("client"), ..none.clone() }, &[]),
        // The first happens at 0; then two in each second.
        (
            EventsAsked { from: Some(at(1)), to: Some(at(2)), ..none.clone() },
            &["client.created", "user.created"],
        ),
        (EventsAsked { to: Some(at(1)), user_id: None, ..none.clone() }, &["tenant.created"]),
    ];
    for (asked, expected) in cases {
        assert_eq!(found(store, t, &asked).await, expected, "{asked:?}");
        let mut newest = listed(store, t, &asked, EventOrder::Newest).await;
        newest.reverse();
        assert_eq!(newest, expected, "{asked:?}");
        let followed = store.event_log.after(t, &asked, 0, 1000).await.unwrap();
        assert_eq!(types(&followed.events), expected, "{asked:?}");
        assert!(found(store, &TenantId::new("elsewhere"), &asked).await.is_empty());
    }
    let from = EventsAsked { from: Some(at(3)), ..none };
    assert_eq!(found(store, t, &from).await, everything[5..]);
}

/// A follower goes on where they were, also past what they did not ask for, and sees nothing twice.
pub async fn followed(store: &Store) {
    let (world, other) = (World::new(store, "acme").await, World::new(store, "other").await);
    settle(store).await;
    let (all, log) = (EventsAsked::default(), &store.event_log);
    let first = log.after(&world.tenant, &all, 0, 2).await.unwrap();
    assert_eq!(types(&first.events), BIRTH[..2]);
    let rest = log.after(&world.tenant, &all, first.position, 2).await.unwrap();
    assert_eq!(types(&rest.events), BIRTH[2..]);
    assert_eq!(rest.position, log.last(&world.tenant).await.unwrap());
    let nothing = log.after(&world.tenant, &all, rest.position, 2).await.unwrap();
    assert_eq!((nothing.events.len(), nothing.position), (0, rest.position));
    let keys = EventsAsked { noun: Some("key".to_owned()), ..all.clone() };
    let passed = log.after(&world.tenant, &keys, 0, 2).await.unwrap();
    assert_eq!((passed.events.len(), passed.position), (0, rest.position), "it need not be looked at again");
    store.users.set_disabled(&other.tenant, &other.user, Some(at(9))).await.unwrap();
    settle(store).await;
    assert!(log.after(&world.tenant, &all, rest.position, 9).await.unwrap().events.is_empty(), "of another");
    store.clients.set_disabled(&world.tenant, &world.client, Some(at(9))).await.unwrap();
    assert!(log.after(&world.tenant, &all, rest.position, 9).await.unwrap().events.is_empty(), "not yet");
    settle(store).await;
    let new = log.after(&world.tenant, &all, rest.position, 9).await.unwrap();
    assert_eq!(types(&new.events), ["client.disabled", "grant.revoked"]);
    assert_eq!(log.last(&TenantId::new("elsewhere")).await.unwrap(), 0);
}

/// A node whose clock is far ahead does not hold up what others write, nor hide it.
pub async fn a_clock_that_is_ahead(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, all) = (&world.tenant, EventsAsked::default());
    let body = r#"{"id": "early", "type": "user.updated", "subject": "user", "data": {"user_id": "user"}}"#;
    let insert = Statement::new().sql("INSERT INTO event_intake (tenant_id, at, body) VALUES (");
    let insert = insert.text(t.as_str()).sql(", ").any("BigInt").sql(", ").text(body).sql(")");
    assert_eq!(store.raw.execute(insert).await.unwrap(), 1);
    settle(store).await;
    let before = store.event_log.last(t).await.unwrap();
    let updated = store.clients.update(t, Version::FIRST, client("client")).await.unwrap();
    assert_eq!(updated, Update::Updated);
    settle(store).await;
    let next = store.event_log.after(t, &all, before, 9).await.unwrap();
    assert_eq!(types(&next.events), ["client.updated"], "it comes after the other");
    let newest = store.event_log.list(t, &all, EventOrder::Newest, None, 1).await.unwrap();
    assert_eq!(newest[0].event_id, "early", "by its own time");
    let lately = EventsAsked { to: Some(at(1000)), ..all.clone() };
    assert_eq!(found(store, t, &lately).await.len(), 4, "and is not in the way of those of a span");
    assert_eq!(store.maintenance.sweep(at(1000) + KEPT, 100).await.unwrap(), 4);
    assert_eq!(found(store, t, &all).await, ["user.updated"], "it is as old as it says");
}

/// While many write and several number, a follower sees each event once, in the order of the subject.
pub async fn none_is_missed(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    let over = Arc::new(AtomicBool::new(false));
    let follower = {
        let (world, over) = (Arc::clone(&world), Arc::clone(&over));
        tokio::spawn(async move {
            let (mut seen, mut position) = (vec![], 0);
            loop {
                let is_last = over.load(Ordering::SeqCst);
                let log = &world.store.event_log;
                log.take_in(7).await.unwrap();
                let all = EventsAsked::default();
                let batch = log.after(&world.tenant, &all, position, 3).await.unwrap();
                position = batch.position;
                if batch.events.is_empty() && is_last && log.take_in(7).await.unwrap() == 0 {
                    return seen;
                }
                seen.extend(batch.events);
            }
        })
    };
    let answers = race(&world, |world, n| async move {
        let disabled_at = Some(at(1)).filter(|_| n % 2 == 0);
        let done = world.store.users.set_disabled(&world.tenant, &world.user, disabled_at).await?;
        world.store.event_log.take_in(3).await?;
        Ok(done)
    });
    assert!(answers.await.into_iter().all(|there| there));
    settle(store).await;
    over.store(true, Ordering::SeqCst);
    let seen = follower.await.unwrap();
    let ids: BTreeSet<_> = seen.iter().map(|event| event.event_id.clone()).collect();
    assert_eq!(ids.len(), seen.len(), "none comes twice");
    assert!(seen.windows(2).all(|pair| pair[0].place.position < pair[1].place.position));
    let states: Vec<_> =
        types(&seen).into_iter().filter(|kind| kind == "user.disabled" || kind == "user.enabled").collect();
    assert_eq!(states.len(), CALLERS, "each is told");
    let user = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    let last = if user.disabled_at.is_some() { "user.disabled" } else { "user.enabled" };
    assert_eq!(states.last().map(String::as_str), Some(last), "the last is what is true");
    let whole =
        store.event_log.list(&world.tenant, &EventsAsked::default(), OLDEST, None, 1000).await.unwrap();
    assert_eq!(whole.len(), seen.len());
}

/// What was kept for long enough is deleted, at most as many as asked.
pub async fn swept(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, all) = (&world.tenant, EventsAsked::default());
    settle(store).await;
    assert_eq!(store.maintenance.sweep(at(-1) + KEPT, 100).await.unwrap(), 0);
    assert_eq!(store.maintenance.sweep(at(0) + KEPT, 100).await.unwrap(), 1);
    assert_eq!(found(store, t, &all).await, BIRTH[1..]);
    assert_eq!(store.maintenance.sweep(at(1) + KEPT, 1).await.unwrap(), 1);
    assert_eq!(store.maintenance.sweep(at(1) + KEPT, 1).await.unwrap(), 1);
    assert_eq!(store.maintenance.sweep(at(1) + KEPT, 1).await.unwrap(), 0);
    assert!(found(store, t, &all).await.is_empty());
    // What waits to be numbered is not lost by that.
    let _ = store.users.update(t, Version::FIRST, user("user")).await.unwrap();
    assert_eq!(store.maintenance.sweep(at(9) + KEPT, 100).await.unwrap(), 0);
    settle(store).await;
    assert_eq!(found(store, t, &all).await, ["user.updated"]);
}

/// With their tenant its events go, also those that are not numbered yet. That it was deleted is kept at the default one.
pub async fn gone_with_their_tenant(store: &Store) {
    let home = World::new(store, DEFAULT_TENANT).await;
    let world = World::new(store, "acme").await;
    settle(store).await;
    assert_eq!(found(store, &world.tenant, &EventsAsked::default()).await, BIRTH);
    store.users.set_disabled(&world.tenant, &world.user, Some(at(9))).await.unwrap();
    assert!(store.tenants.delete(&world.tenant).await.unwrap());
    let gone = async || found(store, &world.tenant, &EventsAsked::default()).await.is_empty();
    assert!(gone().await);
    settle(store).await;
    assert!(gone().await, "nor is anything numbered later");
    let told = EventsAsked { kind: Some("tenant.deleted".to_owned()), ..EventsAsked::default() };
    assert_eq!(found(store, &home.tenant, &told).await, ["tenant.deleted"]);
    assert_eq!(found(store, &home.tenant, &EventsAsked::default()).await.len(), 4, "and nothing else of it");
    // A tenant of the same id begins with nothing.
    assert!(store.tenants.create(tenant("acme")).await.unwrap());
    assert!(store.clients.create(&world.tenant, client("client")).await.unwrap());
    let _ = store.users.create(&world.tenant, user("user"), None).await.unwrap();
    settle(store).await;
    assert_eq!(found(store, &world.tenant, &EventsAsked::default()).await, BIRTH);
}

/// After a restore, no number is given again that somebody may have seen since the backup.
pub async fn numbered_on_after_a_restore(store: &Store) {
    let world = World::new(store, "acme").await;
    settle(store).await;
    let before = store.event_log.last(&world.tenant).await.unwrap();
    store.maintenance.note_restore(at(5)).await.unwrap();
    let _ = store.users.update(&world.tenant, Version::FIRST, user("user")).await.unwrap();
    settle(store).await;
    let next = store.event_log.after(&world.tenant, &EventsAsked::default(), before, 9).await.unwrap();
    assert_eq!(types(&next.events), ["user.updated"]);
    assert!(next.events[0].place.position > before + 1_000_000_000);
}
