//! Chart 587: Devices of native applications | registered, listed, changed and removed by /api/v1/me/devices; bound to the grant, and dead with it; push tokens encrypted at rest and told to their own application alone; bounded; events; the admin API

use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::device::MOST;
use credenza_tests::{Administrator, Browser, OwnAccount, Provider};
use serde_json::{Value, json};

const PUSH: &str = "fcm:APA91bHPRgk-a-push-token";

fn phone() -> Value {
    json!({"name": "Ada's phone", "platform": "ios", "app_version": "4.2.0", "push_token": PUSH})
}

async fn made(op: &Provider, own: &OwnAccount, device: &Value) -> Value {
    let answer = own.post(op, "/me/devices", device).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn path(device: &Value) -> String {
    format!("/me/devices/{}", device["device_id"].as_str().unwrap())
}

async fn count(op: &Provider, own: &OwnAccount) -> usize {
    own.get(op, "/me/devices").await.json()["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_registered_changed_and_removed() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let answer = own.post(&op, "/me/devices", &phone()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let device = answer.json();
    assert_eq!(answer.header("location"), format!("{}/api/v1{}", op.issuer, path(&device)));
    for (name, value) in [
        ("name", json!("Ada's phone")),
        ("platform", json!("ios")),
        ("app_version", json!("4.2.0")),
        ("push_token", json!(PUSH)),
        ("current", json!(true)),
        ("client_id", json!(own.client.client_id())),
    ] {
        assert_eq!(device[name], value, "{name}");
    }
    let read = own.get(&op, &path(&device)).await;
    assert_eq!(read.json(), device);
    let etag = read.header("etag").to_owned();
    let unguarded =
        own.request(&op, "PATCH", &path(&device)).header("content-type", "application/merge-patch+json");
    unguarded.body(r#"{"name": "x"}"#).send().await.assert_problem(428, "precondition-required");
    let change = json!({"name": "Tablet", "push_token": null});
    let changed = own.patch(&op, &path(&device), &etag, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!((&changed.json()["name"], &changed.json()["push_token"]), (&json!("Tablet"), &Value::Null));
    assert_eq!(changed.json()["app_version"], "4.2.0", "what is not named stays");
    own.patch(&op, &path(&device), &etag, &change).await.assert_problem(412, "stale");
    assert_eq!(own.delete(&op, &path(&device)).await.status, 204);
    own.delete(&op, &path(&device)).await.assert_problem(404, "not-found");
    assert_eq!(count(&op, &own).await, 0);
    assert_eq!(own.get(&op, "/me").await.status, 200, "the application stays signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_device_is_refused() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    for (member, value) in [
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(101))),
        ("platform", json!("beos")),
        ("app_version", json!("x".repeat(51))),
        ("push_token", json!("")),
        ("push_token", json!("two words")),
        ("push_token", json!("x".repeat(4097))),
        ("user_id", json!("somebody")),
        ("client_id", json!("another")),
    ] {
        let mut body = phone();
        body[member] = value;
        let refused = own.post(&op, "/me/devices", &body).await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/{member}"), "{}", refused.text());
    }
    assert_eq!(count(&op, &own).await, 0);
    made(&op, &own, &json!({"name": "Browser", "platform": "web"})).await;
}

/// Of one grant there is one device, and of one person and application so many.
#[tokio::test(flavor = "multi_thread")]
async fn devices_are_replaced_and_bounded() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let first = made(&op, &own, &phone()).await;
    let second = made(&op, &own, &phone()).await;
    assert_ne!(first["device_id"], second["device_id"]);
    assert_eq!(count(&op, &own).await, 1);
    for n in 1..MOST {
        let again = OwnAccount::by(&op, own.client.clone(), &ada, "openid account").await;
        made(&op, &again, &json!({"name": format!("Phone {n}"), "platform": "android"})).await;
    }
    let more = OwnAccount::by(&op, own.client.clone(), &ada, "openid account").await;
    let refused = more.post(&op, "/me/devices", &json!({"name": "One more", "platform": "android"})).await;
    refused.assert_problem(409, "conflict");
    assert!(refused.json()["detail"].as_str().unwrap().contains(&MOST.to_string()));
    assert_eq!(count(&op, &own).await, usize::try_from(MOST).unwrap());
    // The same device, once more: known by its push token.
    made(&op, &more, &phone()).await;
    assert_eq!(count(&op, &own).await, usize::try_from(MOST).unwrap());
    // Another application of the same person has room of its own.
    made(&op, &OwnAccount::of(&op, &ada).await, &phone()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_token_is_told_to_its_own_application_alone_and_encrypted_at_rest() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let (own, other) = (OwnAccount::of(&op, &ada).await, OwnAccount::of(&op, &ada).await);
    let device = made(&op, &own, &phone()).await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    let devices = format!("/users/{}/devices", ada.user_id);
    for answer in [
        other.get(&op, "/me/devices").await,
        other.get(&op, &path(&device)).await,
        script.get(&op, &devices).await,
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.text().contains("Ada's phone") && !answer.text().contains(PUSH), "{}", answer.text());
    }
    other.patch(&op, &path(&device), "*", &json!({"name": "Mine"})).await.assert_problem(404, "not-found");
    // The same application on another device of the person is told.
    let second = OwnAccount::by(&op, own.client.clone(), &ada, "openid account").await;
    assert_eq!(second.get(&op, &path(&device)).await.json()["push_token"], PUSH);
    assert_eq!(second.get(&op, &path(&device)).await.json()["current"], false);
    let tenant = op.default_tenant().await;
    let stored = op
        .state
        .store
        .devices
        .page(&tenant, &ada.user_id, None, None, 9, credenza::clock::Clock::now(op.clock.as_ref()))
        .await;
    let stored = stored.unwrap().remove(0).push_token.unwrap();
    assert!(!stored.sealed.contains(PUSH) && !stored.sealed.contains("fcm"), "{}", stored.sealed);
    // The person may remove it with any application that they let manage their account.
    assert_eq!(other.delete(&op, &path(&device)).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_ends_with_what_its_application_was_granted() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let bound = OwnAccount::of(&op, &ada).await;
    made(&op, &bound, &phone()).await;
    let offline = own.client.authorization().with("scope", "openid offline_access account");
    let tokens = own.client.sign_in_with(&op, &ada, &mut Browser::new(), offline).await;
    let offline = OwnAccount { token: tokens.access_token.clone(), ..own.clone() };
    made(&op, &offline, &json!({"name": "Laptop", "platform": "linux"})).await;
    assert_eq!(count(&op, &own).await, 2);
    let ended = own.delete(&op, "/me/sessions?others=true").await.json();
    assert_eq!(ended, json!({"ended": 2}));
    let left = own.get(&op, "/me/devices").await.json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(
        left["items"][0]["name"], "Laptop",
        "what was granted for good outlives the session, and so does it"
    );
    let revoked = own.client.call(&op, "/revoke", &[("token", tokens.refresh())]).send().await;
    assert_eq!(revoked.status, 200);
    assert_eq!(count(&op, &own).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_and_remove_devices_of_people() {
    let op = Provider::builder().keeping_events().start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let own = OwnAccount::of(&op, &ada).await;
    let device = made(&op, &own, &phone()).await;
    let id = device["device_id"].as_str().unwrap();
    let moderator = Administrator::person(&op, "default", &bob, &[(Role::Moderator, false)]).await;
    let page = moderator.get(&op, &format!("/users/{}/devices?limit=1", ada.user_id)).await.json();
    assert_eq!(page["items"][0]["device_id"], id);
    assert_eq!(page["items"][0]["client_id"], own.client.client_id());
    moderator.get(&op, "/users/nobody/devices").await.assert_problem(404, "not-found");
    let path = format!("/users/{}/devices/{id}", ada.user_id);
    let elsewhere = format!("/users/{}/devices/{id}", bob.user_id);
    moderator.request(&op, "DELETE", &elsewhere).send().await.assert_problem(404, "not-found");
    assert_eq!(moderator.request(&op, "DELETE", &path).send().await.status, 204);
    moderator.request(&op, "DELETE", &path).send().await.assert_problem(404, "not-found");
    assert_eq!(count(&op, &own).await, 0);
    let script = Administrator::service(&op, &everything().to_string()).await;
    let events = script.get(&op, "/events?type=device.").await.json();
    let told: Vec<_> =
        events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert!(told.contains(&"device.registered") && told.contains(&"device.removed"), "{events}");
    assert!(!events.to_string().contains(PUSH));
}

/// What was sent twice is done once.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_may_be_repeated_under_its_key() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let (own, other) = (OwnAccount::of(&op, &ada).await, OwnAccount::of(&op, &ada).await);
    let send = |own: &OwnAccount| {
        let request = own.request(&op, "POST", "/me/devices").header("content-type", "application/json");
        request.header("idempotency-key", "one").body(phone().to_string()).send()
    };
    let (first, again, of_other) = (send(&own).await, send(&own).await, send(&other).await);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_ne!(first.json()["device_id"], of_other.json()["device_id"], "a key belongs to one application");
}
