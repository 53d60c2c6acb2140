//! Events sent to webhooks.
//!
//! Chart 860: Webhooks | Standard Webhooks: signed by each live secret and by the key of the tenant; in the order of a subject, at least once; replay

use std::time::{Duration, Instant};

use credenza_protocol::admin_roles::everything;
use credenza_protocol::ids::UserId;
use credenza_tests::outside::Recorded;
use credenza_tests::{Administrator, Outside, Provider, Reply};
use credenza_validator::webhook::{WebhookSigner, read_secret};
use serde_json::{Value, json};

/// How long a message may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for a message that must not come: longer than one poll of each queue.
const SILENCE: Duration = Duration::from_millis(1800);

/// A provider that sends events to webhooks, and a host where they are.
pub(crate) struct World {
    pub(crate) op: Provider,
    pub(crate) outside: Outside,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self { op: Provider::builder().webhooks().start().await, outside: Outside::start().await }
    }

    /// Somebody who may do everything, with a token of now.
    pub(crate) async fn who(&self) -> Administrator {
        Administrator::service(&self.op, &everything().to_string()).await
    }

    /// A webhook at that path, which answers 200; its id is the path without the slash.
    pub(crate) async fn hook(&self, path: &str, events: &[&str]) -> Value {
        self.outside.serve(path, "text/plain", "");
        self.hook_at(&self.who().await, path, events).await
    }

    pub(crate) async fn hook_at(&self, who: &Administrator, path: &str, events: &[&str]) -> Value {
        let url = self.outside.url(path);
        let body = json!({"webhook_id": path.trim_start_matches('/'), "url": url, "events": events});
        let made = who.post(&self.op, "/webhooks", &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    /// The messages at that path, once there are this many.
    pub(crate) async fn calls(&self, path: &str, count: usize) -> Vec<Recorded> {
        let end = Instant::now() + PATIENCE;
        loop {
            let calls = self.outside.requests_for(path);
            if calls.len() >= count {
                assert_eq!(calls.len(), count, "too many at {path}: {:?}", kinds(&calls));
                return calls;
            }
            assert!(Instant::now() < end, "{} messages at {path}", calls.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// That there are this many messages at that path, and that no other comes.
    pub(crate) async fn no_more(&self, path: &str, count: usize) {
        tokio::time::sleep(SILENCE).await;
        self.calls(path, count).await;
    }

    /// What became of the newest message to that webhook, once it is so.
    pub(crate) async fn newest(&self, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let (who, end) = (self.who().await, Instant::now() + PATIENCE);
        loop {
            let listed = who.get(&self.op, &format!("/webhooks/{id}/deliveries?limit=1")).await;
            assert_eq!(listed.status, 200, "{}", listed.text());
            let newest = listed.json()["items"][0].clone();
            if is_so(&newest) {
                return newest;
            }
            assert!(Instant::now() < end, "{newest}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Disables or enables a user, which is told as `user.disabled` or `user.enabled`.
    pub(crate) async fn disable(&self, user: &UserId, disabled: bool) {
        let tenant = self.op.default_tenant().await;
        let at = disabled.then_some(credenza_protocol::time::Time::from_seconds(self.op.now()));
        assert!(self.op.state.store.users.set_disabled(&tenant, user, at).await.unwrap());
    }
}

/// A header of a message.
pub(crate) fn header<'a>(call: &'a Recorded, name: &str) -> &'a str {
    call.headers[name].to_str().unwrap()
}

/// The event of a message.
pub(crate) fn event(call: &Recorded) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// The types of the events of messages.
pub(crate) fn kinds(calls: &[Recorded]) -> Vec<String> {
    calls.iter().map(|call| event(call)["type"].as_str().unwrap().to_owned()).collect()
}

/// Whether one of the signatures of the message is that of this secret.
fn is_signed_by(call: &Recorded, secret: &Value) -> bool {
    let signer = WebhookSigner::shared(&read_secret(secret.as_str().unwrap()).unwrap()).unwrap();
    let (id, at) = (header(call, "webhook-id"), header(call, "webhook-timestamp").parse().unwrap());
    let expected = signer.sign(id, at, std::str::from_utf8(&call.body).unwrap());
    header(call, "webhook-signature").split(' ').any(|one| one == expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_that_a_webhook_asks_for_arrive_signed() {
    let world = World::new().await;
    let users = world.hook("/users", &["user.*"]).await;
    let exact = world.hook("/exact", &["user.disabled", "group.created"]).await;
    let ada = world.op.user("ada").await;
    let calls = world.calls("/users", 1).await;
    let [call] = <[_; 1]>::try_from(calls).unwrap();
    let told = event(&call);
    assert_eq!((&told["type"], &told["specversion"]), (&json!("user.created"), &json!("1.0")));
    assert_eq!(told["subject"], ada.user_id.as_str());
    assert_eq!(call.method, "POST");
    assert_eq!(header(&call, "content-type"), "application/cloudevents+json; charset=utf-8");
    assert_eq!(header(&call, "webhook-id"), told["id"]);
    assert_eq!(header(&call, "webhook-timestamp"), world.op.now().to_string());
    let signatures: Vec<_> = header(&call, "webhook-signature").split(' ').collect();
    assert_eq!(signatures.len(), 2);
    assert!(signatures[0].starts_with("v1,") && signatures[1].starts_with("v1a,"));
    assert!(is_signed_by(&call, &users["secret"]) && !is_signed_by(&call, &exact["secret"]));
    assert_eq!(users["public_key"], exact["public_key"], "the key is that of the tenant");
    for name in ["authorization", "cookie"] {
        assert!(!call.headers.contains_key(name), "{name}");
    }
    world.disable(&ada.user_id, true).await;
    let calls = world.calls("/exact", 1).await;
    assert_eq!(kinds(&calls), ["user.disabled"]);
    assert!(is_signed_by(&calls[0], &exact["secret"]));
    let calls = world.calls("/users", 2).await;
    assert_eq!(kinds(&calls), ["user.created", "user.disabled"]);
    let newest = world.newest("exact", |newest| newest["state"] == "delivered").await;
    assert_eq!((&newest["attempts"], &newest["status"]), (&json!(1), &json!(200)));
    world.no_more("/exact", 1).await;
    let text = world.op.state.metrics.render();
    assert!(text.contains("credenza_webhook_messages_total{outcome=\"delivered\"} 3"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a200_a_new_secret_signs_beside_the_old_one_until_that_expires() {
    let world = World::new().await;
    let old = world.hook("/users", &["user.created"]).await["secret"].clone();
    let who = world.who().await;
    world.op.user("one").await;
    assert!(is_signed_by(&world.calls("/users", 1).await[0], &old));
    let added = who.post(&world.op, "/webhooks/users/secrets", &json!({"overlap": 60})).await;
    assert_eq!(added.status, 200, "{}", added.text());
    let new = added.json()["secret"].clone();
    world.op.user("two").await;
    let both = world.calls("/users", 2).await.remove(1);
    assert!(is_signed_by(&both, &old) && is_signed_by(&both, &new));
    world.op.pass(60);
    world.op.user("three").await;
    let one = world.calls("/users", 3).await.remove(2);
    assert!(!is_signed_by(&one, &old) && is_signed_by(&one, &new));
}

#[tokio::test(flavor = "multi_thread")]
async fn a202_events_of_one_subject_keep_their_order_and_those_of_others_do_not_wait() {
    let world = World::new().await;
    world.hook("/users", &["user.created", "user.disabled", "user.enabled"]).await;
    world.outside.reply("/users", Reply::ok("text/plain", "").status(500));
    let ada = world.op.user("ada").await;
    world.calls("/users", 1).await;
    world.newest("users", |newest| newest["attempts"] == 1 && newest["status"] == 500).await;
    world.outside.serve("/users", "text/plain", "");
    for disabled in [true, false] {
        world.disable(&ada.user_id, disabled).await;
    }
    let bob = world.op.user("bob").await;
    let calls = world.calls("/users", 2).await;
    assert_eq!(event(&calls[1])["subject"], bob.user_id.as_str());
    world.no_more("/users", 2).await;
    world.op.pass(7);
    let calls = world.calls("/users", 5).await;
    assert_eq!(kinds(&calls[2..]), ["user.created", "user.disabled", "user.enabled"]);
    assert_eq!(header(&calls[0], "webhook-id"), header(&calls[2], "webhook-id"), "sent again under its id");
    assert_ne!(header(&calls[0], "webhook-timestamp"), header(&calls[2], "webhook-timestamp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_sent_again_on_demand() {
    let world = World::new().await;
    world.hook("/users", &["user.created"]).await;
    world.hook("/other", &["client.*"]).await;
    world.op.user("ada").await;
    let first = world.calls("/users", 1).await.remove(0);
    let delivered = world.newest("users", |newest| newest["state"] == "delivered").await;
    let who = world.who().await;
    let path = format!("/webhooks/users/deliveries/{}", delivered["event_id"].as_str().unwrap());
    let whole = who.get(&world.op, &path).await.json();
    assert_eq!(whole["event"], event(&first));
    let retried = who.request(&world.op, "POST", &format!("{path}/retry")).send().await;
    assert_eq!(retried.json()["state"], "pending", "{}", retried.text());
    let second = world.calls("/users", 2).await.remove(1);
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    world.newest("users", |newest| newest["state"] == "delivered").await;
    let now = world.op.now();
    for (span, count) in [
        (json!({"since": now + 1, "until": now + 9}), 0),
        (json!({"since": 0, "until": now}), 0),
        (json!({"since": now, "state": "failed"}), 0),
        (json!({"since": now, "until": now + 1}), 1),
    ] {
        let replayed = who.post(&world.op, "/webhooks/users/replay", &span).await;
        assert_eq!(replayed.json(), json!({"messages": count}), "{span}");
    }
    world.calls("/users", 3).await;
    let test = who.request(&world.op, "POST", "/webhooks/users/test").send().await;
    assert_eq!(test.status, 200, "{}", test.text());
    let last = world.calls("/users", 4).await.remove(3);
    assert_eq!(event(&last)["type"], "webhook.test");
    assert_eq!(event(&last)["data"], json!({"webhook_id": "users"}));
    assert!(kinds(&world.outside.requests_for("/other")).iter().all(|kind| kind.starts_with("client.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_told_of_itself_alone_and_of_nothing_while_it_is_disabled() {
    let world = World::new().await;
    let acme = world.op.tenant("acme").await;
    // That the tenant was made is of the second before, and nothing for a webhook that comes later.
    world.op.pass(1);
    world.hook("/ours", &["user.*"]).await;
    world.outside.serve("/theirs", "text/plain", "");
    let theirs = Administrator::service_of(&world.op, "acme", &everything().to_string()).await;
    let made = world.hook_at(&theirs, "/theirs", &["user.*", "tenant.*"]).await;
    world.op.user("ada").await;
    let eve = world.op.user_of("acme", "eve").await;
    assert_eq!(kinds(&world.calls("/ours", 1).await), ["user.created"]);
    let calls = world.calls("/theirs", 1).await;
    assert_eq!(
        (&event(&calls[0])["tenantid"], &event(&calls[0])["subject"]),
        (&json!(acme), &json!(eve.user_id))
    );
    assert!(is_signed_by(&calls[0], &made["secret"]));
    let who = world.who().await;
    assert_eq!(who.get(&world.op, "/webhooks/theirs").await.status, 404);
    assert_eq!(theirs.get(&world.op, "/webhooks/theirs").await.status, 200);
    let tenants = &world.op.state.store.tenants;
    let now = credenza_protocol::time::Time::from_seconds(world.op.now());
    assert!(tenants.set_disabled(&acme, Some(now)).await.unwrap());
    world.no_more("/theirs", 1).await;
    assert!(tenants.set_disabled(&acme, None).await.unwrap());
    let calls = world.calls("/theirs", 3).await;
    assert_eq!(kinds(&calls[1..]), ["tenant.disabled", "tenant.enabled"], "nothing is lost");
    world.no_more("/ours", 1).await;
}
