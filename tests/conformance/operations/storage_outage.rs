//! A264 (manual: attacks): the store, or one noun of it, fails. Requests get 503 with `Retry-After`; nothing is issued,
//! nothing is reported as revoked or done that is not, and what needs no store goes on.

use credenza_storage::{Options, Store, open};
use credenza_tests::{Browser, Person, Provider, RelyingParty, Request, Response, Tokens, routes};

const ISSUER: &str = "https://id.example";

/// A working provider, what it issued, and a second provider on the same store.
struct World {
    store: Store,
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    browser: Browser,
    tokens: Tokens,
    code: String,
}

impl World {
    async fn new() -> Self {
        let store = open("sqlite::memory:", Options::default()).await.unwrap();
        let op = Provider::builder().issuer(ISSUER).store(store.clone()).start().await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        let mut browser = Browser::new();
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let code = rp.authorization().code(&op, &mut browser, &alice).await;
        Self { store, op, alice, rp, browser, tokens, code }
    }

    /// A provider with the same people and clients, on a store in which something is broken.
    async fn with(&self, change: impl FnOnce(&mut Store, Store)) -> Provider {
        let broken = open("sqlite::memory:", Options::default()).await.unwrap();
        broken.maintenance.close().await;
        let mut store = self.store.clone();
        change(&mut store, broken);
        Provider::builder().issuer(ISSUER).store(store).start().await
    }
}

#[track_caller]
fn assert_unavailable(answer: &Response, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    if answer.header("content-type") == "application/json" {
        assert_eq!((answer.error().as_str(), answer.header("retry-after")), ("temporarily_unavailable", "1"));
    } else {
        assert!(
            !answer.headers.contains_key("location") && !answer.headers.contains_key("set-cookie"),
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a264_without_a_store_every_route_says_so() {
    let world = World::new().await;
    let op = &world.op;
    let account = Request::get(op.at("/account")).send().await.text();
    let asset = account.split("/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    op.state.store.maintenance.close().await;
    for route in routes() {
        for method in &route.methods {
            let url = op.at(&route.filled("default2", &asset));
            let answer = match *method {
                "POST" => Request::form(url, &[("token", "x")]).send().await,
                method => Request::new(method, url).send().await,
            };
            let what = format!("{method} {}", route.path);
            match route.path.as_str() {
                // Without a store: liveness and assets. Preflights are in `oauth::cors`.
                "/livez" => assert_eq!(answer.status, 200),
                path if path.ends_with("/assets/{name}") => assert_eq!(answer.status, 200),
                "/readyz" => {
                    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "storage\n"))
                }
                _ => assert_unavailable(&answer, &what),
            }
        }
    }
    // Nor do valid cookies and tokens open anything.
    let rp = &world.rp;
    assert_unavailable(&rp.userinfo(op, &world.tokens.access_token).await, "userinfo");
    assert_unavailable(&rp.refresh(op, world.tokens.refresh()).await, "refresh");
    assert_unavailable(&rp.redeem(op, &world.code).await, "redeem");
    assert_unavailable(
        &rp.call(op, "/introspect", &[("token", world.tokens.refresh())]).send().await,
        "introspect",
    );
    assert_unavailable(&rp.call(op, "/revoke", &[("token", world.tokens.refresh())]).send().await, "revoke");
}

/// The steps of a person and a client, by name.
async fn everything(op: &Provider, world: &World) -> Vec<(&'static str, Response)> {
    let (rp, tokens) = (&world.rp, &world.tokens);
    let mut new = Browser::new();
    let login = rp.authorization().open(op, &mut new).await;
    let signed_in = match login.says("login-submit") {
        true => Some(("sign in", new.sign_in(op, &login, &world.alice).await.response)),
        false => None,
    };
    let mut all = vec![("begin", login.response)];
    all.extend(signed_in);
    let silent = rp.authorization().with("prompt", "none");
    all.push(("silent", silent.open(op, &mut world.browser.clone()).await.response));
    all.push(("account", world.browser.clone().open(op, &format!("{ISSUER}/account")).await.response));
    let hint = format!("{ISSUER}/logout?id_token_hint={}", tokens.id());
    all.push(("userinfo", rp.userinfo(op, &tokens.access_token).await));
    all.push(("introspect", rp.call(op, "/introspect", &[("token", &tokens.access_token)]).send().await));
    all.push(("machine", rp.token(op, &[("grant_type", "client_credentials")]).await));
    all.push(("refresh", rp.refresh(op, tokens.refresh()).await));
    all.push(("revoke", rp.call(op, "/revoke", &[("token", &tokens.access_token)]).send().await));
    all.push(("redeem", rp.redeem(op, &world.code).await));
    all.push(("logout", world.browser.clone().open(op, &hint).await.response));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a264_one_noun_out_of_order_stops_what_needs_it_and_opens_nothing() {
    type Break = fn(&mut Store, Store);
    let nouns: [(&str, Break, &[&str]); 10] = [
        ("nothing", |_, _| (), &[]),
        (
            "sessions",
            |store, broken| store.sessions = broken.sessions,
            &["sign in", "silent", "account", "logout"],
        ),
        ("requests", |store, broken| store.requests = broken.requests, &["begin"]),
        ("credentials", |store, broken| store.credentials = broken.credentials, &["sign in"]),
        ("consents", |store, broken| store.consents = broken.consents, &["sign in", "silent"]),
        ("codes", |store, broken| store.codes = broken.codes, &["sign in", "silent", "redeem"]),
        ("grants", |store, broken| store.grants = broken.grants, &["userinfo", "account"]),
        ("refresh_tokens", |store, broken| store.refresh_tokens = broken.refresh_tokens, &["refresh"]),
        // Nobody here is told of groups or roles, so nothing is read of them.
        ("roles", |store, broken| store.roles = broken.roles, &[]),
        (
            "access_tokens",
            |store, broken| store.access_tokens = broken.access_tokens,
            &["introspect", "revoke"],
        ),
    ];
    for (noun, change, stopped) in nouns {
        let world = World::new().await;
        let op = world.with(change).await;
        for (what, answer) in everything(&op, &world).await {
            let what_of = format!("{what} without {noun}");
            if stopped.contains(&what) {
                assert_unavailable(&answer, &what_of);
            } else {
                assert!(
                    matches!(answer.status.as_u16(), 200 | 303),
                    "{what_of}: {} {}",
                    answer.status,
                    answer.text()
                );
            }
        }
        if noun != "nothing" {
            continue;
        }
        // Positive control: with a working store the last step ended the session.
        world
            .rp
            .authorization()
            .with("prompt", "none")
            .assert_refused(&op, &mut world.browser.clone(), "login_required")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a264_clients_and_people_out_of_reach_are_not_called_wrong() {
    let world = World::new().await;
    let clients = world.with(|store, broken| store.clients = broken.clients).await;
    for path in ["/token", "/introspect", "/revoke"] {
        let fields = [("grant_type", "client_credentials"), ("token", "x")];
        assert_unavailable(&world.rp.call(&clients, path, &fields).send().await, path);
    }
    let page = world.rp.authorization().open(&clients, &mut Browser::new()).await;
    assert_unavailable(&page.response, "authorize");
    let users = world.with(|store, broken| store.users = broken.users).await;
    let mut browser = Browser::new();
    let page = world.rp.authorization().open(&users, &mut browser).await;
    let page = browser.sign_in(&users, &page, &world.alice).await;
    assert_unavailable(&page.response, "a sign-in");
}
