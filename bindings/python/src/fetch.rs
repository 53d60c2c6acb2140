//! What the host fetches for the core.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// An HTTP request to make.
#[pyclass(frozen, module = "credenza", name = "Fetch")]
pub(crate) struct Fetch(pub(crate) core::Fetch);

#[pymethods]
impl Fetch {
    #[getter]
    fn key(&self) -> &str {
        &self.0.key
    }

    #[getter]
    const fn method(&self) -> &'static str {
        match self.0.method {
            core::fetch::Method::Get => "GET",
            core::fetch::Method::Post => "POST",
        }
    }

    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    #[getter]
    fn headers(&self) -> Vec<(&str, &str)> {
        self.0.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.body.as_ref().map(|body| PyBytes::new(py, body.as_bytes()))
    }

    #[getter]
    const fn max_bytes(&self) -> usize {
        self.0.max_bytes
    }

    /// In seconds.
    #[getter]
    fn timeout(&self) -> f64 {
        std::time::Duration::from_millis(self.0.timeout_ms).as_secs_f64()
    }

    /// Without fields and body, which may hold secrets.
    fn __repr__(&self) -> String {
        format!("<Fetch: {} {}>", self.method(), self.0.url)
    }
}

/// What was answered.
#[pyclass(frozen, module = "credenza", name = "Response")]
pub(crate) struct Response {
    #[pyo3(get)]
    status: u16,
    #[pyo3(get)]
    body: Py<PyBytes>,
    #[pyo3(get)]
    content_type: Option<String>,
    #[pyo3(get)]
    cache_control: Option<String>,
}

#[pymethods]
impl Response {
    #[new]
    #[pyo3(signature = (status, body, *, content_type=None, cache_control=None))]
    const fn new(
        status: u16,
        body: Py<PyBytes>,
        content_type: Option<String>,
        cache_control: Option<String>,
    ) -> Self {
        Self { status, body, content_type, cache_control }
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Response: {}, {} bytes>", self.status, self.body.as_bytes(py).len())
    }
}

impl Response {
    /// As the core takes it.
    pub(crate) fn parts<'a>(&'a self, py: Python<'a>) -> core::Response<'a> {
        core::Response {
            status: self.status,
            content_type: self.content_type.as_deref(),
            cache_control: self.cache_control.as_deref(),
            body: self.body.as_bytes(py),
        }
    }
}
