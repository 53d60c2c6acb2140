//! The load: workers that get a code, exchange it and refresh, and record the answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use credenza_tests::{Served, Tokens, served};
use tokio::task::JoinHandle;

use crate::app::{App, OPTIONS};
use crate::person::{OFFLINE, Person};

/// How often a worker refreshes before it starts over.
const REFRESHES: usize = 6;

/// A client of the server, and its one person, who is signed in.
#[derive(Clone)]
pub(crate) struct Client {
    /// The client.
    pub(crate) app: App,
    person: Person,
}

/// The answers to one worker for one code.
#[derive(Default)]
pub(crate) struct Chain {
    /// The code.
    pub(crate) code: String,
    /// Whether its exchange was answered.
    pub(crate) exchanged: bool,
    /// Every answer, beginning with the exchange.
    pub(crate) tokens: Vec<Tokens>,
    /// Whether the last call was cut off.
    pub(crate) in_doubt: bool,
}

impl Client {
    /// Makes the client by the command line, and signs the person in.
    pub(crate) async fn register(server: &Served) -> Self {
        let app = App::of(&server.issuer, &server.create_client(&OPTIONS));
        let mut person = Person::new(served::USERNAME);
        let _code = person.code(&app, OFFLINE).await;
        Self { app, person }
    }

    /// Secrets that must not appear anywhere else.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let cookies = self.person.browser.cookies.values().cloned();
        cookies.chain([self.app.secret().to_owned(), served::PASSWORD.to_owned()]).collect()
    }

    /// A code, issued at once by session and consent; `None` when cut off.
    pub(crate) async fn code(&self) -> Option<String> {
        self.person.try_code(&self.app).await
    }

    /// One code, exchanged and refreshed; the server may stop at any moment. `None` when not even a code came.
    async fn chain(&self) -> Option<Chain> {
        let mut chain = Chain { code: self.code().await?, ..Chain::default() };
        let mut answer = self.app.redeem(&chain.code).await;
        for _ in 0..=REFRESHES {
            let Some(answered) = answer else {
                chain.in_doubt = true;
                break;
            };
            assert_eq!(answered.status, 200, "{}", answered.text());
            chain.exchanged = true;
            chain.tokens.push(Tokens::of(&answered));
            if chain.tokens.len() > REFRESHES {
                break;
            }
            answer = self.app.refresh(chain.tokens.last().unwrap().refresh()).await;
        }
        Some(chain)
    }
}

/// Workers at work.
pub(crate) struct Load {
    workers: Vec<JoinHandle<Vec<Chain>>>,
    over: Arc<AtomicBool>,
}

impl Load {
    /// Starts this many workers.
    pub(crate) fn start(client: &Client, workers: usize) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let work = |_| {
            let (client, over) = (client.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                let mut chains = vec![];
                while !over.load(Ordering::SeqCst) {
                    let Some(chain) = client.chain().await else { break };
                    let is_cut_off = chain.in_doubt;
                    chains.push(chain);
                    if is_cut_off {
                        break;
                    }
                }
                chains
            })
        };
        Self { workers: (0..workers).map(work).collect(), over }
    }

    /// Their answers until the server stopped.
    pub(crate) async fn finish(self) -> Vec<Chain> {
        self.over.store(true, Ordering::SeqCst);
        let mut chains = vec![];
        for worker in self.workers {
            chains.extend(worker.await.unwrap());
        }
        chains
    }
}
