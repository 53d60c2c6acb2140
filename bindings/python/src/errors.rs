//! The exceptions, which are Python's own classes in `credenza._errors`.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

const MODULE: &str = "credenza._errors";

/// The instance of `Denied` for a refusal, which is logged.
pub(crate) fn denied<'py>(py: Python<'py>, denied: &core::Denied) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static LOG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let core::Denied { status, www_authenticate, dpop_nonce, rule, error, detail } = denied;
    let core::Meaning { name, section, description, .. } = rule.meaning();
    let detail = self::detail(py, detail)?;
    let log = LOG.get_or_try_init(py, || of_log(py, "refused"))?;
    log.bind(py).call1((*status, name, &detail))?;
    CLASS.import(py, MODULE, "Denied")?.call1((
        *status,
        name,
        section,
        description,
        *error,
        www_authenticate,
        dpop_nonce,
        detail,
    ))
}

fn detail<'py>(py: Python<'py>, detail: &core::Detail) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, MODULE, "Detail")?.call1((
        detail.reason.as_str(),
        detail.member.as_deref(),
        detail.problem.map(core::Problem::as_str),
        PyTuple::new(py, &detail.found)?,
        PyTuple::new(py, &detail.wanted)?,
        detail.leeway,
        detail.kid.as_deref(),
        detail.iss.as_deref(),
        detail.exp,
        detail.trouble.as_ref().map(|trouble| self::trouble(py, trouble)).transpose()?,
    ))
}

fn trouble<'py>(py: Python<'py>, trouble: &core::Trouble) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let core::Trouble { cause, url, status, message, hint } = trouble;
    CLASS.import(py, MODULE, "Trouble")?.call1((cause.as_str(), url, *status, message, hint))
}

/// Logs trouble with a fetch, also with one that no check waited for.
pub(crate) fn log_trouble(py: Python<'_>, trouble: &core::Trouble) -> PyResult<()> {
    let line = trouble.to_string();
    of_log(py, "trouble")?.bind(py).call1((self::trouble(py, trouble)?, line)).map(drop)
}

fn of_log(py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
    Ok(py.import("credenza._log")?.getattr(name)?.unbind())
}

/// The error for an issuer whose documents cannot be had.
pub(crate) fn issuer(py: Python<'_>, trouble: &core::Trouble) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    match self::trouble(py, trouble) {
        Ok(object) => made(&CLASS, py, "IssuerError", (object, trouble.to_string())),
        Err(error) => error,
    }
}

/// The error for settings or requirements that are not accepted.
pub(crate) fn settings(py: Python<'_>, error: &core::SettingsError) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    made(&CLASS, py, "SettingsError", (error.setting.as_ref(), error.reason.as_str()))
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
