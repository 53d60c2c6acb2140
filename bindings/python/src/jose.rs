//! Signatures and encryption alone. A signature does not say for whom a token is, or until when it is valid.

use credenza_validator::{Algorithm, JwkSet, Unverified, Verified, certificate};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::errors;

/// The payload of a compact JWS that one of the public keys has signed.
#[pyfunction]
pub(crate) fn jose_verify<'py>(
    token: &Bound<'py, PyString>,
    jwks: &[u8],
    algorithms: Vec<String>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = token.py();
    let token = token.to_string_lossy();
    let verified = algorithms_of(&algorithms).and_then(|allowed| {
        let keys = JwkSet::parse(jwks).map_err(|error| error.to_string())?;
        let unverified = Unverified::parse(&token).map_err(|error| error.to_string())?;
        unverified.verify(&keys, &allowed).map_err(|error| error.to_string())
    });
    payload(py, verified)
}

/// The payload of a compact JWS that has the HMAC of a secret.
#[pyfunction]
pub(crate) fn jose_verify_hmac<'py>(
    token: &Bound<'py, PyString>,
    secret: &[u8],
    algorithms: Vec<String>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = token.py();
    let token = token.to_string_lossy();
    let verified = algorithms_of(&algorithms).and_then(|allowed| {
        let unverified = Unverified::parse(&token).map_err(|error| error.to_string())?;
        unverified.verify_with_secret(secret, &allowed).map_err(|error| error.to_string())
    });
    payload(py, verified)
}

fn algorithms_of(names: &[String]) -> Result<Vec<Algorithm>, String> {
    if names.is_empty() {
        return Err("no algorithm is accepted".to_owned());
    }
    names.iter().map(|name| name.parse().map_err(|_| "unknown algorithm".to_owned())).collect()
}

fn payload(py: Python<'_>, verified: Result<Verified, String>) -> PyResult<Bound<'_, PyBytes>> {
    match verified {
        Ok(verified) => Ok(PyBytes::new(py, verified.payload())),
        Err(reason) => Err(errors::rejected(py, &reason)),
    }
}

/// The content of a compact JWE, by a private key as PKCS#8.
#[pyfunction]
pub(crate) fn jose_decrypt<'py>(
    token: &Bound<'py, PyString>,
    alg: &str,
    pkcs8: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let py = token.py();
    match decrypt(&token.to_string_lossy(), alg, pkcs8) {
        Ok(content) => Ok(PyBytes::new(py, &content)),
        Err(reason) => Err(errors::rejected(py, &reason)),
    }
}

#[cfg(feature = "jwe")]
fn decrypt(token: &str, alg: &str, pkcs8: &[u8]) -> Result<Vec<u8>, String> {
    use credenza_validator::jwe::{DecryptionKey, Jwe, KeyManagement};
    let alg: KeyManagement = alg.parse().map_err(|_| "unknown algorithm")?;
    let key = DecryptionKey::from_pkcs8(alg, pkcs8).map_err(|error| error.to_string())?;
    let jwe = Jwe::parse(token).map_err(|error| error.to_string())?;
    let content = key.decrypt(&jwe).map_err(|error| error.to_string())?;
    Ok(content.to_vec())
}

#[cfg(not(feature = "jwe"))]
fn decrypt(_token: &str, _alg: &str, _pkcs8: &[u8]) -> Result<Vec<u8>, String> {
    Err("built without encrypted tokens".to_owned())
}

/// The name of a client certificate, given as PEM or DER: its SHA-256, base64url (RFC 8705 section 3.1).
#[pyfunction]
pub(crate) fn certificate_thumbprint(certificate: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = certificate.cast::<PyString>().ok().map(|text| text.to_string_lossy());
    let bytes = match &text {
        // A text is PEM, as DER is binary.
        Some(text) if !text.contains("-----BEGIN CERTIFICATE-----") => &[],
        Some(text) => text.as_bytes(),
        None => certificate.cast::<PyBytes>()?.as_bytes(),
    };
    certificate::thumbprint(bytes).ok_or_else(|| PyValueError::new_err("no certificate, neither PEM nor DER"))
}
