//! `[limits]`: what one client, or all of them together, may ask of the server.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values;

/// Bounds on sizes, numbers and spans.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest body of a request, in bytes.
    #[schemars(range(min = 1024, max = 16_777_216))]
    pub body_bytes: usize,
    /// Largest head of a request, its line and its header fields together, in bytes.
    // hyper reads no smaller head than 8 KiB.
    #[schemars(range(min = 8192, max = 1_048_576))]
    pub header_bytes: usize,
    /// Connections that may be open at once; for a further one the oldest that is idle is closed, or it is refused.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections: usize,
    /// Requests that may be in flight at once; further ones are answered 503.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: usize,
    /// What one address (an IPv6 /64) may use of `connections`, `requests` and `memory_bytes`, in percent; an IPv6 /48
    /// may use twice as much. 100 for no such limit.
    #[schemars(range(min = 1, max = 100))]
    pub address_percent: u8,
    /// What one client, once it has authenticated, may use of `requests`, in percent, however many addresses it comes from;
    /// over it, its requests are answered 503. 100 for no such limit.
    #[schemars(range(min = 1, max = 100))]
    pub client_percent: u8,
    /// Memory for bodies that are still arriving and answers that are not read yet, of all clients, in bytes.
    #[schemars(range(min = 65_536, max = 1_099_511_627_776_u64))]
    pub memory_bytes: usize,
    /// How long a client may take over the head of a request, or leave a connection idle, in seconds.
    #[serde(rename = "header_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 3600))]
    pub header_timeout: Duration,
    /// How long the body of a request may take, in seconds, and one second more for each 4 KiB that has arrived.
    #[serde(rename = "body_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 3600))]
    pub body_timeout: Duration,
    /// How long a client may take to read an answer, in seconds; then the connection is closed.
    #[serde(rename = "write_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 3600))]
    pub write_timeout: Duration,
    /// How long a request may take once it has arrived, in seconds.
    #[serde(rename = "request_timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 3600))]
    pub request_timeout: Duration,
    /// How long requests in flight may take once the server is asked to stop, in seconds.
    #[serde(rename = "shutdown_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 0, max = 3600))]
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 65_536,
            header_bytes: 32_768,
            connections: 4096,
            requests: 2048,
            address_percent: 12,
            client_percent: 75,
            memory_bytes: 33_554_432,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(5),
            write_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(30),
            shutdown: Duration::from_secs(20),
        }
    }
}
