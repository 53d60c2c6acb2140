//! What a route asks for.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::de::DeserializeOwned;

use crate::{errors, json};

/// Read once, and used for any number of checks.
#[pyclass(frozen, eq, module = "credenza", name = "Requirement")]
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Requirement(pub(crate) core::Requirement);

#[pymethods]
impl Requirement {
    #[new]
    #[pyo3(signature = (**needs))]
    fn new(py: Python<'_>, needs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        read(py, "requirement", needs).map(Self)
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

/// Reads a document of the core from keyword arguments.
///
/// # Errors
/// `SettingsError` for an unknown member, or one of the wrong type.
pub(crate) fn read<T: DeserializeOwned>(
    py: Python<'_>,
    name: &'static str,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<T> {
    serde_json::from_value(json::arguments(given)?).map_err(|error| {
        errors::settings(py, &core::SettingsError { setting: name, reason: error.to_string() })
    })
}
