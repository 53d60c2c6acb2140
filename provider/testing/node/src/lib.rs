//! The native half of the Node package `@credenza/testing`: a provider on Node's own tokio runtime. Commands go in and
//! come out as JSON, see `credenza_testing::command`; types and names are those of `index.js` and `index.d.ts`.

use std::sync::{Arc, PoisonError, RwLock};

use credenza_testing::{Error, Options, Provider};
use napi_derive::napi;
use serde::Serialize;
use serde_json::value::RawValue;

/// A provider that runs until it is stopped.
#[napi]
pub struct NativeProvider {
    issuer: String,
    running: RwLock<Option<Arc<Provider>>>,
}

/// What became of a command: the answer, or an error that JavaScript throws, so that its stack is the caller's.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Answer { answer: Box<RawValue> },
    Error { code: &'static str, message: String },
}

/// Starts a provider; `options` are JSON.
///
/// # Errors
/// An exception that says why.
#[napi]
pub async fn start(options: String) -> napi::Result<NativeProvider> {
    let provider = async { Provider::start(Options::from_json(&options)?).await }.await;
    let provider = provider.map_err(|error| napi::Error::from_reason(error.to_string()))?;
    Ok(NativeProvider {
        issuer: provider.issuer().to_owned(),
        running: RwLock::new(Some(Arc::new(provider))),
    })
}

#[napi]
impl NativeProvider {
    /// The issuer.
    #[napi(getter)]
    pub fn issuer(&self) -> String {
        self.issuer.clone()
    }

    /// What time it is there, in seconds since 1970; none once it was stopped.
    #[napi(getter)]
    pub fn now(&self) -> Option<i64> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|provider| provider.now())
    }

    /// Does what `method` names. `params` are JSON, and so is what became of it: `answer`, or `code` and `message`.
    ///
    /// # Errors
    /// When JSON cannot be written.
    #[napi]
    pub async fn call(&self, method: String, params: String) -> napi::Result<String> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner).clone();
        let done = match running {
            Some(provider) => provider.call(&method, &params).await,
            None => Err(Error::Invalid("the provider has been stopped".to_owned())),
        };
        let outcome =
            done.and_then(|answer| RawValue::from_string(answer).map_err(|e| Error::Failed(e.to_string())));
        let outcome = match outcome {
            Ok(answer) => Outcome::Answer { answer },
            Err(error) => Outcome::Error { code: error.code(), message: error.to_string() },
        };
        serde_json::to_string(&outcome).map_err(|error| napi::Error::from_reason(error.to_string()))
    }

    /// Stops it; doing so twice changes nothing.
    #[napi]
    pub fn stop(&self) {
        self.running.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}
