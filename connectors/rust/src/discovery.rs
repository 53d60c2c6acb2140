//! The issuer's metadata, as clients need them (OpenID Connect Discovery section 3).

use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use crate::clock::system_ms;
use crate::flight::Flights;
use crate::web::Web;

/// How long metadata are good for, in milliseconds; older ones serve while the provider is away.
const FRESH_MS: i64 = 3_600_000;

/// What a client needs of them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(not(feature = "login"), expect(dead_code, reason = "services need the token endpoint alone"))]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    #[serde(default)]
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) end_session_endpoint: Option<String>,
    pub(crate) revocation_endpoint: Option<String>,
    pub(crate) pushed_authorization_request_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) require_pushed_authorization_requests: bool,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
    /// As it came.
    #[serde(skip)]
    pub(crate) document: Vec<u8>,
}

/// Fetches metadata when they are first needed, by one for all who wait. Clones are the same.
#[derive(Clone)]
pub(crate) struct Discovery(Arc<Inner>);

struct Inner {
    issuer: String,
    web: Web,
    known: Mutex<Option<(Arc<Metadata>, i64)>>,
    asking: Flights<Result<Arc<Metadata>, String>>,
}

impl Discovery {
    pub(crate) fn new(issuer: &str, web: Web) -> Self {
        let (known, asking) = (Mutex::default(), Flights::default());
        Self(Arc::new(Inner { issuer: issuer.to_owned(), web, known, asking }))
    }

    /// Where they are (section 4).
    pub(crate) fn url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.issuer.trim_end_matches('/'))
    }

    /// The metadata, or why there are none.
    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, String> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((metadata, until)) = &known
            && *until > system_ms()
        {
            return Ok(Arc::clone(metadata));
        }
        let own = self.clone();
        let asked = self.0.asking.join("", async move { own.discover().await }).await;
        match (asked.unwrap_or_else(|| Err("discovery panicked".to_owned())), known) {
            (Ok(metadata), _) => Ok(metadata),
            (Err(reason), Some((metadata, _))) => {
                tracing::warn!(target: "credenza", reason, "the provider's metadata are old");
                Ok(metadata)
            }
            (Err(reason), None) => Err(reason),
        }
    }

    async fn discover(&self) -> Result<Arc<Metadata>, String> {
        let Inner { issuer, web, known, .. } = &*self.0;
        let request = http::Request::get(self.url()).header("accept", "application/json").body(Vec::new());
        let answer = web.ask(request.map_err(|error| error.to_string())?).await;
        let answer = answer.map_err(|error| format!("metadata: {error}"))?;
        if !answer.status().is_success() {
            return Err(format!("metadata: status {}", answer.status().as_u16()));
        }
        let mut metadata: Metadata =
            serde_json::from_slice(answer.body()).map_err(|error| format!("metadata: {error}"))?;
        if metadata.issuer != *issuer {
            return Err(format!("metadata: they are those of {}", metadata.issuer));
        }
        endpoint_url(&metadata.token_endpoint)?;
        metadata.document = answer.into_body();
        let metadata = Arc::new(metadata);
        let until = system_ms().saturating_add(FRESH_MS);
        *known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&metadata), until));
        Ok(metadata)
    }
}

/// An endpoint as a URL.
pub(crate) fn endpoint_url(endpoint: &str) -> Result<url::Url, String> {
    match url::Url::parse(endpoint) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(url),
        _ => Err("metadata: an endpoint is no URL".to_owned()),
    }
}
