//! JSON Web Algorithms for signatures (RFC 7518 section 3.1, RFC 8037 section 3.1).

use std::{fmt, str::FromStr};

use ring::digest;
use serde::{Deserialize, Serialize};

/// A signature algorithm, by its `alg` name. `none` has no variant, so it cannot be allowed.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// Ed25519 (RFC 8037).
    EdDSA,
    /// Ed25519 by its own name (RFC 9864): the same signatures as `EdDSA`.
    #[cfg_attr(feature = "schemars", schemars(skip))]
    Ed25519,
    /// ECDSA on P-521 with SHA-512; verified where this is built with aws-lc-rs, as ring has no P-521.
    #[cfg_attr(feature = "schemars", schemars(skip))]
    ES512,
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
}

/// The `alg` names no supported algorithm; `none` is not one.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown signature algorithm")]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// Every algorithm that is both made and verified here.
    pub const ALL: [Self; 12] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
        Self::HS256,
        Self::HS384,
        Self::HS512,
    ];

    /// Every algorithm that is verified here.
    pub const VERIFIED: [Self; 14] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::EdDSA,
        Self::Ed25519,
        Self::HS256,
        Self::HS384,
        Self::HS512,
    ];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::ES512 => "ES512",
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    /// Whether signer and verifier share one secret (HS*).
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }

    /// Whether this build verifies it: P-521 takes aws-lc-rs.
    pub(crate) const fn is_built_in(self) -> bool {
        cfg!(feature = "aws-lc-rs") || !matches!(self, Self::ES512)
    }

    /// Whether two names stand for the same signatures: `EdDSA` and `Ed25519` do (RFC 9864 section 2.2).
    pub(crate) fn is_same(self, other: Self) -> bool {
        let plain = |alg| if alg == Self::Ed25519 { Self::EdDSA } else { alg };
        plain(self) == plain(other)
    }

    /// Whether it is one of RSA (RS*, PS*).
    #[must_use]
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::RS256 | Self::RS384 | Self::RS512 | Self::PS256 | Self::PS384 | Self::PS512)
    }

    /// The digest by the hash function that the algorithm names. Ed25519 hashes with SHA-512 inside, so
    /// SHA-512 is what `EdDSA` stands for here.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let hash = match self {
            Self::RS256 | Self::PS256 | Self::ES256 | Self::HS256 => &digest::SHA256,
            Self::RS384 | Self::PS384 | Self::ES384 | Self::HS384 => &digest::SHA384,
            Self::RS512 | Self::PS512 | Self::EdDSA | Self::Ed25519 | Self::ES512 | Self::HS512 => {
                &digest::SHA512
            }
        };
        digest::digest(hash, bytes).as_ref().to_vec()
    }
}

/// The algorithms that settings may name.
#[cfg(feature = "schemars")]
pub(crate) fn schema_of_list(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names = Algorithm::VERIFIED.map(Algorithm::as_str);
    schemars::json_schema!({
        "type": ["array", "null"],
        "items": { "type": "string", "enum": names },
    })
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads an `alg` value, which is case-sensitive (RFC 7515 section 4.1.1).
    ///
    /// # Errors
    /// [`UnknownAlgorithm`] for any other text.
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::VERIFIED.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for alg in Algorithm::VERIFIED {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_string(&alg).unwrap(), format!("\"{alg}\""));
        }
    }

    #[test]
    fn none_and_its_spellings_are_unknown() {
        for name in
            ["none", "None", "NONE", "noNE", "", "es256", "ES256 ", " ES256", "ES521", "Ed448", "ES256K"]
        {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name:?}");
        }
    }

    #[test]
    fn digest_is_the_one_that_the_algorithm_names() {
        let length = |alg: Algorithm| alg.digest(b"").len();
        assert_eq!([length(Algorithm::RS256), length(Algorithm::ES384)], [32, 48]);
        assert_eq!([length(Algorithm::PS512), length(Algorithm::EdDSA)], [64, 64]);
    }
}
