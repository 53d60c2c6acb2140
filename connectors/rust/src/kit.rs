//! What every service writes again: request ids, a log without secrets, security headers, limits of size, time and rate,
//! problems in place of bare errors, pages of lists, gates by role, plan and feature, and health.
//!
//! | module | holds |
//! |---|---|
//! | `around` | what goes around a handler |
//! | `context` | what is known of the request under way, for the log |
//! | `request_id`, `log`, `headers` | ids in and out; one line of JSON for each record; security headers |
//! | `timeout`, `panic` | limits of time, of which an inner one replaces the outer one; handlers that panic |
//! | `problem` | RFC 9457 |
//! | `rate_limit` | requests of a caller and of a tenant, in memory or in Redis |
//! | `roles`, `plans`, `features` | gates |
//! | `pages` | lists, page by page |
//! | `health` | `/livez` and `/readyz` |
//! | [`axum`], [`actix`] | all of it in these frameworks |

#[cfg(feature = "actix")]
pub mod actix;
mod around;
#[cfg(feature = "axum")]
pub mod axum;
pub(crate) mod context;
mod features;
mod headers;
mod health;
pub mod log;
mod pages;
mod panic;
mod plans;
mod problem;
mod rate_limit;
mod request_id;
mod roles;
mod timeout;

use std::time::Duration;

pub use around::Passing;
pub use context::request_id;
pub use features::Features;
pub use health::{Checking, Health};
pub use pages::{Envelope, Page, Pages};
pub use plans::Plans;
pub use problem::Problem;
pub use rate_limit::{RateLimits, Rates};
pub use roles::Roles;

/// What goes around all routes of a service.
#[derive(Clone, Debug)]
pub struct Kit {
    is_https: bool,
    body_limit: usize,
    timeout: Duration,
}

impl Default for Kit {
    fn default() -> Self {
        Self { is_https: false, body_limit: 1 << 20, timeout: Duration::from_secs(30) }
    }
}

impl Kit {
    /// Bodies of a mebibyte at most, and thirty seconds for each request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Scheme, host and port by which clients see this service. With https, they are told to come by that alone.
    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        Self { is_https: origin.starts_with("https://"), ..self }
    }

    /// The longest body, in bytes, of routes that have no limit of their own.
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// The longest body, in bytes, for a framework that has no module here.
    #[must_use]
    pub const fn longest_body(&self) -> usize {
        self.body_limit
    }

    /// Gives the request under way in this task this long, from its start, in place of what it had.
    pub fn replace_timeout(timeout: Duration) {
        timeout::replace(timeout);
    }

    /// How long requests may take, to routes that have no limit of their own.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}
