//! From a check to its decision, with the fetches in between.

use credenza_validator as core;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::Validator;
use super::clock::Clock;
use crate::decision::Outcome;
use crate::engine::Engine;
use crate::fetch::{Fetch, Response};

/// How many fetches a check may need.
const ROUNDS: usize = 8;

/// Checks until there is a decision, fetching in between.
pub(super) fn decide<F>(
    slf: &Bound<'_, Validator>,
    now: Option<&Bound<'_, PyAny>>,
    ask: F,
) -> PyResult<Outcome>
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

/// Makes a fetch, or waits until another thread has made it.
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
    // Another thread may have finished this fetch in the meantime.
    let step = ask()?;
    if step.decision.is_some() || step.fetch.as_ref() != Some(fetch) {
        return Ok(step);
    }
    make(slf, engine, fetch, clock)?;
    drop(flight);
    ask()
}

/// Makes a fetch with the host's client and reports it, even when the client raises.
pub(super) fn make(
    slf: &Bound<'_, Validator>,
    engine: &Engine,
    fetch: &core::Fetch,
    clock: &Clock<'_>,
) -> PyResult<()> {
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

pub(super) fn report(
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
