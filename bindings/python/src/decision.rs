//! The result of a check.

use credenza_validator as core;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::claims::Claims;
use crate::errors;
use crate::fetch::Fetch;

/// How far a check got.
pub(crate) enum Outcome {
    Decided(core::Decision),
    /// The host has to fetch first, and the check does not wait for it.
    Needs(core::Fetch),
}

impl Outcome {
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
            Self::Decided(decision) => Decision::new(py, decision)?.into_bound_py_any(py),
            Self::Needs(fetch) => Fetch(fetch).into_bound_py_any(py),
        }
    }
}

/// Whether a request may pass: then there are claims, and otherwise there is a denial.
#[pyclass(frozen, get_all, module = "credenza", name = "Decision")]
pub(crate) struct Decision {
    claims: Option<Py<Claims>>,
    denied: Option<Py<PyAny>>,
    /// The value of `DPoP-Nonce` for the answer, whatever the decision.
    dpop_nonce: Option<String>,
}

impl Decision {
    fn new(py: Python<'_>, decision: core::Decision) -> PyResult<Self> {
        Ok(match decision {
            core::Decision::Allow(allowed) => Self {
                dpop_nonce: allowed.dpop_nonce().map(str::to_owned),
                claims: Some(Py::new(py, Claims::new(allowed))?),
                denied: None,
            },
            core::Decision::Deny(denied) => Self {
                denied: Some(errors::denied(py, &denied)?.unbind()),
                dpop_nonce: denied.dpop_nonce,
                claims: None,
            },
        })
    }
}

#[pymethods]
impl Decision {
    #[getter]
    const fn allowed(&self) -> bool {
        self.claims.is_some()
    }

    const fn __bool__(&self) -> bool {
        self.allowed()
    }

    /// Fields for the answer.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (&self.denied, &self.dpop_nonce) {
            (Some(denied), _) => denied.bind(py).getattr("headers"),
            (None, Some(nonce)) => vec![("DPoP-Nonce", nonce)].into_bound_py_any(py),
            (None, None) => Vec::<(String, String)>::new().into_bound_py_any(py),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        match &self.denied {
            Some(denied) => Ok(format!("<Decision: {}>", denied.bind(py).repr()?)),
            None => Ok("<Decision: allowed>".to_owned()),
        }
    }
}
