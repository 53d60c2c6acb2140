//! What is said of Redis to whoever opens the store and runs it; the driver itself is in `redis`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How Redis is reached. It prints without the URL, which may hold a password.
#[derive(Clone)]
pub struct RedisOptions {
    /// `redis://[[user]:password@]host[:port][/db]`, or `rediss://…` for TLS.
    pub url: String,
    /// What every key begins with.
    pub prefix: String,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long a reply may take.
    pub command_timeout: Duration,
    /// Certificates (PEM) that `rediss://` trusts instead of the public authorities.
    pub ca: Option<Vec<u8>>,
}

impl RedisOptions {
    /// The defaults for a URL: keys begin with `credenza:`, a second to connect, half a second to answer.
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
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// Whether Redis answers, for whoever runs the server.
#[derive(Clone, Debug)]
pub struct RedisStatus(pub(crate) Arc<AtomicBool>);

impl RedisStatus {
    /// Whether it answered when it was last asked, which is at most a second ago.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
