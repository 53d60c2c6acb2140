//! What the log was told.

use std::fmt;
use std::sync::{Mutex, Once};

use serde_json::{Map, Value, json};
use tokio::sync::MutexGuard;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

static RECORDS: Mutex<Vec<Value>> = Mutex::new(Vec::new());
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The log, for one test at a time: the servers' threads write to one for all.
pub(crate) struct Log {
    _only: MutexGuard<'static, ()>,
}

impl Log {
    pub(crate) async fn hold() -> Self {
        static ONCE: Once = Once::new();
        let only = ONE_AT_A_TIME.lock().await;
        ONCE.call_once(|| tracing_subscriber::registry().with(Capture).init());
        let log = Self { _only: only };
        log.taken();
        log
    }

    /// The records since this was last asked, and empties it.
    pub(crate) fn taken(&self) -> Vec<Value> {
        std::mem::take(&mut RECORDS.lock().unwrap())
    }

    /// Those about refusals.
    pub(crate) fn refusals(&self) -> Vec<Value> {
        self.taken().into_iter().filter(|record| record["message"] == "refused").collect()
    }
}

struct Capture;

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "credenza" {
            let mut fields = Fields::default();
            event.record(&mut fields);
            fields.0.insert("level".to_owned(), json!(event.metadata().level().as_str()));
            RECORDS.lock().unwrap().push(Value::Object(fields.0));
        }
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), json!(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), json!(value));
    }
}
