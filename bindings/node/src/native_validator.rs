//! The validator and what it is asked.

use credenza_validator::{
    Fetch, FetchFailure, IdTokenExpectations, Request, Requirement, Response, Settings, SettingsError,
    Validator, certificate,
};
use napi::bindgen_prelude::Uint8Array;
use napi::{Either, Env, Error, JsString, Result, Status};
use napi_derive::napi;

use crate::outcome::{self, Outcome};

/// What a route asks for.
#[napi]
pub struct NativeRequirement(Requirement);

/// A validator.
#[napi]
pub struct NativeValidator(Validator);

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

#[napi]
impl NativeRequirement {
    /// Reads a requirement.
    #[napi(constructor, catch_unwind)]
    pub fn new(json: String) -> Result<Self> {
        Requirement::from_json(&json).map(Self).map_err(refused)
    }
}

#[napi]
impl NativeValidator {
    /// Makes a validator.
    #[napi(constructor, catch_unwind)]
    pub fn new(settings: String) -> Result<Self> {
        Settings::from_json(&settings).and_then(Validator::new).map(Self).map_err(refused)
    }

    /// Checks a token that came by itself; see [`outcome::brief`].
    #[napi(catch_unwind)]
    pub fn token<'env>(
        &self,
        env: &'env Env,
        token: String,
        requirement: &NativeRequirement,
        now: f64,
    ) -> Result<Either<JsString<'env>, Outcome>> {
        let field = format!("Bearer {token}");
        let step = self.0.check(&Request::bearer(&[&field]), &requirement.0, seconds(now)?);
        outcome::brief(env, step)
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

    /// Takes note of an answer to a fetch.
    #[napi(catch_unwind)]
    pub fn fetched(&self, fetch: String, head: ResponseHead, body: Uint8Array, now: f64) -> Result<()> {
        let response = Response {
            status: head.status,
            content_type: head.content_type.as_deref(),
            cache_control: head.cache_control.as_deref(),
            body: &body,
        };
        self.0.fetched(&read_fetch(&fetch)?, Ok(response), seconds(now)?);
        Ok(())
    }

    /// Takes note that a fetch failed.
    #[napi(catch_unwind)]
    pub fn fetch_failed(&self, fetch: String, reason: String, now: f64) -> Result<()> {
        self.0.fetched(&read_fetch(&fetch)?, Err(FetchFailure(reason)), seconds(now)?);
        Ok(())
    }
}

/// The SHA-256 of a certificate in DER or PEM, base64url (RFC 8705 section 3.1).
#[napi(catch_unwind)]
pub(crate) fn certificate_thumbprint(certificate: Uint8Array) -> Result<String> {
    certificate::thumbprint(&certificate)
        .ok_or_else(|| Error::new(Status::InvalidArg, "certificate: neither DER nor PEM"))
}

/// `setting: reason`, which the JavaScript takes apart.
pub(crate) fn refused(error: SettingsError) -> Error {
    Error::new(Status::InvalidArg, error.to_string())
}

/// Seconds since 1970. What is no time is refused: it would be read as 1970, when nothing had expired.
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

fn read_fetch(json: &str) -> Result<Fetch> {
    serde_json::from_str(json).map_err(|_| Error::new(Status::InvalidArg, "fetch: not one of this validator"))
}
