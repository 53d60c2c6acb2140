//! Whether the service runs, and whether what it depends on can be reached.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::Guard;

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(4);

/// A check under way: what is wrong is a text for whoever operates the service, and for the log.
pub type Checking = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

type Check = Arc<dyn Fn() -> Checking + Send + Sync>;

/// The checks of `/readyz`. `/livez` has none.
#[derive(Clone, Default)]
pub struct Health(Vec<(String, Check)>);

impl Health {
    /// No checks yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a check of one's own.
    #[must_use]
    pub fn check(
        mut self,
        name: impl Into<String>,
        check: impl Fn() -> Checking + Send + Sync + 'static,
    ) -> Self {
        self.0.push((name.into(), Arc::new(check)));
        self
    }

    /// With a check named `issuer`: the guard has, or can get, the keys.
    #[must_use]
    pub fn issuer(self, guard: &Guard) -> Self {
        let validator = guard.issuers().first().clone();
        self.check("issuer", move || {
            let validator = validator.clone();
            Box::pin(async move { validator.ready().await.map_err(|trouble| trouble.to_string()) })
        })
    }

    /// With a check named `redis`. Inside a Tokio runtime.
    ///
    /// # Errors
    /// [`SettingsError`](crate::SettingsError) for what is no address.
    #[cfg(feature = "redis")]
    pub fn redis(self, url: &str) -> Result<Self, crate::SettingsError> {
        let connection = crate::redis_client::connection(url)?;
        Ok(self.check("redis", move || {
            let mut connection = connection.clone();
            Box::pin(async move {
                let pong: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
                pong.map(drop).map_err(|error| error.to_string())
            })
        }))
    }

    /// Runs the checks: whether all are well, and the body of the answer.
    pub async fn ready(&self) -> (bool, Value) {
        // At the same time, so that the slowest decides how long it takes.
        let running: Vec<_> = self
            .0
            .iter()
            .map(|(name, check)| (name.clone(), tokio::spawn(tokio::time::timeout(PATIENCE, check()))))
            .collect();
        let (mut all, mut checks) = (true, Map::new());
        for (name, running) in running {
            let outcome = match running.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err("no answer in time".to_owned()),
                Err(_) => Err("the check panicked".to_owned()),
            };
            if let Err(reason) = &outcome {
                tracing::warn!(target: "credenza", check = name, reason, "not ready");
            }
            all &= outcome.is_ok();
            // Why is for the log: this route is open.
            checks.insert(name, json!(if outcome.is_ok() { "ok" } else { "failed" }));
        }
        (all, json!({ "status": if all { "ok" } else { "failed" }, "checks": checks }))
    }
}
