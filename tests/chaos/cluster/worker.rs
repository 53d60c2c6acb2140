//! A person at work while parts break: signs in, lets applications get, refresh and revoke tokens, signs out; codes
//! and tokens are also used twice, and by several callers at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use credenza_protocol::token::Error;
use credenza_tests::{Random, Response, Tokens};
use tokio::task::JoinSet;

use super::ledger::{Chain, Seat};
use crate::app::{Answered, App, Spendable, refresh_token};
use crate::person::{OFFLINE, Person};

/// Callers with the same code or token at once.
const RACERS: usize = 4;

/// What all workers share.
pub(crate) struct Site {
    /// The applications.
    pub(crate) apps: Vec<App>,
    /// Addresses of the nodes that are up.
    pub(crate) up: Mutex<Vec<String>>,
    /// Successful operations.
    pub(crate) done: AtomicU64,
    /// How often Redis lost its data, and with it perhaps pending logins and codes.
    pub(crate) losses: AtomicU64,
    /// Whether the workers should stop.
    pub(crate) over: AtomicBool,
    /// The seats of people who arrived while a part was down.
    pub(crate) newcomers: Mutex<Vec<Seat>>,
}

impl Site {
    fn losses(&self) -> u64 {
        self.losses.load(Ordering::SeqCst)
    }
}

/// One worker.
pub(crate) struct Worker {
    site: Arc<Site>,
    random: Random,
    username: String,
}

impl Worker {
    pub(crate) fn new(site: Arc<Site>, seed: u64, username: String) -> Self {
        Self { site, random: Random::seeded(seed), username }
    }

    /// Works until told to stop, one browser after the other.
    pub(crate) async fn work(mut self) -> Vec<Seat> {
        let mut seats = vec![];
        while !self.site.over.load(Ordering::SeqCst) {
            seats.push(self.sit().await);
        }
        seats
    }

    /// One browser, from a sign-in on.
    pub(crate) async fn sit(&mut self) -> Seat {
        let mut seat = Seat { person: Person::new(&self.username), signed_in: false, chains: vec![] };
        let address =
            format!("10.{}.{}.{}", self.random.below(256), self.random.below(256), self.random.below(256));
        seat.person.browser.headers.push(("x-forwarded-for".to_owned(), address));
        for _ in 0..=self.random.below(3) {
            let chain = self.begin(&mut seat.person).await;
            seat.signed_in = true;
            seat.chains.push(chain);
        }
        for chain in &mut seat.chains {
            for _ in 0..self.random.below(4) {
                self.refresh(chain).await;
            }
            self.end(chain).await;
        }
        if self.random.once_in(3) {
            self.sign_out(&mut seat).await;
        }
        seat
    }

    fn succeeded(&self) {
        self.site.done.fetch_add(1, Ordering::SeqCst);
    }

    /// A code and its first tokens.
    async fn begin(&mut self, person: &mut Person) -> Chain {
        let app = self.random.pick(&self.site.apps).clone();
        let offline = self.random.once_in(2);
        let losses = self.site.losses();
        let code = self.code(person, &app, if offline { OFFLINE } else { "openid" }).await;
        let mut chain = Chain::new(app, code, offline);
        let racers = if self.random.once_in(4) { RACERS } else { 1 };
        let answers = race(&chain.app, racers, Spendable::Code(chain.code.clone())).await;
        let again = answers.iter().any(|answer| answer.again);
        let lost = self.site.losses() != losses;
        let (first, refused): (Vec<_>, Vec<_>) = verdicts(answers).partition(|answer| answer.status == 200);
        assert!(first.len() <= 1, "a code was good twice");
        assert!(first.len() == 1 || racers > 1 || again || lost, "{}", refused[0].text());
        chain.tokens.extend(first.iter().map(Tokens::of));
        // A refused reuse has ended the whole grant.
        chain.over = !refused.is_empty();
        if chain.over {
            self.look(&chain).await;
        }
        self.succeeded();
        chain
    }

    /// A code; starts over if Redis lost the pending login.
    async fn code(&self, person: &mut Person, app: &App, scope: &str) -> String {
        loop {
            let losses = self.site.losses();
            let way = person.visit(app, scope, &[]).await;
            if let Some(code) = way.code() {
                return code;
            }
            assert!(way.again || self.site.losses() != losses, "refused without a reason: {way:?}");
        }
    }

