//! The log: one JSON object a line.

use std::fmt;
use std::io::Write as _;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use super::context::current;
use super::panic;
use crate::clock::system_ms;

/// Writes records of this level and above to the standard output, each a JSON object with `time`, `level`, `message`,
/// `target`, the id of the request under way, and its own members. Panics are records too, with their stacks.
///
/// # Errors
/// [`TryInitError`] when the program has a log already; [`Lines`] is the layer to put into that.
pub fn init(level: Level) -> Result<(), TryInitError> {
    let registry = tracing_subscriber::registry().with(LevelFilter::from_level(level));
    registry.with(Lines).try_init()?;
    panic::tell_the_log();
    Ok(())
}

/// The layer of [`tracing_subscriber`] that writes the lines.
#[derive(Clone, Copy, Debug)]
pub struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let now = DateTime::from_timestamp_millis(system_ms()).unwrap_or_default();
        let mut line = Map::new();
        line.insert("time".to_owned(), json!(now.to_rfc3339_opts(SecondsFormat::Millis, true)));
        line.insert("level".to_owned(), json!(metadata.level().as_str().to_ascii_lowercase()));
        line.insert("message".to_owned(), fields.0.remove("message").unwrap_or_default());
        line.insert("target".to_owned(), json!(metadata.target()));
        if let Some(context) = current() {
            line.insert("request_id".to_owned(), json!(context.request_id));
        }
        line.extend(fields.0);
        let line = format!("{}\n", Value::Object(line));
        // Where the log cannot be written, there is nobody to tell.
        drop(std::io::stdout().lock().write_all(line.as_bytes()));
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }
}
