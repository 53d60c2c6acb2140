//! The name of a client certificate (RFC 8705 section 3.1).

/// The SHA-256 of a certificate, base64url: `x5t#S256`. The certificate is DER, or PEM, of which the first counts.
/// None for a PEM that is none, and for nothing.
#[uniffi::export]
#[must_use]
pub fn certificate_thumbprint(certificate: Vec<u8>) -> Option<String> {
    credenza_validator::certificate::thumbprint(&certificate)
}