    async fn refresh(&mut self, chain: &mut Chain) {
        let Some(live) = chain.live().map(str::to_owned).filter(|_| !chain.over) else { return };
        let racers = if self.random.once_in(4) { RACERS } else { 1 };
        let answers = race(&chain.app, racers, Spendable::Refresh(live.clone())).await;
        let again = answers.iter().any(|answer| answer.again);
        let (first, refused): (Vec<_>, Vec<_>) = verdicts(answers).partition(|answer| answer.status == 200);
        assert!(refused.is_empty() || again, "a live refresh token was refused: {}", refused[0].text());
        assert!(
            first.windows(2).all(|pair| refresh_token(&pair[0]) == refresh_token(&pair[1])),
            "two leaves of one family"
        );
        chain.tokens.extend(first.iter().map(Tokens::of));
        // A lost reply is repeated for a few seconds, a few times: beyond that the grant lives on. A later reuse has ended it.
        chain.over = refused.iter().any(|answer| !was_repeated_enough(answer));
        if first.is_empty() && !chain.over {
            // Every repetition was lost as well, and with them the child.
            chain.app.revoke(&live).await;
            chain.over = true;
        }
        if chain.over {
            self.look(chain).await;
        }
        self.succeeded();
    }

    /// Sometimes ends the grant or one of its access tokens, and checks at once on every node.
    async fn end(&mut self, chain: &mut Chain) {
        if chain.over || chain.tokens.is_empty() {
            return;
        }
        let spent = chain.long_spent().map(|token| Spendable::Refresh(token.to_owned()));
        match (self.random.below(8), chain.live(), spent) {
            (0, Some(live), _) => chain.app.revoke(live).await,
            (1, ..) => chain.app.assert_spent(&Spendable::Code(chain.code.clone())).await,
            (2, _, Some(spent)) => chain.app.assert_spent(&spent).await,
            (3, ..) => {
                let token = chain.tokens[0].access_token.clone();
                chain.app.revoke(&token).await;
                chain.revoked.push(token);
                return self.look(chain).await;
            }
            _ => return,
        }
        chain.over = true;
        self.look(chain).await;
        self.succeeded();
    }

    async fn sign_out(&mut self, seat: &mut Seat) {
        let Some(id_token) = seat.chains.iter().find_map(|chain| chain.tokens.first()?.id_token.clone())
        else {
            return;
        };
        let app = seat.chains[0].app.clone();
        let before = seat.person.clone();
        seat.person.sign_out(&app, &id_token).await;
        // The cookie is unchanged: the session itself has ended.
        seat.person = before;
        seat.signed_in = false;
        for chain in seat.chains.iter_mut().filter(|chain| !chain.offline) {
            chain.over = true;
            self.look(chain).await;
        }
        self.succeeded();
    }

    /// Asserts at a random node that ended tokens are inactive.
    async fn look(&mut self, chain: &Chain) {
        let node = self.random.pick(&self.site.up.lock().unwrap()).clone();
        let app = chain.app.at(&node);
        let over = chain.tokens.iter().map(|tokens| &tokens.access_token).filter(|_| chain.over);
        for token in over.chain(&chain.revoked) {
            assert!(!app.is_active(token).await, "what was revoked is active at {}", app.issuer);
        }
    }
}

/// Whether a refresh was refused only because its reply had been repeated often enough, lost or not.
fn was_repeated_enough(refused: &Response) -> bool {
    refused.json()["error_description"] == Error::RefreshTokenRepeated.to_string()
}

fn verdicts(answers: Vec<Answered>) -> impl Iterator<Item = Response> {
    answers.into_iter().map(|answer| answer.response)
}

/// This many callers use the same credential at once, each until it is answered.
async fn race(app: &App, racers: usize, spendable: Spendable) -> Vec<Answered> {
    let bring = |_| {
        let (app, spendable) = (app.clone(), spendable.clone());
        async move { app.exchange(&spendable).await }
    };
    (0..racers).map(bring).collect::<JoinSet<_>>().join_all().await
}
