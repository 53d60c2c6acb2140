//! What is wrong with a request to the admin API or the account API, as `application/problem+json` (RFC 9457).

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use credenza_protocol::bearer;
use credenza_protocol::error::Refusal as _;
use credenza_protocol::time::Seconds;
use credenza_validator::Challenge;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::kinds::{self, Kind};
use crate::admin::document::Invalid;
use crate::admin::{self, InvalidField, Refusal};
use crate::failure::Failure;
use crate::flow::Halt;
use crate::http::shared::failure::{self, ServerError};
use crate::listener::{Refused, Wording};
use crate::state::State;
use credenza_storage::StoreError;

/// Why a request is not carried out.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No token, none that lives, or one that does not allow this.
    Token(bearer::Error, &'static str),
    /// The admin key is wrong.
    AdminKey,
    /// The person signed in too long ago (RFC 9470 3).
    SignInTooOld(Seconds),
    /// It would give more than the caller has.
    BeyondAuthority,
    /// There is no such thing here.
    NotFound,
    /// The method does not exist here.
    MethodNotAllowed,
    /// The body is of another media type than this one.
    MediaType(&'static str),
    /// The body is no JSON object that every reader understands alike.
    MalformedBody(&'static str),
    /// A parameter or header is unknown, or has a value that it cannot have.
    Parameter(String, &'static str),
    /// Values of the body are refused.
    Invalid(Vec<At>),
    /// `If-Match` is missing (RFC 6585 3).
    NoPrecondition,
    /// It was changed since it was read (RFC 9110 13.1.1).
    Stale,
    /// Another one has that name or id.
    Taken,
    /// It would leave something unusable.
    Refused(Refusal),
    /// A set-up was carried out in part: why, and what was done.
    Halfway(String),
    /// The key came with another request before.
    KeyReused,
    /// The request with that key is being carried out.
    KeyInUse,
    /// Too many attempts.
    TooMany(Seconds),
    /// The application has made too many calls for this person.
    TooManyCalls(Seconds),
    /// As many wait for events as may.
    TooManyFollowers,
    /// Too many imports and exports are under way.
    Busy(Seconds),
    /// The body is too large; so many lines of it were taken.
    TooLarge(u64),
    /// The server failed.
    Failed(Failure),
    /// The tenant could not be read.
    Unavailable,
}

/// A value that is refused.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "InvalidValue")]
pub(crate) struct At {
    /// Where it is in the body, as a JSON pointer (RFC 6901).
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) detail: String,
}

impl At {
    /// A field that is refused, which is a member of the object at this JSON pointer in the body.
    pub(crate) fn of(place: impl Fn(&str) -> &'static str, field: InvalidField) -> Self {
        let InvalidField { field, value, why } = field;
        let detail = value.map_or_else(|| why.clone(), |value| format!("{value:?} {why}"));
        Self { pointer: format!("{}/{field}", place(field)), detail }
    }
}

/// What is wrong with a request (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody {
    /// Which kind of problem it is: the address of a page about it.
    r#type: String,
    /// The same in a few words.
    title: &'static str,
    /// The status of the response.
    status: u16,
    /// What is wrong with this request.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// The values that are refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<At>,
    /// The id of the request in the provider's log, for `credenza explain`.
    #[serde(skip_serializing_if = "String::is_empty")]
    support_code: String,
}

/// Where a problem arose.
pub(super) struct Place<'a> {
    /// The server.
    pub(super) state: &'a State,
    /// The issuer whose API it is, for the challenge.
    pub(super) issuer: &'a str,
    /// The id of the request.
    pub(super) support_code: String,
}

