//! The validator. Each check is one crossing; what has to be fetched first, the host's client fetches.

mod clock;

use std::borrow::Cow;
use std::sync::Arc;

use credenza_validator as core;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::decision::Outcome;
use crate::engine::{Engine, Engines};
use crate::errors;
use crate::fetch::{Fetch, Response};
use crate::requirement::{self, Requirement};
use clock::Clock;

/// How many fetches a check may need.
const ROUNDS: usize = 8;

/// One issuer's tokens. With `fetch` a check waits for what it needs; without, it returns the `Fetch` that it needs.
#[pyclass(frozen, subclass, weakref, module = "credenza._credenza", name = "Validator")]
pub(crate) struct Validator {
    engines: Engines,
    none: core::Requirement,
    /// An HMAC takes less time than other threads need to give the interpreter back.
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
        let settings: core::Settings = requirement::read(py, "settings", Some(settings))?;
        let is_brief = settings.secret.is_some();
        let engines = Engines::new(settings).map_err(|error| errors::settings(py, &error))?;
        Ok(Self { engines, none: core::Requirement::default(), is_brief, fetch, background, clock })
    }

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
                of_call = Requirement(requirement::read(py, "requirement", needs)?);
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

    #[pyo3(signature = (
        authorization=None, *, method="", url="", dpop=None, certificate=None, certificate_thumbprint=None,
        requirement=None, now=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn check<'py>(
        slf: &Bound<'py, Self>,
        authorization: Option<&Bound<'py, PyAny>>,
        method: &str,
        url: &str,
        dpop: Option<&Bound<'py, PyAny>>,
        certificate: Option<&Bound<'py, PyAny>>,
        certificate_thumbprint: Option<String>,
        requirement: Option<&Bound<'py, Requirement>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (authorization, dpop) = (lines(authorization)?, lines(dpop)?);
        let (authorization, dpop) = (texts(&authorization), texts(&dpop));
        let thumbprint = match certificate {
            Some(certificate) => Some(crate::jose::certificate_thumbprint(certificate)?),
            None => certificate_thumbprint,
        };
        let request = core::Request {
            authorization: &texts_of(&authorization),
            dpop: &texts_of(&dpop),
            method,
            url,
            certificate_thumbprint: thumbprint.as_deref(),
        };
        let requirement = requirement.map_or(&slf.get().none, |requirement| &requirement.get().0);
        decide(slf, now, |core, now| core.check(&request, requirement, now))?.told(slf.py())
    }

    #[pyo3(signature = (
        token, *, nonce=None, max_age=None, acr_values=Vec::new(), access_token=None, code=None, now=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn check_id_token<'py>(
        slf: &Bound<'py, Self>,
        token: &Bound<'py, PyString>,
        nonce: Option<String>,
        max_age: Option<i64>,
        acr_values: Vec<String>,
        access_token: Option<String>,
        code: Option<String>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let expected = core::IdTokenExpectations { nonce, max_age, acr_values, access_token, code };
        let token = token.to_string_lossy();
        decide(slf, now, |core, now| core.check_id_token(&token, &expected, now))?.raised(slf.py())
    }

    #[pyo3(signature = (token, *, now=None))]
    fn check_logout_token<'py>(
        slf: &Bound<'py, Self>,
        token: &Bound<'py, PyString>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let token = token.to_string_lossy();
        decide(slf, now, |core, now| core.check_logout_token(&token, now))?.raised(slf.py())
    }

    /// Takes note of what was fetched; `None` for a failure.
    fn fetched(
        &self,
        py: Python<'_>,
        fetch: &Bound<'_, Fetch>,
        response: Option<&Bound<'_, Response>>,
    ) -> PyResult<()> {
        let engine = self.engine(py)?;
        let now = Clock::of(py, None, self.clock.as_ref()).now()?;
        report(py, &engine, &fetch.get().0, response, now);
        Ok(())
    }

    /// Makes a fetch that no check waits for, unless it is under way.
    fn make(slf: &Bound<'_, Self>, fetch: &Bound<'_, Fetch>) -> PyResult<()> {
        let engine = slf.get().engine(slf.py())?;
        let fetch = fetch.get();
        match engine.flights.start(&fetch.0.key) {
            Some(_flight) => {
                make(slf, &engine, &fetch.0, &Clock::of(slf.py(), None, slf.get().clock.as_ref()))
            }
            None => Ok(()),
        }
    }

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
        self.engines.current().map_err(|error| errors::settings(py, &error))
    }
}

