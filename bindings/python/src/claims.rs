//! The claims of a valid token.

use credenza_validator::{Allowed, Audience, NumericDate};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::json;

/// Behaves as a `Mapping` of all claims. The dict is made when one is first asked for by its name; the properties are
/// read without it.
#[pyclass(frozen, mapping, module = "credenza", name = "Claims")]
pub(crate) struct Claims {
    allowed: Allowed,
    dict: PyOnceLock<Py<PyDict>>,
}

impl Claims {
    pub(crate) const fn new(allowed: Allowed) -> Self {
        Self { allowed, dict: PyOnceLock::new() }
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        let make = || json::dict(py, self.allowed.claims_json()).map(Bound::unbind);
        Ok(self.dict.get_or_try_init(py, make)?.bind(py))
    }

    fn typed(&self) -> &credenza_validator::Claims {
        self.allowed.claims()
    }
}

#[pymethods]
impl Claims {
    #[getter]
    fn iss(&self) -> Option<&str> {
        self.typed().iss.as_deref()
    }

    #[getter]
    fn sub(&self) -> Option<&str> {
        self.typed().sub.as_deref()
    }

    #[getter]
    fn aud<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.typed().aud.as_ref().map(Audience::as_slice).unwrap_or_default())
    }

    #[getter]
    fn exp(&self) -> Option<i64> {
        self.typed().times.exp.map(seconds)
    }

    #[getter]
    fn nbf(&self) -> Option<i64> {
        self.typed().times.nbf.map(seconds)
    }

    #[getter]
    fn iat(&self) -> Option<i64> {
        self.typed().times.iat.map(seconds)
    }

    #[getter]
    fn jti(&self) -> Option<&str> {
        self.typed().jti.as_deref()
    }

    #[getter]
    fn client_id(&self) -> Option<&str> {
        self.typed().client_id.as_deref()
    }

    #[getter]
    fn azp(&self) -> Option<&str> {
        self.typed().azp.as_deref()
    }

    #[getter]
    fn scope(&self) -> Option<&str> {
        self.typed().scope.as_deref()
    }

    #[getter]
    fn scopes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.typed().scopes().collect::<Vec<_>>())
    }

    #[getter]
    fn auth_time(&self) -> Option<i64> {
        self.typed().auth_time.map(seconds)
    }

    #[getter]
    fn acr(&self) -> Option<&str> {
        self.typed().acr.as_deref()
    }

    #[getter]
    fn sid(&self) -> Option<&str> {
        self.typed().sid.as_deref()
    }

    #[getter]
    fn json(&self) -> &str {
        self.allowed.claims_json()
    }

    /// A new dict, which the caller may change.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        json::dict(py, self.allowed.claims_json())
    }

    fn __getitem__<'py>(&self, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.all(name.py())?.as_any().get_item(name)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.all(py)?.len())
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.all(name.py())?.contains(name)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.all(py)?.try_iter()
    }

    #[pyo3(signature = (name, default=None, /))]
    fn get<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.all(name.py())?.get_item(name)?.or(default))
    }

    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.all(py)?.call_method0("keys")
    }

    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.all(py)?.call_method0("values")
    }

    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.all(py)?.call_method0("items")
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let own = self.all(other.py())?;
        match other.cast::<Self>() {
            Ok(claims) => own.eq(claims.get().all(other.py())?),
            Err(_) => own.eq(other),
        }
    }

    /// Only the names: claims are personal data, and a repr ends up in logs.
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.all(py)?.keys().iter().map(|name| name.extract::<String>());
        Ok(format!("<Claims: {}>", names.collect::<PyResult<Vec<_>>>()?.join(", ")))
    }
}

const fn seconds(NumericDate(seconds): NumericDate) -> i64 {
    seconds
}
