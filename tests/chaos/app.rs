//! An application of a provider that may stop at any moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use credenza_tests::{CHALLENGE, Request, Response, Tokens, VERIFIER};
use serde_json::Value;
use url::form_urlencoded;

/// Its redirect URI.
pub(crate) const CALLBACK: &str = "https://rp.test/callback";
/// Its post-logout redirect URI.
pub(crate) const SIGNED_OUT: &str = "https://rp.test/signed-out";
/// The options of `client create` for the flows here.
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
/// How long a provider may be unavailable, at most.
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
    /// How often a request was left without an answer, counted with the applications that share this counter.
    pub(crate) doubts: Arc<AtomicU64>,
}

/// A credential that is good once.
#[derive(Clone)]
pub(crate) enum Spendable {
    /// A code.
    Code(String),
    /// A refresh token.
    Refresh(String),
}

/// An answer, and whether an earlier attempt was left without one: then the request may have been processed twice.
pub(crate) struct Answered {
    /// The answer, which is about the request.
    pub(crate) response: Response,
    /// Whether an earlier attempt was left without an answer.
    pub(crate) again: bool,
}

/// The answer, if it is about the request: a 5xx is not.
pub(crate) fn verdict(response: Option<Response>) -> Option<Response> {
    response.filter(|response| !response.status.is_server_error())
}

/// Retries with a limit.
pub(crate) struct Patience<'a> {
    doubts: &'a AtomicU64,
    end: Instant,
    /// Whether there was a retry.
    pub(crate) again: bool,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self { doubts: &app.doubts, end: Instant::now() + PATIENCE, again: false }
    }

    /// Waits until the next attempt.
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

    /// The same application, sharing the counter of another.
    pub(crate) fn told_with(self, other: &Self) -> Self {
        Self { doubts: Arc::clone(&other.doubts), ..self }
    }

    /// The same application, with a counter of its own.
    pub(crate) fn untold(self) -> Self {
        Self { doubts: Arc::default(), ..self }
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

    /// A form that it sends to an endpoint, as itself.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        Request::form(format!("{}{path}", self.issuer), fields).basic(&self.id, &self.secret)
    }

    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Option<Response> {
        verdict(self.form(path, fields).try_send().await)
    }

    /// Calls until there is an answer.
    async fn insist(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let mut patience = Patience::new(self);
        loop {
            if let Some(response) = self.call(path, fields).await {
                return Answered { response, again: patience.again };
            }
            patience.pause().await;
        }
    }

    /// Exchanges a code; `None` when the outcome is unknown.
    pub(crate) async fn redeem(&self, code: &str) -> Option<Response> {
        self.call("/token", &redemption(code)).await
    }

    /// Exchanges a refresh token; `None` when the outcome is unknown.
    pub(crate) async fn refresh(&self, token: &str) -> Option<Response> {
        self.call("/token", &refreshing(token)).await
    }

    /// Exchanges either, until there is an answer.
    pub(crate) async fn exchange(&self, spendable: &Spendable) -> Answered {
        match spendable {
            Spendable::Code(code) => self.insist("/token", &redemption(code)).await,
            Spendable::Refresh(token) => self.insist("/token", &refreshing(token)).await,
        }
    }

    /// Revokes a token; `None` when that is not confirmed.
    pub(crate) async fn try_revoke(&self, token: &str) -> Option<Response> {
        self.call("/revoke", &[("token", token)]).await
    }

    /// Revokes a token; retries until the provider confirms it.
    pub(crate) async fn revoke(&self, token: &str) {
        let response = self.insist("/revoke", &[("token", token)]).await.response;
        assert_eq!(response.status, 200, "{}", response.text());
    }

    /// Whether the provider calls the token active.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        let response = self.insist("/introspect", &[("token", token)]).await.response;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()["active"] == true
    }

    /// Asserts that it is no longer valid.
    pub(crate) async fn assert_spent(&self, spendable: &Spendable) {
        self.exchange(spendable).await.response.assert_refused(400, "invalid_grant");
    }

    /// Asserts that no token issued for the code is valid.
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

/// The fields by which a code is exchanged.
pub(crate) fn redemption(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

/// The fields by which a refresh token is exchanged.
pub(crate) fn refreshing(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

/// The refresh token of an answer.
pub(crate) fn refresh_token(answer: &Response) -> String {
    Tokens::of(answer).refresh().to_owned()
}
