//! One issuer's validator, as Kotlin and Swift call it.

use std::sync::Arc;

use credenza_validator::{Fetch, FetchFailure, Request, Response, Validator};

use crate::registry::Registry;
use crate::{IdTokenExpectations, RequirementCore, Settings, SettingsError, answer};

/// Every validator in use.
pub(crate) static VALIDATORS: Registry<ValidatorCore> = Registry::new();

/// The validator inside `Validator`, which is what applications use. Answers are texts that `Validator` reads.
#[derive(uniffi::Object)]
pub struct ValidatorCore {
    number: i64,
    validator: Validator,
}

#[uniffi::export]
impl ValidatorCore {
    /// Makes a validator.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is missing, contradictory or malformed.
    #[uniffi::constructor]
    pub fn new(settings: Settings) -> Result<Arc<Self>, SettingsError> {
        Self::of(settings.read()?)
    }

    /// Makes a validator from settings as JSON, the same document in every language.
    ///
    /// # Errors
    /// As above.
    #[uniffi::constructor]
    pub fn from_json(json: &str) -> Result<Arc<Self>, SettingsError> {
        Self::of(credenza_validator::Settings::from_json(json)?)
    }

    /// Its number for the entry points of the JVM.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Checks a bare access token. `now` is in seconds since 1970.
    #[must_use]
    pub fn check_token(&self, token: &str, requirement: &RequirementCore, now: i64) -> String {
        let field = ["Bearer ", token].concat();
        answer::write(&self.validator.check(&Request::bearer(&[&field]), requirement.inner(), now))
    }

    /// Checks a request by its fields.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "one crossing, and no record for the parts to be copied into"
    )]
    pub fn check(
        &self,
        authorization: Vec<String>,
        dpop: Vec<String>,
        method: &str,
        url: &str,
        certificate_thumbprint: Option<String>,
        requirement: &RequirementCore,
        now: i64,
    ) -> String {
        let request = Request {
            authorization: &authorization.iter().map(String::as_str).collect::<Vec<_>>(),
            dpop: &dpop.iter().map(String::as_str).collect::<Vec<_>>(),
            method,
            url,
            certificate_thumbprint: certificate_thumbprint.as_deref(),
        };
        answer::write(&self.validator.check(&request, requirement.inner(), now))
    }

    /// Checks an ID token.
    #[must_use]
    pub fn check_id_token(&self, token: &str, expected: IdTokenExpectations, now: i64) -> String {
        answer::write(&self.validator.check_id_token(token, &expected.into(), now))
    }

    /// Checks a logout token.
    #[must_use]
    pub fn check_logout_token(&self, token: &str, now: i64) -> String {
        answer::write(&self.validator.check_logout_token(token, now))
    }

    /// Records an answer to a fetch, which is given as the text that requested it.
    ///
    /// # Errors
    /// [`SettingsError`] when that text is not that of a fetch.
    pub fn fetched(
        &self,
        fetch: &str,
        status: u16,
        content_type: Option<String>,
        cache_control: Option<String>,
        body: Vec<u8>,
        now: i64,
    ) -> Result<(), SettingsError> {
        let response = Response {
            status,
            content_type: content_type.as_deref(),
            cache_control: cache_control.as_deref(),
            body: &body,
        };
        self.validator.fetched(&read(fetch)?, Ok(response), now);
        Ok(())
    }

    /// Records that a fetch failed.
    ///
    /// # Errors
    /// [`SettingsError`] when the text is not that of a fetch.
    pub fn fetch_failed(&self, fetch: &str, reason: String, now: i64) -> Result<(), SettingsError> {
        self.validator.fetched(&read(fetch)?, Err(FetchFailure(reason)), now);
        Ok(())
    }
}

impl ValidatorCore {
    fn of(settings: credenza_validator::Settings) -> Result<Arc<Self>, SettingsError> {
        let validator = Validator::new(settings)?;
        let core = Arc::new(Self { number: VALIDATORS.number(), validator });
        VALIDATORS.insert(core.number, &core);
        Ok(core)
    }
}

impl Drop for ValidatorCore {
    fn drop(&mut self) {
        VALIDATORS.remove(self.number);
    }
}

fn read(fetch: &str) -> Result<Fetch, SettingsError> {
    serde_json::from_str(fetch).map_err(|error| SettingsError::of("fetch", &error))
}
