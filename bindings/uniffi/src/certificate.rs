//! The thumbprint of a client certificate (RFC 8705 section 3.1).

/// The SHA-256 of a certificate, base64url: `x5t#S256`. The certificate is DER, or PEM, of which the
/// first certificate is used. `None` for a malformed PEM, and for empty input.
#[uniffi::export]
#[must_use]
pub fn certificate_thumbprint(certificate: Vec<u8>) -> Option<String> {
    credenza_validator::certificate::thumbprint(&certificate)
}
