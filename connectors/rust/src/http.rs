//! Fetching by reqwest: no redirects, bounded in size, through the proxies of the environment, with the authorities of
//! the system.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use credenza_validator::fetch::{Fetch, FetchFailure, Method};
use credenza_validator::{Cause, SettingsError};
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls_platform_verifier::Verifier;

use crate::{Answer, Fetched, Fetcher};

/// For how long a connection is kept for the next request: less than servers keep it, most of them for five seconds, so
/// that no request meets one that is being closed.
const IDLE: Duration = Duration::from_secs(3);

/// Fetches by reqwest.
pub struct HttpFetcher {
    client: Client,
}

impl HttpFetcher {
    /// A client that trusts the authorities of the system.
    ///
    /// # Errors
    /// [`SettingsError`] when TLS cannot be set up, as on a system without any authorities.
    pub fn new() -> Result<Self, SettingsError> {
        Self::trusting(Vec::new(), "fetcher")
    }

    /// A client that trusts the authorities in a file of PEM too, beside those of the system.
    ///
    /// # Errors
    /// [`SettingsError`] names `ca_file` when it cannot be read or has no certificate in it.
    pub fn with_ca_file(path: impl AsRef<std::path::Path>) -> Result<Self, SettingsError> {
        let pem = std::fs::read(path).map_err(|error| wrong("ca_file", &error))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certificates = certificates.map_err(|error| wrong("ca_file", &error))?;
        if certificates.is_empty() {
            return Err(wrong("ca_file", &"has no certificate in it"));
        }
        Self::trusting(certificates, "ca_file")
    }

    /// A client that is set up by the host, proxies and TLS included. Redirects are not followed, whatever it says.
    ///
    /// # Errors
    /// [`SettingsError`] when it cannot be made.
    pub fn from_builder(builder: ClientBuilder) -> Result<Self, SettingsError> {
        let client = builder.redirect(Policy::none()).build().map_err(|error| wrong("fetcher", &error))?;
        Ok(Self { client })
    }

    #[cfg(any(feature = "login", feature = "kit", feature = "service"))]
    pub(crate) fn into_client(self) -> Client {
        self.client
    }

    fn trusting(
        certificates: Vec<CertificateDer<'static>>,
        setting: &'static str,
    ) -> Result<Self, SettingsError> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots(certificates, Arc::clone(&provider))
            .map_err(|error| wrong(setting, &error))?;
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(setting, &error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        let agent = concat!("credenza-connectors-rust/", env!("CARGO_PKG_VERSION"));
        let builder = Client::builder().user_agent(agent).tls_backend_preconfigured(tls);
        Self::from_builder(builder.pool_idle_timeout(IDLE))
    }
}

fn wrong(setting: &'static str, reason: &dyn std::fmt::Display) -> SettingsError {
    SettingsError { setting: setting.into(), reason: reason.to_string() }
}

impl Fetcher for HttpFetcher {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        Box::pin(async move {
            let mut request = match fetch.method {
                Method::Get => self.client.get(&fetch.url),
                Method::Post => self.client.post(&fetch.url),
                // Of `resolve_issuers` and `dpop.shared_replays`: a fetcher of the host's own knows the answers.
                Method::Resolve | Method::Remember => {
                    return Err(FetchFailure::new(
                        Cause::Other,
                        "asked of the host, which this fetcher is not",
                    ));
                }
            };
            for (name, value) in &fetch.headers {
                request = request.header(name, value);
            }
            if let Some(body) = &fetch.body {
                request = request.body(body.clone());
            }
            let mut response = request.send().await.map_err(failure)?;
            let text = |headers: &HeaderMap, name| {
                headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            };
            let mut answer = Answer {
                status: response.status().as_u16(),
                content_type: text(response.headers(), CONTENT_TYPE),
                cache_control: text(response.headers(), CACHE_CONTROL),
                body: Vec::new(),
            };
            while let Some(chunk) = response.chunk().await.map_err(failure)? {
                if answer.body.len().saturating_add(chunk.len()) > fetch.max_bytes {
                    let message = format!("more than {} bytes", fetch.max_bytes);
                    return Err(FetchFailure::new(Cause::TooLarge, message));
                }
                answer.body.extend_from_slice(&chunk);
            }
            Ok(answer)
        })
    }
}

/// Why there is no answer, from the innermost error, which knows most. The URL is left out, as the caller has it.
fn failure(error: reqwest::Error) -> FetchFailure {
    let by_kind = if error.is_timeout() {
        Cause::Timeout
    } else if error.is_connect() {
        Cause::Connect
    } else {
        Cause::Other
    };
    let error = error.without_url();
    let mut cause = by_kind;
    let mut message = error.to_string();
    let mut next = error.source();
    while let Some(inner) = next {
        message = inner.to_string();
        cause = told_by(inner, &message).unwrap_or(cause);
        next = inner.source();
    }
    FetchFailure::new(cause, message)
}

fn told_by(error: &(dyn Error + 'static), message: &str) -> Option<Cause> {
    use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
    match tls(error) {
        Some(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            Some(Cause::TlsName)
        }
        Some(_) => Some(Cause::Tls),
        None => message.starts_with("dns error").then_some(Cause::Dns),
    }
}

/// What rustls says, out of the errors of input and output that it is wrapped in: these are no sources of each other.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut wrapping = error.downcast_ref::<std::io::Error>();
    while let Some(inner) = wrapping.and_then(std::io::Error::get_ref) {
        if let Some(found) = inner.downcast_ref() {
            return Some(found);
        }
        wrapping = inner.downcast_ref();
    }
    error.downcast_ref()
}
