//! The time of a check: a fixed one, the host's hook, or the system's.

use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Where the time comes from.
pub(super) enum Clock<'a> {
    System,
    Fixed(&'a Bound<'a, PyAny>),
    Hook(&'a Bound<'a, PyAny>),
}

impl<'a> Clock<'a> {
    pub(super) fn of(py: Python<'a>, now: Option<&'a Bound<'a, PyAny>>, hook: Option<&'a Py<PyAny>>) -> Self {
        match (now, hook) {
            (Some(now), _) => Self::Fixed(now),
            (None, Some(hook)) => Self::Hook(hook.bind(py)),
            (None, None) => Self::System,
        }
    }

    /// Seconds since 1970.
    ///
    /// # Errors
    /// Whatever the hook raises; `ValueError` for anything but a number of seconds.
    pub(super) fn now(&self) -> PyResult<i64> {
        match self {
            Self::System => Ok(system()),
            Self::Fixed(now) => seconds(now),
            Self::Hook(hook) => seconds(&hook.call0()?),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the binding is the host, and this is its clock")]
fn system() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// An int, or a float as `time.time()` gives.
#[expect(clippy::cast_possible_truncation, reason = "it was found to fit")]
fn seconds(number: &Bound<'_, PyAny>) -> PyResult<i64> {
    if let Ok(whole) = number.extract::<i64>() {
        return Ok(whole);
    }
    let seconds = number.extract::<f64>()?.floor();
    if seconds.abs() < 9e15 {
        Ok(seconds as i64)
    } else {
        Err(PyValueError::new_err("a time is a number of seconds since 1970"))
    }
}
