//! Webhooks of a file.

use credenza_protocol::event::Stamp;
use credenza_protocol::ids::WebhookId;
use credenza_protocol::time::Time;
use credenza_protocol::webhook::Status;
use credenza_storage::{Events, Sink};

use super::refused::faults;
use super::*;
use crate::admin::webhooks as stored_webhooks;

const BILLING: &str = r#"
[[webhooks]]
webhook_id = "billing"
url = "https://hooks.example.com/credenza"
events = ["user.*"]
secret_env = "HOOK_SECRET"
"#;

/// Where events are sent to webhooks.
async fn sending() -> Parts {
    let stamp = || Stamp { id: "event".to_owned(), at: Time::from_seconds(1_800_000_000) };
    let options = Options { events: Events::new(vec![Sink::Webhooks], stamp), ..Options::default() };
    let store = credenza_storage::open("sqlite::memory:", options).await.unwrap();
    Parts { store, ..Parts::new().await }
}

#[tokio::test]
async fn a_webhook_is_made_once_and_another_secret_is_added() {
    let parts = sending().await;
    let id = WebhookId::new("billing");
    let planned = parts.run(BILLING, Mode::Compare).await;
    assert_eq!(actions(&planned), [("create", "webhook", "billing")]);
    assert_eq!(parts.apply(BILLING).await, planned);
    assert!(!parts.apply(BILLING).await.changed);
    let tenant = parts.tenant("default").await.tenant_id;
    let secrets = async || stored_webhooks::secrets(&parts.admin(), &tenant, &id).await.unwrap().len();
    assert_eq!(secrets().await, 1);
    let rotated = BILLING.replace("HOOK_SECRET", "OTHER_HOOK_SECRET");
    let report = parts.apply(&rotated).await;
    assert_eq!(
        (actions(&report), members(&report, 0)),
        (vec![("update", "webhook", "billing")], vec!["secret"])
    );
    assert_eq!(secrets().await, 2, "both sign for a day");
    assert!(!parts.apply(&rotated).await.changed);
    let edited = rotated.replace("user.*", "client.*") + "paused = true\n";
    assert_eq!(members(&parts.apply(&edited).await, 0), ["events", "status"]);
    let stored = stored_webhooks::find(&parts.admin(), &tenant, &id).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.events), (Status::Paused, vec!["client.*".to_owned()]));
    assert!(!parts.apply(&edited).await.changed);
    assert!(!parts.apply(&edited.replace("paused = true\n", "")).await.changed, "what is not named stays");
    let gone = "[[webhooks]]\nwebhook_id = \"billing\"\nabsent = true\n";
    assert_eq!(actions(&parts.apply(gone).await), [("delete", "webhook", "billing")]);
    assert!(!parts.apply(gone).await.changed);
}

#[tokio::test]
async fn a_webhook_that_cannot_be_is_told_before_anything_is_written() {
    let parts = sending().await;
    for (from, to, fault) in [
        ("secret_env = \"HOOK_SECRET\"\n", "", "webhooks[0].secret_file: is missing"),
        ("user.*", "usr.*", "webhooks[0].events: "),
        ("https://hooks.example.com", "https://10.0.0.1", "webhooks[0].url: "),
        ("https://hooks", "http://hooks", "webhooks[0].url: is not https"),
        ("url = ", "uri = ", "webhooks[0].uri: unknown field"),
    ] {
        let faults = faults(&parts, &BILLING.replace(from, to)).await;
        assert!(faults.iter().any(|found| found.contains(fault)), "{fault} in {faults:?}");
    }
    let off = Parts::new().await;
    let faults = faults(&off, BILLING).await;
    assert!(faults.iter().any(|found| found.contains("events.webhooks is false")), "{faults:?}");
}
