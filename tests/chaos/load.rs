//! The load: workers that get a code, exchange it and refresh, and write down what they were answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use credenza_tests::{Browser, CHALLENGE, Page, Request, Response, Served, Tokens, VERIFIER, served};
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

const CALLBACK: &str = "https://rp.test/callback";
/// How often a worker refreshes before it begins anew.
const REFRESHES: usize = 6;

/// A client of the server, and the browser of its one person, who is signed in.
#[derive(Clone)]
pub(crate) struct Client {
    issuer: String,
    id: String,
    secret: String,
    browser: Browser,
}

/// What one worker was answered from one code.
#[derive(Default)]
pub(crate) struct Chain {
    /// The code.
    pub(crate) code: String,
    /// Whether its exchange was answered.
    pub(crate) exchanged: bool,
    /// Every answer, the exchange's first.
    pub(crate) tokens: Vec<Tokens>,
    /// Whether the last call was cut off.
    pub(crate) in_doubt: bool,
}

impl Client {
    /// Makes the client by the command line, and signs the person in.
    pub(crate) async fn register(server: &Served) -> Self {
        let made = server.create_client(&[
            "--redirect-uri",
            CALLBACK,
            "--grant-type",
            "authorization_code",
            "--grant-type",
            "refresh_token",
        ]);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let (id, secret) = (text("client_id"), text("client_secret"));
        let mut client = Self { issuer: server.issuer.clone(), id, secret, browser: Browser::new() };
        client.sign_in().await;
        client
    }

    /// What nobody else may learn.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let cookies = self.browser.cookies.values().cloned();
        cookies.chain([self.secret.clone(), served::PASSWORD.to_owned()]).collect()
    }

    fn authorize(&self) -> String {
        let parameters = [
            ("client_id", self.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid offline_access"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        format!("{}/authorize?{query}", self.issuer)
    }

    /// Does what each page asks, until the client has its answer.
    async fn sign_in(&mut self) {
        let mut url = self.authorize();
        let mut response = self.browser.send(Request::get(&url)).await;
        for _ in 0..10 {
            if response.status.is_redirection() {
                url = Url::parse(&url).unwrap().join(response.location()).unwrap().to_string();
                if url.starts_with(CALLBACK) {
                    return;
                }
                response = self.browser.send(Request::get(&url)).await;
                continue;
            }
            let page = Page { url: url.clone(), response };
            let form = page.form();
            let typed =
                [("username", served::USERNAME), ("password", served::PASSWORD), ("decision", "allow")];
            let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let fields: Vec<_> = hidden.chain(typed).collect();
            url = Url::parse(&url).unwrap().join(&form.action).unwrap().to_string();
            response = self.browser.send(Request::form(&url, &fields)).await;
        }
        panic!("the way does not end: {url}");
    }

    /// A code, which the live session and the consent on record give at once; `None` when cut off.
    pub(crate) async fn code(&self) -> Option<String> {
        let cookies: Vec<_> =
            self.browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(self.authorize()).header("cookie", &cookies.join("; "));
        let response = request.try_send().await?;
        assert!(response.location().starts_with(CALLBACK), "{}", response.location());
        Some(credenza_tests::query_of(response.location())["code"].clone())
    }

    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Option<Response> {
        Request::form(format!("{}{path}", self.issuer), fields).basic(&self.id, &self.secret).try_send().await
    }

    /// Exchanges a code; `None` when cut off.
    pub(crate) async fn redeem(&self, code: &str) -> Option<Response> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.call("/token", &fields).await
    }

    /// Exchanges a refresh token; `None` when cut off.
    pub(crate) async fn refresh(&self, token: &str) -> Option<Response> {
        self.call("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Whether the server calls the token active.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        let answer = self.call("/introspect", &[("token", token)]).await.expect("the server is up");
        answer.json()["active"] == true
    }

    /// One code, exchanged and refreshed; the server may go at any moment. `None` when not even a code came.
    async fn chain(&self) -> Option<Chain> {
        let mut chain = Chain { code: self.code().await?, ..Chain::default() };
        let mut answer = self.redeem(&chain.code).await;
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
            answer = self.refresh(chain.tokens.last().unwrap().refresh()).await;
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
    /// Sets so many to work.
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

    /// What they were answered until the server was gone.
    pub(crate) async fn finish(self) -> Vec<Chain> {
        self.over.store(true, Ordering::SeqCst);
        let mut chains = vec![];
        for worker in self.workers {
            chains.extend(worker.await.unwrap());
        }
        chains
    }
}
