//! The validator. Each check is one call into the native part; fetches are made by the host's client.

mod clock;
mod decide;
mod fields;

use std::borrow::Cow;
use std::sync::Arc;

use credenza_validator as core;
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::engine::{Engine, Engines};
use crate::fetch::{Answer, Fetch};
use crate::requirement::{self, Requirement};
use clock::Clock;
use decide::{decide, make, report};
use fields::{lines, text, texts, texts_of};

/// The tokens of one issuer, or several. With `fetch` a check waits for what it needs; without, it returns the `Fetch` that it needs.
#[pyclass(frozen, subclass, weakref, module = "credenza._credenza", name = "Validator")]
pub(crate) struct Validator {
    engines: Engines,
    none: core::Requirement,
    /// An HMAC takes less time than releasing the interpreter and taking it back.
    is_brief: bool,
    fetch: Option<Py<PyAny>>,
    background: Py<PyAny>,
    clock: Option<Py<PyAny>>,
}

#[pymethods]
impl Validator {
    #[new]
    fn new(
        py: Python<'_>,
        settings: &Bound<'_, PyDict>,
        fetch: Option<Py<PyAny>>,
        background: Py<PyAny>,
        clock: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let settings =
            requirement::read(py, Some(settings), |given| core::Settings::from_json(&given.to_string()))?;
        let has_secret = settings.secret.is_some() || settings.secret_text.is_some();
        let is_brief = has_secret && settings.issuers.is_empty() && !settings.resolve_issuers;
        let engines = Engines::new(py, settings)?;
        Ok(Self { engines, none: core::Requirement::default(), is_brief, fetch, background, clock })
    }

