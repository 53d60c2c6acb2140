//! What the host fetches for the core.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

const USER_AGENT: &str = concat!("credenza-python/", env!("CARGO_PKG_VERSION"));

/// An HTTP request to make, without following redirects.
#[pyclass(frozen, module = "credenza", name = "Fetch")]
pub(crate) struct Fetch(pub(crate) core::Fetch);

#[pymethods]
impl Fetch {
    /// Identifies what is fetched: of two fetches with the same key, one is enough.
    #[getter]
    fn key(&self) -> &str {
        &self.0.key
    }

    /// GET or POST; RESOLVE and REMEMBER are answered by the host itself.
    #[getter]
    const fn method(&self) -> &'static str {
        match self.0.method {
            core::fetch::Method::Get => "GET",
            core::fetch::Method::Post => "POST",
            core::fetch::Method::Resolve => "RESOLVE",
            core::fetch::Method::Remember => "REMEMBER",
        }
    }

    /// Where to.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// Fields to send.
    #[getter]
    fn headers(&self) -> Vec<(&str, &str)> {
        // A name of our own, as some hosts refuse those that the HTTP clients of Python have.
        let of_core = self.0.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        of_core.chain([("User-Agent", USER_AGENT)]).collect()
    }

    /// The body of a POST.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.body.as_ref().map(|body| PyBytes::new(py, body.as_bytes()))
    }

    /// The greatest size of the answer's body; a longer one is a failure.
    #[getter]
    const fn max_bytes(&self) -> usize {
        self.0.max_bytes
    }

    /// How long it may take, in seconds.
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
    /// The status; anything but 200 is a failure.
    #[pyo3(get)]
    status: u16,
    /// The body.
    #[pyo3(get)]
    body: Py<PyBytes>,
    /// The media type.
    #[pyo3(get)]
    content_type: Option<String>,
    /// `Cache-Control`.
    #[pyo3(get)]
    cache_control: Option<String>,
}

/// What came of a fetch.
#[derive(FromPyObject)]
pub(crate) enum Answer {
    /// An answer of whatever status.
    #[pyo3(transparent)]
    Given(Py<Response>),
    /// None: the name of a cause, and what the client says of it.
    Failed(String, String),
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
