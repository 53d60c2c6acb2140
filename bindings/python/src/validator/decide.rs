//! From a check to its decision, with the fetches in between.

use credenza_validator as core;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;

use super::Validator;
use super::clock::Clock;
use crate::decision::Outcome;
use crate::engine::Engine;
use crate::errors;
use crate::fetch::{Answer, Fetch};

/// How many fetches a check may need.
const ROUNDS: usize = 12;

/// How far the core got.
pub(super) enum Next<T> {
    /// To the end; what is to be fetched in the background.
    Done(T, Option<core::Fetch>),
    /// This has to be fetched first.
    Need(core::Fetch),
    /// Nowhere, which does not happen.
    Nowhere,
}

impl From<core::Step> for Next<core::Decision> {
    fn from(core::Step { decision, fetch }: core::Step) -> Self {
        match (decision, fetch) {
            (Some(decision), background) => Self::Done(decision, background),
            (None, Some(fetch)) => Self::Need(fetch),
            (None, None) => Self::Nowhere,
        }
    }
}

impl From<core::Readiness> for Next<Option<core::Trouble>> {
    fn from(core::Readiness { trouble, fetch }: core::Readiness) -> Self {
        match fetch {
            Some(fetch) => Self::Need(fetch),
            None => Self::Done(trouble, None),
        }
    }
}

/// Asks the core until there is an outcome, fetching in between.
pub(super) fn decide<T, S, F>(
    slf: &Bound<'_, Validator>,
    now: Option<&Bound<'_, PyAny>>,
    ask: F,
) -> PyResult<Outcome<T>>
where
    T: Send,
    S: Into<Next<T>>,
    F: Fn(&core::Validator, i64) -> S + Send + Sync,
{
    let (py, validator) = (slf.py(), slf.get());
    let engine = validator.engine(py)?;
    let clock = Clock::of(py, now, validator.clock.as_ref());
    let ask = || -> PyResult<Next<T>> {
        let now = clock.now()?;
        Ok(if validator.is_brief {
            ask(&engine.core, now).into()
        } else {
            py.detach(|| ask(&engine.core, now).into())
        })
    };
    let mut next = ask()?;
    for _ in 0..ROUNDS {
        let fetch = match next {
            Next::Done(outcome, background) => {
                if let Some(fetch) = background {
                    in_background(slf, fetch);
                }
                return Ok(Outcome::Decided(outcome));
            }
            Next::Need(fetch) => fetch,
            Next::Nowhere => break,
        };
        if validator.fetch.is_none() {
            return Ok(Outcome::Needs(fetch));
        }
        next = once(slf, &engine, &fetch, &clock, &ask)?;
    }
    Err(PyRuntimeError::new_err("no decision after as many fetches as a check may need"))
}

/// Makes a fetch, or waits until another thread has made it.
fn once<T>(
    slf: &Bound<'_, Validator>,
    engine: &Engine,
    fetch: &core::Fetch,
    clock: &Clock<'_>,
    ask: &impl Fn() -> PyResult<Next<T>>,
) -> PyResult<Next<T>> {
    let Some(flight) = engine.flights.start(slf.py(), &fetch.key, true)? else { return ask() };
    let made = unless_made(slf, engine, fetch, clock, ask);
    engine.flights.end(flight)?;
    match made? {
        Some(next) => Ok(next),
        None => ask(),
    }
}

/// Makes a fetch, unless another thread has finished it in the meantime: then there is an outcome already.
fn unless_made<T>(
    slf: &Bound<'_, Validator>,
    engine: &Engine,
    fetch: &core::Fetch,
    clock: &Clock<'_>,
    ask: &impl Fn() -> PyResult<Next<T>>,
) -> PyResult<Option<Next<T>>> {
    match ask()? {
        Next::Need(same) if same == *fetch => make(slf, engine, fetch, clock).map(|()| None),
        other => Ok(Some(other)),
    }
}

/// Makes a fetch with the host's client and reports it, even when the client raises. What is no `Exception` ends the
/// caller and says nothing of the issuer: an interrupt, the end of a greenlet.
pub(super) fn make(
    slf: &Bound<'_, Validator>,
    engine: &Engine,
    fetch: &core::Fetch,
    clock: &Clock<'_>,
) -> PyResult<()> {
    let py = slf.py();
    let Some(client) = &slf.get().fetch else { return Ok(()) };
    let answer = client.bind(py).call1((Fetch(fetch.clone()),)).and_then(|it| it.extract::<Answer>());
    match &answer {
        Ok(answer) => report(py, engine, fetch, answer, clock.now()?)?,
        Err(error) if error.is_instance_of::<PyException>(py) => {
            let failure = Answer::Failed("other".to_owned(), error.to_string());
            report(py, engine, fetch, &failure, clock.now()?)?;
        }
        Err(_) => {}
    }
    answer.map(drop)
}

/// Tells the core what was answered, and the log what was wrong with that.
pub(super) fn report(
    py: Python<'_>,
    engine: &Engine,
    fetch: &core::Fetch,
    answer: &Answer,
    now: i64,
) -> PyResult<()> {
    let answered = match answer {
        Answer::Given(response) => Ok(response.get().parts(py)),
        Answer::Failed(cause, message) => {
            Err(core::FetchFailure::new(core::Cause::from_name(cause), message.as_str()))
        }
    };
    match py.detach(|| engine.core.fetched(fetch, answered, now)) {
        Some(trouble) => errors::log_trouble(py, &trouble),
        None => Ok(()),
    }
}

/// Hands a fetch to the host. The decision stands, whatever comes of it.
fn in_background(slf: &Bound<'_, Validator>, fetch: core::Fetch) {
    let py = slf.py();
    if let Err(error) = slf.get().background.bind(py).call1((slf, Fetch(fetch))) {
        error.write_unraisable(py, Some(slf));
    }
}
