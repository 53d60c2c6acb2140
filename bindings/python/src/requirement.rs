//! What a route asks for.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Deserialize;
use serde_json::Value;

use crate::{errors, json};

/// What a route asks for. Read once, and used for any number of checks.
#[pyclass(frozen, eq, module = "credenza", name = "Requirement")]
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Requirement(pub(crate) core::Requirement);

#[pymethods]
impl Requirement {
    #[new]
    #[pyo3(signature = (**needs))]
    fn new(py: Python<'_>, needs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        requirement(py, needs).map(Self)
    }

    /// Only the members that ask for something.
    fn __repr__(&self) -> String {
        let members = serde_json::to_value(&self.0).unwrap_or_default();
        let asked = members.as_object().into_iter().flatten().filter_map(|(name, value)| {
            let is_empty = value.is_null() || value == false || value.as_array().is_some_and(Vec::is_empty);
            (!is_empty).then(|| format!("{name}={value}"))
        });
        format!("Requirement({})", asked.collect::<Vec<_>>().join(", "))
    }
}

/// Reads what a route asks for from keyword arguments.
///
/// # Errors
/// As [`read`].
pub(crate) fn requirement(py: Python<'_>, given: Option<&Bound<'_, PyDict>>) -> PyResult<core::Requirement> {
    // Read a second time where it fails, by the way that has words for it: the first is faster, and on the path of
    // every check that names what it needs.
    read(py, given, |arguments| {
        core::Requirement::deserialize(arguments)
            .or_else(|_| core::Requirement::from_json(&arguments.to_string()))
    })
}

/// Reads a document of the core from keyword arguments.
///
/// # Errors
/// `SettingsError`, which names the member that is unknown, or of the wrong type.
pub(crate) fn read<T>(
    py: Python<'_>,
    given: Option<&Bound<'_, PyDict>>,
    of: fn(&Value) -> Result<T, core::SettingsError>,
) -> PyResult<T> {
    of(&json::arguments(given)?).map_err(|error| errors::settings(py, &error))
}
