//! TLS to a database server.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::address::Roots;
use crate::OpenError;

/// A client that trusts these roots.
///
/// # Errors
/// [`OpenError::File`] or [`OpenError::Connect`] when the file cannot be read or holds no certificate.
pub(crate) fn client(roots: &Roots) -> Result<ClientConfig, OpenError> {
    let store = match roots {
        Roots::Web => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        Roots::File(path) => read(path)?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| OpenError::Connect(error.to_string()))?;
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}

fn read(path: &Path) -> Result<RootCertStore, OpenError> {
    let shown = path.display().to_string();
    let pem = std::fs::read(path).map_err(|source| OpenError::File { path: shown.clone(), source })?;
    let mut store = RootCertStore::empty();
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    let (added, ignored) = store.add_parsable_certificates(certificates);
    if added == 0 || ignored > 0 {
        return Err(OpenError::Connect(format!(
            "{shown} holds no certificates, or some that cannot be read"
        )));
    }
    Ok(store)
}
