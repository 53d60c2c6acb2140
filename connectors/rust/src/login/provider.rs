//! The provider: its metadata, and what is asked of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use credenza_validator::fetch::{Fetch, FetchFailure};
use credenza_validator::{Cause, SettingsError};
use serde::Deserialize;

use super::config::LoginConfig;
use crate::clock::system_ms;
use crate::flight::Flights;
use crate::random;
use crate::web::Web;
use crate::{Answer, Fetched, Fetcher, HttpFetcher};

/// How long metadata are good for, in milliseconds; older ones serve while the provider is away.
const FRESH_MS: i64 = 3_600_000;
/// How long an assertion of `private_key_jwt` is good for, in seconds.
const ASSERTION_SECONDS: i64 = 60;

/// The metadata (OpenID Connect Discovery section 3) that a client needs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) end_session_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    pushed_authorization_request_endpoint: Option<String>,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// As it came.
    #[serde(skip)]
    document: Vec<u8>,
}

/// The provider.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inner>);

struct Inner {
    config: LoginConfig,
    web: Web,
    known: Mutex<Option<(Arc<Metadata>, i64)>>,
    asking: Flights<Result<Arc<Metadata>, String>>,
}

impl Provider {
    pub(super) fn new(config: LoginConfig) -> Result<Self, SettingsError> {
        let web = Web::new(config.timeout)?;
        Ok(Self(Arc::new(Inner { config, web, known: Mutex::default(), asking: Flights::default() })))
    }

    /// The metadata: fetched when they are first needed, by one for all who wait.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, String> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((metadata, until)) = &known
            && *until > system_ms()
        {
            return Ok(Arc::clone(metadata));
        }
        let inner = Arc::clone(&self.0);
        let asked = self.0.asking.join("", async move { inner.discover().await }).await;
        match (asked.unwrap_or_else(|| Err("discovery panicked".to_owned())), known) {
            (Ok(metadata), _) => Ok(metadata),
            (Err(reason), Some((metadata, _))) => {
                tracing::warn!(target: "credenza", reason, "the provider's metadata are old");
                Ok(metadata)
            }
            (Err(reason), None) => Err(reason),
        }
    }

    /// Where a browser is sent with this request: as it is, or in the form that was pushed (RFC 9126).
    pub(super) async fn authorization_url(
        &self,
        metadata: &Metadata,
        url: url::Url,
    ) -> Result<url::Url, String> {
        if !metadata.require_pushed_authorization_requests {
            return Ok(url);
        }
        let Some(endpoint) = &metadata.pushed_authorization_request_endpoint else {
            return Err("the provider requires pushed requests, and has no endpoint for them".to_owned());
        };
        let form = url.query_pairs().into_owned().collect();
        let answer = self.post(endpoint, metadata, form).await;
        let answer = answer.map_err(|error| format!("pushing the request: {error}"))?;
        let Ok(Pushed { request_uri }) = serde_json::from_slice(answer.body()) else {
            return Err(format!("pushing the request: status {}", answer.status().as_u16()));
        };
        let mut url = endpoint_url(&metadata.authorization_endpoint)?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.0.config.client_id)
            .append_pair("request_uri", &request_uri);
        Ok(url)
    }

    /// Revokes a refresh token (RFC 7009), where the provider offers that.
    pub(super) async fn revoke(&self, refresh_token: &str) -> Result<(), String> {
        let metadata = self.metadata().await?;
        let Some(endpoint) = &metadata.revocation_endpoint else { return Ok(()) };
        let form = [("token", refresh_token), ("token_type_hint", "refresh_token")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.post(endpoint, &metadata, form.into()).await?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("status {}", answer.status().as_u16()))
        }
    }

    /// Posts a form as this client.
    async fn post(
        &self,
        endpoint: &str,
        metadata: &Metadata,
        mut form: Vec<(String, String)>,
    ) -> Result<http::Response<Vec<u8>>, String> {
        let Inner { config, web, .. } = &*self.0;
        let mut request = http::Request::post(endpoint);
        match &config.client_secret {
            Some(secret) => request = request.header("authorization", basic(&config.client_id, secret)),
            None => form.extend(self.assertion(metadata)?),
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(body.into_bytes()).map_err(|error| error.to_string())?;
        web.ask(request).await.map_err(|error| error.to_string())
    }

    pub(super) fn config(&self) -> &LoginConfig {
        &self.0.config
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{}/callback", self.0.config.origin, self.0.config.path)
    }

    pub(super) fn web(&self) -> Web {
        self.0.web.clone()
    }

    /// `private_key_jwt` (OpenID Connect Core section 9, RFC 7523 section 3), for the issuer as audience.
    pub(super) fn assertion(&self, metadata: &Metadata) -> Result<Vec<(String, String)>, String> {
        let config = &self.0.config;
        let Some(key) = &config.private_key else { return Ok(Vec::new()) };
        let now = system_ms().div_euclid(1000);
        let claims = serde_json::json!({
            "iss": config.client_id,
            "sub": config.client_id,
            "aud": metadata.issuer,
            "iat": now,
            "exp": now.saturating_add(ASSERTION_SECONDS),
            "jti": random::token().map_err(|error| error.to_string())?,
        });
        let assertion = key.sign("JWT", &claims).map_err(|error| error.to_string())?;
        Ok(vec![
            (
                "client_assertion_type".to_owned(),
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ),
            ("client_assertion".to_owned(), assertion),
        ])
    }
}

