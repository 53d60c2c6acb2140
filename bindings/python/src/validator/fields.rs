//! The texts of a request. A lone surrogate, which is not Unicode text, becomes a character that no token contains.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyString;

/// One text; an absent one is empty.
pub(super) fn text<'a>(given: Option<&'a Bound<'_, PyString>>) -> Cow<'a, str> {
    given.map(|text| text.to_string_lossy()).unwrap_or_default()
}

/// One line of a header field, or several.
pub(super) fn lines<'py>(given: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<Bound<'py, PyString>>> {
    match given {
        None => Ok(Vec::new()),
        Some(given) => match given.cast::<PyString>() {
            Ok(line) => Ok(vec![line.clone()]),
            Err(_) => given.extract(),
        },
    }
}

pub(super) fn texts<'a>(lines: &'a [Bound<'_, PyString>]) -> Vec<Cow<'a, str>> {
    lines.iter().map(|line| line.to_string_lossy()).collect()
}

pub(super) fn texts_of<'a>(texts: &'a [Cow<'_, str>]) -> Vec<&'a str> {
    texts.iter().map(AsRef::as_ref).collect()
}
