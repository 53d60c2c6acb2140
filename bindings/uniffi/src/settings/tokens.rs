//! How tokens have to look.

use std::fmt;

use serde::Serialize;

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1).
#[derive(Copy, Clone, Debug, Serialize, uniffi::Enum)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519, by its older name.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// Ed25519 (RFC 9864).
    #[serde(rename = "Ed25519")]
    Ed25519,
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    pub(crate) const fn core(self) -> credenza_validator::Algorithm {
        use credenza_validator::Algorithm as Core;
        match self {
            Self::Rs256 => Core::RS256,
            Self::Rs384 => Core::RS384,
            Self::Rs512 => Core::RS512,
            Self::Ps256 => Core::PS256,
            Self::Ps384 => Core::PS384,
            Self::Ps512 => Core::PS512,
            Self::Es256 => Core::ES256,
            Self::Es384 => Core::ES384,
            Self::Es512 => Core::ES512,
            Self::EdDsa => Core::EdDSA,
            Self::Ed25519 => Core::Ed25519,
            Self::Hs256 => Core::HS256,
            Self::Hs384 => Core::HS384,
            Self::Hs512 => Core::HS512,
        }
    }
}

/// How the key of an encrypted token travels (RFC 7518 section 4.1).
#[derive(Debug, Serialize, uniffi::Enum)]
pub enum KeyManagement {
    /// RSAES-OAEP with SHA-256.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// Elliptic Curve Diffie-Hellman Ephemeral Static.
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
}

/// A private key to which tokens are encrypted.
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct DecryptionKey {
    /// How tokens are encrypted to it.
    pub alg: KeyManagement,
    /// The key as PEM, unencrypted PKCS#8 (`BEGIN PRIVATE KEY`).
    pub pem: String,
}

/// Prints no secret.
impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey").field("alg", &self.alg).finish_non_exhaustive()
    }
}

/// How DPoP proofs are checked (RFC 9449 section 4.3).
#[derive(Serialize, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct DpopSettings {
    /// Whether bearer tokens are refused.
    #[uniffi(default)]
    pub required: bool,
    /// Whether a proof must carry a nonce of this service (section 9).
    #[uniffi(default)]
    pub nonce: bool,
    /// The secret of nonces, base64url, at least 32 bytes, the same on every node; random by default.
    #[uniffi(default)]
    pub nonce_secret: Option<String>,
    /// How old a proof, or its nonce, may be, in seconds; 60 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    /// Accepted algorithms; every asymmetric one by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithms: Option<Vec<Algorithm>>,
    /// How many proofs are remembered, so that none is used twice; 100,000 by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replays: Option<i64>,
    /// Whether the fetcher is asked, by the method `REMEMBER`, to remember them for all nodes.
    #[uniffi(default)]
    pub shared_replays: bool,
}

/// Prints no secret.
impl fmt::Debug for DpopSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopSettings")
            .field("required", &self.required)
            .field("nonce", &self.nonce)
            .finish_non_exhaustive()
    }
}

/// The names of claims that no specification defines. One that begins with `/` is a JSON Pointer (RFC 6901).
#[derive(Serialize, uniffi::Record)]
pub struct ClaimNames {
    /// The scopes, as text or list; by default where the profile has them.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client; by default where the profile has it.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The tenant; `tenant` by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The organisation; `org_id` by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The roles; `roles` by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<String>,
    /// The permissions; `permissions` by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<String>,
    /// The plan that is subscribed to; `plan` by default.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}
