//! Chart 955: Service accounts that end | dead in the next call, though the token was seen alive in the same second: revoked by itself, disabled, deleted, with its tenant; at another node too

use std::sync::Arc;
use std::time::Duration;

use credenza_protocol::ids::ClientId;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::{Counters, Options, open};
use credenza_tests::node::Scratch;
use credenza_tests::{Administrator, Provider};
use tokio::time::sleep;

use credenza::clock::Clock as _;

const SCOPE: &str = "admin:users:read";
const USERS: &str = "/users?limit=1";

/// Lets an account be seen alive, and again.
async fn seen_alive(op: &Provider, who: &Administrator) {
    for _ in 0..3 {
        assert_eq!(who.get(op, USERS).await.status, 200);
    }
}

async fn revoke(op: &Provider, who: &Administrator) {
    let revoked = who.client.call(op, "/revoke", &[("token", &who.token)]).send().await;
    assert_eq!(revoked.status, 200, "{}", revoked.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ends_is_refused_in_the_next_call() {
    for end in ["revoked", "disabled", "deleted", "tenant disabled"] {
        let op = Provider::start().await;
        op.tenant("acme").await;
        let tenant = op.tenant_id("acme").await;
        let who = Administrator::service_of(&op, "acme", SCOPE).await;
        let other = Administrator::service_of(&op, "acme", SCOPE).await;
        seen_alive(&op, &who).await;
        seen_alive(&op, &other).await;
        let store = &op.state.store;
        let id = ClientId::new(who.client.client_id());
        match end {
            "revoked" => revoke(&op, &who).await,
            "disabled" => {
                assert!(store.clients.set_disabled(&tenant, &id, Some(op.clock.now())).await.unwrap())
            }
            "deleted" => assert!(store.clients.delete(&tenant, &id, op.clock.now()).await.unwrap()),
            _ => assert!(store.tenants.set_disabled(&tenant, Some(op.clock.now())).await.unwrap()),
        }
        let refused = who.get(&op, USERS).await;
        let others = other.get(&op, USERS).await;
        match end {
            "tenant disabled" => assert_eq!((refused.status.as_u16(), others.status.as_u16()), (404, 404)),
            _ => {
                refused.assert_problem(401, "unauthenticated");
                assert_eq!(others.status, 200, "{end}: another account goes on");
            }
        }
    }
}

/// Enabled again, what was issued before stays dead.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_before_does_not_live_again() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, SCOPE).await;
    seen_alive(&op, &who).await;
    who.client.set_enabled(&op, false).await;
    who.client.set_enabled(&op, true).await;
    who.get(&op, USERS).await.assert_problem(401, "unauthenticated");
}

/// A node that has not made the change itself sees it within a moment: five milliseconds, and here a hundred times as many.
#[tokio::test(flavor = "multi_thread")]
async fn another_node_refuses_it_too() {
    let folder = Scratch::new();
    let url = format!("sqlite:{}", folder.path().join("nodes.db").display());
    let one = Provider::builder().database_url(&url).start().await;
    let two = Provider::builder().database_url(&url).issuer(&one.issuer).clock(one.clock.clone());
    let two = two.start().await;
    let who = Administrator::service(&one, SCOPE).await;
    let other = Administrator::service(&one, SCOPE).await;
    for op in [&one, &two] {
        seen_alive(op, &who).await;
        seen_alive(op, &other).await;
    }
    revoke(&one, &who).await;
    who.get(&one, USERS).await.assert_problem(401, "unauthenticated");
    sleep(Duration::from_millis(500)).await;
    who.get(&two, USERS).await.assert_problem(401, "unauthenticated");
    seen_alive(&two, &other).await;
    let tenant = one.tenant_id(DEFAULT_TENANT).await;
    let id = ClientId::new(other.client.client_id());
    assert!(two.state.store.clients.set_disabled(&tenant, &id, Some(one.clock.now())).await.unwrap());
    other.get(&two, USERS).await.assert_problem(401, "unauthenticated");
    sleep(Duration::from_millis(500)).await;
    other.get(&one, USERS).await.assert_problem(401, "unauthenticated");
}

/// What the token depends on is read once in a second; what is asked for, each time.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_costs_one_read() {
    let counters = Arc::new(Counters::default());
    let options = Options { counters: Arc::clone(&counters), ..Options::default() };
    let store = open("sqlite::memory:", options).await.unwrap();
    let op = Provider::builder().store(store).start().await;
    let alice = op.user("alice").await;
    let who = Administrator::service(&op, SCOPE).await;
    let path = format!("/users/{}", alice.user_id);
    // The least of several: now and then the revision is looked at as well.
    let reads = async |seconds: i64| {
        let mut least = u64::MAX;
        for _ in 0..8 {
            op.pass(seconds);
            let before = counters.reads();
            assert_eq!(who.get(&op, &path).await.status, 200);
            least = least.min(counters.reads() - before);
        }
        least
    };
    let again = reads(0).await;
    assert!(again <= 2, "{again}");
    assert_eq!(reads(1).await, again + 1);
}
