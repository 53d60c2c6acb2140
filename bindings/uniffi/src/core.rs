//! One issuer's validator, as Kotlin and Swift call it.

use std::sync::Arc;

use credenza_validator::{Cause, Fetch, FetchFailure, Readiness, Request, Response, Step, Validator};

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
        Self::of(settings.read()?).map_err(SettingsError::of_record)
    }

    /// Makes a validator from settings as JSON, the same document in every language.
    ///
    /// # Errors
    /// As above.
    #[uniffi::constructor]
    pub fn from_json(json: &str) -> Result<Arc<Self>, SettingsError> {
        Ok(Self::of(credenza_validator::Settings::from_json(json)?)?)
    }

    /// Its number for the entry points of the JVM.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Checks a bare access token. `now` is in seconds since 1970.
    #[must_use]
    pub fn check_token(&self, token: &str, requirement: &RequirementCore, now: i64) -> String {
        answer::write(&self.step(token, requirement, now))
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

    /// What the validator still needs of its issuer: a JSON object with `trouble` and `fetch`, each only where there is
    /// one. A fetch is to be made, and this to be asked again; with neither it is ready.
    #[must_use]
    pub fn ready(&self, now: i64) -> String {
        let Readiness { trouble, fetch } = self.validator.ready(now);
        answer::readiness(trouble.as_ref(), fetch.as_ref())
    }

    /// Records an answer to a fetch, which is given as the text that requested it. Returns what is wrong with it, as
    /// JSON.
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
    ) -> Result<Option<String>, SettingsError> {
        let response = Response {
            status,
            content_type: content_type.as_deref(),
            cache_control: cache_control.as_deref(),
            body: &body,
        };
        Ok(self.validator.fetched(&read(fetch)?, Ok(response), now).as_ref().and_then(answer::trouble))
    }

    /// Records that a fetch failed, by the name of a cause and in words. Returns it as JSON.
    ///
    /// # Errors
    /// [`SettingsError`] when the text is not that of a fetch.
    pub fn fetch_failed(
        &self,
        fetch: &str,
        cause: &str,
        reason: &str,
        now: i64,
    ) -> Result<Option<String>, SettingsError> {
        let failure = FetchFailure::new(Cause::from_name(cause), reason);
        Ok(self.validator.fetched(&read(fetch)?, Err(failure), now).as_ref().and_then(answer::trouble))
    }
}

impl ValidatorCore {
    fn of(settings: credenza_validator::Settings) -> Result<Arc<Self>, credenza_validator::SettingsError> {
        let validator = Validator::new(settings)?;
        let core = Arc::new(Self { number: VALIDATORS.number(), validator });
        VALIDATORS.insert(core.number, &core);
        Ok(core)
    }

    /// Checks a bare access token.
    pub(crate) fn step(&self, token: &str, requirement: &RequirementCore, now: i64) -> Step {
        self.validator.check_token(token, requirement.inner(), now)
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
