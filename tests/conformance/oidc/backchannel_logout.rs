//! OpenID Connect Back-Channel Logout 1.0 (attacks A113, A121): clients are told, server to server, that a
//! session ended.
//!
//! Chart 410: Back-Channel Logout 1.0 | every end of a session, by any node; retries over forty minutes

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use credenza_protocol::client::{Client, SigningAlg, SubjectType};
use credenza_tests::outside::Recorded;
use credenza_tests::{
    Browser, Outside, Person, Provider, RelyingParty, Tokens, claims_of, header_of, names_of, signing_key,
    verified,
};
use credenza_validator::Algorithm;
use credenza_validator::jwe::KeyManagement;
use serde_json::{Value, json};
use url::form_urlencoded;

/// How long a call may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for a call that must not come: longer than one poll of the queue.
pub(crate) const SILENCE: Duration = Duration::from_millis(1500);

/// A provider, a person, and a host where clients have their logout URIs.
pub(crate) struct World {
    pub(crate) op: Provider,
    pub(crate) outside: Outside,
    pub(crate) alice: Person,
}

/// A client with a logout URI of its own, and a browser in which it signed somebody in.
pub(crate) struct Seat {
    pub(crate) rp: RelyingParty,
    pub(crate) browser: Browser,
    pub(crate) tokens: Tokens,
}

impl World {
    pub(crate) async fn new() -> Self {
        let op = Provider::start().await;
        let alice = op.user("alice").await;
        Self { op, outside: Outside::start().await, alice }
    }

    /// A client with its logout URI at that path.
    pub(crate) async fn client(&self, path: &str, change: impl FnOnce(&mut Client)) -> RelyingParty {
        self.outside.serve(path, "text/plain", "");
        let uri = self.outside.url(path);
        RelyingParty::register(&self.op, |client| {
            client.backchannel_logout_uri = Some(uri);
            change(client);
        })
        .await
    }

    pub(crate) async fn sign_in(&self, rp: &RelyingParty, browser: &mut Browser) -> Tokens {
        let request = rp.authorization().with("scope", "openid profile");
        rp.sign_in_with(&self.op, &self.alice, browser, request).await
    }

    pub(crate) async fn seat(&self, path: &str) -> Seat {
        let (rp, mut browser) = (self.client(path, |_| ()).await, Browser::new());
        let tokens = self.sign_in(&rp, &mut browser).await;
        Seat { rp, browser, tokens }
    }

