//! Why a signature is not accepted.

/// A signature that is not accepted, and why. Nothing of the token is in it.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rejected {
    /// The token's `alg` is not among those allowed, or is symmetric where a key set was given, or the
    /// reverse (RFC 8725 section 3.1).
    #[error("signature algorithm not allowed")]
    Algorithm,
    /// The key is of another type, or its own `alg` or `use` speaks against this use.
    #[error("key does not fit the signature algorithm")]
    KeyMismatch,
    /// No key of the set has the token's `kid` and fits its `alg`. A verifier may fetch the set again.
    #[error("no matching key")]
    UnknownKey,
    /// The shared secret is shorter than the hash (RFC 7518 section 3.2), or is the text of a key.
    #[error("shared secret not usable")]
    Secret,
    /// The signature is wrong.
    #[error("wrong signature")]
    Signature,
}
