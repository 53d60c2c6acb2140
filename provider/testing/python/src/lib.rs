//! The native half of the Python package `credenza-testing`: a provider on a runtime of its own. Commands go in and
//! come out as JSON, see `credenza_testing::command`; types and names are those of `python/credenza_testing`.

use std::sync::RwLock;

use credenza_testing::{Options, Provider};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

pyo3::create_exception!(
    _native,
    Error,
    PyException,
    "What the provider could not do, or would not. `code` is start, absent, invalid, refused, page or failed."
);

/// A provider that runs until it is stopped.
#[pyclass(frozen, module = "credenza_testing._native")]
struct NativeProvider {
    issuer: String,
    running: RwLock<Option<Running>>,
}

/// The provider goes first, then its runtime.
struct Running {
    provider: Provider,
    runtime: Runtime,
}

#[pymethods]
impl NativeProvider {
    /// Starts one. Python's other threads go on meanwhile.
    #[new]
    fn new(py: Python<'_>, options: &str) -> PyResult<Self> {
        let running = py.detach(|| {
            let options = Options::from_json(options)?;
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
            let runtime = runtime.map_err(|error| credenza_testing::Error::Start(error.to_string()))?;
            let provider = runtime.block_on(Provider::start(options))?;
            Ok(Running { provider, runtime })
        });
        let running = running.map_err(|error| raised(py, &error))?;
        Ok(Self { issuer: running.provider.issuer().to_owned(), running: RwLock::new(Some(running)) })
    }

    /// The issuer.
    #[getter]
    fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Does what `method` names; `params` and the answer are JSON. Python's other threads go on meanwhile.
    fn call(&self, py: Python<'_>, method: &str, params: &str) -> PyResult<String> {
        let answer = py.detach(|| {
            let running = self.running.read();
            let running = running.as_ref().ok().and_then(|running| running.as_ref());
            let Some(Running { provider, runtime }) = running else {
                return Err(credenza_testing::Error::Invalid("the provider has been stopped".to_owned()));
            };
            runtime.block_on(provider.call(method, params))
        });
        answer.map_err(|error| raised(py, &error))
    }

    /// Stops it; doing so twice changes nothing.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| {
            let running = self.running.write().ok().and_then(|mut running| running.take());
            if let Some(Running { provider, runtime }) = running {
                drop(provider);
                // What is under way, such as a delayed answer, is not waited for.
                runtime.shutdown_background();
            }
        });
    }
}

/// The exception, with its code beside the message.
fn raised(py: Python<'_>, error: &credenza_testing::Error) -> PyErr {
    let raised = Error::new_err(error.to_string());
    match raised.value(py).setattr("code", error.code()) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// `credenza_testing._native`.
#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Error", module.py().get_type::<Error>())?;
    module.add_class::<NativeProvider>()
}
