//! The validator and what it is asked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use credenza_validator::{
    Cause, Fetch, FetchFailure, IdTokenExpectations, Request, Requirement, Response, Settings, SettingsError,
    Spelling, Trouble, Validator, certificate,
};
use napi::bindgen_prelude::{FnArgs, Function, Uint8Array};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use serde_json::json;

use crate::outcome::{self, Brief, Outcome};

/// What a route asks for.
#[napi]
pub struct NativeRequirement(Arc<Requirement>);

/// A validator.
#[napi]
pub struct NativeValidator(Arc<Validator>);

/// The parts of a request that a check reads.
#[napi(object, object_to_js = false)]
pub struct RequestParts {
    /// Every `Authorization` field.
    pub authorization: Vec<String>,
    /// Every `DPoP` field.
    pub dpop: Vec<String>,
    /// The method.
    pub method: String,
    /// The URL as the client sees it.
    pub url: String,
    /// The SHA-256 of the client's certificate, base64url.
    pub certificate_thumbprint: Option<String>,
}

/// What was answered to a fetch, but for the body.
#[napi(object, object_to_js = false)]
pub struct ResponseHead {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
}

/// What is left to fetch before the first check.
#[napi(object, object_from_js = false)]
pub struct Readiness {
    /// What could not be fetched, as JSON.
    pub trouble: Option<String>,
    /// What to fetch next, as JSON.
    pub fetch: Option<String>,
}

#[napi]
impl NativeRequirement {
    /// Reads a requirement.
    #[napi(constructor, catch_unwind)]
    pub fn new(json: String) -> Result<Self> {
        Requirement::from_json(&json).map(|it| Self(Arc::new(it))).map_err(refused)
    }
}

#[napi]
impl NativeValidator {
    /// Makes a validator.
    #[napi(constructor, catch_unwind)]
    pub fn new(settings: String) -> Result<Self> {
        let validator = Settings::from_json(&settings).and_then(Validator::new).map_err(refused)?;
        Ok(Self(Arc::new(validator)))
    }

    /// The check of tokens that come by themselves, with one requirement: a function of a token and the time. What it
    /// answers is in [`outcome::brief`]; with `by_serial`, the number of claims that are kept in place of their text.
    ///
    /// Calling a plain function costs half as much as calling a method, which must look up its `this`.
    #[napi(catch_unwind)]
    pub fn token_check<'env>(
        &self,
        env: &'env Env,
        requirement: &NativeRequirement,
        by_serial: bool,
    ) -> Result<Function<'env, FnArgs<(String, f64)>, Brief>> {
        let (validator, requirement) = (Arc::clone(&self.0), Arc::clone(&requirement.0));
        env.create_function_from_closure("tokenCheck", move |call| {
            let (token, now) = (call.get::<String>(0)?, seconds(call.get(1)?)?);
            let check = || validator.check_token(&token, &requirement, now);
            let step = catch_unwind(AssertUnwindSafe(check)).map_err(|_| panicked())?;
            Ok(outcome::brief(step, by_serial))
        })
    }

    /// Checks a request.
    #[napi(catch_unwind)]
    pub fn request(&self, parts: RequestParts, requirement: &NativeRequirement, now: f64) -> Result<Outcome> {
        let authorization: Vec<_> = parts.authorization.iter().map(String::as_str).collect();
        let dpop: Vec<_> = parts.dpop.iter().map(String::as_str).collect();
        let request = Request {
            authorization: &authorization,
            dpop: &dpop,
            method: &parts.method,
            url: &parts.url,
            certificate_thumbprint: parts.certificate_thumbprint.as_deref(),
        };
        Ok(Outcome::of(self.0.check(&request, &requirement.0, seconds(now)?)))
    }

    /// Checks an ID token.
    #[napi(catch_unwind)]
    pub fn id_token(&self, token: String, expectations: String, now: f64) -> Result<Outcome> {
        let expectations = IdTokenExpectations::from_json(&expectations).map_err(refused)?;
        Ok(Outcome::of(self.0.check_id_token(&token, &expectations, seconds(now)?)))
    }

    /// Checks a logout token.
    #[napi(catch_unwind)]
    pub fn logout_token(&self, token: String, now: f64) -> Result<Outcome> {
        Ok(Outcome::of(self.0.check_logout_token(&token, seconds(now)?)))
    }

    /// Whether everything that has to be fetched is here.
    #[napi(catch_unwind)]
    pub fn ready(&self, now: f64) -> Result<Readiness> {
        let ready = self.0.ready(seconds(now)?);
        Ok(Readiness {
            trouble: trouble_json(ready.trouble.as_ref()),
            fetch: ready.fetch.as_ref().map(outcome::fetch_json),
        })
    }

    /// Records an answer to a fetch; returns what is wrong with it, as JSON.
    #[napi(catch_unwind)]
    pub fn fetched(
        &self,
        fetch: String,
        head: ResponseHead,
        body: Uint8Array,
        now: f64,
    ) -> Result<Option<String>> {
        let response = Response {
            status: head.status,
            content_type: head.content_type.as_deref(),
            cache_control: head.cache_control.as_deref(),
            body: &body,
        };
        let trouble = self.0.fetched(&read_fetch(&fetch)?, Ok(response), seconds(now)?);
        Ok(trouble_json(trouble.as_ref()))
    }

    /// Records that a fetch failed, by the name of the cause and what the client said; returns the trouble, as JSON.
    #[napi(catch_unwind)]
    pub fn fetch_failed(
        &self,
        fetch: String,
        cause: String,
        message: String,
        now: f64,
    ) -> Result<Option<String>> {
        let failure = FetchFailure::new(Cause::from_name(&cause), message);
        let trouble = self.0.fetched(&read_fetch(&fetch)?, Err(failure), seconds(now)?);
        Ok(trouble_json(trouble.as_ref()))
    }
}

/// The SHA-256 of a certificate in DER or PEM, base64url (RFC 8705 section 3.1).
#[napi(catch_unwind)]
pub fn certificate_thumbprint(certificate: Uint8Array) -> Result<String> {
    certificate::thumbprint(&certificate)
        .ok_or_else(|| Error::new(Status::InvalidArg, "certificate: neither DER nor PEM"))
}

/// `setting: reason`, which the JavaScript splits; names are spelled as JavaScript spells them.
pub(crate) fn refused(error: SettingsError) -> Error {
    Error::new(Status::InvalidArg, error.spelled(Spelling::Camel).to_string())
}

/// Seconds since 1970. Anything but a number is refused: it would be read as 1970, when nothing had expired.
pub(crate) fn seconds(now: f64) -> Result<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction goes; what is too great stays the greatest"
    )]
    if now.is_finite() {
        Ok(now.floor() as i64)
    } else {
        Err(Error::new(Status::InvalidArg, "clock: gives no time"))
    }
}

fn panicked() -> Error {
    Error::new(Status::GenericFailure, "the check broke off")
}

fn trouble_json(trouble: Option<&Trouble>) -> Option<String> {
    trouble.map(|it| json!(it).to_string())
}

fn read_fetch(json: &str) -> Result<Fetch> {
    serde_json::from_str(json).map_err(|_| Error::new(Status::InvalidArg, "fetch: not one of this validator"))
}
