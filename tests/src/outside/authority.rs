//! A certificate authority of the tests, made once for the process, and one certificate for the hosts outside.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use credenza::config::TlsFiles;
use credenza::listener::acceptor as read_acceptor;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use super::HOSTS;
use crate::node::Scratch;

struct Authority {
    pem: String,
    server: [String; 2],
    acceptor: TlsAcceptor,
}

/// The authority's certificate, for a file of it.
#[must_use]
pub fn ca_pem() -> &'static str {
    &authority().pem
}

/// The same for settings.
#[must_use]
pub fn certificates() -> Vec<CertificateDer<'static>> {
    vec![CertificateDer::from_pem_slice(ca_pem().as_bytes()).unwrap()]
}

/// Writes the certificate for the hosts outside and its key into that folder, for a server that is a process of its own.
#[must_use]
pub fn server_files(folder: &Path) -> TlsFiles {
    let files = TlsFiles { cert: folder.join("server.pem"), key: folder.join("server.key") };
    let [cert, key] = &authority().server;
    fs::write(&files.cert, cert).unwrap();
    fs::write(&files.key, key).unwrap();
    files
}

pub(super) fn acceptor() -> TlsAcceptor {
    authority().acceptor.clone()
}

fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let scratch = Scratch::new();
        let names = HOSTS.map(|host| format!("DNS:{host}")).join(",");
        let names = format!("subjectAltName={names},IP:127.0.0.1");
        make(scratch.path(), "ca", &["-addext", "basicConstraints=critical,CA:TRUE"]);
        let constraints = "basicConstraints=critical,CA:FALSE";
        let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", constraints, "-addext", &names];
        make(scratch.path(), "server", &signed);
        let file = |name: &str| scratch.path().join(name);
        let files = TlsFiles { cert: file("server.pem"), key: file("server.key") };
        Authority {
            pem: fs::read_to_string(file("ca.pem")).unwrap(),
            server: [&files.cert, &files.key].map(|file| fs::read_to_string(file).unwrap()),
            acceptor: read_acceptor(&files).unwrap(),
        }
    })
}

/// A key and its certificate.
fn make(folder: &Path, name: &str, options: &[&str]) {
    let (key, certificate, subject) =
        (format!("{name}.key"), format!("{name}.pem"), format!("/CN=Tests {name}"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
    openssl.args(["-days", "30", "-subj", &subject, "-keyout", &key, "-out", &certificate]).args(options);
    let status = openssl.current_dir(folder).stderr(Stdio::null()).status().expect("openssl is needed");
    assert!(status.success(), "{openssl:?}");
}