    /// The calls at that path, once there are this many.
    pub(crate) async fn calls(&self, path: &str, count: usize) -> Vec<Recorded> {
        let end = Instant::now() + PATIENCE;
        loop {
            let calls = self.outside.requests_for(path);
            if calls.len() >= count {
                assert_eq!(calls.len(), count, "too many at {path}");
                return calls;
            }
            assert!(Instant::now() < end, "{} calls at {path}", calls.len());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The claims of the logout tokens at that path, once there are this many.
    pub(crate) async fn told(&self, path: &str, count: usize) -> Vec<Value> {
        self.calls(path, count).await.iter().map(|call| claims_of(&token(call))).collect()
    }

    /// Asserts that the queue is empty and that no further call comes.
    pub(crate) async fn assert_over(&self) {
        let end = Instant::now() + PATIENCE;
        while self.op.state.store.logouts.pending().await.unwrap() > 0 {
            assert!(Instant::now() < end, "something waits");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn counted(&self, outcome: &str) -> u64 {
        let line = format!("credenza_backchannel_logouts_total{{outcome=\"{outcome}\"}} ");
        let text = self.op.state.metrics.render();
        text.lines().find_map(|found| found.strip_prefix(&line)).unwrap().parse().unwrap()
    }
}

impl Seat {
    pub(crate) async fn sign_out(&mut self, op: &Provider) {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token_hint", self.tokens.id())
            .append_pair("post_logout_redirect_uri", "https://rp.test/signed-out")
            .finish();
        let page = self.browser.open(op, &format!("{}/logout?{query}", op.issuer)).await;
        assert_eq!(page.response.location(), "https://rp.test/signed-out");
    }

    pub(crate) fn sid(&self) -> Value {
        claims_of(self.tokens.id())["sid"].clone()
    }
}

/// The logout token of a call: section 2.5, a form with this field and nothing else.
pub(crate) fn token(call: &Recorded) -> String {
    assert_eq!(call.method, "POST");
    assert_eq!(call.headers["content-type"], "application/x-www-form-urlencoded");
    let fields: Vec<_> = form_urlencoded::parse(&call.body).into_owned().collect();
    let [(name, token)] = fields.as_slice() else { panic!("{fields:?}") };
    assert_eq!(name, "logout_token");
    token.clone()
}

/// A121: it cannot be taken for another token.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_4_the_logout_token_is_signed_and_says_what_it_must() {
    let world = World::new().await;
    for (path, algorithm) in
        [("/rs256", Algorithm::RS256), ("/es256", Algorithm::ES256), ("/eddsa", Algorithm::EdDSA)]
    {
        let change = |client: &mut Client| client.id_token_signed_response_alg = SigningAlg::By(algorithm);
        let rp = world.client(path, change).await;
        let mut browser = Browser::new();
        let tokens = world.sign_in(&rp, &mut browser).await;
        let mut seat = Seat { rp, browser, tokens };
        let began = Instant::now();
        seat.sign_out(&world.op).await;
        let calls = world.calls(path, 1).await;
        println!("{path}: told within {:?}", began.elapsed());
        let token = token(&calls[0]);
        let claims = verified(&world.op, &token, algorithm).await;
        let header = header_of(&token);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!(algorithm.as_str())));
        let names = ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"];
        assert_eq!(names_of(&claims), BTreeSet::from(names), "and no nonce");
        let id_token = claims_of(seat.tokens.id());
        for name in ["iss", "sub", "aud", "sid"] {
            assert_eq!(claims[name], id_token[name], "{name}");
        }
        assert_eq!(claims["aud"], seat.rp.client_id());
        assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        let (iat, exp) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert_eq!(iat, world.op.now());
        assert!(exp > iat && exp - iat <= 120);
        // A063: it is not accepted as an access token.
        assert_eq!(seat.rp.userinfo(&world.op, &token).await.status, 401);
    }
    world.assert_over().await;
    assert_eq!((world.counted("told"), world.counted("failed")), (3, 0));
}

/// Each sector gets its own `sub`, encrypted as its ID tokens are.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_4_the_subject_and_the_encryption_are_those_of_the_id_token() {
    let world = World::new().await;
    let pairwise = |client: &mut Client| client.subject_type = SubjectType::Pairwise;
    let rp = world.client("/pairwise", pairwise).await;
    let mut browser = Browser::new();
    let tokens = world.sign_in(&rp, &mut browser).await;
    let mut jwk = serde_json::to_value(signing_key(Algorithm::ES256).public_jwk().unwrap()).unwrap();
    jwk["use"] = "enc".into();
    jwk.as_object_mut().unwrap().remove("alg");
    let encrypted = world.client("/encrypted", |client| {
        client.jwks = Some(json!({ "keys": [jwk] }));
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    });
    let encrypted = encrypted.await;
    assert_eq!(world.sign_in(&encrypted, &mut browser).await.id().split('.').count(), 5);
    let mut seat = Seat { rp, browser, tokens };
    seat.sign_out(&world.op).await;
    let told = world.told("/pairwise", 1).await;
    assert_eq!(told[0]["sub"], claims_of(seat.tokens.id())["sub"]);
    assert_ne!(told[0]["sub"], world.alice.user_id.as_str());
    let token = token(&world.calls("/encrypted", 1).await[0]);
    assert_eq!(token.split('.').count(), 5, "{token}");
    let header = header_of(&token);
    assert_eq!((&header["alg"], &header["cty"]), (&json!("ECDH-ES"), &json!("JWT")));
}

#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_3_every_client_of_the_session_is_told_once_and_no_other() {
    let world = World::new().await;
    let mut desk = world.seat("/one").await;
    let two = world.client("/two", |_| ()).await;
    let unseen = world.client("/unseen", |_| ()).await;
    for _ in 0..3 {
        world.sign_in(&two, &mut desk.browser).await;
        world.sign_in(&desk.rp, &mut desk.browser).await;
    }
    let mut phone = Browser::new();
    world.sign_in(&unseen, &mut phone).await;
    let elsewhere = world.sign_in(&two, &mut phone).await;
    desk.sign_out(&world.op).await;
    for path in ["/one", "/two"] {
        assert_eq!(world.told(path, 1).await[0]["sid"], desk.sid(), "{path}");
    }
    world.assert_over().await;
    tokio::time::sleep(SILENCE).await;
    assert!(world.outside.requests_for("/unseen").is_empty());
    // The other session goes on; its end is told later.
    assert_eq!(two.introspect(&world.op, &elsewhere.access_token).await["active"], true);
    let tenant = world.op.default_tenant().await;
    let now = world.op.state.clock.now();
    let sessions = &world.op.state.store.sessions;
    assert_eq!(sessions.end_all(&tenant, &world.alice.user_id, now).await.unwrap(), 1);
    assert_eq!(world.told("/two", 2).await[1]["sid"], claims_of(elsewhere.id())["sid"]);
    assert_eq!(world.told("/unseen", 1).await.len(), 1);
    assert_eq!(world.outside.requests_for("/one").len(), 1);
}

