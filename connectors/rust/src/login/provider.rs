//! The provider: its metadata, and what is asked of it.

use std::collections::HashMap;
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use credenza_validator::fetch::{Fetch, FetchFailure};
use credenza_validator::{Cause, SettingsError};
use serde::Deserialize;

use super::config::LoginConfig;
use crate::assertion;
use crate::clock::system_ms;
use crate::discovery::{Discovery, Metadata, endpoint_url};
use crate::web::Web;
use crate::{Answer, Fetched, Fetcher, HttpFetcher};

/// The provider.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inner>);

struct Inner {
    config: LoginConfig,
    web: Web,
    discovery: Discovery,
}

impl Provider {
    pub(super) fn new(config: LoginConfig) -> Result<Self, SettingsError> {
        let web = Web::new(config.timeout)?;
        let discovery = Discovery::new(&config.issuer, web.clone());
        Ok(Self(Arc::new(Inner { config, web, discovery })))
    }

    /// The metadata.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, String> {
        self.0.discovery.metadata().await
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

    /// The parameters of `private_key_jwt`, where the client has a private key.
    pub(super) fn assertion(&self, metadata: &Metadata) -> Result<Vec<(String, String)>, String> {
        let config = &self.0.config;
        let Some(key) = &config.private_key else { return Ok(Vec::new()) };
        let now = system_ms().div_euclid(1000);
        let parameters = assertion::parameters(key, &config.client_id, &metadata.issuer, now)?;
        Ok(parameters.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

/// Fetches for the validator of ID tokens, which needs the same metadata.
pub(super) struct Fetches {
    pub(super) provider: Provider,
    pub(super) http: HttpFetcher,
}

impl Fetcher for Fetches {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        if fetch.url != self.provider.0.discovery.url() {
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
