//! Which certificates are trusted: those that the system trusts, and those of `--ca-file`. They are always checked.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, crypto};
use tokio_rustls::TlsConnector;

use crate::cli::Failure;

/// TLS 1.2 and 1.3, for HTTP/1.1.
pub(super) fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, Failure> {
    let mut roots = RootCertStore::empty();
    // Some stores hold certificates that nothing can use; the others count all the same.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        // A container without a store of its own.
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(file) = ca_file {
        for certificate in read(file)? {
            roots.add(certificate).map_err(|error| unusable(file, error))?;
        }
    }
    let failed = |error: rustls::Error| Failure::with_step(error, "report this: it should never happen");
    let provider = Arc::new(crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(file, error))?;
    let certificates: Vec<_> =
        certificates.collect::<Result<_, _>>().map_err(|error| unusable(file, error))?;
    if certificates.is_empty() { Err(unusable(file, "it holds no certificate")) } else { Ok(certificates) }
}

fn unusable(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(format!(
        "--ca-file: {}: {error}; name a PEM file with the certificates of an authority",
        file.display()
    ))
}
