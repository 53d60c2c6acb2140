//! Hashes of tokens and codes (OpenID Connect Core 3.1.3.6 and 3.3.2.11).

use ring::digest;

use crate::{Algorithm, base64url};

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// The value of `at_hash`, `c_hash` or `s_hash`: the left half of the hash that the ID token's `alg` names,
/// taken over the ASCII text, as base64url.
#[must_use]
pub fn half_hash(alg: Algorithm, value: &str) -> String {
    let mut hash = alg.digest(value.as_bytes());
    hash.truncate(hash.len() / 2);
    base64url::encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_appendix_a_examples() {
        // A.4: c_hash of a hybrid flow answer, RS256.
        assert_eq!(
            half_hash(Algorithm::RS256, "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
        // A.3: at_hash.
        assert_eq!(
            half_hash(Algorithm::RS256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }

    #[test]
    fn half_hash_follows_the_algorithm() {
        for (alg, length) in [(Algorithm::ES256, 22), (Algorithm::ES384, 32), (Algorithm::EdDSA, 43)] {
            assert_eq!(half_hash(alg, "x").len(), length);
        }
    }

    #[test]
    fn sha256_of_nothing() {
        assert_eq!(base64url::encode(sha256(b"")), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }
}
