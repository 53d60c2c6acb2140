//! An issuer in memory, for the tests of applications.

use credenza_validator as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{errors, requirement};

/// What `credenza.testing.TestIssuer` is made of.
#[pyclass(frozen, module = "credenza._credenza", name = "TestIssuer")]
pub(crate) struct TestIssuer(core::TestIssuer);

#[pymethods]
impl TestIssuer {
    #[new]
    fn new(issuer: String) -> Self {
        Self(core::TestIssuer::new(issuer))
    }

    #[pyo3(signature = (now, **options))]
    fn mint(&self, py: Python<'_>, now: i64, options: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
        let options =
            requirement::read(py, options, |given| core::MintOptions::from_json(&given.to_string()))?;
        self.0.mint(&options, now).map_err(|error| errors::settings(py, &error))
    }

    fn jwks_json(&self) -> String {
        self.0.jwks_json()
    }

    fn rotate(&self, withdraw: bool) {
        self.0.rotate(withdraw);
    }

    fn revoke(&self, claim: &str, value: &str) {
        self.0.revoke(claim, value);
    }

    fn respond(&self, url: &str, now: i64) -> (u16, String) {
        self.0.respond(url, now)
    }
}
