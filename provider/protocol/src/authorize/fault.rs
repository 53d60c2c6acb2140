//! What can be wrong with an authorization request, and where it may be reported.

use crate::claims::InvalidClaims;
use crate::error::Refusal;
use crate::pkce::InvalidChallenge;
use crate::redirect_uri::Mismatch;
use crate::request_object::InvalidRequestObject;
use crate::resource::InvalidTarget;
use crate::scope::InvalidScope;

use super::Return;

/// An error and where it is reported (RFC 6749 4.1.2.1): the type decides whether a redirect is safe.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Shown to the person; nothing is sent to the redirect URI of the request.
    #[error("{0}")]
    Page(Fault),
    /// Sent to the client.
    #[error("{1}")]
    Redirect(Box<Return>, Fault),
}

/// What is wrong.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum Fault {
    #[error("the request has too many parameters")]
    TooManyParameters,
    #[error("{0} is repeated")]
    Repeated(&'static str),
    #[error("a parameter is repeated")]
    SomethingRepeated,
    #[error("{0} is too long")]
    TooLong(&'static str),
    #[error("{0} is not UTF-8")]
    NotText(&'static str),
    #[error("client_id is missing")]
    ClientIdMissing,
    #[error("the client is unknown or disabled")]
    ClientUnknown,
    #[error(transparent)]
    RedirectUri(#[from] Mismatch),
    #[error("response_type is missing")]
    ResponseTypeMissing,
    #[error("response_type is not supported")]
    ResponseTypeUnsupported,
    #[error("response_type is not one that this client registered")]
    ResponseTypeNotAllowed,
    #[error("nonce is missing, which an ID token in the answer needs")]
    NonceMissing,
    #[error("response_mode is not supported or not allowed for this client")]
    ResponseMode,
    #[error("{0} is not supported")]
    NotSupported(&'static str, &'static str),
    #[error(transparent)]
    RequestObject(#[from] InvalidRequestObject),
    #[error(transparent)]
    Scope(#[from] InvalidScope),
    #[error("scope holds nothing that this client may ask for")]
    ScopeEmpty,
    #[error("scope is without openid, which an ID token in the answer needs")]
    ScopeWithoutOpenid,
    #[error(transparent)]
    Challenge(#[from] InvalidChallenge),
    #[error("prompt holds an unknown value, or none beside another")]
    Prompt,
    #[error("max_age is not a number of seconds")]
    MaxAge,
    #[error(transparent)]
    Claims(#[from] InvalidClaims),
    #[error("id_token_hint was not issued by this provider for this client")]
    Hint,
    #[error(transparent)]
    Target(#[from] InvalidTarget),
    #[error("the person must sign in")]
    LoginRequired,
    #[error("the person must choose an account")]
    AccountSelectionRequired,
    #[error("the person must be asked for consent")]
    ConsentRequired,
    #[error("the person refused")]
    AccessDenied,
    #[error("the authentication asked for as essential is not offered")]
    UnmetAuthentication,
    #[error("the provider cannot answer now")]
    Unavailable,
}

impl Refusal for Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::ResponseTypeUnsupported => "unsupported_response_type",
            Self::ResponseTypeNotAllowed | Self::ClientUnknown => "unauthorized_client",
            Self::NotSupported(_, code) => code,
            Self::RequestObject(invalid) => invalid.code(),
            Self::Scope(_) | Self::ScopeEmpty | Self::ScopeWithoutOpenid => "invalid_scope",
            Self::Target(_) => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::AccessDenied => "access_denied",
            Self::UnmetAuthentication => "unmet_authentication_requirements",
            Self::Unavailable => "temporarily_unavailable",
            _ => "invalid_request",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::TooManyParameters | Self::Repeated(_) | Self::SomethingRepeated | Self::TooLong(_) => {
                "RFC 6749 3.1"
            }
            Self::NotText(_) => "RFC 6749 appendix B",
            Self::ClientIdMissing | Self::ClientUnknown => "RFC 6749 2.2",
            Self::RedirectUri(_) => "RFC 6749 3.1.2.3",
            Self::ResponseTypeMissing | Self::ResponseTypeUnsupported => "RFC 6749 3.1.1",
            Self::ResponseTypeNotAllowed => "OpenID Connect Registration 2",
            Self::NonceMissing | Self::ScopeWithoutOpenid => "OpenID Connect Core 3.2.2.1",
            Self::ResponseMode => "OAuth 2.0 Multiple Response Types 2.1",
            Self::RequestObject(invalid) => invalid.rule(),
            Self::NotSupported(..) => "OpenID Connect Core 6",
            Self::Scope(_) | Self::ScopeEmpty => "RFC 6749 3.3",
            Self::Challenge(_) => "RFC 7636 4.3",
            Self::Claims(_) => "OpenID Connect Core 5.5",
            Self::Target(_) => "RFC 8707 2",
            Self::Prompt | Self::MaxAge | Self::Hint => "OpenID Connect Core 3.1.2.1",
            Self::LoginRequired | Self::AccountSelectionRequired | Self::ConsentRequired => {
                "OpenID Connect Core 3.1.2.6"
            }
            Self::AccessDenied | Self::Unavailable => "RFC 6749 4.1.2.1",
            Self::UnmetAuthentication => "OpenID Connect Unmet Authentication Requirements 1",
        }
    }
}
