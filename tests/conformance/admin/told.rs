//! Chart 835: Events of the admin API | each change names who did it, from where, and the request in the log

use std::sync::atomic::{AtomicU64, Ordering};

use credenza::config::AdminConfig;
use credenza::keys::admin_key::AdminKey;
use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::event::{Envelope, Event, Form, Stamp};
use credenza_protocol::time::Time;
use credenza_storage::{Events, Options, Sink, open};
use credenza_tests::{Administrator, EventSchemas, Provider, Request, give};
use serde_json::json;

const KEY: &str = "0123456789abcdef0123456789abcdef";

async fn with_events() -> Provider {
    let last = AtomicU64::new(0);
    let stamp = move || Stamp {
        id: (last.fetch_add(1, Ordering::Relaxed) + 1).to_string(),
        at: Time::from_seconds(1_800_000_000),
    };
    let events = Events::new(vec![Sink::Redis], stamp);
    let store = open("sqlite::memory:", Options { events, ..Options::default() }).await.unwrap();
    let admin = AdminConfig { key: Some(AdminKey::parse(KEY).unwrap()), ..AdminConfig::default() };
    Provider::builder().store(store).admin(admin).start().await
}

/// What was told since it was last asked.
async fn told(op: &Provider) -> Vec<Envelope> {
    let outbox = &op.state.store.outbox;
    let rows = outbox.next(Sink::Redis, 10_000).await.unwrap();
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    outbox.done(Sink::Redis, &seqs).await.unwrap();
    let schemas = EventSchemas::of(Form::CloudEvents);
    for row in &rows {
        schemas.check(&serde_json::from_str(&row.body).unwrap()).unwrap();
    }
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_names_its_actor_and_nothing_else_does() {
    let op = with_events().await;
    let acme = op.tenant("acme").await;
    let ada = op.user("ada").await;
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    assert!(told(&op).await.iter().all(|event| event.by.is_none()), "operators and pages are not named");
    for (who, name) in [
        (&owner, format!("user:{}", ada.user_id)),
        (&script, format!("client:{}", script.client.client_id())),
    ] {
        let made = who.post(&op, "/users", &json!({"username": name})).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let path = format!("/users/{}", made.json()["user_id"].as_str().unwrap());
        assert_eq!(who.delete(&op, &path, "*").await.status, 204);
        let events = told(&op).await;
        assert!(matches!(events[0].event, Event::UserCreated(_)) && events.len() >= 2, "{events:?}");
        for event in &events {
            let by = event.by.as_ref().unwrap_or_else(|| panic!("{event:?}"));
            assert_eq!((by.actor.as_str(), by.actoraddress.as_deref()), (name.as_str(), Some("127.0.0.1")));
            assert_eq!(by.actortenantid, None);
        }
        let first = events[0].by.as_ref().unwrap();
        assert_eq!(first.requestid.as_deref(), Some(made.header("x-request-id")));
    }
    let there = owner.at("acme").post(&op, "/users", &json!({"username": "eve"})).await;
    assert_eq!(there.status, 201, "{}", there.text());
    let events = told(&op).await;
    assert_eq!(events[0].tenantid, acme);
    assert_eq!(events[0].by.as_ref().unwrap().actortenantid, Some(op.default_tenant().await));
    give(&op, "default", &ada.user_id, Role::Auditor, false).await;
    assert_eq!(told(&op).await[0].by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_use_of_the_admin_key_is_told() {
    let op = with_events().await;
    told(&op).await;
    let url = op.at("/admin/v1/users");
    for key in [KEY, "wrong"] {
        Request::get(&*url).header("credenza-admin-key", key).send().await;
    }
    let events = told(&op).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let Event::AdminKeyUsed(used) = &events[0].event else { panic!("{events:?}") };
    assert_eq!(used.operation, "listUsers");
    assert_eq!(events[0].by.as_ref().unwrap().actor, "admin-key");
}
