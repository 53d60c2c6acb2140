//! TLS 1.2 and 1.3 by rustls, for a provider without a reverse proxy in front of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, crypto};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// The certificate or the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate chain cannot be read.
    #[error("tls_cert: {0}: {1}")]
    Certificate(PathBuf, rustls::pki_types::pem::Error),
    /// There is no certificate in the file.
    #[error("tls_cert: {0}: contains no certificate")]
    NoCertificate(PathBuf),
    /// The private key cannot be read.
    #[error("tls_key: {0}: {1}")]
    Key(PathBuf, rustls::pki_types::pem::Error),
    /// The two do not match.
    #[error("tls_cert and tls_key: {0}")]
    Config(#[from] rustls::Error),
}

/// Reads certificate and key.
///
/// # Errors
/// [`TlsError`] names the file and what is wrong with it.
pub fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, TlsError> {
    let chain = chain(&files.cert)?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| TlsError::Key(files.key.clone(), error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The certificates of a PEM file, in its order; at least one.
pub(super) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |error| TlsError::Certificate(path.to_owned(), error);
    let chain =
        CertificateDer::pem_file_iter(path).map_err(wrong)?.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if chain.is_empty() { Err(TlsError::NoCertificate(path.to_owned())) } else { Ok(chain) }
}
