//! Single flight: of two fetches with one key, one is made, and the threads that need it wait. They wait in Python, by
//! the locks that the host has: those of gevent and eventlet let other greenlets of the thread go on.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// The fetches under way: `credenza._flights.Flights`.
pub(crate) struct Flights(Py<PyAny>);

/// A fetch under way, which has to be ended.
#[must_use]
pub(crate) struct Flight<'py>(Bound<'py, PyAny>);

impl Flights {
    pub(crate) fn new(py: Python<'_>) -> PyResult<Self> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        Ok(Self(CLASS.import(py, "credenza._flights", "Flights")?.call0()?.unbind()))
    }

    /// Starts a fetch; `None` while another of that key is under way, or after it, if this `waits`.
    ///
    /// # Errors
    /// Whatever interrupts waiting.
    pub(crate) fn start<'py>(
        &self,
        py: Python<'py>,
        key: &str,
        waits: bool,
    ) -> PyResult<Option<Flight<'py>>> {
        let flight = self.0.bind(py).call_method1("start", (key, waits))?;
        Ok((!flight.is_none()).then_some(Flight(flight)))
    }

    /// Ends a fetch, whatever came of it.
    pub(crate) fn end(&self, Flight(flight): Flight<'_>) -> PyResult<()> {
        self.0.bind(flight.py()).call_method1("end", (flight,)).map(drop)
    }
}
