//! The result of a check.

use credenza_validator as core;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::claims::Claims;
use crate::errors;
use crate::fetch::Fetch;

/// How far a check got.
pub(crate) enum Outcome<T> {
    Decided(T),
    /// The host has to fetch first, and the check does not wait for it.
    Needs(core::Fetch),
}

impl Outcome<Option<core::Trouble>> {
    /// Nothing, or the exception; or the fetch.
    pub(crate) fn ready(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Decided(None) => Ok(py.None().into_bound(py)),
            Self::Decided(Some(trouble)) => Err(errors::issuer(py, &trouble)),
            Self::Needs(fetch) => Fetch(fetch).into_bound_py_any(py),
        }
    }
}

impl Outcome<core::Decision> {
    /// Claims, or the exception; or the fetch.
    pub(crate) fn raised(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Decided(core::Decision::Allow(allowed)) => Claims::new(allowed).into_bound_py_any(py),
            Self::Decided(core::Decision::Deny(denied)) => {
                Err(PyErr::from_value(errors::denied(py, &denied)?))
            }
            Self::Needs(fetch) => Fetch(fetch).into_bound_py_any(py),
        }
    }

    /// The decision; or the fetch.
    pub(crate) fn decision(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Decided(core::Decision::Allow(allowed)) => {
                let dpop_nonce = allowed.dpop_nonce().map(str::to_owned);
                Allowed { claims: Py::new(py, Claims::new(allowed))?, dpop_nonce }.into_bound_py_any(py)
            }
            Self::Decided(core::Decision::Deny(denied)) => {
                let exception = errors::denied(py, &denied)?.unbind();
                Refused { denied: exception, dpop_nonce: denied.dpop_nonce }.into_bound_py_any(py)
            }
            Self::Needs(fetch) => Fetch(fetch).into_bound_py_any(py),
        }
    }
}

/// The decision that a request may pass: it is true, and has the claims.
#[pyclass(frozen, module = "credenza", name = "Allowed")]
pub(crate) struct Allowed {
    /// The claims of its token.
    #[pyo3(get)]
    claims: Py<Claims>,
    /// The value of `DPoP-Nonce` to answer (RFC 9449 section 8.2).
    #[pyo3(get)]
    dpop_nonce: Option<String>,
}

/// The decision that a request may not pass: it is false, and has the reason.
#[pyclass(frozen, module = "credenza", name = "Refused")]
pub(crate) struct Refused {
    /// The reason: an exception, to be raised or answered.
    #[pyo3(get)]
    denied: Py<PyAny>,
    /// The value of `DPoP-Nonce` to answer (RFC 9449 section 9).
    #[pyo3(get)]
    dpop_nonce: Option<String>,
}

#[pymethods]
impl Allowed {
    /// Whether it may pass: `True`.
    #[getter]
    const fn allowed(&self) -> bool {
        true
    }

    /// The reason why it may not: `None`.
    #[getter]
    const fn denied(&self) -> Option<Py<PyAny>> {
        None
    }

    /// The fields to answer.
    #[getter]
    fn headers(&self) -> Vec<(&str, &str)> {
        self.dpop_nonce.iter().map(|nonce| ("DPoP-Nonce", nonce.as_str())).collect()
    }

    const fn __bool__(&self) -> bool {
        true
    }

    const fn __repr__(&self) -> &'static str {
        "<Allowed>"
    }
}

#[pymethods]
impl Refused {
    /// Whether it may pass: `False`.
    #[getter]
    const fn allowed(&self) -> bool {
        false
    }

    /// The claims: `None`, as none may be relied on.
    #[getter]
    const fn claims(&self) -> Option<Py<Claims>> {
        None
    }

    /// The fields to answer.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.denied.bind(py).getattr("headers")
    }

    const fn __bool__(&self) -> bool {
        false
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Refused: {}>", self.denied.bind(py).repr()?))
    }
}
