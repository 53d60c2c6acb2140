//! Opens connections, and checks the server behind each: one that may evict keys cannot store replays.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bb8_redis::bb8::ManageConnection;
use bb8_redis::redis::aio::MultiplexedConnection;
use bb8_redis::redis::{
    AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo as _, RedisError, TlsCertificates, cmd,
};

use super::RedisOptions;

/// A connection; clones share it.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) connection: MultiplexedConnection,
    /// Which memory this is: it changes when the server restarts, and when a replica takes its place.
    pub(super) memory: Arc<str>,
    broken: Arc<AtomicBool>,
}

impl Link {
    /// It must not be used again.
    pub(super) fn mark_broken(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

/// Why there is no connection.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum NoLink {
    /// Nothing answers; that may pass.
    #[error("{0}")]
    Away(RedisError),
    /// The server answers but is unsuitable, or refuses us; an operator must change that.
    #[error("{0}")]
    Unfit(String),
}

impl From<RedisError> for NoLink {
    fn from(error: RedisError) -> Self {
        // Waiting does not help against an explicit refusal, such as a wrong password; it does while the server
        // still loads its data.
        match (error.kind(), error.code()) {
            (ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig, _) => {
                Self::Unfit(error.to_string())
            }
            (_, Some("LOADING" | "MASTERDOWN" | "READONLY") | None) => Self::Away(error),
            (_, Some(_)) => Self::Unfit(error.to_string()),
        }
    }
}

/// What connections are made from.
fn client(options: &RedisOptions) -> Result<Client, RedisError> {
    // Parsed here already: the library's own error would show the URL.
    let info = options.url.as_str().into_connection_info()?;
    match &options.ca {
        Some(pem) => {
            let certificates = TlsCertificates { client_tls: None, root_cert: Some(pem.clone()) };
            Client::build_with_tls(info, certificates)
        }
        None => Client::open(info),
    }
}

/// Makes connections for the pool.
pub(super) struct Manager {
    client: Client,
    config: AsyncConnectionConfig,
}

impl Manager {
    pub(super) fn new(options: &RedisOptions) -> Result<Self, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(options.connect_timeout))
            .set_response_timeout(Some(options.command_timeout));
        Ok(Self { client: client(options)?, config })
    }
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = NoLink;

    async fn connect(&self) -> Result<Link, NoLink> {
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&self.config).await?;
        let info: String = cmd("INFO").query_async(&mut connection).await?;
        let memory = memory(&info)?.into();
        Ok(Link { connection, memory, broken: Arc::default() })
    }

    async fn is_valid(&self, link: &mut Link) -> Result<(), NoLink> {
        Ok(cmd("PING").query_async(&mut link.connection).await?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.is_broken()
    }
}

/// The name of the memory, from the text of `INFO`, if the server never evicts what it stores.
fn memory(info: &str) -> Result<String, NoLink> {
    let field = |name: &str| {
        let lines = info.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value.trim())
    };
    let unfit = |reason: String| Err(NoLink::Unfit(reason));
    match (field("maxmemory"), field("maxmemory_policy")) {
        (Some("0"), _) | (_, Some("noeviction")) => {}
        (_, Some(policy)) => {
            return unfit(format!(
                "maxmemory-policy is {policy}: Redis could evict what must be kept, such as assertions \
                 that were used; set it to noeviction"
            ));
        }
        _ => return unfit("INFO does not report maxmemory and maxmemory_policy".to_owned()),
    }
    match field("role") {
        Some("master") => {}
        Some(_) => return unfit("it is a replica, which cannot be written to; name the master".to_owned()),
        None => return unfit("INFO does not report the role".to_owned()),
    }
    match (field("run_id"), field("master_replid")) {
        (Some(run_id), Some(replid)) if !run_id.is_empty() => Ok(format!("{run_id}:{replid}")),
        _ => unfit("INFO does not report run_id and master_replid".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(maxmemory: &str, policy: &str, role: &str) -> String {
        format!(
            "# Server\r\nrun_id:abc\r\n# Memory\r\nmaxmemory:{maxmemory}\r\nmaxmemory_policy:{policy}\r\n\
             # Replication\r\nrole:{role}\r\nmaster_replid:def\r\n"
        )
    }

    #[test]
    fn what_evicts_or_cannot_be_written_is_unfit() {
        for (maxmemory, policy) in [("0", "allkeys-lru"), ("0", "noeviction"), ("1000", "noeviction")] {
            assert_eq!(memory(&info(maxmemory, policy, "master")).unwrap(), "abc:def");
        }
        for policy in ["allkeys-lru", "volatile-ttl", "volatile-lfu", "something-new"] {
            let told = memory(&info("1000", policy, "master")).unwrap_err().to_string();
            assert!(told.contains(policy) && told.contains("noeviction"), "{told}");
        }
        assert!(memory(&info("0", "noeviction", "slave")).unwrap_err().to_string().contains("replica"));
        assert!(memory("").is_err());
        assert!(memory(&info("0", "noeviction", "master").replace("run_id", "id")).is_err());
    }
}
