//! Credenza's validator: may this request pass? [`Validator::check`] decides that for access tokens of Credenza and of
//! any standard issuer, and says what to answer if not. ID tokens and logout tokens have checks of their own.
//!
//! ```
//! use credenza_validator::{Decision, Request, Requirement, Settings, Validator};
//!
//! let validator = Validator::new(Settings::new("https://id.example", "https://api.example"))?;
//! let (request, requirement) = (Request::bearer(&["Bearer x.y.z"]), Requirement::scopes(["read"]));
//! let step = validator.check(&request, &requirement, 1_800_000_000);
//! // No decision yet: the host makes this fetch, reports it by `fetched`, and asks again.
//! assert_eq!(step.fetch.map(|fetch| fetch.url).as_deref(), Some("https://id.example/.well-known/openid-configuration"));
//! # Ok::<(), credenza_validator::SettingsError>(())
//! ```
//!
//! No I/O, no clock. Time is an argument everywhere, and the host makes the fetches ([`fetch`]). The only ambient
//! randomness is the nonce of a signature, the keys and nonces of an encryption, and the secret of DPoP nonces where
//! none is given.
//!
//! This is also the JOSE core of the provider: the only place where a signature is made or checked, and where anything
//! is encrypted to a key or decrypted by one.
//!
//! | spec | file |
//! |---|---|
//! | RFC 9068 access tokens, RFC 6750 and RFC 9470 answers | `validator/` |
//! | OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6 | `validator/id_token`, `validator/logout_token` |
//! | RFC 9449 DPoP, RFC 8705 certificates | `validator/binding`, `dpop`, [`certificate`] |
//! | OpenID Connect Discovery, RFC 8414, RFC 7662, the revocation feed | `sources/` |
//! | several issuers, those that the host knows | `validator/issuers`, `validator/resolver` |
//! | every reason to refuse | [`Rule`] |
//! | RFC 7515 JSON Web Signature, RFC 7797 (refused) | [`jws`], [`sign`] |
//! | RFC 7516 JSON Web Encryption | [`jwe`] (encrypting and decrypting: feature `provider`) |
//! | RFC 7517 JSON Web Key, RFC 7638 thumbprint, RFC 8037 Ed25519 | [`jwk`] |
//! | RFC 7518 JSON Web Algorithms | [`algorithm`] |
//! | RFC 5208, RFC 5915, RFC 8017 private keys made elsewhere | `import` (feature `provider`) |
//! | RFC 7519 JSON Web Token | [`jwt`] |
//! | RFC 8259 JSON, made strict after RFC 7519 section 4 | [`strict_json`] |
//! | RFC 6750 section 3 challenges | [`challenge`] |
//! | OpenID Connect Core 3.1.3.6 and 3.3.2.11 | [`hash`] |
//! | Standard Webhooks | `webhook` (feature `webhook`) |

pub mod algorithm;
pub mod base64url;
pub mod certificate;
pub mod challenge;
pub mod fetch;
pub mod hash;
#[cfg(feature = "provider")]
pub mod import;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod jwt;
pub mod settings;
pub mod sign;
pub mod strict_json;
#[cfg(feature = "webhook")]
pub mod webhook;

mod bounded;
mod claims;
mod decision;
mod detail;
mod dpop;
mod hmac_secret;
mod http_url;
mod jwk_error;
mod jwk_set;
mod present;
mod public_key;
mod random;
mod rejected;
mod replays;
mod request;
mod requirement;
mod rsa_signer;
mod rule;
mod shared_replays;
mod sources;
#[cfg(feature = "testing")]
mod test_issuer;
mod validator;
mod verified_tokens;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use challenge::Challenge;
pub use claims::{Claims, Confirmation};
pub use decision::{Allowed, Decision, Denied, Readiness, Step};
pub use detail::{Cause, Detail, Problem, Trouble};
pub use fetch::{Fetch, FetchFailure, Response};
pub use jwk::{Jwk, JwkError, JwkSet};
pub use jws::{Header, Malformed, Unverified, Verified};
pub use jwt::{Audience, NumericDate, TimeFault, Times};
pub use rejected::Rejected;
pub use request::Request;
pub use requirement::{IdTokenExpectations, Requirement};
pub use rule::{Meaning, Rule};
pub use settings::{IssuerSettings, Profile, Settings, SettingsError, Spelling};
pub use sign::{KeyError, SignError, SigningKey};
pub use strict_json::JsonError;
#[cfg(feature = "testing")]
pub use test_issuer::{MintOptions, TestIssuer};
pub use validator::{Examination, Validator, Verdict};
