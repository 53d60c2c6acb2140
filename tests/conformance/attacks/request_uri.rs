//! Whoever sends requests with the `request_uri` of a client makes the provider fetch (manual: attacks, A071). Nobody can
//! make it fetch much, and nobody is refused for it.
//!
//! Chart 155

use std::time::Duration;

use credenza::config::Limits;
use credenza::request_objects::WAITING;
use credenza_tests::{
    Authorization, Browser, Outside, Provider, RelyingParty, Reply, Request, at_once, signing_key,
};
use credenza_validator::{Algorithm, SigningKey};

const TYPE: &str = "application/jwt";

/// A client with a request object at a host outside.
struct World {
    op: Provider,
    outside: Outside,
    key: SigningKey,
    rp: RelyingParty,
}

impl World {
    async fn new() -> Self {
        // All requests come from one address here, whose share has tests of its own.
        let limits = Limits { address_percent: 100, ..Limits::default() };
        let op = Provider::builder().limits(limits).start().await;
        let (outside, key) = (Outside::start().await, signing_key(Algorithm::ES256));
        let urls = ["/object", "/other"].map(|path| outside.url(path)).to_vec();
        let rp = RelyingParty::with_request_keys(&op, &[&key], |client| client.request_uris = urls).await;
        Self { op, outside, key, rp }
    }

    fn object(&self, state: &str) -> String {
        self.key.sign("JWT", &self.rp.authorization().with("state", state).claims(&self.op)).unwrap()
    }

    fn request(&self) -> Authorization {
        self.rp.authorization().outside().with("request_uri", &self.outside.url("/object"))
    }

    fn fetched(&self) -> usize {
        self.outside.requests_for("/object").len()
    }

    /// The `state` that a request without a session is answered with.
    async fn state(&self) -> String {
        let page = self.request().with("prompt", "none").open(&self.op, &mut Browser::new()).await;
        page.answer()["state"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a071_many_at_once_share_a_few_fetches() {
    let world = World::new().await;
    let object =
        world.key.sign("JWT", &world.rp.authorization().with("prompt", "none").claims(&world.op)).unwrap();
    world.outside.reply("/object", Reply::ok(TYPE, object).after(Duration::from_millis(300)));
    let url = world.request().url(&world.op);
    let answers = at_once((0..WAITING).map(|_| Request::get(url.clone()))).await;
    assert_eq!(answers.len(), usize::try_from(WAITING).unwrap());
    for answer in answers {
        assert!(answer.location().contains("error=login_required"), "{}", answer.location());
    }
    // Some may have asked after the first fetch began, and wait for the second.
    assert!((1..=4).contains(&world.fetched()), "{}", world.fetched());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_6_2_a_document_is_kept_only_as_its_host_allows() {
    let world = World::new().await;
    let serve = |state: &str, cache_control: Option<&str>| {
        let reply = Reply::ok(TYPE, world.object(state));
        let reply = cache_control.map_or(reply.clone(), |value| reply.header("cache-control", value));
        world.outside.reply("/object", reply);
    };
    for (count, cache_control) in [(1, None), (2, Some("no-store")), (3, Some("max-age=0"))] {
        serve(&count.to_string(), cache_control);
        assert_eq!((world.state().await, world.fetched()), (count.to_string(), count), "{cache_control:?}");
    }
    serve("kept", Some("max-age=20"));
    assert_eq!((world.state().await, world.fetched()), ("kept".to_owned(), 4));
    serve("next", None);
    assert_eq!((world.state().await, world.fetched()), ("kept".to_owned(), 4));
    world.op.pass(20);
    serve("next", Some("max-age=86400"));
    assert_eq!((world.state().await, world.fetched()), ("next".to_owned(), 5));
    // A failure is not kept.
    world.op.pass(301);
    world.outside.forget("/object");
    world.request().assert_page(&world.op, &mut Browser::new()).await;
    serve("again", None);
    assert_eq!((world.state().await, world.fetched()), ("again".to_owned(), 7));
}

/// The host of one client does not answer: its own requests wait or are refused, and those of others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a071_a_slow_host_holds_up_its_own_client_alone() {
    let world = World::new().await;
    world.outside.reply("/object", Reply::ok(TYPE, world.object("slow")).after(Duration::from_secs(3)));
    let more = usize::try_from(WAITING).unwrap() + 30;
    let url = world.request().with("redirect_uri", world.rp.redirect_uri()).with("state", "x").url(&world.op);
    let slow = tokio::spawn(at_once((0..more).map(|_| Request::get(url.clone())).collect::<Vec<_>>()));
    while world.fetched() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let other_outside = Outside::start().await;
    let other = RelyingParty::with_request_keys(&world.op, &[&world.key], |client| {
        client.request_uris = vec![other_outside.url_at("outside.test", "/object")];
    })
    .await;
    let object = world.key.sign("JWT", &other.authorization().claims(&world.op)).unwrap();
    other_outside.serve("/object", TYPE, object);
    let uri = other_outside.url_at("outside.test", "/object");
    let page =
        other.authorization().outside().with("request_uri", &uri).open(&world.op, &mut Browser::new()).await;
    assert!(page.says("login-submit"), "{}", page.text());
    assert!(!slow.is_finished());
    let answers = slow.await.unwrap();
    let refused = answers.iter().filter(|answer| {
        answer
            .headers
            .get("location")
            .is_some_and(|to| to.to_str().unwrap().contains("error=invalid_request_uri"))
    });
    assert_eq!(refused.count(), 30, "those beyond the ones that may wait");
    assert!(world.fetched() <= 3, "{}", world.fetched());
}