impl Inner {
    async fn discover(&self) -> Result<Arc<Metadata>, String> {
        let issuer = &self.config.issuer;
        let url = document_url(issuer);
        let request = http::Request::get(url).header("accept", "application/json").body(Vec::new());
        let answer = self.web.ask(request.map_err(|error| error.to_string())?).await;
        let answer = answer.map_err(|error| format!("metadata: {error}"))?;
        if !answer.status().is_success() {
            return Err(format!("metadata: status {}", answer.status().as_u16()));
        }
        let mut metadata: Metadata =
            serde_json::from_slice(answer.body()).map_err(|error| format!("metadata: {error}"))?;
        if metadata.issuer != *issuer {
            return Err(format!("metadata: they are those of {}", metadata.issuer));
        }
        for endpoint in [&metadata.authorization_endpoint, &metadata.token_endpoint] {
            endpoint_url(endpoint)?;
        }
        metadata.document = answer.into_body();
        let metadata = Arc::new(metadata);
        let until = system_ms().saturating_add(FRESH_MS);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&metadata), until));
        Ok(metadata)
    }
}

/// Where the metadata are (OpenID Connect Discovery section 4).
fn document_url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Fetches for the validator of ID tokens, which needs the same metadata.
pub(super) struct Fetches {
    pub(super) provider: Provider,
    pub(super) http: HttpFetcher,
}

impl Fetcher for Fetches {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        if fetch.url != document_url(&self.provider.config().issuer) {
            return self.http.fetch(fetch);
        }
        Box::pin(async move {
            let metadata = self.provider.metadata().await;
            let metadata = metadata.map_err(|reason| FetchFailure::new(Cause::Other, reason))?;
            Ok(Answer { status: 200, body: metadata.document.clone(), ..Answer::default() })
        })
    }
}

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

pub(super) fn endpoint_url(endpoint: &str) -> Result<url::Url, String> {
    match url::Url::parse(endpoint) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(url),
        _ => Err("metadata: an endpoint is no URL".to_owned()),
    }
}

/// `client_secret_basic` (RFC 6749 section 2.3.1).
pub(crate) fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(client_id), encoded(secret));
    format!("Basic {}", STANDARD.encode(credentials))
}

/// The parameters of a query or a form; of one that is repeated, `None`.
pub(super) fn parameters(text: &[u8]) -> HashMap<String, Option<String>> {
    let mut all = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        let value = Some(value.into_owned());
        all.entry(name.into_owned()).and_modify(|known| *known = None).or_insert(value);
    }
    all
}
