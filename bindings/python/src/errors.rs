//! The exceptions, which are Python's own classes in `credenza._errors`.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

const MODULE: &str = "credenza._errors";

/// The instance of `Denied` for a refusal.
pub(crate) fn denied<'py>(py: Python<'py>, denied: &core::Denied) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let core::Denied { status, www_authenticate, dpop_nonce, rule, error } = denied;
    let core::Meaning { name, section, description, .. } = rule.meaning();
    CLASS.import(py, MODULE, "Denied")?.call1((
        *status,
        name,
        section,
        description,
        *error,
        www_authenticate,
        dpop_nonce,
    ))
}

/// The error for settings or requirements that are not accepted.
pub(crate) fn settings(py: Python<'_>, error: &core::SettingsError) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(&CLASS, py, "SettingsError", (error.setting, error.reason.as_str()))
}

/// The error for JOSE objects that `credenza.jose` does not accept.
pub(crate) fn rejected(py: Python<'_>, reason: &str) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(&CLASS, py, "Rejected", (reason,))
}

fn made<'py>(
    class: &PyOnceLock<Py<PyType>>,
    py: Python<'py>,
    name: &str,
    arguments: impl pyo3::call::PyCallArgs<'py>,
) -> PyErr {
    let instance = class.import(py, MODULE, name).and_then(|class| class.call1(arguments));
    instance.map_or_else(|error| error, PyErr::from_value)
}
