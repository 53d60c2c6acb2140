//! The claims of a valid token.

mod copied;

use copied::Understood;
use credenza_validator::{Allowed, Audience, NumericDate};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::json;

/// The claims of a valid token: a mapping of all of them, and properties for those that the validator understands.
///
/// Integers beyond 64 bits are floats; `json` has every letter. A dict is made when a claim is first looked up by its
/// name; the properties are read without it.
#[pyclass(frozen, mapping, module = "credenza", name = "Claims")]
pub(crate) struct Claims {
    source: Source,
    dict: PyOnceLock<Py<PyDict>>,
}

enum Source {
    Checked(Allowed),
    Copied { json: String, typed: Box<credenza_validator::Claims> },
}

impl Claims {
    pub(crate) const fn new(allowed: Allowed) -> Self {
        Self::of(Source::Checked(allowed))
    }

    const fn of(source: Source) -> Self {
        Self { source, dict: PyOnceLock::new() }
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        let make = || json::dict(py, self.json()).map(Bound::unbind);
        Ok(self.dict.get_or_try_init(py, make)?.bind(py))
    }

    fn typed(&self) -> &credenza_validator::Claims {
        match &self.source {
            Source::Checked(allowed) => allowed.claims(),
            Source::Copied { typed, .. } => typed,
        }
    }
}

#[pymethods]
impl Claims {
    /// Who issued the token.
    #[getter]
    fn iss(&self) -> Option<&str> {
        self.typed().iss.as_deref()
    }

    /// The subject.
    #[getter]
    fn sub(&self) -> Option<&str> {
        self.typed().sub.as_deref()
    }

    /// Whom it is for.
    #[getter]
    fn aud<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.typed().aud.as_ref().map(Audience::as_slice).unwrap_or_default())
    }

    /// When it expires, in seconds since 1970.
    #[getter]
    fn exp(&self) -> Option<i64> {
        self.typed().times.exp.map(seconds)
    }

    /// From when it is valid, in seconds since 1970.
    #[getter]
    fn nbf(&self) -> Option<i64> {
        self.typed().times.nbf.map(seconds)
    }

    /// When it was issued, in seconds since 1970.
    #[getter]
    fn iat(&self) -> Option<i64> {
        self.typed().times.iat.map(seconds)
    }

    /// Its name.
    #[getter]
    fn jti(&self) -> Option<&str> {
        self.typed().jti.as_deref()
    }

    /// Whom it was issued to (RFC 8693 section 4.3).
    #[getter]
    fn client_id(&self) -> Option<&str> {
        self.typed().client_id.as_deref()
    }

    /// Whom it was issued to (OpenID Connect Core 2).
    #[getter]
    fn azp(&self) -> Option<&str> {
        self.typed().azp.as_deref()
    }

    /// Its scopes, separated by spaces.
    #[getter]
    fn scope(&self) -> Option<&str> {
        self.typed().scope.as_deref()
    }

    /// Its scopes.
    #[getter]
    fn scopes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.typed().scopes().collect::<Vec<_>>())
    }

    /// When the user signed in, in seconds since 1970.
    #[getter]
    fn auth_time(&self) -> Option<i64> {
        self.typed().auth_time.map(seconds)
    }

    /// The authentication context of that sign-in.
    #[getter]
    fn acr(&self) -> Option<&str> {
        self.typed().acr.as_deref()
    }

    /// The session.
    #[getter]
    fn sid(&self) -> Option<&str> {
        self.typed().sid.as_deref()
    }

    /// The payload, byte for byte.
    #[getter]
    fn json(&self) -> &str {
        match &self.source {
            Source::Checked(allowed) => allowed.claims_json(),
            Source::Copied { json, .. } => json,
        }
    }

    /// Make a new dict of all claims: the fastest way to get one.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        json::dict(py, self.json())
    }

    /// For `pickle`, which `copy.copy` and `copy.deepcopy` go by too.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (&str, String))> {
        let restored = py.import("credenza._credenza")?.getattr("restored_claims")?;
        let understood = serde_json::to_string(&Understood::from(self.typed()));
        Ok((restored, (self.json(), understood.map_err(|error| PyValueError::new_err(error.to_string()))?)))
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

/// Makes claims again from what `pickle` kept of them.
#[pyfunction]
pub(crate) fn restored_claims(json: String, understood: &str) -> PyResult<Claims> {
    let understood: Understood =
        serde_json::from_str(understood).map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(Claims::of(Source::Copied { json, typed: Box::new(understood.into()) }))
}