    /// Check a bearer token that was taken out of its request.
    ///
    /// What the route asks for is a `Requirement`, or its members as keywords. `now` is in seconds since 1970, the
    /// clock's by default. Raises `Denied`.
    #[pyo3(signature = (token, requirement=None, *, now=None, **needs))]
    fn validate<'py>(
        slf: &Bound<'py, Self>,
        token: &Bound<'py, PyString>,
        requirement: Option<&Bound<'py, Requirement>>,
        now: Option<&Bound<'py, PyAny>>,
        needs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let of_call: Requirement;
        let requirement = match (requirement, needs) {
            (None, None) => &slf.get().none,
            (Some(requirement), None) => &requirement.get().0,
            (None, Some(_)) => {
                of_call = Requirement(requirement::requirement(py, needs)?);
                &of_call.0
            }
            (Some(_), Some(_)) => {
                return Err(PyTypeError::new_err("give a requirement or its members, not both"));
            }
        };
        let token = token.to_string_lossy();
        let outcome = decide(slf, now, |core, now| core.check_token(&token, requirement, now))?;
        outcome.raised(py)
    }

    /// Check a request: bearer tokens, and tokens bound to a DPoP key or a TLS certificate.
    ///
    /// `authorization` and `dpop` are the values of these fields as they came, every line of them; `url` is the
    /// absolute URL as the client sees it; `certificate` is the client's, as PEM or DER, or give its SHA-256 in
    /// base64url as `certificate_thumbprint`. Raises `ValueError` for a certificate that is none.
    #[pyo3(signature = (
        authorization=None, *, method=None, url=None, dpop=None, certificate=None, certificate_thumbprint=None,
        requirement=None, now=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn check<'py>(
        slf: &Bound<'py, Self>,
        authorization: Option<&Bound<'py, PyAny>>,
        method: Option<&Bound<'py, PyString>>,
        url: Option<&Bound<'py, PyString>>,
        dpop: Option<&Bound<'py, PyAny>>,
        certificate: Option<&Bound<'py, PyAny>>,
        certificate_thumbprint: Option<&Bound<'py, PyString>>,
        requirement: Option<&Bound<'py, Requirement>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (authorization, dpop) = (lines(authorization)?, lines(dpop)?);
        let (authorization, dpop) = (texts(&authorization), texts(&dpop));
        let thumbprint = match certificate {
            Some(certificate) => Some(Cow::Owned(crate::jose::certificate_thumbprint(certificate)?)),
            None => certificate_thumbprint.map(PyStringMethods::to_string_lossy),
        };
        let (method, url) = (text(method), text(url));
        let request = core::Request {
            authorization: &texts_of(&authorization),
            dpop: &texts_of(&dpop),
            method: &method,
            url: &url,
            certificate_thumbprint: thumbprint.as_deref(),
        };
        let requirement = requirement.map_or(&slf.get().none, |requirement| &requirement.get().0);
        decide(slf, now, |core, now| core.check(&request, requirement, now))?.decision(slf.py())
    }

    /// Check an ID token for the client of the settings (OpenID Connect Core 3.1.3.7).
    ///
    /// `access_token` and `code` are those that came along, for `at_hash` and `c_hash`. Raises `Denied`.
    #[pyo3(signature = (
        token, *, nonce=None, max_age=None, acr_values=None, access_token=None, code=None, now=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn check_id_token<'py>(
        slf: &Bound<'py, Self>,
        token: &Bound<'py, PyString>,
        nonce: Option<String>,
        max_age: Option<i64>,
        acr_values: Option<Vec<String>>,
        access_token: Option<String>,
        code: Option<String>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let acr_values = acr_values.unwrap_or_default();
        let expected = core::IdTokenExpectations { nonce, max_age, acr_values, access_token, code };
        let token = token.to_string_lossy();
        decide(slf, now, |core, now| core.check_id_token(&token, &expected, now))?.raised(slf.py())
    }

    /// Check a logout token for the client of the settings (OpenID Connect Back-Channel Logout 2.6).
    ///
    /// It is good once. Raises `Denied`.
    #[pyo3(signature = (token, *, now=None))]
    fn check_logout_token<'py>(
        slf: &Bound<'py, Self>,
        token: &Bound<'py, PyString>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let token = token.to_string_lossy();
        decide(slf, now, |core, now| core.check_logout_token(&token, now))?.raised(slf.py())
    }

    /// Fetch what checks need, so that the first need not wait, and a wrong address shows at the start.
    ///
    /// Raises `IssuerError`, which says what is wrong.
    #[pyo3(signature = (*, now=None))]
    fn ready<'py>(slf: &Bound<'py, Self>, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        decide(slf, now, core::Validator::ready)?.ready(slf.py())
    }

    /// Records what came of a fetch.
    #[pyo3(name = "_fetched")]
    fn fetched(&self, py: Python<'_>, fetch: &Bound<'_, Fetch>, answer: Answer) -> PyResult<()> {
        let engine = self.engine(py)?;
        let now = Clock::of(py, None, self.clock.as_ref()).now()?;
        report(py, &engine, &fetch.get().0, &answer, now)
    }

    /// Makes a fetch that no check waits for, unless it is under way.
    #[pyo3(name = "_make")]
    fn make(slf: &Bound<'_, Self>, fetch: &Bound<'_, Fetch>) -> PyResult<()> {
        let engine = slf.get().engine(slf.py())?;
        let fetch = &fetch.get().0;
        let Some(flight) = engine.flights.start(slf.py(), &fetch.key, false)? else { return Ok(()) };
        let made = make(slf, &engine, fetch, &Clock::of(slf.py(), None, slf.get().clock.as_ref()));
        engine.flights.end(flight)?;
        made
    }

    /// The issuer.
    #[getter]
    fn issuer(&self) -> &str {
        &self.engines.settings().issuer
    }

    fn __repr__(&self) -> String {
        format!("<Validator: {}>", self.engines.settings().issuer)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a validator cannot be pickled or copied, as it holds keys and caches of its process: make one in each",
        ))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.fetch)?;
        visit.call(&self.background)?;
        visit.call(&self.clock)
    }
}

impl Validator {
    fn engine(&self, py: Python<'_>) -> PyResult<Arc<Engine>> {
        self.engines.current(py)
    }
}
