use std::sync::atomic::{AtomicU64, Ordering};

use credenza_protocol::event::Stamp;
use credenza_protocol::time::Time;
use credenza_storage::{Events, Options, Sink};
use credenza_validator::webhook::read_secret;
use serde_json::{Value, json};

use super::{Installation, installation, refused, run, tenant_id, text};
use crate::keys::seal::{MasterKey, MasterKeys, of_webhook_secret};

/// An installation where events are sent to webhooks.
async fn sending() -> Installation {
    let last = AtomicU64::new(0);
    let stamp = move || {
        let id = last.fetch_add(1, Ordering::Relaxed).to_string();
        Stamp { id, at: Time::from_seconds(1_800_000_000) }
    };
    let options = Options { events: Events::new(vec![Sink::Webhooks], stamp), ..Options::default() };
    let store = credenza_storage::open("sqlite::memory:", options).await.unwrap();
    Installation { store, ..installation().await }
}

const CREATE: [&str; 8] = [
    "webhook",
    "create",
    "--webhook-id",
    "billing",
    "--url",
    "https://hooks.example.com/credenza",
    "--event",
    "user.*",
];

#[tokio::test]
async fn a_webhook_is_made_changed_paused_resumed_and_deleted() {
    let installation = sending().await;
    let made = run(&installation, &CREATE).await;
    assert_eq!((&made["status"], &made["events"]), (&json!("enabled"), &json!(["user.*"])));
    assert!(read_secret(text(&made, "secret")).is_ok_and(|secret| secret.len() == 32));
    assert!(text(&made, "public_key").starts_with("whpk_"));
    let shown = run(&installation, &["webhook", "show", "billing"]).await;
    assert!(shown.get("secret").is_none(), "{shown}");
    assert_eq!(shown["public_key"], made["public_key"]);
    let words = ["webhook", "update", "billing", "--event", "client.*", "--pause"];
    let paused = run(&installation, &words).await;
    assert_eq!((&paused["status"], &paused["events"]), (&json!("paused"), &json!(["client.*"])));
    assert_eq!(paused["paused"]["reason"], "an operator has paused it");
    let resumed = run(&installation, &["webhook", "resume", "billing"]).await;
    assert_eq!((&resumed["status"], &resumed["paused"]), (&json!("enabled"), &Value::Null));
    let listed = run(&installation, &["webhook", "list"]).await;
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 1);
    refused(&installation, &CREATE, "there is already a webhook \"billing\"").await;
    run(&installation, &["webhook", "delete", "billing"]).await;
    refused(&installation, &["webhook", "show", "billing"], "there is no webhook \"billing\"").await;
}

#[tokio::test]
async fn what_cannot_be_a_webhook_is_refused_with_a_sentence() {
    let installation = sending().await;
    let with = |from: &'static str, to: &'static str| CREATE.map(|word| if word == from { to } else { word });
    for url in [
        "http://hooks.example.com/",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "https://user:secret@hooks.example.com/",
        "file:///etc/passwd",
        "",
    ] {
        refused(&installation, &with("https://hooks.example.com/credenza", url), "url: ").await;
    }
    for events in ["usr.*", "user.creatd", "user", "**"] {
        refused(&installation, &with("user.*", events), "events: ").await;
    }
    refused(&installation, &with("billing", "a b"), "webhook_id: must be").await;
    let off = super::installation().await;
    refused(&off, &CREATE, "events.webhooks is false; set it to true").await;
}

#[tokio::test]
async fn secrets_overlap_and_the_last_one_stays() {
    let installation = sending().await;
    run(&installation, &CREATE).await;
    let added = run(&installation, &["webhook", "secret", "add", "billing", "--overlap", "60"]).await;
    assert!(read_secret(text(&added, "secret")).is_ok());
    let listed = run(&installation, &["webhook", "secret", "list", "billing"]).await;
    let secrets = listed["secrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 2);
    let old = secrets.iter().find(|one| one["secret_id"] != added["secret_id"]).unwrap();
    assert!(old["expires_at"].as_i64().unwrap() - added["created_at"].as_i64().unwrap() <= 60);
    assert!(!listed.to_string().contains("whsec_"));
    let delete = |id: &str| ["webhook", "secret", "delete", "billing", id].map(str::to_owned);
    let words = delete(text(old, "secret_id"));
    run(&installation, &words.each_ref().map(String::as_str)).await;
    let words = delete(text(&added, "secret_id"));
    refused(&installation, &words.each_ref().map(String::as_str), "the last secret").await;
    refused(&installation, &["webhook", "secret", "add", "nobody"], "no webhook").await;
}

#[tokio::test]
async fn messages_are_listed_and_sent_again() {
    let installation = sending().await;
    run(&installation, &CREATE).await;
    let sent = run(&installation, &["webhook", "test", "billing"]).await;
    assert_eq!((&sent["type"], &sent["state"]), (&json!("webhook.test"), &json!("pending")));
    let listed = run(&installation, &["webhook", "deliveries", "billing", "--state", "pending"]).await;
    assert_eq!(listed["deliveries"], json!([sent]));
    let delivered = run(&installation, &["webhook", "deliveries", "billing", "--state", "delivered"]).await;
    assert_eq!(delivered["deliveries"], json!([]));
    run(&installation, &["webhook", "retry", "billing", text(&sent, "event_id")]).await;
    refused(&installation, &["webhook", "retry", "billing", "nothing"], "has no message").await;
    let replayed = run(&installation, &["webhook", "replay", "billing", "--since", "0"]).await;
    assert_eq!(replayed["messages"], 1);
    let words = ["webhook", "replay", "billing", "--since", "10", "--until", "10"];
    refused(&installation, &words, "until: must be after since").await;
    refused(&installation, &["webhook", "test", "nobody"], "no webhook").await;
}

#[tokio::test]
async fn secrets_are_sealed_anew_under_the_next_master_key() {
    let [a, b] = [[7; 32], [8; 32]].map(|bytes| MasterKey::from_bytes(&bytes));
    let installation = sending().await;
    let made = run(&installation, &CREATE).await;
    let next = Some(MasterKeys::new(b.clone(), vec![a]));
    let installation = Installation { master_keys: next, ..installation };
    assert!(run(&installation, &["key", "reseal"]).await["resealed"].as_u64().unwrap() >= 2);
    let installation = Installation { master_keys: Some(b.into()), ..installation };
    let tenant = tenant_id(&installation).await;
    let [(id, record)] =
        <[_; 1]>::try_from(installation.store.webhooks.sealed(&tenant).await.unwrap()).unwrap();
    let context = of_webhook_secret(&tenant, &id, &record.secret_id);
    let opened = installation.master_keys.as_ref().unwrap().open(&context, &record.sealed).unwrap();
    assert_eq!(read_secret(text(&made, "secret")).unwrap(), *opened);
    let shown = run(&installation, &["webhook", "show", "billing"]).await;
    assert_eq!(shown["public_key"], made["public_key"], "the root secret is the same");
}
