//! What one address, or one client, can take up, and that nobody else notices it.

use std::sync::Arc;
use std::time::Duration;

use credenza::config::{EgressConfig, Limits};
use credenza_tests::{
    Outside, Provider, RelyingParty, Reply, Request, Response, Stall, egress, stalling_store,
};
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;
use url::form_urlencoded::byte_serialize;

use super::raw::{FAR, address, ask, connect, get, metric, rest, status, until};

/// A client whose request objects are at a host that takes so long, and requests that name one each.
async fn slow_host(op: &Provider, delay: Duration) -> (Outside, RelyingParty, [String; 4]) {
    let outside = Outside::start().await;
    outside.reply("/slow", Reply::ok("application/jwt", "x").after(delay));
    let rp = RelyingParty::confidential(op).await;
    let uris = [1, 2, 3, 4].map(|number| outside.url(&format!("/slow?{number}")));
    rp.update(op, |record| record.client.request_uris = uris.to_vec()).await;
    let requests = uris.map(|uri| {
        let uri: String = byte_serialize(uri.as_bytes()).collect();
        let query = format!("scope=openid&response_type=code&request_uri={uri}");
        let target = format!("/authorize?client_id={}&{query}", rp.client_id());
        format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    });
    (outside, rp, requests)
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_requests_that_wait_for_a_slow_host_hold_no_place() {
    // Fewer places than there are requests that wait.
    let limits = Limits { requests: 4, address_percent: 50, ..Limits::default() };
    let op = Arc::new(Provider::builder().limits(limits).start().await);
    let alice = op.user("alice").await;
    let (outside, rp, requests) = slow_host(&op, Duration::from_secs(4)).await;
    let mut waiting = JoinSet::new();
    for number in 0..60 {
        let (op, request) = (Arc::clone(&op), requests[number % 4].clone());
        waiting.spawn(async move { ask(&op, 2, &request).await });
        // One after the other, so that none is refused because it arrives with all the others.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    until("the host is asked", || !outside.requests_for("/slow").is_empty()).await;
    for from in 3..8 {
        assert_eq!(get(&op, from, "/jwks").await, 200);
    }
    rp.sign_in(&op, &alice).await;
    let mut answers = vec![];
    while let Some(answer) = waiting.join_next().await {
        answers.push(status(&answer.unwrap()));
    }
    // Hardly anybody was turned away: those who wait are far more than there are places.
    let have_waited = answers.iter().filter(|status| **status == 400).count();
    assert!(have_waited > 50 && answers.iter().all(|status| matches!(status, 400 | 429)), "{answers:?}");
    assert_eq!(get(&op, 2, "/jwks").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_connections_of_one_address_make_room_for_each_other_only() {
    const DISPLACED: &str = "credenza_connections_closed_total{reason=\"displaced\"}";
    const OPEN: &str = "credenza_connections_open";
    let limits = Limits { connections: 100, ..Limits::default() };
    let op = Provider::builder().limits(limits).start().await;
    let mut honest = connect(&op, 3).await;
    let mut idle = vec![];
    for _ in 0..150 {
        idle.push(connect(&op, 2).await);
    }
    until("the oldest are closed", || metric(&op, DISPLACED) > 100.0 && metric(&op, OPEN) < 20.0).await;
    // Who came first from elsewhere is still there, and who comes now gets in.
    let ask_on = b"GET /jwks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    honest.write_all(ask_on).await.unwrap();
    assert_eq!(status(&rest(&mut honest).await), 200);
    for from in [2, 4] {
        assert_eq!(get(&op, from, "/jwks").await, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_addresses_together_leave_room_for_another() {
    let limits = Limits { connections: 60, ..Limits::default() };
    let op = Provider::builder().limits(limits).start().await;
    let mut idle = vec![];
    for from in 10..40 {
        for _ in 0..20 {
            idle.push(connect(&op, from).await);
        }
    }
    for from in 2..6 {
        assert_eq!(get(&op, from, "/jwks").await, 200);
    }
}

/// A few connections are kept for processes of this machine, which can learn on them how the server is, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_while_every_connection_is_busy() {
    const REFUSED: &str = "credenza_connections_closed_total{reason=\"refused\"}";
    let limits =
        Limits { connections: 4, address_percent: 100, request_timeout: FAR * 2, ..Limits::default() };
    let patient = EgressConfig { timeout: FAR * 2, ..egress() };
    let op = Provider::builder().limits(limits).egress(patient).start().await;
    let (outside, _, requests) = slow_host(&op, FAR).await;
    let mut busy = vec![];
    for request in requests {
        let mut stream = connect(&op, 2).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        busy.push(stream);
    }
    until("all are busy", || outside.requests_for("/slow").len() == 4).await;
    for (path, expected) in [("/readyz", 200), ("/livez", 200), ("/jwks", 503)] {
        let answer = Request::get(op.at(path)).send().await;
        assert_eq!(answer.status, expected, "{path}");
    }
    let mut stranger = connect(&op, 3).await;
    let _ = stranger.write_all(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(rest(&mut stranger).await, "");
    assert!(metric(&op, REFUSED) > 0.5);
    drop(busy);
    until("there is room again", || metric(&op, "credenza_connections_open") < 0.5).await;
    assert_eq!(get(&op, 3, "/jwks").await, 200);
}

const SHED_BY_CLIENT: &str = "credenza_requests_shed_total{reason=\"requests_of_client\"}";
/// Half of the places that there are.
const HALF: u8 = 8;

/// A provider of which one client may use half, while its requests about opaque tokens do not end.
async fn stalled() -> (Provider, Stall) {
    let (store, stall) = stalling_store().await;
    let requests = usize::from(2 * HALF);
    let limits = Limits { requests, address_percent: 100, client_percent: 50, ..Limits::default() };
    (Provider::builder().store(store).limits(limits).start().await, stall)
}

/// Requests about a token that do not end, each from an address of its own.
async fn stuck(stall: &Stall, asked: impl Fn() -> Request, count: u8) -> JoinSet<Response> {
    let mut stuck = JoinSet::new();
    for number in 0..count {
        let begun = stall.begun();
        stuck.spawn(asked().from(address(10 + number)).send());
        until("it waits", || stall.begun() > begun).await;
    }
    stuck
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_one_client_leaves_room_from_however_many_addresses() {
    let (op, stall) = stalled().await;
    let (greedy, other) = (RelyingParty::confidential(&op).await, RelyingParty::confidential(&op).await);
    let about = |rp: &RelyingParty, path: &str| rp.call(&op, path, &[("token", "opaque")]);
    let mut waiting = stuck(&stall, || about(&greedy, "/introspect"), HALF).await;
    let machine = [("grant_type", "client_credentials")];
    for (number, path) in (1..).zip(["/introspect", "/revoke", "/token"]) {
        let request = if path == "/token" { greedy.call(&op, path, &machine) } else { about(&greedy, path) };
        let refused = request.from(address(100 + number)).send().await;
        refused.assert_refused(503, "temporarily_unavailable");
        assert!(refused.headers.contains_key("retry-after"), "{path}");
        assert!((metric(&op, SHED_BY_CLIENT) - f64::from(number)).abs() < 0.5, "{path}");
    }
    // What needs no client, and another client, find room; and who only says to be that client is nobody.
    assert_eq!(get(&op, 3, "/jwks").await, 200);
    assert_eq!(other.token(&op, &machine).await.status, 200);
    let liar = Request::form(op.at("/token"), &machine).basic(greedy.client_id(), "wrong").send().await;
    liar.assert_refused(401, "invalid_client");
    waiting.spawn(about(&other, "/introspect").send());
    until("the other waits as well", || stall.begun() == usize::from(HALF) + 1).await;
    stall.end();
    while let Some(answer) = waiting.join_next().await {
        assert_eq!(answer.unwrap().status, 200);
    }
    assert_eq!(greedy.token(&op, &machine).await.status, 200);
}

/// Anybody can name a public client: if it had a share, anybody could use that up.
#[tokio::test(flavor = "multi_thread")]
async fn a260_nobody_takes_the_place_of_a_public_client() {
    let (op, stall) = stalled().await;
    let rp = RelyingParty::public(&op).await;
    let about = || rp.call(&op, "/revoke", &[("token", "opaque")]);
    let mut waiting = stuck(&stall, about, HALF + 4).await;
    assert!(metric(&op, SHED_BY_CLIENT) < 0.5);
    stall.end();
    while let Some(answer) = waiting.join_next().await {
        assert_eq!(answer.unwrap().status, 200);
    }
}
