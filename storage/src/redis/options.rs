//! How Redis is reached.

use std::fmt;
use std::time::Duration;

use bb8_redis::redis::{Client, IntoConnectionInfo as _, RedisError, TlsCertificates};

/// How Redis is reached. It prints without the URL, which may hold a password.
#[derive(Clone)]
pub struct RedisOptions {
    /// `redis://[[user]:password@]host[:port][/db]`, or `rediss://…` for TLS.
    pub url: String,
    /// What every key begins with.
    pub prefix: String,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long an answer may take.
    pub command_timeout: Duration,
    /// Certificates (PEM) that `rediss://` trusts instead of the web's.
    pub ca: Option<Vec<u8>>,
}

impl RedisOptions {
    /// The usual ones for a URL: keys begin with `credenza:`, a second to connect, half a second to answer.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "credenza:".to_owned(),
            connect_timeout: Duration::from_secs(1),
            command_timeout: Duration::from_millis(500),
            ca: None,
        }
    }

    /// What connections are made from.
    pub(super) fn client(&self) -> Result<Client, RedisError> {
        // Parsed here already: the library's own error would show the URL.
        let info = self.url.as_str().into_connection_info()?;
        match &self.ca {
            Some(pem) => {
                let certificates = TlsCertificates { client_tls: None, root_cert: Some(pem.clone()) };
                Client::build_with_tls(info, certificates)
            }
            None => Client::open(info),
        }
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
