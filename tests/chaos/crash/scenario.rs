//! A scenario that passes every write of a sign-in and of the lifecycle of tokens. Everybody in it retries what was not
//! answered, and every answer must hold.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use credenza_tests::{Response, Served, Tokens, served};

use super::assertion::Asserting;
use crate::app::{App, OPTIONS, Spendable, refresh_token};
use crate::person::{OFFLINE, Person};

/// The scope of a grant that ends with its session.
const ONLINE: &str = "openid";

/// The clients in it.
pub(crate) struct Scenario {
    jwt: App,
    opaque: App,
    service: Asserting,
}

/// One code and its tokens.
struct Chain {
    app: App,
    code: String,
    tokens: Vec<Tokens>,
}

impl Scenario {
    /// Creates the clients.
    pub(crate) fn new(server: &Served) -> Self {
        let opaque = [&OPTIONS[..], &["--access-token-format", "opaque"]].concat();
        Self {
            jwt: App::of(&server.issuer, &server.create_client(&OPTIONS)),
            opaque: App::of(&server.issuer, &server.create_client(&opaque)),
            service: Asserting::register(server),
        }
    }

    /// Creates a new person, whose password was hashed at another cost than the current one.
    pub(crate) fn person(server: &Served) -> Person {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("person-{number}");
        let mut create: Command = server.node.command();
        create.env("CREDENZA_PASSWORD__ITERATIONS", "2");
        create.args(["user", "create", "--username", &name, "--password", served::PASSWORD]);
        assert!(create.output().unwrap().status.success());
        let mut person = Person::new(&name);
        // An address each: an attempt that was cut off counts against its address, as it should.
        let home = format!("10.{}.{}.1", number / 250, number % 250);
        person.browser.headers.push(("x-forwarded-for".to_owned(), home));
        person
    }

    /// Runs it, and returns how often a request was left without an answer.
    pub(crate) async fn run(&self, person: &Person) -> u64 {
        let doubts =
            || [&self.jwt, &self.opaque].map(|app| app.doubts.load(Ordering::SeqCst)).iter().sum::<u64>();
        let before = doubts();
        let (mut desk, mut library) = (person.clone(), person.clone());
        let mut kept = Chain::begin(&self.jwt, &mut desk, OFFLINE).await;
        kept.refresh().await;
        kept.refresh().await;
        let mut opaque = Chain::begin(&self.opaque, &mut desk, OFFLINE).await;
        opaque.refresh().await;
        opaque.one_access_token_ends().await;
        opaque.ends_by_its_code().await;
        let passing = Chain::begin(&self.jwt, &mut library, ONLINE).await;
        let online = Chain::begin(&self.opaque, &mut desk, ONLINE).await;
        library.sign_out(&self.jwt, passing.tokens[0].id()).await;
        assert!(!library.is_signed_in(&self.jwt).await);
        passing.assert_dead().await;
        online.assert_alive().await;
        desk.sign_in_again(&self.jwt).await;
        desk.end_all_sessions(&self.jwt).await;
        online.assert_dead().await;
        kept.assert_alive().await;
        kept.app.revoke(kept.live()).await;
        kept.assert_dead().await;
        self.service.call(&self.jwt).await;
        doubts() - before
    }
}

impl Chain {
    /// A code and its first tokens; a second code if it is unknown whether the first was spent.
    async fn begin(app: &App, person: &mut Person, scope: &str) -> Self {
        for _ in 0..2 {
            let code = person.code(app, scope).await;
            let answered = app.exchange(&Spendable::Code(code.clone())).await;
            if answered.response.status == 200 {
                return Self { app: app.clone(), code, tokens: vec![Tokens::of(&answered.response)] };
            }
            assert!(answered.again, "{}", answered.response.text());
            answered.response.assert_refused(400, "invalid_grant");
            app.assert_dead(&code, &[]).await;
        }
        panic!("two codes were spent by nobody");
    }

    fn live(&self) -> &str {
        self.tokens.last().expect("one at least").refresh()
    }

    /// A lost reply is forgiven: the repeated request gets the same child.
    async fn refresh(&mut self) {
        let live = Spendable::Refresh(self.live().to_owned());
        let [one, two]: [Response; 2] =
            [self.app.exchange(&live).await.response, self.app.exchange(&live).await.response];
        assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200), "{} {}", one.text(), two.text());
        assert_eq!(refresh_token(&one), refresh_token(&two), "two leaves of one family");
        self.tokens.extend([Tokens::of(&one), Tokens::of(&two)]);
    }

    async fn one_access_token_ends(&self) {
        let [first, others @ ..] = self.tokens.as_slice() else { panic!("one at least") };
        self.app.revoke(&first.access_token).await;
        assert!(!self.app.is_active(&first.access_token).await);
        for tokens in others {
            assert!(self.app.is_active(&tokens.access_token).await);
        }
    }

    /// Reusing the code ends the whole grant.
    async fn ends_by_its_code(&self) {
        self.app.assert_spent(&Spendable::Code(self.code.clone())).await;
        self.assert_dead().await;
    }

    async fn assert_alive(&self) {
        for tokens in &self.tokens {
            assert!(self.app.is_active(&tokens.access_token).await, "an answered access token died");
        }
    }

    async fn assert_dead(&self) {
        self.app.assert_dead(&self.code, &self.tokens).await;
    }
}
