//! The token endpoint, by the crate `oauth2`.

use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenIntrospectionResponse,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::provider::Provider;
use crate::clock::system_ms;
use crate::discovery::Metadata;
use crate::web::{Failed, Web};

/// The member of a token answer that OpenID Connect adds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Answered = StandardTokenResponse<IdToken, BasicTokenType>;
type OAuth<Token = EndpointNotSet> = Client<
    BasicErrorResponse,
    Answered,
    StandardTokenIntrospectionResponse<IdToken, BasicTokenType>,
    StandardRevocableToken,
    BasicErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// Tokens that were issued.
#[derive(Clone)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    /// In seconds since 1970.
    pub(super) expires_at: Option<i64>,
    pub(super) refresh_token: Option<String>,
    pub(super) id_token: Option<String>,
}

/// Why there are no tokens. The texts are for the log.
#[derive(Clone, Debug)]
pub(super) enum Refused {
    /// The code or refresh token is no longer good.
    InvalidGrant(String),
    /// The provider refuses for another reason, or its answer is none.
    Other(String),
    /// There is no answer.
    Failed(Failed),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidGrant(reason) | Self::Other(reason) => f.write_str(reason),
            Self::Failed(failed) => failed.fmt(f),
        }
    }
}

/// An authorization request, and what its code is redeemed with.
pub(super) struct Begun {
    pub(super) url: url::Url,
    pub(super) verifier: String,
}

impl Provider {
    /// The authorization request (RFC 6749 section 4.1.1) with PKCE (RFC 7636, S256).
    pub(super) fn authorization_request(
        &self,
        metadata: &Metadata,
        state: &str,
        more: Vec<(&'static str, String)>,
    ) -> Result<Begun, String> {
        let endpoint = AuthUrl::new(metadata.authorization_endpoint.clone());
        let endpoint = endpoint.map_err(|error| error.to_string())?;
        let client = self.oauth(metadata).map_err(|refused| refused.to_string())?.set_auth_uri(endpoint);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.config().scope.split_whitespace().map(|scope| Scope::new(scope.to_owned()));
        let mut request = client.authorize_url(|| CsrfToken::new(state.to_owned()));
        request = request.add_scopes(scopes).set_pkce_challenge(challenge);
        for (name, value) in more {
            request = request.add_extra_param(name, value);
        }
        Ok(Begun { url: request.url().0, verifier: verifier.into_secret() })
    }

    /// Exchanges a code (RFC 6749 section 4.1.3).
    pub(super) async fn redeem(&self, code: String, verifier: String) -> Result<Tokens, Refused> {
        let metadata = self.known().await?;
        let (client, web, asked) = (self.oauth(&metadata)?, self.web(), now());
        let mut request = client.exchange_code(AuthorizationCode::new(code));
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        for (name, value) in self.additional(&metadata)? {
            request = request.add_extra_param(name, value);
        }
        let answered = request.request_async(&|request| send(web.clone(), request)).await;
        answered.map(|answered| tokens(&answered, asked)).map_err(refused)
    }

    /// Refreshes (RFC 6749 section 6). A reply that is lost is asked for once more, with the same token.
    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Tokens, Refused> {
        match self.refresh_once(refresh_token).await {
            Err(Refused::Failed(Failed::Unreachable(_))) => self.refresh_once(refresh_token).await,
            answered => answered,
        }
    }

    async fn refresh_once(&self, refresh_token: &str) -> Result<Tokens, Refused> {
        let metadata = self.known().await?;
        let (client, web, asked) = (self.oauth(&metadata)?, self.web(), now());
        let refresh_token = RefreshToken::new(refresh_token.to_owned());
        let mut request = client.exchange_refresh_token(&refresh_token);
        for (name, value) in self.additional(&metadata)? {
            request = request.add_extra_param(name, value);
        }
        let answered = request.request_async(&|request| send(web.clone(), request)).await;
        answered.map(|answered| tokens(&answered, asked)).map_err(refused)
    }

    async fn known(&self) -> Result<std::sync::Arc<Metadata>, Refused> {
        self.metadata().await.map_err(|reason| Refused::Failed(Failed::Unreachable(reason)))
    }

    fn oauth(&self, metadata: &Metadata) -> Result<OAuth<EndpointSet>, Refused> {
        let config = self.config();
        let wrong = |error: oauth2::url::ParseError| Refused::Other(error.to_string());
        let redirect_uri = RedirectUrl::new(self.redirect_uri()).map_err(wrong)?;
        let token_uri = TokenUrl::new(metadata.token_endpoint.clone()).map_err(wrong)?;
        let client = OAuth::new(ClientId::new(config.client_id.clone()));
        let client = client.set_redirect_uri(redirect_uri).set_token_uri(token_uri);
        Ok(match &config.client_secret {
            Some(secret) => {
                let client = client.set_client_secret(ClientSecret::new(secret.clone()));
                client.set_auth_type(AuthType::BasicAuth)
            }
            None => client.set_auth_type(AuthType::RequestBody),
        })
    }

    /// Parameters beyond the usual: the resource (RFC 8707), and the assertion.
    fn additional(&self, metadata: &Metadata) -> Result<Vec<(String, String)>, Refused> {
        let config = self.config();
        let mut params = Vec::new();
        params.extend(config.resource.clone().map(|resource| ("resource".to_owned(), resource)));
        if config.client_secret.is_none() {
            params.extend(self.assertion(metadata).map_err(Refused::Other)?);
        }
        Ok(params)
    }
}

fn now() -> i64 {
    system_ms().div_euclid(1000)
}

async fn send(web: Web, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, Failed> {
    web.ask(request).await
}

fn tokens(answered: &Answered, asked: i64) -> Tokens {
    let lifetime =
        answered.expires_in().map(|lifetime| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
    Tokens {
        access_token: answered.access_token().secret().clone(),
        expires_at: lifetime.map(|lifetime| asked.saturating_add(lifetime)),
        refresh_token: answered.refresh_token().map(|token| token.secret().clone()),
        id_token: answered.extra_fields().id_token.clone(),
    }
}

fn refused(error: RequestTokenError<Failed, BasicErrorResponse>) -> Refused {
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidGrant => Refused::InvalidGrant("invalid_grant".to_owned()),
            error => Refused::Other(error.to_string()),
        },
        RequestTokenError::Request(failed) => Refused::Failed(failed),
        // What was answered may hold tokens, and is not told.
        RequestTokenError::Parse(error, _) => {
            Refused::Other(format!("the answer is none, at {}", error.path()))
        }
        RequestTokenError::Other(reason) => Refused::Other(reason),
    }
}
