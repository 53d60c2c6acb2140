//! Signing keys rotate while tokens are issued and verified: none is refused meanwhile, two servers on one store agree,
//! and no request waits for a key that is being generated.
//!
//! Chart 530: Signing keys | rotated by a schedule or by hand, published before they sign; import from PEM

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use credenza::keys::schedule::{PROPAGATION, Schedule};
use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::version::Version;
use credenza_storage::KeyRecord;
use credenza_tests::{Provider, RelyingParty, Request, Tokens, claims_of, header_of, setup};
use credenza_validator::{Algorithm, JwkSet, Unverified};
use serde_json::Value;

use crate::attacks::at_rest::Folder;

const DAY: i64 = 86_400;
/// Two days per key, with the latest announcement that is allowed.
const SCHEDULE: Schedule = Schedule { rotate_every: Seconds(2 * DAY), publish_before: PROPAGATION };
/// How long a copy of the key set may be cached, as `/jwks` allows.
const MAX_AGE: i64 = 60;
const WORKERS: usize = 4;

/// Two servers with one database, one clock and one issuer.
async fn two_servers(name: &str) -> (Folder, Provider, Provider) {
    let folder = Folder::new(&format!("keys-{name}"));
    let url = folder.url();
    let one = Provider::builder().database_url(&url).schedule(SCHEDULE).start().await;
    let two = Provider::builder().database_url(&url).schedule(SCHEDULE).issuer(&one.issuer);
    let two = two.clock(Arc::clone(&one.clock)).start().await;
    (folder, one, two)
}

/// A verifier of tokens that caches the key set for as long as is allowed.
struct Checker {
    keys: JwkSet,
    fetched_at: i64,
}

impl Checker {
    async fn new(op: &Provider) -> Self {
        let (fetched_at, jwks) = (op.now(), op.jwks().await);
        Self { keys: JwkSet::parse(jwks.to_string().as_bytes()).unwrap(), fetched_at }
    }

    /// Verifies the signature with the cached key set.
    async fn check(&mut self, op: &Provider, token: &str) {
        if op.now() - self.fetched_at > MAX_AGE {
            *self = Self::new(op).await;
        }
        let unverified = Unverified::parse(token).unwrap();
        let algorithm = unverified.header().alg;
        if let Err(error) = unverified.verify(&self.keys, &[algorithm]) {
            let age = op.now() - self.fetched_at;
            panic!("{error}: {}, keys of {age} s ago", header_of(token));
        }
    }
}

