//! Ordinary users and their applications: they sign in through the pages, refresh, introspect and ask for keys at a
//! steady rate, whether or not they are answered.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use credenza_tests::{Request, Tokens};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::bounds;
use super::journal::{Journal, Summary};
use super::sign_in::sign_in;
use super::visitor::Visitor;
use crate::app::{App, refreshing};

/// Between two of their acts, each of which is one request or, to sign in, half a dozen.
const TURN: Duration = Duration::from_millis(40);
/// Refresh tokens to begin with.
const GRANTS: usize = 2;

/// What they do, one after the other, over and over.
const ACTS: [Act; 12] = [
    Act::SignIn,
    Act::Get("/jwks"),
    Act::Introspect,
    Act::Refresh,
    Act::Userinfo,
    Act::Get("/livez"),
    Act::ClientCredentials,
    Act::Introspect,
    Act::Get("/.well-known/openid-configuration"),
    Act::Refresh,
    Act::Userinfo,
    Act::Get("/readyz"),
];

#[derive(Clone, Copy)]
enum Act {
    SignIn,
    Refresh,
    Introspect,
    Userinfo,
    ClientCredentials,
    Get(&'static str),
}

/// All of them, with one application.
#[derive(Clone)]
pub(crate) struct Users {
    app: App,
    journal: Arc<Journal>,
    /// Unspent refresh tokens.
    refresh: Arc<Mutex<Vec<String>>>,
    /// An access token.
    access: Arc<Mutex<String>>,
}

/// The addresses of ordinary users: `127.0.2.1` and those after it.
pub(crate) fn address(number: usize) -> IpAddr {
    let number = number % usize::from(bounds::USERS);
    Ipv4Addr::new(127, 0, 2, 1 + u8::try_from(number).unwrap()).into()
}

impl Users {
    /// Users who have signed in before.
    pub(crate) async fn of(app: &App) -> Self {
        let (journal, refresh, access) = <(Arc<Journal>, Arc<Mutex<Vec<_>>>, Arc<Mutex<_>>)>::default();
        let users = Self { app: app.clone(), journal, refresh, access };
        for number in 0..GRANTS {
            users.act(Act::SignIn, number).await;
        }
        let summary = users.journal.take();
        assert_eq!(summary.answered, summary.requests, "{:?}", summary.faults);
        users
    }

    /// Works for so long, and waits for the last answers.
    pub(crate) async fn work(&self, span: Duration) -> Summary {
        let (end, mut under_way) = (Instant::now() + span, JoinSet::new());
        let mut turns = interval(TURN);
        turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for (number, act) in ACTS.into_iter().cycle().enumerate() {
            turns.tick().await;
            if Instant::now() >= end {
                break;
            }
            let users = self.clone();
            under_way.spawn(async move { users.act(act, number).await });
        }
        under_way.join_all().await;
        self.journal.take()
    }

    async fn act(&self, act: Act, number: usize) {
        let mut visitor = Visitor::new(address(number), Arc::clone(&self.journal));
        match act {
            Act::SignIn => {
                let tokens = sign_in(&self.app, &mut visitor).await;
                self.keep(tokens);
            }
            Act::Refresh => {
                let Some(token) = self.refresh.lock().unwrap().pop() else { return };
                let answer = visitor.ask("refresh", self.app.form("/token", &refreshing(&token))).await;
                self.keep(answer.as_ref().map(Tokens::of));
            }
            Act::Introspect => {
                let token = self.access.lock().unwrap().clone();
                let answer =
                    visitor.ask("introspect", self.app.form("/introspect", &[("token", &token)])).await;
                if answer.is_some_and(|answer| answer.json()["active"] != true) {
                    visitor.went_wrong("introspect: not active");
                }
            }
            Act::Userinfo => {
                let token = self.access.lock().unwrap().clone();
                visitor.ask("userinfo", Request::get(self.url("/userinfo")).bearer(&token)).await;
            }
            Act::ClientCredentials => {
                let fields = [("grant_type", "client_credentials")];
                visitor.ask("client_credentials", self.app.form("/token", &fields)).await;
            }
            Act::Get(path) => {
                visitor.ask(path, Request::get(self.url(path))).await;
            }
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.issuer)
    }

    fn keep(&self, tokens: Option<Tokens>) {
        let Some(tokens) = tokens else { return };
        self.refresh.lock().unwrap().push(tokens.refresh().to_owned());
        *self.access.lock().unwrap() = tokens.access_token;
    }
}
