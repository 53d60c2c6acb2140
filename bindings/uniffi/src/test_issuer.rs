//! An issuer in memory, so that the tests of an application need no network.

use std::sync::Arc;

use serde::Serialize;

use crate::settings::json;
use crate::{Algorithm, SettingsError};

/// Mints tokens, and answers what a validator fetches. For tests.
#[derive(uniffi::Object)]
pub struct TestIssuer(credenza_validator::TestIssuer);

/// The token to mint: by default an access token of RFC 9068, ES256, valid for five minutes.
#[derive(Serialize, uniffi::Record)]
pub struct MintOptions {
    /// Claims as JSON, added to the usual ones or replacing them; `null` removes one.
    #[uniffi(default)]
    #[serde(serialize_with = "json", skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
    /// The audience.
    #[uniffi(default)]
    pub audience: Option<String>,
    /// `typ` of the header.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// ES256, ES384 or EdDSA.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<Algorithm>,
    /// How long it is valid, in seconds.
    #[uniffi(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<i64>,
}

/// What an issuer answers.
#[derive(uniffi::Record)]
pub struct TestResponse {
    /// The status.
    pub status: i32,
    /// The body.
    pub body: String,
}

#[uniffi::export]
impl TestIssuer {
    /// An issuer with that name.
    #[uniffi::constructor]
    pub fn new(issuer: String) -> Arc<Self> {
        Arc::new(Self(credenza_validator::TestIssuer::new(issuer)))
    }

    /// Its name.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.0.issuer().to_owned()
    }

    /// Mints a token at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// [`SettingsError`] for claims other than a JSON object, and for an unsupported algorithm.
    pub fn mint(&self, options: MintOptions, now: i64) -> Result<String, SettingsError> {
        let json = serde_json::to_string(&options).map_err(|error| SettingsError::of("claims", &error))?;
        Ok(self.0.mint(&credenza_validator::MintOptions::from_json(&json)?, now)?)
    }

    /// The key set that it publishes.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        self.0.jwks_json()
    }

    /// Signs with new keys from now on; the old ones stay published, unless `withdraw`.
    #[uniffi::method(default(withdraw = false))]
    pub fn rotate(&self, withdraw: bool) {
        self.0.rotate(withdraw);
    }

    /// Puts an entry on the revocation feed: a claim with its value, such as `jti`.
    pub fn revoke(&self, claim: &str, value: &str) {
        self.0.revoke(claim, value);
    }

    /// What it answers at a URL: its metadata, key set and revocation feed; 404 elsewhere.
    #[must_use]
    pub fn respond(&self, url: &str, now: i64) -> TestResponse {
        let (status, body) = self.0.respond(url, now);
        TestResponse { status: status.into(), body }
    }
}
