//! What an operator sees: logs and metrics. Neither ever contains a secret: a value of a secret type prints as
//! the name of its type.

use std::io::stderr;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

mod metrics;
mod outcomes;
mod request_id;
mod shed;

pub use metrics::{Metrics, track};
pub use outcomes::{LoginOutcome, LogoutOutcome};
pub use request_id::{REQUEST_ID, RequestId, RequestIds};
pub use shed::{Closed, ListenerMetrics, Shed};

/// The level when neither the settings nor `RUST_LOG` name one.
const DEFAULT_LEVEL: &str = "info";

/// Starts logging to standard error. Panics are logged too, one line each. A second call in the same process
/// changes nothing.
pub fn init(log: &Log) {
    let directives = log.level.clone().or_else(|| std::env::var("RUST_LOG").ok());
    let filter = directives.and_then(|text| EnvFilter::try_new(text).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(DEFAULT_LEVEL));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let began = match log.format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Text => lines.with_target(false).try_init(),
    };
    if began.is_ok() {
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, panic = panic.payload_as_str().unwrap_or("no message"), "a panic");
        }));
    }
}
