//! Where the access tokens of calls come from.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;

/// Has the access tokens that calls are made with.
#[async_trait::async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is valid now.
    async fn token(&self) -> Result<String, TokenError>;

    /// Says that a token was not accepted (401), so that it is not given out again.
    async fn refused(&self, token: &str);
}

/// So that one source may serve several.
#[async_trait::async_trait]
impl<T: TokenSource + ?Sized> TokenSource for std::sync::Arc<T> {
    async fn token(&self) -> Result<String, TokenError> {
        (**self).token().await
    }

    async fn refused(&self, token: &str) {
        (**self).refused(token).await;
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The provider refused it (RFC 6749 5.2): the status, the registered error code, and what is wrong.
    #[error("no access token: {code} ({status}): {description}")]
    Refused { status: u16, code: String, description: String },
    /// The metadata of the issuer are missing, or those of another issuer.
    #[error("discovery of {0}")]
    Discovery(String),
    /// No answer came.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// A token that the caller has from elsewhere.
pub struct StaticToken(pub String);

#[async_trait::async_trait]
impl TokenSource for StaticToken {
    async fn token(&self) -> Result<String, TokenError> {
        Ok(self.0.clone())
    }

    async fn refused(&self, _: &str) {}
}

/// Gets tokens by the credentials of a service account (RFC 6749 4.4), which `credenza client create
/// --grant-type client_credentials` prints. A token is kept until shortly before it expires, and whoever needs one while it is
/// being fetched waits for that one.
pub struct ServiceAccount {
    issuer: String,
    client_id: String,
    client_secret: String,
    scope: Option<String>,
    resource: Option<String>,
    http: reqwest::Client,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    endpoint: Option<String>,
    current: Option<(String, Instant)>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    token_endpoint: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    access_token: String,
    expires_in: u64,
    error: String,
    error_description: String,
}

impl ServiceAccount {
    /// A service account of the tenant with this issuer; the token endpoint is found by discovery.
    pub fn new(issuer: &str, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            issuer: issuer.trim_end_matches('/').to_owned(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scope: None,
            resource: None,
            http: reqwest::Client::new(),
            state: Mutex::default(),
        }
    }

    /// What tokens are asked for; everything that the service account may have, without it.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Whose API tokens are for; `ISSUER/admin` without it.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The client that asks for tokens.
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = http;
        self
    }

    async fn ask(&self, endpoint: &str) -> Result<(String, Instant), TokenError> {
        let asked = Instant::now();
        let own = format!("{}/admin", self.issuer);
        let resource = self.resource.as_deref().unwrap_or(&own);
        let mut form = vec![("grant_type", "client_credentials"), ("resource", resource)];
        form.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        let request = self.http.post(endpoint).timeout(Duration::from_secs(30)).form(&form);
        // RFC 6749 2.3.1: both are encoded as in a form.
        let (id, secret) = (form_encoded(&self.client_id), form_encoded(&self.client_secret));
        let response = request.basic_auth(id, Some(secret)).send().await?;
        let status = response.status().as_u16();
        let answer: Answer = serde_json::from_slice(&response.bytes().await?).unwrap_or_default();
        if status != 200 || answer.access_token.is_empty() {
            return Err(TokenError::Refused {
                status,
                code: answer.error,
                description: answer.error_description,
            });
        }
        let lifetime = Duration::from_secs(answer.expires_in);
        // A tenth of its life, and at most half a minute, is left for the calls under way.
        let margin = (lifetime / 10).min(Duration::from_secs(30));
        Ok((answer.access_token, asked + (lifetime - margin)))
    }

    // OpenID Connect Discovery 4.
    async fn discover(&self) -> Result<String, TokenError> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer);
        let response = self.http.get(address).timeout(Duration::from_secs(30)).send().await?;
        if !response.status().is_success() {
            return Err(TokenError::Discovery(format!("{}: status {}", self.issuer, response.status())));
        }
        let metadata: Metadata = serde_json::from_slice(&response.bytes().await?)
            .map_err(|error| TokenError::Discovery(format!("{}: {error}", self.issuer)))?;
        if metadata.issuer.trim_end_matches('/') != self.issuer {
            return Err(TokenError::Discovery(format!("{} answers for {}", self.issuer, metadata.issuer)));
        }
        Ok(metadata.token_endpoint)
    }
}

#[async_trait::async_trait]
impl TokenSource for ServiceAccount {
    async fn token(&self) -> Result<String, TokenError> {
        // Held while one is fetched: those who wait find it then.
        let mut state = self.state.lock().await;
        if let Some((token, renew)) = &state.current {
            if Instant::now() < *renew {
                return Ok(token.clone());
            }
        }
        let endpoint = match &state.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => state.endpoint.insert(self.discover().await?).clone(),
        };
        let current = self.ask(&endpoint).await?;
        Ok(state.current.insert(current).0.clone())
    }

    async fn refused(&self, token: &str) {
        let mut state = self.state.lock().await;
        if state.current.as_ref().is_some_and(|(current, _)| current == token) {
            state.current = None;
        }
    }
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
