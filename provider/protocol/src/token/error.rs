//! What can be wrong with a token request (RFC 6749 5.2).

use crate::client_auth;
use crate::error::Refusal;
use crate::params::TooMany;
use crate::pkce::InvalidVerifier;
use crate::refresh_token_cookie::Refused;
use crate::resource::InvalidTarget;
use crate::scope::InvalidScope;

/// Why no token was given.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum Error {
    #[error(transparent)]
    Client(#[from] client_auth::Error),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error("a parameter is repeated")]
    Repeated,
    #[error("the request must be a form of type application/x-www-form-urlencoded")]
    NotAForm,
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("grant_type is not supported")]
    UnsupportedGrantType,
    #[error("the client may not use this grant_type")]
    GrantNotAllowed,
    #[error("the code is unknown or expired, or was issued to another client")]
    Code,
    #[error("the code was used before; what it gave is revoked")]
    CodeAgain,
    #[error("redirect_uri differs from the one of the authorization request")]
    RedirectUri,
    #[error(transparent)]
    Verifier(#[from] InvalidVerifier),
    #[error("the grant is revoked or expired")]
    GrantDead,
    #[error("the refresh token is unknown or expired, or was issued to another client")]
    RefreshToken,
    #[error("the refresh token was used before; what it gave is revoked")]
    RefreshTokenAgain,
    #[error("the refresh token is newer than what is stored, as after a backup was restored")]
    RefreshTokenAhead,
    #[error("the refresh token was exchanged just now, and the reply was repeated several times")]
    RefreshTokenRepeated,
    #[error(transparent)]
    Cookie(#[from] Refused),
    #[error(transparent)]
    Scope(#[from] InvalidScope),
    #[error("scope exceeds what was granted or is allowed")]
    ScopeTooWide,
    #[error(transparent)]
    Target(#[from] InvalidTarget),
}

impl Refusal for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Client(error) => error.code(),
            Self::TooMany(_) | Self::Repeated | Self::NotAForm | Self::Missing(_) => "invalid_request",
            // Nobody is signed in to the client in this browser.
            Self::Cookie(Refused::NoCookie) => "invalid_grant",
            Self::Cookie(_) => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::GrantNotAllowed => "unauthorized_client",
            Self::Code
            | Self::CodeAgain
            | Self::RedirectUri
            | Self::Verifier(_)
            | Self::GrantDead
            | Self::RefreshToken
            | Self::RefreshTokenAgain
            | Self::RefreshTokenAhead
            | Self::RefreshTokenRepeated => "invalid_grant",
            Self::Scope(_) | Self::ScopeTooWide => "invalid_scope",
            Self::Target(_) => "invalid_target",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Client(error) => error.rule(),
            Self::TooMany(_) | Self::Repeated | Self::NotAForm | Self::Missing(_) => "RFC 6749 3.2",
            Self::UnsupportedGrantType | Self::GrantNotAllowed => "RFC 6749 5.2",
            Self::Code | Self::RedirectUri => "RFC 6749 4.1.3",
            Self::CodeAgain => "RFC 6749 4.1.2",
            Self::Verifier(_) => "RFC 7636 4.6",
            Self::GrantDead | Self::RefreshToken | Self::RefreshTokenAhead => "RFC 6749 6",
            Self::RefreshTokenAgain | Self::RefreshTokenRepeated => "RFC 9700 4.14.2",
            // Cross-site request forgery.
            Self::Cookie(_) => "RFC 6749 10.12",
            Self::Scope(_) | Self::ScopeTooWide => "RFC 6749 3.3",
            Self::Target(_) => "RFC 8707 2.2",
        }
    }
}
