//! Mail by SMTP (RFC 5321), over TLS.

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use rustls::pki_types::CertificateDer;
use url::Url;

use super::transport::{Transport, Undelivered};
use super::written::Written;
use crate::config::Concealed;

/// How long one step of the conversation may take.
const STEP: Duration = Duration::from_secs(20);
/// Connections at once, which are kept for a while.
const CONNECTIONS: u32 = 4;

/// A mail server.
pub(super) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    pub(super) fn new(url: &Concealed, ca: &[CertificateDer<'static>]) -> Result<Self, String> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal());
        // What lettre says of a URL may repeat it.
        let mut builder = builder.map_err(|_| "mail.smtp_url: cannot be used".to_owned())?;
        if let Some(tls) = tls(url, ca).map_err(|error| format!("mail.ca_file: {error}"))? {
            builder = builder.tls(tls);
        }
        let pool = PoolConfig::new().max_size(CONNECTIONS);
        Ok(Self(builder.timeout(Some(STEP)).pool_config(pool).build()))
    }
}

/// TLS with further authorities; `None` where there are none, or no TLS.
fn tls(
    url: &Concealed,
    ca: &[CertificateDer<'static>],
) -> Result<Option<Tls>, lettre::transport::smtp::Error> {
    let Some(url) = Url::parse(url.reveal()).ok().filter(|_| !ca.is_empty()) else { return Ok(None) };
    let mut parameters = TlsParameters::builder(url.host_str().unwrap_or_default().to_owned());
    for certificate in ca {
        parameters = parameters.add_root_certificate(Certificate::from_der(certificate.to_vec())?);
    }
    let parameters = parameters.build_rustls()?;
    let wanted = url.query_pairs().find(|(name, _)| name == "tls");
    Ok(match (url.scheme(), wanted.as_ref().map(|(_, value)| &**value)) {
        ("smtps", _) => Some(Tls::Wrapper(parameters)),
        (_, Some("required")) => Some(Tls::Required(parameters)),
        (_, Some(_)) => Some(Tls::Opportunistic(parameters)),
        (_, None) => None,
    })
}

#[async_trait]
impl Transport for Smtp {
    async fn send(&self, _: &Written, message: Message) -> Result<(), Undelivered> {
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Undelivered { why: told(&error), is_final: is_final(&error) }),
        }
    }
}

/// RFC 5321 4.2.1: a reply 5yz is final. One to the server's own identity, such as a wrong password (RFC 4954), is not: an
/// operator can correct that.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(|code| code.to_string());
    error.is_permanent() && !matches!(code.as_deref(), Some("530" | "534" | "535" | "538"))
}

/// The error with what is behind it.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(behind) = cause {
        let more = behind.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = behind.source();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}
