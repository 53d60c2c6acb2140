//! What one client, or all of them together, may ask of the server.

use std::time::Duration;

use super::reader::Reader;
use super::values::{number, seconds};

/// Bounds on sizes, numbers and spans.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The largest body of a request.
    pub body_bytes: usize,
    /// The largest head of a request: its line and its header fields together.
    pub header_bytes: usize,
    /// How many connections are open at once; further ones wait to be accepted.
    pub connections: usize,
    /// How many requests are in flight at once; further ones are told 503.
    pub requests: usize,
    /// How long a client may take over the head of a request, or leave a connection idle.
    pub header_timeout: Duration,
    /// How long a request may take altogether.
    pub request_timeout: Duration,
    /// How long requests in flight may take when the server is asked to stop.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 65_536,
            header_bytes: 32_768,
            connections: 10_000,
            requests: 2048,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            shutdown: Duration::from_secs(20),
        }
    }
}

impl Limits {
    pub(super) fn read(read: &mut Reader) -> Self {
        let default = Self::default();
        Self {
            body_bytes: read.or("limits.body_bytes", default.body_bytes, number(1024..=16_777_216)),
            // hyper reads no smaller head than 8 KiB.
            header_bytes: read.or("limits.header_bytes", default.header_bytes, number(8192..=1_048_576)),
            connections: read.or("limits.connections", default.connections, number(1..=1_000_000)),
            requests: read.or("limits.requests", default.requests, number(1..=1_000_000)),
            header_timeout: read.or(
                "limits.header_timeout_seconds",
                default.header_timeout,
                seconds(1..=3600),
            ),
            request_timeout: read.or(
                "limits.request_timeout_seconds",
                default.request_timeout,
                seconds(1..=3600),
            ),
            shutdown: read.or("limits.shutdown_seconds", default.shutdown, seconds(0..=3600)),
        }
    }
}