impl Problem {
    pub(super) fn kind(&self) -> &'static Kind {
        match self {
            Self::Token(bearer::Error::InsufficientScope, _) => &kinds::INSUFFICIENT_SCOPE,
            Self::Token(bearer::Error::Malformed, _) => &kinds::INVALID_PARAMETER,
            Self::Token(..) | Self::AdminKey => &kinds::UNAUTHENTICATED,
            Self::SignInTooOld(_) => &kinds::SIGN_IN_TOO_OLD,
            Self::BeyondAuthority => &kinds::BEYOND_AUTHORITY,
            Self::NotFound => &kinds::NOT_FOUND,
            Self::MethodNotAllowed => &kinds::METHOD_NOT_ALLOWED,
            Self::MediaType(_) => &kinds::UNSUPPORTED_MEDIA_TYPE,
            Self::MalformedBody(_) => &kinds::MALFORMED_BODY,
            Self::Parameter(..) => &kinds::INVALID_PARAMETER,
            Self::Invalid(_) => &kinds::INVALID_VALUES,
            Self::NoPrecondition => &kinds::PRECONDITION_REQUIRED,
            Self::Stale => &kinds::STALE,
            Self::Taken => &kinds::TAKEN,
            Self::Refused(_) => &kinds::CONFLICT,
            Self::Halfway(_) => &kinds::HALFWAY,
            Self::KeyReused => &kinds::IDEMPOTENCY_KEY_REUSED,
            Self::KeyInUse => &kinds::IDEMPOTENCY_KEY_IN_USE,
            Self::TooMany(_) => &kinds::TOO_MANY_ATTEMPTS,
            Self::TooManyCalls(_) => &kinds::TOO_MANY_CALLS,
            Self::TooManyFollowers => &kinds::TOO_MANY_FOLLOWERS,
            Self::Busy(_) => &kinds::TOO_MANY_AT_ONCE,
            Self::TooLarge(_) => &kinds::TOO_LARGE,
            Self::Failed(failure) => match ServerError::from(failure) {
                ServerError::Internal => &kinds::INTERNAL,
                ServerError::Unavailable | ServerError::Full => &kinds::UNAVAILABLE,
                ServerError::Nul => &kinds::MALFORMED_REQUEST,
            },
            Self::Unavailable => &kinds::UNAVAILABLE,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Token(error, _) => error.to_string(),
            Self::AdminKey => {
                "this is neither the admin key nor a shared key for this tenant, or none is set".to_owned()
            }
            Self::SignInTooOld(max_age) => format!("this needs a sign-in of the last {} seconds", max_age.0),
            Self::MediaType(wanted) => format!("the body must be {wanted}, and not encoded"),
            Self::MalformedBody(why) => (*why).to_owned(),
            Self::Parameter(name, why) => format!("{name} {why}"),
            Self::Refused(refusal) => refusal.to_string(),
            Self::Halfway(what) => what.clone(),
            Self::TooLarge(taken) => {
                format!("{taken} lines were taken: begin the next request with from_line={}", taken + 1)
            }
            Self::TooMany(wait) | Self::TooManyCalls(wait) | Self::Busy(wait) => {
                format!("try again in {} seconds", wait.0)
            }
            _ => String::new(),
        }
    }

    /// The response.
    pub(super) fn response(self, place: &Place<'_>) -> Response {
        let kind = self.kind();
        let detail = self.detail();
        let server_error = match &self {
            Self::Failed(failure) => Some(failure::report(place.state, failure)),
            Self::Unavailable => Some(ServerError::Unavailable),
            _ => None,
        };
        if server_error.is_none() {
            tracing::info!(code = kind.name, rule = "RFC 9457", reason = %detail, "refused");
        }
        let headers = self.headers(place.issuer);
        let body = ProblemBody {
            r#type: kind.url(&place.state.issuer),
            title: kind.title,
            status: kind.status,
            detail,
            errors: if let Self::Invalid(errors) = self { errors } else { vec![] },
            support_code: place.support_code.clone(),
        };
        let status = StatusCode::from_u16(kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, serde_json::to_vec(&body).unwrap_or_default()).into_response();
        let own = response.headers_mut();
        own.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        own.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        own.extend(headers);
        match server_error {
            Some(error) => error.with_retry_after(response),
            None => response,
        }
    }

    /// The challenge of RFC 6750 3 and RFC 9470 3, and when to try again.
    fn headers(&self, issuer: &str) -> Option<(HeaderName, HeaderValue)> {
        let challenge = Challenge::bearer().realm(issuer);
        let text = match self {
            Self::Token(bearer::Error::Missing, _) | Self::AdminKey => challenge.to_string(),
            Self::Token(error, scope) => {
                let told = challenge.error(error.code()).error_description(&error.to_string());
                let is_scope = *error == bearer::Error::InsufficientScope;
                if is_scope { told.scope(scope).to_string() } else { told.to_string() }
            }
            Self::SignInTooOld(max_age) => {
                let told = challenge.error("insufficient_user_authentication");
                told.error_description("a more recent sign-in is needed").max_age(max_age.0).to_string()
            }
            Self::TooManyFollowers => return Some((RETRY_AFTER, HeaderValue::from(1))),
            Self::TooMany(wait) | Self::TooManyCalls(wait) | Self::Busy(wait) => {
                return Some((RETRY_AFTER, HeaderValue::from(wait.0.max(1))));
            }
            _ => return None,
        };
        Some((WWW_AUTHENTICATE, HeaderValue::from_str(&text).ok()?))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<admin::Error> for Problem {
    fn from(error: admin::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![At { pointer: invalid.pointer(), detail: invalid.why }])
    }
}

