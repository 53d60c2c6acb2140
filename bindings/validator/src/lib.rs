//! The JOSE core of Credenza: the only place where a signature is made or checked, and where
//! anything is encrypted to a key or decrypted by one.
//!
//! No I/O, no clock. Time is an argument everywhere; the one ambient randomness is the nonce inside a
//! signature, and the keys and nonces inside an encryption.
//!
//! | spec | file |
//! |---|---|
//! | RFC 7515 JSON Web Signature, RFC 7797 (refused) | [`jws`], [`sign`] |
//! | RFC 7516 JSON Web Encryption | [`jwe`] (encrypting and decrypting: feature `provider`) |
//! | RFC 7517 JSON Web Key, RFC 7638 thumbprint, RFC 8037 Ed25519 | [`jwk`] |
//! | RFC 7518 JSON Web Algorithms | [`algorithm`] |
//! | RFC 5208, RFC 5915, RFC 8017 private keys made elsewhere | `import` (feature `provider`) |
//! | RFC 7519 JSON Web Token | [`jwt`] |
//! | RFC 8259 JSON, made strict after RFC 7519 section 4 | [`strict_json`] |
//! | RFC 6750 section 3 challenges | [`challenge`] |
//! | OpenID Connect Core 3.1.3.6 and 3.3.2.11 | [`hash`] |

pub mod algorithm;
pub mod base64url;
pub mod challenge;
pub mod hash;
#[cfg(feature = "provider")]
pub mod import;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod jwt;
pub mod sign;
pub mod strict_json;

mod hmac_secret;
mod jwk_set;
mod present;
mod public_key;
mod random;
mod rejected;
mod rsa_signer;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use challenge::Challenge;
pub use jwk::{Jwk, JwkError, JwkSet};
pub use jws::{Header, Malformed, Unverified, Verified};
pub use jwt::{Audience, NumericDate, TimeFault, Times};
pub use rejected::Rejected;
pub use sign::{KeyError, SignError, SigningKey};
pub use strict_json::JsonError;
