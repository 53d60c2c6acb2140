//! The validator for Kotlin, Java and Swift, carried there by uniffi.
//!
//! Nothing is decided here. Crossing the boundary is kept cheap: settings cross once, a [`RequirementCore`] stays on
//! this side, and a check is one call with one text as its answer ([`answer`]). The loop around it, which fetches, is
//! written in each language (`kotlin/`, `swift/`), with that language's own HTTP client.

mod answer;
mod certificate;
mod core;
mod error;
mod jose;
mod jvm;
mod registry;
mod requirement;
mod settings;
mod test_issuer;
mod version;

pub use certificate::certificate_thumbprint;
pub use core::ValidatorCore;
pub use error::{JoseError, SettingsError};
pub use jose::{jose_decrypt, jose_verify, jose_verify_hmac};
pub use requirement::{IdTokenExpectations, RequirementCore};
pub use settings::{
    Algorithm, ClaimNames, DecryptionKey, DpopSettings, IntrospectionSettings, IssuerSettings,
    KeyCacheSettings, KeyManagement, Profile, RevocationSettings, Settings,
};
pub use test_issuer::{MintOptions, TestIssuer, TestResponse};
pub use version::library_version;

uniffi::setup_scaffolding!("credenza");
