//! Why a JSON Web Key is refused (RFC 7517, RFC 7518 section 6).

/// Why a JSON object is not a key that can be used here.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JwkError {
    /// A member is missing, of the wrong type, or not base64url.
    #[error("key member missing or malformed: {0}")]
    Member(&'static str),
    /// A private or symmetric key where only public ones belong.
    #[error("private or symmetric key material")]
    Private,
    /// `kty` and `crv` name a kind of key that is not supported.
    #[error("unsupported kind of key")]
    Unsupported,
    /// `alg` is unknown, or not one for this kind of key.
    #[error("alg of the key is unknown or does not fit it")]
    Algorithm,
    /// Too few or too many bits (RSA: 2048 to 8192), or leading zeros.
    #[error("key size not accepted")]
    Size,
    /// An RSA exponent that is even, below 65537 or above 33 bits.
    #[error("RSA exponent not accepted")]
    Exponent,
}
