//! An issuer in memory, for tests.

use credenza_validator::{MintOptions, TestIssuer};
use napi::Result;
use napi_derive::napi;

use crate::native_validator::{refused, seconds};

/// An issuer in memory.
#[napi]
pub struct NativeTestIssuer(TestIssuer);

/// What an issuer answers.
#[napi(object, object_from_js = false)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

#[napi]
impl NativeTestIssuer {
    /// An issuer with that name.
    #[napi(constructor, catch_unwind)]
    pub fn new(issuer: String) -> Self {
        Self(TestIssuer::new(issuer))
    }

    /// Mints a token.
    #[napi(catch_unwind)]
    pub fn mint(&self, options: String, now: f64) -> Result<String> {
        let options = MintOptions::from_json(&options).map_err(refused)?;
        self.0.mint(&options, seconds(now)?).map_err(refused)
    }

    /// The published keys.
    #[napi(catch_unwind)]
    pub fn jwks(&self) -> String {
        self.0.jwks_json()
    }

    /// Signs with new keys from now on.
    #[napi(catch_unwind)]
    pub fn rotate(&self, withdraw: bool) {
        self.0.rotate(withdraw);
    }

    /// Puts an entry on the revocation feed.
    #[napi(catch_unwind)]
    pub fn revoke(&self, claim: String, value: String) {
        self.0.revoke(&claim, &value);
    }

    /// What is answered at a URL.
    #[napi(catch_unwind)]
    pub fn respond(&self, url: String, now: f64) -> Result<Answer> {
        let (status, body) = self.0.respond(&url, seconds(now)?);
        Ok(Answer { status, body })
    }
}
