//! The name of a client certificate (RFC 8705 section 3.1).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{base64url, hash};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The SHA-256 of a certificate, base64url: `x5t#S256`. The certificate is given as DER, or as PEM, of which the first
/// certificate is used. `None` for a malformed PEM.
#[must_use]
pub fn thumbprint(certificate: &[u8]) -> Option<String> {
    let Some(text) = std::str::from_utf8(certificate).ok().filter(|text| text.contains(BEGIN)) else {
        return (!certificate.is_empty()).then(|| base64url::encode(hash::sha256(certificate)));
    };
    let (_, rest) = text.split_once(BEGIN)?;
    let (body, _) = rest.split_once(END)?;
    let body: String = body.split_ascii_whitespace().collect();
    Some(base64url::encode(hash::sha256(&STANDARD.decode(body).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8705_3_1_der_and_pem_have_one_name() {
        let der = [0x30, 0x03, 0x02, 0x01, 0x05];
        let pem = format!("{BEGIN}\nMAMC\nAQU=\n{END}\n");
        assert_eq!(thumbprint(&der), thumbprint(pem.as_bytes()));
        assert_eq!(thumbprint(&der).map(|name| name.len()), Some(43));
        for none in [
            "",
            "-----BEGIN CERTIFICATE-----\nMAMC\n",
            "-----BEGIN CERTIFICATE-----!-----END CERTIFICATE-----",
        ] {
            assert_eq!(thumbprint(none.as_bytes()), None, "{none:?}");
        }
    }
}
