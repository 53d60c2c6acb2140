//! Delivery of logout tokens (OpenID Connect Back-Channel Logout 1.0 2.5, 2.8): repeated until one arrives, and never
//! held up by another client.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use credenza_tests::{Browser, Provider, RelyingParty, Reply, claims_of};

use crate::oidc::backchannel_logout::{SILENCE, World, token};

#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_8_what_the_client_answers_decides_whether_it_is_told_again() {
    let world = World::new().await;
    for (number, status) in [200, 204, 400].into_iter().enumerate() {
        let path = format!("/{status}");
        let mut seat = world.seat(&path).await;
        world.outside.reply(&path, Reply::ok("text/plain", "").status(status));
        seat.sign_out(&world.op).await;
        world.calls(&path, 1).await;
        world.assert_over().await;
        let all = world.counted("told") + world.counted("refused");
        assert_eq!(all, u64::try_from(number).unwrap() + 1);
    }
    assert_eq!((world.counted("told"), world.counted("refused")), (2, 1));
    for status in [302, 404, 500, 503] {
        let path = format!("/{status}");
        let mut seat = world.seat(&path).await;
        world.outside.reply(&path, Reply::ok("text/plain", "").status(status).header("location", "/200"));
        seat.sign_out(&world.op).await;
        world.calls(&path, 1).await;
        tokio::time::sleep(SILENCE).await;
        world.calls(&path, 1).await;
        world.outside.serve(&path, "text/plain", "");
        world.op.pass(11);
        let tokens: Vec<_> = world.calls(&path, 2).await.iter().map(token).collect();
        let [first, second] = [claims_of(&tokens[0]), claims_of(&tokens[1])];
        assert_ne!(first["jti"], second["jti"], "a token of its own");
        assert_eq!(second["iat"], world.op.now());
        assert_eq!(first["sid"], second["sid"]);
        world.assert_over().await;
    }
    world.op.pass(10_000);
    tokio::time::sleep(SILENCE).await;
    assert_eq!(world.outside.requests().len(), 3 + 4 * 2);
}

/// A client that is unreachable for a while is told when it is back; one that stays away is given up.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_8_a_client_that_is_away_is_told_when_it_is_back_or_given_up() {
    let world = World::new().await;
    let mut seat = world.seat("/away").await;
    world.outside.reply("/away", Reply::ok("text/plain", "").status(503));
    seat.sign_out(&world.op).await;
    for attempt in 1..=10 {
        world.calls("/away", attempt).await;
        if attempt < 10 {
            assert_eq!(world.op.state.store.logouts.pending().await.unwrap(), 1);
        }
        // The next attempt is recorded before the call is made.
        world.op.pass(601);
    }
    world.assert_over().await;
    assert_eq!((world.counted("failed"), world.counted("given_up")), (9, 1));
    tokio::time::sleep(SILENCE).await;
    world.calls("/away", 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_answer_keeps_no_other_waiting() {
    let world = World::new().await;
    let mut seat = world.seat("/dead").await;
    world.outside.reply("/dead", Reply::ok("text/plain", "").after(Duration::from_secs(60)));
    for _ in 0..8 {
        world.sign_in(&seat.rp, &mut Browser::new()).await;
    }
    let uri = world.outside.url_at("other.test", "/alive");
    world.outside.serve("/alive", "text/plain", "");
    let alive = RelyingParty::register(&world.op, |client| client.backchannel_logout_uri = Some(uri)).await;
    world.sign_in(&alive, &mut seat.browser).await;
    let tenant = world.op.default_tenant().await;
    let (sessions, now) = (&world.op.state.store.sessions, world.op.state.clock.now());
    let began = Instant::now();
    assert_eq!(sessions.end_all(&tenant, &world.alice.user_id, now).await.unwrap(), 9);
    assert_eq!(world.told("/alive", 1).await[0]["sid"], seat.sid());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(world.op.state.store.logouts.pending().await.unwrap() >= 8);
}

/// Nodes share the queue: each attempt is made by one of them.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_tell_once() {
    let world = World::new().await;
    let other = Provider::builder()
        .store(world.op.state.store.clone())
        .clock(Arc::clone(&world.op.clock))
        .issuer(&world.op.issuer)
        .start()
        .await;
    let mut sids = BTreeSet::new();
    let rp = world.client("/told", |_| ()).await;
    for _ in 0..12 {
        let tokens = world.sign_in(&rp, &mut Browser::new()).await;
        sids.insert(claims_of(tokens.id())["sid"].as_str().unwrap().to_owned());
    }
    let tenant = world.op.default_tenant().await;
    let (sessions, now) = (&world.op.state.store.sessions, world.op.state.clock.now());
    sessions.end_all(&tenant, &world.alice.user_id, now).await.unwrap();
    other.state.logouts.notify_one();
    world.op.state.logouts.notify_one();
    let told = world.told("/told", 12).await;
    world.assert_over().await;
    let told: BTreeSet<_> = told.iter().map(|claims| claims["sid"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, sids, "each once");
}
