//! The state of one process. A lock that another thread held at a fork stays locked for ever in the child, so the child
//! makes everything that locks anew: settings are read again, keys are fetched again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use credenza_validator as core;
use pyo3::prelude::*;

use crate::errors;
use crate::flights::Flights;

/// How many forks lie between the first process and this one.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// The core, and the fetches under way for it.
pub(crate) struct Engine {
    pub(crate) core: core::Validator,
    pub(crate) flights: Flights,
}

/// The engine of this process.
pub(crate) struct Engines {
    settings: core::Settings,
    first: Arc<Engine>,
    made_at: u64,
    /// The engine of a child, by the number of its fork. Locked only while attached to the interpreter, as a thread
    /// that forks is too: so no other holds it then.
    child: Mutex<Option<(u64, Arc<Engine>)>>,
}

impl Engines {
    pub(crate) fn new(py: Python<'_>, settings: core::Settings) -> PyResult<Self> {
        Ok(Self {
            first: Arc::new(Engine::new(py, &settings)?),
            settings,
            made_at: FORKS.load(Ordering::Relaxed),
            child: Mutex::new(None),
        })
    }

    pub(crate) const fn settings(&self) -> &core::Settings {
        &self.settings
    }

    pub(crate) fn current(&self, py: Python<'_>) -> PyResult<Arc<Engine>> {
        let forks = FORKS.load(Ordering::Relaxed);
        if forks == self.made_at {
            return Ok(Arc::clone(&self.first));
        }
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, engine)) = child.as_ref().filter(|(at, _)| *at == forks) {
            return Ok(Arc::clone(engine));
        }
        let engine = Arc::new(Engine::new(py, &self.settings)?);
        *child = Some((forks, Arc::clone(&engine)));
        Ok(engine)
    }
}

impl Engine {
    fn new(py: Python<'_>, settings: &core::Settings) -> PyResult<Self> {
        let made = core::Validator::new(settings.clone()).map_err(|error| errors::settings(py, &error))?;
        Ok(Self { core: made, flights: Flights::new(py)? })
    }
}

/// To be called in a child after each fork.
#[pyfunction]
pub(crate) fn after_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}
