//! What an operator sees: logs and metrics. Neither ever contains a secret: a value of a secret type prints as
//! the name of its type.

use std::io::{self, IsTerminal as _};
use std::{panic, thread};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

use crate::config::{Log, LogFormat};

mod fields;
mod lines;
mod metrics;
mod outcomes;
mod refusals;
mod request_id;
mod shed;
mod sign_ins;
mod writer;

pub use fields::{cut, of_client};
pub use metrics::{Metrics, track};
pub use outcomes::{LoginOutcome, LogoutOutcome, MailOutcome, MessageOutcome};
pub use refusals::{RefusedClient, SECRET_EXPIRED, redirect_uri_differs, redirect_uri_not_registered};
pub use request_id::{REQUEST_ID, RequestId, RequestIds};
pub use shed::{Closed, ListenerMetrics, Shed};
pub use sign_ins::RefusedSignIn;
pub use writer::{flush, say};

/// The level when neither the settings nor `RUST_LOG` name one.
const DEFAULT_LEVEL: &str = "info";

/// Starts logging to standard error. Panics are logged too, one line each. A second call in the same process
/// changes nothing.
///
/// Logging never waits and never fails: where lines cannot be written, they are dropped and counted.
pub fn init(log: &Log) {
    let directives = log.level.clone().or_else(|| std::env::var("RUST_LOG").ok());
    let filter = directives.and_then(|text| EnvFilter::try_new(text).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(DEFAULT_LEVEL));
    let writer = writer::start(match log.format {
        LogFormat::Json => dropped_as_json,
        LogFormat::Text => dropped_as_text,
    });
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // Otherwise the subscriber itself writes to standard error when it fails, and panics if it cannot.
    let lines = lines.log_internal_errors(false);
    // Colours are for people who look at it, not for files and filters.
    let lines = lines.with_ansi(io::stderr().is_terminal());
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
            // It ends the process.
            if thread::current().name() == Some("main") {
                flush();
            }
        }));
    }
}

/// The line that says how many lines were dropped.
fn dropped_as_json(count: u64) -> String {
    format!(
        r#"{{"timestamp":"{}","level":"WARN","message":"lines of the log were dropped","lines":{count}}}"#,
        now()
    ) + "\n"
}

fn dropped_as_text(count: u64) -> String {
    format!("{}  WARN lines of the log were dropped lines={count}\n", now())
}

/// The time, as every line has it.
fn now() -> String {
    let mut text = String::new();
    // A line without its time is better than none.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_lines_are_told_in_the_form_of_the_log() {
        let line: serde_json::Value = serde_json::from_str(&dropped_as_json(7)).unwrap();
        assert_eq!((line["level"].as_str(), line["lines"].as_u64()), (Some("WARN"), Some(7)));
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
        assert!(dropped_as_text(7).ends_with("Z  WARN lines of the log were dropped lines=7\n"));
    }
}
