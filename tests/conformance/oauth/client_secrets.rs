//! Chart 850: Several secrets of a client | each with an end; a client changes from one to the next without a refusal

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use credenza_protocol::admin_roles::everything;
use credenza_protocol::client::GrantType;
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{Administrator, Provider, Registrant, RelyingParty, Request, assertion, at_once, setup};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};
use tokio::sync::RwLock;

const MACHINE: (&str, &str) = ("grant_type", "client_credentials");
/// Every endpoint that a client authenticates at.
const DOORS: [(&str, (&str, &str)); 3] =
    [("/token", MACHINE), ("/introspect", ("token", "x")), ("/revoke", ("token", "x"))];

/// An operator who may do everything.
async fn operator(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

fn secrets_of(client_id: &str) -> String {
    format!("/clients/{client_id}/secrets")
}

/// A new secret of the client: its id, and itself.
async fn create(op: &Provider, who: &Administrator, client_id: &str, body: Value) -> (String, String) {
    let made = who.post(op, &secrets_of(client_id), &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
    (text("secret_id"), text("client_secret"))
}

/// The id of the only secret of the client.
async fn only(op: &Provider, who: &Administrator, client_id: &str) -> String {
    let listed = who.get(op, &secrets_of(client_id)).await.json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    listed["items"][0]["secret_id"].as_str().unwrap().to_owned()
}

async fn delete(op: &Provider, who: &Administrator, client_id: &str, secret_id: &str) {
    let path = format!("{}/{secret_id}", secrets_of(client_id));
    assert_eq!(who.request(op, "DELETE", &path).send().await.status, 204);
}

/// Whether that secret opens each door, by HTTP Basic and in the form.
async fn assert_opens(op: &Provider, client_id: &str, secret: &str, opens: bool) {
    for (path, field) in DOORS {
        let basic = Request::form(op.at(path), &[field]).basic(client_id, secret);
        let fields = [field, ("client_id", client_id), ("client_secret", secret)];
        for request in [basic, Request::form(op.at(path), &fields)] {
            let answer = request.send().await;
            if opens {
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            } else {
                answer.assert_refused(401, "invalid_client");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_secret_opens_every_door_until_its_end() {
    let (op, _, rp) = setup().await;
    let who = operator(&op).await;
    let (id, old) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let first = only(&op, &who, id).await;
    let (_, next) = create(&op, &who, id, json!({})).await;
    let (_, short) = create(&op, &who, id, json!({ "expires_at": op.now() + 60 })).await;
    for secret in [old, &next, &short] {
        assert_opens(&op, id, secret, true).await;
    }
    assert_opens(&op, id, &format!("{old}x"), false).await;
    op.pass(59);
    assert_opens(&op, id, &short, true).await;
    op.pass(1);
    assert_opens(&op, id, &short, false).await;
    let expire = format!("{}/{first}/expire", secrets_of(id));
    let changed = who.post(&op, &expire, &json!({ "expires_at": op.now() + 10 })).await;
    assert_eq!(changed.json()["expires_at"], op.now() + 10, "{}", changed.text());
    assert_opens(&op, id, old, true).await;
    op.pass(10);
    assert_opens(&op, id, old, false).await;
    assert_opens(&op, id, &next, true).await;
    // A time that has passed is now.
    let (brief, gone) = create(&op, &who, id, json!({})).await;
    assert_opens(&op, id, &gone, true).await;
    let expire = format!("{}/{brief}/expire", secrets_of(id));
    assert_eq!(who.post(&op, &expire, &json!({ "expires_at": 0 })).await.status, 200);
    assert_opens(&op, id, &gone, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_secret_is_dead_at_once_and_the_others_live() {
    let (op, _, rp) = setup().await;
    let who = operator(&op).await;
    let (id, old) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let first = only(&op, &who, id).await;
    let (second, next) = create(&op, &who, id, json!({})).await;
    assert_opens(&op, id, old, true).await;
    delete(&op, &who, id, &first).await;
    assert_opens(&op, id, old, false).await;
    assert_opens(&op, id, &next, true).await;
    // The last one goes only if somebody insists.
    let last = format!("{}/{second}", secrets_of(id));
    who.request(&op, "DELETE", &last).send().await.assert_problem(409, "conflict");
    assert_opens(&op, id, &next, true).await;
    assert_eq!(who.request(&op, "DELETE", &format!("{last}?force=true")).send().await.status, 204);
    assert_opens(&op, id, &next, false).await;
    // One that is rotated takes the place of all.
    let (_, third) = create(&op, &who, id, json!({})).await;
    let rotated = who.request(&op, "POST", &format!("/clients/{id}/secret")).send().await.json();
    assert_opens(&op, id, &third, false).await;
    assert_opens(&op, id, rotated["client_secret"].as_str().unwrap(), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_a_client_changes_its_secret_without_a_refusal() {
    let (op, _, rp) = setup().await;
    let who = operator(&op).await;
    let op = Arc::new(op);
    let id = rp.client_id().to_owned();
    let mut current = only(&op, &who, &id).await;
    // What the application uses: it changes when nothing is under way with the old one.
    let application = Arc::new(RwLock::new(rp));
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load = (0..8).map(|_| {
        let (op, application) = (Arc::clone(&op), Arc::clone(&application));
        let (stop, asked) = (Arc::clone(&stop), Arc::clone(&asked));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let rp = application.read().await;
                let answer = rp.token(&op, &[MACHINE]).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                asked.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let load: Vec<_> = load.collect();
    for turn in 1..=12 {
        let (next, secret) = create(&op, &who, &id, json!({})).await;
        application.write().await.secret = Some(secret);
        delete(&op, &who, &id, &current).await;
        current = next;
        while asked.load(Ordering::Relaxed) < turn * 8 {
            tokio::task::yield_now().await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for worker in load {
        worker.await.unwrap();
    }
    assert_eq!(only(&op, &who, &id).await, current);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_may_be_signed_with_each_secret() {
    let (op, _, _) = setup().await;
    let who = operator(&op).await;
    let (rp, first) = RelyingParty::with_secret_jwt(&op, Algorithm::HS512).await;
    let id = rp.client_id();
    let (second, next) = create(&op, &who, id, json!({ "expires_at": op.now() + 600 })).await;
    let next = SigningKey::from_secret(Algorithm::HS512, next.as_bytes()).unwrap();
    let other = SigningKey::from_secret(Algorithm::HS512, &[7; 64]).unwrap();
    let by = async |key: &SigningKey| {
        let asserted = assertion(key, id, &op.issuer, op.now(), |_| ());
        rp.assert_token(&op, &asserted).await
    };
    for key in [&first, &next] {
        assert_eq!(by(key).await.status, 200);
    }
    by(&other).await.assert_refused(401, "invalid_client");
    op.pass(600);
    by(&next).await.assert_refused(401, "invalid_client");
    assert_eq!(by(&first).await.status, 200);
    let who = operator(&op).await;
    let (third, last) = create(&op, &who, id, json!({})).await;
    let last = SigningKey::from_secret(Algorithm::HS512, last.as_bytes()).unwrap();
    assert_ne!(third, second);
    let listed = who.get(&op, &secrets_of(id)).await.json();
    let made = listed["items"].as_array().unwrap().iter().find(|one| one["secret_id"] == "made").unwrap();
    delete(&op, &who, id, made["secret_id"].as_str().unwrap()).await;
    by(&first).await.assert_refused(401, "invalid_client");
    assert_eq!(by(&last).await.status, 200);
    // Sent as they are, they are no credentials of this client.
    let token = Request::form(op.at("/token"), &[MACHINE]).basic(id, rp.secret.as_deref().unwrap());
    token.send().await.assert_refused(401, "invalid_client");
}

/// RFC 7591 3.2.1: what a client that registered itself is told of its secret, which is one of several by then.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_1_a_registered_client_is_told_when_its_secret_ends() {
    let op = Provider::open_to_clients().await;
    let who = operator(&op).await;
    let client = Registrant::with(&op, json!({})).await;
    let (id, own) = (client.get("client_id"), client.get("client_secret"));
    let expires_at =
        async || client.manage(&op, "GET").send().await.json()["client_secret_expires_at"].clone();
    assert_eq!(expires_at().await, 0);
    let first = only(&op, &who, id).await;
    let end = op.now() + 60;
    let expire = format!("{}/{first}/expire", secrets_of(id));
    assert_eq!(who.post(&op, &expire, &json!({ "expires_at": end })).await.status, 200);
    assert_eq!(expires_at().await, end);
    let (_, next) = create(&op, &who, id, json!({ "expires_at": end + 60 })).await;
    assert_eq!(expires_at().await, end + 60, "when it has none any more");
    // RFC 7592 2.2: each one that lives proves that the client knows its secret, and no other.
    let put = async |secret: &str| {
        client.put(&op, &client.metadata(json!({ "client_secret": secret }))).send().await
    };
    for secret in [own, &next] {
        assert_eq!(put(secret).await.status, 200);
    }
    op.pass(60);
    put(own).await.assert_refused(400, "invalid_client_metadata");
    let kept = put(&next).await;
    assert_eq!(kept.status, 200);
    assert!(kept.json().get("client_secret").is_none());
    // A client that has none left is given one by its next update.
    op.pass(60);
    let renewed = client.put(&op, &client.metadata(json!({}))).send().await.json();
    assert_eq!(renewed["client_secret_expires_at"], 0, "{renewed}");
    let answer = Request::form(op.at("/introspect"), &[("token", "x")])
        .basic(id, renewed["client_secret"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_make_secrets_no_more_succeed_than_there_may_be() {
    let (op, _, rp) = setup().await;
    let who = operator(&op).await;
    let (id, old) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let path = secrets_of(id);
    let requests = (0..16).map(|_| who.with_body(&op, "POST", &path, &json!({})));
    let answers = at_once(requests.collect::<Vec<_>>()).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 4, "beside the one that there was");
    refused.iter().for_each(|answer| answer.assert_problem(409, "conflict"));
    assert_eq!(who.get(&op, &path).await.json()["items"].as_array().map(Vec::len), Some(5));
    for answer in made {
        assert_opens(&op, id, answer.json()["client_secret"].as_str().unwrap(), true).await;
    }
    assert_opens(&op, id, old, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_method_takes_the_secrets_that_it_can_use() {
    let (op, _, _) = setup().await;
    let who = operator(&op).await;
    let rp = RelyingParty::register(&op, |client| {
        client.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
        // What the settings allow, since each change is checked as a whole.
        client.grant_types = vec![GrantType::ClientCredentials];
        client.response_types.clear();
    })
    .await;
    let id = rp.client_id();
    let (_, second) = create(&op, &who, id, json!({})).await;
    let client = format!("/clients/{id}");
    let change = async |method: &str| {
        let changes = json!({ "token_endpoint_auth_method": method });
        let answer = who.patch(&op, &client, "*", &changes).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    assert!(change("client_secret_post").await.get("client_secret").is_none(), "they will do");
    let fields = [MACHINE, ("client_id", id), ("client_secret", &second)];
    assert_eq!(Request::form(op.at("/token"), &fields).send().await.status, 200);
    // An HMAC needs a secret that is kept whole, which these are no more.
    assert!(change("client_secret_jwt").await["client_secret"].is_string());
    only(&op, &who, id).await;
}