/// Issues at one server, and verifies at the other and with a cached key set, until stopped.
async fn work(servers: Arc<[Provider; 2]>, rp: RelyingParty, mut tokens: Tokens, shared: Arc<Shared>) {
    let _end = End(Arc::clone(&shared));
    let mut checker = Checker::new(&servers[0]).await;
    let mut turn = 0;
    // An ID token that is kept until it expires.
    let mut kept = tokens.id().to_owned();
    while !shared.over.load(Ordering::SeqCst) {
        let (here, there) = (&servers[turn % 2], &servers[(turn + 1) % 2]);
        let before = tokens;
        tokens = Tokens::of(&rp.refresh(here, before.refresh()).await);
        for token in [&tokens.access_token, tokens.id(), &before.access_token, before.id()] {
            let is_dead = |now: i64| claims_of(token)["exp"].as_i64().unwrap() <= now;
            // An expired token proves nothing.
            if !is_dead(here.now()) {
                checker.check(there, token).await;
            }
        }
        if claims_of(&kept)["exp"].as_i64().unwrap() <= there.now() {
            tokens.id().clone_into(&mut kept);
        }
        Checker::new(there).await.check(there, &kept).await;
        for token in [&tokens, &before] {
            let answer = rp.userinfo(there, &token.access_token).await;
            let exp = claims_of(&token.access_token)["exp"].as_i64().unwrap();
            assert!(answer.status == 200 || exp <= there.now(), "{}", answer.text());
        }
        turn += 1;
        shared.rounds.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    rounds: AtomicUsize,
}

/// When one worker ends, also by a panic, all do.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    /// Waits until every worker has done about one round.
    async fn round(&self) {
        let before = self.rounds.load(Ordering::SeqCst);
        while self.rounds.load(Ordering::SeqCst) < before + WORKERS && !self.over.load(Ordering::SeqCst) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

async fn keys(op: &Provider) -> Vec<KeyRecord> {
    op.state.store.keys.list(&op.default_tenant().await).await.unwrap()
}

/// What happened to the keys at one moment, in words.
fn states(keys: &[KeyRecord], now: Time) -> Vec<&'static str> {
    let state = |key: &KeyRecord| match key.retire_at {
        Some(_) => "replaced",
        None if key.active_at > now => "published",
        None => "signing",
    };
    let mut states: Vec<_> = keys.iter().filter(|key| key.algorithm == Algorithm::ES256).map(state).collect();
    states.sort_unstable();
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_through_every_state_under_load_and_no_token_is_refused() {
    let (_folder, one, two) = two_servers("rotation").await;
    let alice = one.user("alice").await;
    let rs = |client: &mut Client| client.access_token_signed_response_alg = Algorithm::PS256;
    let mut parties = vec![];
    for n in 0..WORKERS {
        let rp = match n % 2 {
            0 => RelyingParty::confidential(&one).await,
            _ => RelyingParty::register(&one, rs).await,
        };
        let tokens = rp.sign_in(&one, &alice).await;
        parties.push((rp, tokens));
    }
    one.pass(2 * DAY - PROPAGATION.0 - 90);
    let servers = Arc::new([one, two]);
    let shared = Arc::new(Shared::default());
    let workers: Vec<_> = parties
        .into_iter()
        .map(|(rp, tokens)| tokio::spawn(work(Arc::clone(&servers), rp, tokens, Arc::clone(&shared))))
        .collect();
    let [one, two] = servers.as_ref();
    let mut seen: Vec<Vec<&str>> = vec![];
    // Steps of half a minute around changes, longer ones in between.
    let steps = [30; 14].into_iter().chain([300; 290]).chain([30; 4]);
    for step in steps {
        one.pass(step);
        let (first, second) = tokio::join!(one.state.rotate_keys(), two.state.rotate_keys());
        first.unwrap();
        second.unwrap();
        assert_eq!(one.jwks().await, two.jwks().await, "both see the same");
        let states = states(&keys(one).await, Time::from_seconds(one.now()));
        if seen.last() != Some(&states) {
            seen.push(states);
        }
        shared.round().await;
        if shared.over.load(Ordering::SeqCst) {
            break;
        }
    }
    shared.over.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    let expected =
        [vec!["signing"], vec!["published", "signing"], vec!["replaced", "signing"], vec!["signing"]];
    assert_eq!(seen, expected);
    assert_eq!(keys(one).await.len(), 5, "one key of each algorithm was made, and one went");
    assert!(shared.rounds.load(Ordering::SeqCst) > 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_servers_that_rotate_at_once_one_makes_each_key() {
    let (_folder, one, two) = two_servers("at-once").await;
    let before = keys(&one).await;
    one.pass(2 * DAY);
    let rotate = |op: &Provider| {
        let state = op.state.clone();
        tokio::spawn(async move { state.rotate_keys().await.unwrap() })
    };
    let rotating: Vec<_> = [&one, &two, &one, &two].map(rotate).into();
    let mut done = 0;
    for rotated in rotating {
        done += rotated.await.unwrap();
    }
    assert_eq!(done, 5, "each step was done once");
    let after = keys(&two).await;
    assert_eq!(after.len(), 10);
    for old in &before {
        assert!(after.contains(old), "nothing else was touched");
    }
    let due = Time::from_seconds(one.now()) + PROPAGATION;
    assert!(after.iter().filter(|key| !before.contains(key)).all(|key| key.active_at == due));
    assert_eq!(one.state.rotate_keys().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_step_is_done_in_the_next_round() {
    // A server that died after each of the steps is one that does one step at a time: each time a new one.
    let (_folder, one, two) = two_servers("crash").await;
    one.pass(2 * DAY);
    // The first dies while it makes keys; what it had not stored is as if it had never been.
    let state = one.state.clone();
    let dying = tokio::spawn(async move { state.rotate_keys().await });
    dying.abort();
    let _ = dying.await;
    two.state.rotate_keys().await.unwrap();
    assert_eq!(keys(&one).await.len(), 10);
    one.pass(PROPAGATION.0);
    two.state.rotate_keys().await.unwrap();
    one.pass(DAY);
    assert_eq!(one.state.rotate_keys().await.unwrap(), 5, "another takes up what the first has noted");
    assert_eq!(keys(&one).await.len(), 5);
    assert_eq!(one.jwks().await, two.jwks().await);
}

/// By effect: the work ends only when the requests have been answered. Had one of them waited for it, on the one
/// thread of this test, neither would ever end.
#[tokio::test]
async fn making_an_rsa_key_delays_no_request() {
    let (op, alice, rp) = setup().await;
    let answered = Arc::new(AtomicBool::new(false));
    let is_answered = Arc::clone(&answered);
    let making = tokio::spawn(op.state.maker.turn().await.run(move || {
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        let mut made = 0;
        while made == 0 || !is_answered.load(Ordering::SeqCst) {
            let size = if made % 2 == 0 { KeySize::Rsa3072 } else { KeySize::Rsa4096 };
            assert!(KeyPair::generate(size).is_ok());
            made += 1;
        }
        made
    }));
    // The schedule needs keys at the same time, and waits for its turn.
    op.pass(90 * DAY);
    let state = op.state.clone();
    let rotating = tokio::spawn(async move { state.rotate_keys().await });
    let tokens = rp.sign_in(&op, &alice).await;
    let mut last = tokens.clone();
    for _ in 0..20 {
        last = Tokens::of(&rp.refresh(&op, last.refresh()).await);
        assert_eq!(header_of(last.id())["alg"], "RS256", "a signature that is made off the reactor too");
        rp.assert_alive(&op, &last).await;
        assert_eq!(op.jwks().await["keys"].as_array().unwrap().len(), 5 + 2, "two to encrypt to");
    }
    assert!(!making.is_finished() && !rotating.is_finished(), "requests went on meanwhile");
    answered.store(true, Ordering::SeqCst);
    let (made, turn) = making.await.unwrap().unwrap();
    assert!(made > 0);
    drop(turn);
    assert_eq!(rotating.await.unwrap().unwrap(), 5);
    assert_eq!(op.jwks().await["keys"].as_array().unwrap().len(), 10 + 2);
}

#[tokio::test]
async fn the_first_keys_of_a_tenant_are_made_once_and_hold_up_nobody_else() {
    let (op, alice, rp) = setup().await;
    let tenant = Tenant {
        tenant_id: TenantId::new("new"),
        name: "new".to_owned(),
        settings: TenantSettings::default(),
        created_at: Time::from_seconds(op.now()),
        disabled_at: None,
        version: Version::FIRST,
    };
    assert!(op.state.store.tenants.create(tenant).await.unwrap());
    let turn = op.state.maker.turn().await;
    let (url, jwks) = (op.at("/t/new/jwks"), op.at("/jwks"));
    let asking: Vec<_> = (0..20).map(|_| tokio::spawn(Request::get(url.clone()).send())).collect();
    // While these wait, all other requests are served.
    let tokens = rp.sign_in(&op, &alice).await;
    rp.assert_alive(&op, &tokens).await;
    assert_eq!(Request::get(jwks).send().await.status, 200);
    assert!(asking.iter().all(|one| !one.is_finished()));
    drop(turn);
    let mut answers: Vec<Value> = vec![];
    for one in asking {
        answers.push(one.await.unwrap().json());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "all got the same keys");
    assert_eq!(answers[0]["keys"].as_array().unwrap().len(), 5 + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_clock_that_is_put_back_over_a_rotation_refuses_nobody() {
    let (op, alice, rp) = setup().await;
    let opaque = RelyingParty::of_format(&op, AccessTokenFormat::Opaque).await;
    op.pass(90 * DAY);
    assert_eq!(op.state.rotate_keys().await.unwrap(), 5);
    op.pass(DAY);
    let tokens = rp.sign_in(&op, &alice).await;
    let first: Vec<_> = keys(&op).await;
    // Before any key was active there is still one to sign with.
    for back in [1, DAY, 92 * DAY] {
        op.pass(-back);
        op.state.rotate_keys().await.unwrap();
        let kids = |keys: &[KeyRecord]| keys.iter().map(|key| key.kid.clone()).collect::<Vec<_>>();
        assert_eq!(kids(&keys(&op).await), kids(&first), "nothing was made or deleted at {back} earlier");
        for rp in [&rp, &opaque] {
            let other = rp.sign_in(&op, &alice).await;
            rp.assert_alive(&op, &other).await;
        }
        op.pass(back);
        rp.assert_alive(&op, &Tokens { refresh_token: None, ..tokens.clone() }).await;
    }
}
