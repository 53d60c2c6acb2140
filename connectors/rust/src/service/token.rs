//! Tokens of this service itself (RFC 6749 section 4.4).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, RequestTokenError, Scope, TokenResponse, TokenUrl};

use super::ServiceError;
use crate::SettingsError;
use crate::clock::system_ms;
use crate::discovery::Discovery;
use crate::flight::Flights;
use crate::web::{Failed, Web};

/// How long before its end a token is no longer used, in milliseconds; a tenth of its lifetime where that is less.
const AHEAD_MS: i64 = 60_000;

/// Who this service is at the issuer.
#[derive(Clone)]
pub struct ClientConfig {
    /// The issuer.
    pub issuer: String,
    /// This service's id there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The scopes to ask for, separated by spaces.
    pub scope: String,
    /// The service that the token is for (RFC 8707).
    pub resource: Option<String>,
}

/// Prints no secret.
impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientConfig");
        shown.field("issuer", &self.issuer).field("client_id", &self.client_id);
        shown.field("scope", &self.scope).field("resource", &self.resource).finish_non_exhaustive()
    }
}

/// Gets tokens, and keeps the one at hand until shortly before it expires. Clones share it.
#[derive(Clone)]
pub struct MachineTokens(Arc<Inner>);

struct Inner {
    config: ClientConfig,
    discovery: Discovery,
    web: Web,
    kept: Mutex<Option<(String, i64)>>,
    asking: Flights<Result<String, ServiceError>>,
}

impl MachineTokens {
    pub(super) fn new(config: ClientConfig, web: Web) -> Result<Self, SettingsError> {
        for (setting, value) in [("issuer", &config.issuer), ("client_id", &config.client_id)] {
            if value.is_empty() {
                return Err(SettingsError { setting: setting.into(), reason: "is missing".to_owned() });
            }
        }
        let discovery = Discovery::new(&config.issuer, web.clone());
        Ok(Self(Arc::new(Inner {
            config,
            discovery,
            web,
            kept: Mutex::default(),
            asking: Flights::default(),
        })))
    }

    /// A token: the one at hand, or a new one, asked for once for all who wait.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] and [`ServiceError::Token`].
    pub async fn get(&self) -> Result<String, ServiceError> {
        if let Some((token, until)) = &*self.0.kept()
            && *until > system_ms()
        {
            return Ok(token.clone());
        }
        let inner = Arc::clone(&self.0);
        let asked = self.0.asking.join("", async move { inner.ask().await }).await;
        asked.unwrap_or_else(|| Err(ServiceError::Unavailable("asking for a token panicked".to_owned())))
    }

    /// Forgets a token that was not accepted, unless there is another one by now.
    pub fn throw_away(&self, token: &str) {
        let mut kept = self.0.kept();
        if kept.as_ref().is_some_and(|(own, _)| own == token) {
            *kept = None;
        }
    }
}

impl Inner {
    fn kept(&self) -> MutexGuard<'_, Option<(String, i64)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self) -> Result<String, ServiceError> {
        // Whoever began this may have looked before another one ended.
        if let Some((token, until)) = &*self.kept()
            && *until > system_ms()
        {
            return Ok(token.clone());
        }
        let metadata = self.discovery.metadata().await.map_err(ServiceError::Unavailable)?;
        let endpoint = TokenUrl::new(metadata.token_endpoint.clone());
        let endpoint = endpoint.map_err(|error| ServiceError::Token(error.to_string()))?;
        let config = &self.config;
        let client = BasicClient::new(ClientId::new(config.client_id.clone()))
            .set_client_secret(ClientSecret::new(config.client_secret.clone()))
            .set_auth_type(AuthType::BasicAuth)
            .set_token_uri(endpoint);
        let scopes = config.scope.split_whitespace().map(|scope| Scope::new(scope.to_owned()));
        let mut request = client.exchange_client_credentials().add_scopes(scopes);
        if let Some(resource) = &config.resource {
            request = request.add_extra_param("resource", resource);
        }
        let asked = system_ms();
        let send = |request| {
            let web = self.web.clone();
            async move { web.ask(request).await }
        };
        let answered = request.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::Request(failed) => ServiceError::Unavailable(Failed::to_string(&failed)),
            RequestTokenError::ServerResponse(answer) => ServiceError::Token(answer.error().to_string()),
            // What was answered may hold a token, and is not told.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                ServiceError::Token("the answer is none".to_owned())
            }
        })?;
        let token = answered.access_token().secret().clone();
        if let Some(lifetime) = answered.expires_in() {
            let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
            let usable = lifetime.saturating_sub(AHEAD_MS.min(lifetime / 10));
            *self.kept() = Some((token.clone(), asked.saturating_add(usable)));
        }
        Ok(token)
    }
}