/// A113: every end of a session is told to its clients.
#[tokio::test(flavor = "multi_thread")]
async fn a113_every_end_of_a_session_is_told() {
    for end in ["sign out", "end one", "end all", "another person", "disabled", "deleted", "password"] {
        let world = World::new().await;
        let mut seat = world.seat("/told").await;
        let (op, alice) = (&world.op, &world.alice);
        let (tenant, now) = (op.default_tenant().await, op.state.clock.now());
        let store = &op.state.store;
        match end {
            "sign out" => seat.sign_out(op).await,
            "end one" | "end all" => {
                let page = seat.browser.open(op, &format!("{}/account", op.issuer)).await;
                let sid = seat.sid().as_str().unwrap().to_owned();
                let which = if end == "end all" { "all" } else { &sid };
                seat.browser.submit(op, &page, &[("end", which)]).await;
            }
            "another person" => {
                let bob = op.user("bob").await;
                let request = seat.rp.authorization().with("prompt", "login");
                request.code(op, &mut seat.browser, &bob).await;
            }
            "disabled" => op.disable_user(alice).await,
            "deleted" => assert!(store.users.delete(&tenant, &alice.user_id, now).await.unwrap()),
            _ => {
                let hash = "$argon2id$x".to_owned();
                assert!(store.credentials.set_password(&tenant, &alice.user_id, hash, now).await.unwrap());
            }
        }
        let told = world.told("/told", 1).await;
        assert_eq!(
            (&told[0]["sid"], &told[0]["sub"]),
            (&seat.sid(), &json!(alice.user_id.as_str())),
            "{end}"
        );
        world.assert_over().await;
    }
}

/// Signing in again in the same browser continues the session: clients are told when it ends.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_3_a_renewed_session_is_told_of_when_it_ends() {
    let world = World::new().await;
    let mut seat = world.seat("/told").await;
    let again = seat.rp.authorization().with("scope", "openid").with("prompt", "login");
    seat.tokens = seat.rp.sign_in_with(&world.op, &world.alice, &mut seat.browser, again).await;
    tokio::time::sleep(SILENCE).await;
    assert!(world.outside.requests().is_empty());
    seat.sign_out(&world.op).await;
    assert_eq!(world.told("/told", 1).await[0]["sid"], seat.sid());
}

#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_7_refresh_tokens_without_offline_access_are_revoked_and_others_stay() {
    let world = World::new().await;
    let mut seat = world.seat("/told").await;
    let offline = seat.rp.authorization().with("scope", "openid offline_access");
    let offline = seat.rp.sign_in_with(&world.op, &world.alice, &mut seat.browser, offline).await;
    seat.sign_out(&world.op).await;
    world.told("/told", 1).await;
    assert_eq!(seat.rp.refresh(&world.op, seat.tokens.refresh()).await.error(), "invalid_grant");
    assert_eq!(seat.rp.refresh(&world.op, offline.refresh()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_told_any_more_and_where_nobody_calls() {
    let world = World::new().await;
    // A disabled client, one whose URI was removed, and one of another tenant, whose issuer the token names.
    let mut disabled = world.seat("/disabled").await;
    disabled.rp.set_enabled(&world.op, false).await;
    let changed = world.client("/changed", |_| ()).await;
    world.sign_in(&changed, &mut disabled.browser).await;
    changed.update(&world.op, |record| record.client.backchannel_logout_uri = None).await;
    // Only https is called.
    let plain = RelyingParty::register(&world.op, |client| {
        client.backchannel_logout_uri = Some("http://localhost:1/plain".to_owned());
    })
    .await;
    world.sign_in(&plain, &mut disabled.browser).await;
    let last = world.client("/last", |_| ()).await;
    let tokens = world.sign_in(&last, &mut disabled.browser).await;
    disabled.tokens = tokens;
    disabled.sign_out(&world.op).await;
    world.told("/last", 1).await;
    let end = Instant::now() + PATIENCE;
    while (world.counted("nobody"), world.counted("failed")) != (2, 1) {
        assert!(Instant::now() < end, "{}", world.op.state.metrics.render());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(world.outside.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_clients_are_told_by_their_own_issuer() {
    let world = World::new().await;
    world.op.tenant("acme").await;
    let alice = world.op.user_of("acme", "alice").await;
    world.outside.serve("/acme", "text/plain", "");
    let uri = world.outside.url("/acme");
    let rp = RelyingParty::register_at(&world.op, "acme", |client| client.backchannel_logout_uri = Some(uri))
        .await;
    let tokens = rp.sign_in(&world.op, &alice).await;
    let (tenant, now) = (world.op.tenant_id("acme").await, world.op.state.clock.now());
    world.op.state.store.sessions.end_all(&tenant, &alice.user_id, now).await.unwrap();
    let told = world.told("/acme", 1).await;
    assert_eq!(told[0]["iss"], format!("{}/t/acme", world.op.issuer));
    assert_eq!(told[0]["sid"], claims_of(tokens.id())["sid"]);
}