impl From<Halt<bearer::Error>> for Problem {
    fn from(halt: Halt<bearer::Error>) -> Self {
        match halt {
            Halt::Refused(error) => Self::Token(error, ""),
            Halt::Failed(failure) => Self::Failed(failure),
        }
    }
}

/// How the listener words what it refuses below `/admin/v1` and `/api/v1`: as a problem, like every other refusal there.
pub(crate) fn wording(state: &State) -> Wording {
    let (issuer, base) = (state.issuer.clone(), state.path().to_owned());
    Arc::new(move |path: &str, refused: &Refused| {
        let below = path.strip_prefix(base.as_str()).unwrap_or(path);
        let of_tenant = below.strip_prefix("/t/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| rest);
        let rest = of_tenant.unwrap_or_else(|| below.trim_start_matches('/'));
        let is_ours = rest.starts_with("admin/v1/") || rest.starts_with("api/v1/");
        let kind = kinds::of_listener(refused.status).filter(|_| is_ours)?;
        let body = ProblemBody {
            r#type: kind.url(&issuer),
            title: kind.title,
            status: kind.status,
            detail: refused.sentence.to_owned(),
            errors: vec![],
            support_code: refused.id.to_string(),
        };
        Some(("application/problem+json", serde_json::to_vec(&body).ok()?.into()))
    })
}

/// What an outcome holds, or why there is nothing. Fields are members of the body itself.
pub(super) fn accept<T>(outcome: admin::Outcome<T>) -> Result<T, Problem> {
    accept_at(|_| "", outcome)
}

/// The same, where a field is a member of the object at this JSON pointer in the body.
pub(super) fn accept_at<T>(
    place: impl Fn(&str) -> &'static str,
    outcome: admin::Outcome<T>,
) -> Result<T, Problem> {
    use admin::Outcome;
    match outcome {
        Outcome::Done(record) => Ok(record),
        Outcome::Absent => Err(Problem::NotFound),
        Outcome::Taken => Err(Problem::Taken),
        Outcome::Stale => Err(Problem::Stale),
        Outcome::Refused(Refusal::BeyondAuthority) => Err(Problem::BeyondAuthority),
        Outcome::Refused(refusal) => Err(Problem::Refused(refusal)),
        Outcome::Invalid(fields) => {
            Err(Problem::Invalid(fields.into_iter().map(|field| At::of(&place, field)).collect()))
        }
    }
}
