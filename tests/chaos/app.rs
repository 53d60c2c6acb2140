//! An application at a provider that may go at any moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use credenza_tests::{CHALLENGE, Request, Response, Tokens, VERIFIER};
use serde_json::Value;
use url::form_urlencoded;

/// Where its answers go.
pub(crate) const CALLBACK: &str = "https://rp.test/callback";
/// Where people are sent when they have signed out.
pub(crate) const SIGNED_OUT: &str = "https://rp.test/signed-out";
/// What makes it a client of the flows here.
pub(crate) const OPTIONS: [&str; 8] = [
    "--redirect-uri",
    CALLBACK,
    "--post-logout-redirect-uri",
    SIGNED_OUT,
    "--grant-type",
    "authorization_code",
    "--grant-type",
    "refresh_token",
];
/// How long a provider may be away, at most.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// A confidential client.
#[derive(Clone)]
pub(crate) struct App {
    /// The issuer.
    pub(crate) issuer: String,
    id: String,
    secret: String,
    /// How often somebody was left without an answer, of this application and of those that were told so.
    pub(crate) doubts: Arc<AtomicU64>,
}

/// What is good once.
#[derive(Clone)]
pub(crate) enum Spendable {
    /// A code.
    Code(String),
    /// A refresh token.
    Refresh(String),
}

/// An answer, and whether one before it did not come: then what was asked for may have been done twice.
pub(crate) struct Answered {
    /// The answer, which is a verdict about the request.
    pub(crate) response: Response,
    /// Whether an earlier try was left without one.
    pub(crate) again: bool,
}

/// The answer, if it says anything about the request: one that blames the server says nothing.
pub(crate) fn verdict(response: Option<Response>) -> Option<Response> {
    response.filter(|response| !response.status.is_server_error())
}

/// The patience of who tries again.
pub(crate) struct Patience<'a> {
    doubts: &'a AtomicU64,
    end: Instant,
    /// Whether it was needed.
    pub(crate) again: bool,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self { doubts: &app.doubts, end: Instant::now() + PATIENCE, again: false }
    }

    /// Waits until the next try.
    pub(crate) async fn pause(&mut self) {
        assert!(Instant::now() < self.end, "the provider does not come back");
        self.doubts.fetch_add(1, Ordering::Relaxed);
        self.again = true;
        tokio::time::sleep(PAUSE).await;
    }
}

impl App {
    /// The client that the command line made, with [`OPTIONS`].
    pub(crate) fn of(issuer: &str, made: &Value) -> Self {
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let (id, secret) = (text("client_id"), text("client_secret"));
        Self { issuer: issuer.to_owned(), id, secret, doubts: Arc::default() }
    }

    /// Its secret.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// The same application, at another address of the provider.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self { issuer: format!("http://{address}"), ..self.clone() }
    }

    /// An authorization request with this scope, and these parameters beside the usual ones.
    pub(crate) fn authorize(&self, scope: &str, more: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(usual).extend_pairs(more);
        format!("{}/authorize?{}", self.issuer, query.finish())
    }

    /// A logout request for the session of that ID token.
    pub(crate) fn logout(&self, id_token: &str) -> String {
        let fields = [("id_token_hint", id_token), ("post_logout_redirect_uri", SIGNED_OUT)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        format!("{}/logout?{query}", self.issuer)
    }

    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Option<Response> {
        let request = Request::form(format!("{}{path}", self.issuer), fields).basic(&self.id, &self.secret);
        verdict(request.try_send().await)
    }

    /// Tries until there is an answer.
    pub(crate) async fn until_answered(&self, try_it: impl AsyncFn() -> Option<Response>) -> Answered {
        let mut patience = Patience::new(self);
        loop {
            if let Some(response) = try_it().await {
                return Answered { response, again: patience.again };
            }
            patience.pause().await;
        }
    }

    /// Exchanges a code; `None` when nobody knows what became of it.
    pub(crate) async fn redeem(&self, code: &str) -> Option<Response> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.call("/token", &fields).await
    }

    /// Exchanges a refresh token; `None` when nobody knows what became of it.
    pub(crate) async fn refresh(&self, token: &str) -> Option<Response> {
        self.call("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Exchanges either, until there is an answer.
    pub(crate) async fn exchange(&self, spendable: &Spendable) -> Answered {
        self.until_answered(async || match spendable {
            Spendable::Code(code) => self.redeem(code).await,
            Spendable::Refresh(token) => self.refresh(token).await,
        })
        .await
    }

    /// Revokes a token, until it is told that this is done.
    pub(crate) async fn revoke(&self, token: &str) {
        let answered = self.until_answered(async || self.call("/revoke", &[("token", token)]).await).await;
        assert_eq!(answered.response.status, 200, "{}", answered.response.text());
    }

    /// Whether the provider calls the token active.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        let answered = self.until_answered(async || self.call("/introspect", &[("token", token)]).await).await;
        assert_eq!(answered.response.status, 200, "{}", answered.response.text());
        answered.response.json()["active"] == true
    }

    /// Asserts that it is good for nothing.
    pub(crate) async fn assert_spent(&self, spendable: &Spendable) {
        self.exchange(spendable).await.response.assert_refused(400, "invalid_grant");
    }

    /// Asserts that nothing that came from the code is good for anything.
    pub(crate) async fn assert_dead(&self, code: &str, tokens: &[Tokens]) {
        for tokens in tokens {
            assert!(!self.is_active(&tokens.access_token).await, "an access token outlived its grant");
            if let Some(token) = &tokens.refresh_token {
                self.assert_spent(&Spendable::Refresh(token.clone())).await;
            }
        }
        self.assert_spent(&Spendable::Code(code.to_owned())).await;
    }
}

/// The refresh token of an answer.
pub(crate) fn refresh_token(answer: &Response) -> String {
    Tokens::of(answer).refresh().to_owned()
}