/// Asks until there is a decision, fetching in between.
fn decide<F>(slf: &Bound<'_, Validator>, now: Option<&Bound<'_, PyAny>>, ask: F) -> PyResult<Outcome>
where
    F: Fn(&core::Validator, i64) -> core::Step + Send + Sync,
{
    let (py, validator) = (slf.py(), slf.get());
    let engine = validator.engine(py)?;
    let clock = Clock::of(py, now, validator.clock.as_ref());
    let ask = || {
        let now = clock.now()?;
        PyResult::Ok(if validator.is_brief {
            ask(&engine.core, now)
        } else {
            py.detach(|| ask(&engine.core, now))
        })
    };
    let mut step = ask()?;
    for _ in 0..ROUNDS {
        let fetch = match step {
            core::Step { decision: Some(decision), fetch } => {
                if let Some(fetch) = fetch {
                    in_background(slf, fetch);
                }
                return Ok(Outcome::Decided(decision));
            }
            core::Step { decision: None, fetch: Some(fetch) } => fetch,
            core::Step { decision: None, fetch: None } => break,
        };
        if validator.fetch.is_none() {
            return Ok(Outcome::Needs(fetch));
        }
        step = once(slf, &engine, &fetch, &clock, &ask)?;
    }
    Err(PyRuntimeError::new_err("no decision after as many fetches as a check may need"))
}

/// Makes a fetch, or waits for another thread to have made it, and asks again.
fn once(
    slf: &Bound<'_, Validator>,
    engine: &Engine,
    fetch: &core::Fetch,
    clock: &Clock<'_>,
    ask: &impl Fn() -> PyResult<core::Step>,
) -> PyResult<core::Step> {
    let py = slf.py();
    let Some(flight) = engine.flights.start(&fetch.key) else {
        while !py.detach(|| engine.flights.wait(&fetch.key)) {
            py.check_signals()?;
        }
        return ask();
    };
    // Another may have landed between the question and the start.
    let step = ask()?;
    if step.decision.is_some() || step.fetch.as_ref() != Some(fetch) {
        return Ok(step);
    }
    make(slf, engine, fetch, clock)?;
    drop(flight);
    ask()
}

/// Makes a fetch by the host's client and reports it, also when the client raises.
fn make(slf: &Bound<'_, Validator>, engine: &Engine, fetch: &core::Fetch, clock: &Clock<'_>) -> PyResult<()> {
    let py = slf.py();
    let Some(client) = &slf.get().fetch else { return Ok(()) };
    let response = client
        .bind(py)
        .call1((Fetch(fetch.clone()),))
        .and_then(|it| Ok(it.extract::<Option<Py<Response>>>()?));
    let answered = response.as_ref().ok().and_then(|it| it.as_ref()).map(|it| it.bind(py));
    report(py, engine, fetch, answered, clock.now()?);
    response.map(drop)
}

fn report(
    py: Python<'_>,
    engine: &Engine,
    fetch: &core::Fetch,
    response: Option<&Bound<'_, Response>>,
    now: i64,
) {
    let parts = response.map(|it| it.get().parts(py));
    let parts = parts.ok_or_else(|| core::FetchFailure("no answer".to_owned()));
    py.detach(|| engine.core.fetched(fetch, parts, now));
}

/// Hands a fetch to the host. The decision stands, whatever comes of it.
fn in_background(slf: &Bound<'_, Validator>, fetch: core::Fetch) {
    let py = slf.py();
    if let Err(error) = slf.get().background.bind(py).call1((slf, Fetch(fetch))) {
        error.write_unraisable(py, Some(slf));
    }
}

/// One line of a header field, or several.
fn lines<'py>(given: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<Bound<'py, PyString>>> {
    match given {
        None => Ok(Vec::new()),
        Some(given) => match given.cast::<PyString>() {
            Ok(line) => Ok(vec![line.clone()]),
            Err(_) => given.extract(),
        },
    }
}

fn texts<'a>(lines: &'a [Bound<'_, PyString>]) -> Vec<Cow<'a, str>> {
    lines.iter().map(|line| line.to_string_lossy()).collect()
}

fn texts_of<'a>(texts: &'a [Cow<'_, str>]) -> Vec<&'a str> {
    texts.iter().map(AsRef::as_ref).collect()
}
