//! `[database]`: the pool of connections to a database server. SQLite does not use it.

use std::time::Duration;

use credenza_storage::PoolOptions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values;

/// The pool of connections to a database server.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSection {
    /// Connections that one node opens at most. SQLite has no pool.
    #[schemars(range(min = 1, max = 1000))]
    pub pool_size: usize,
    /// How long a request waits for a free connection, in seconds.
    #[serde(rename = "wait_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 300))]
    pub wait_timeout: Duration,
    /// How long opening a connection may take, in seconds.
    #[serde(rename = "connect_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 300))]
    pub connect_timeout: Duration,
}

impl Default for DatabaseSection {
    fn default() -> Self {
        let PoolOptions { size, wait_timeout, connect_timeout } = PoolOptions::default();
        Self { pool_size: size, wait_timeout, connect_timeout }
    }
}

impl From<DatabaseSection> for PoolOptions {
    fn from(section: DatabaseSection) -> Self {
        let DatabaseSection { pool_size, wait_timeout, connect_timeout } = section;
        Self { size: pool_size, wait_timeout, connect_timeout }
    }
}
