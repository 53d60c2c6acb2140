//! Client authentication (RFC 6749 2.3, RFC 7523, OpenID Connect Core 9).
//!
//! [`Presented::read`] finds out what a request brings, [`Presented::check`] compares it with what the
//! client registered: exactly one method, and the registered one. A secret may come by Basic or in the form alike,
//! unless the registration pins one of the two. What is absent is refused.

mod assertion;
mod presented;
mod seen;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Refusal;

pub use assertion::{Assertion, MAX_ASSERTION_LIFETIME, Replay, assertion_algorithms};
pub use presented::{Kept, Presented};
pub use seen::Clocks;

/// `token_endpoint_auth_method`: how a client authenticates.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client, which has no credentials.
    None,
    /// The secret by HTTP Basic.
    #[default]
    ClientSecretBasic,
    /// The secret in the form.
    ClientSecretPost,
    /// A JWT signed with its secret.
    ClientSecretJwt,
    /// A JWT signed with its private key.
    PrivateKeyJwt,
}

impl AuthMethod {
    /// Every method.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// Whether the client sends its secret as it is: by Basic or in the form.
    #[must_use]
    pub const fn sends_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Whether the client has a secret.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt)
    }
}

/// Why client authentication failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum Error {
    #[error("the client did not say who it is")]
    Missing,
    #[error("the client used two methods of authentication")]
    TwoMethods,
    #[error("the Authorization header is not well-formed HTTP Basic")]
    MalformedBasic,
    #[error("client_id does not agree with the credentials")]
    ClientIdDiffers,
    #[error("client_assertion is malformed or of an unknown type")]
    MalformedAssertion,
    #[error("client authentication failed")]
    Failed,
    #[error("client authentication failed")]
    WrongMethod,
    #[error("client authentication failed: the secret is right, but the client is registered for {}", .0.as_str())]
    RightSecret(AuthMethod),
    #[error("client authentication failed")]
    BadAssertion(&'static str),
    #[error("client authentication failed")]
    BadSignature,
    #[error("client_assertion was used before")]
    Replayed,
}

impl Refusal for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::TwoMethods => "invalid_request",
            _ => "invalid_client",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Missing | Self::MalformedBasic | Self::Failed => "RFC 6749 2.3.1",
            Self::TwoMethods | Self::ClientIdDiffers => "RFC 6749 2.3",
            Self::WrongMethod | Self::RightSecret(_) => "OpenID Connect Core 9",
            Self::MalformedAssertion => "RFC 7521 4.2",
            Self::BadAssertion(rule) => rule,
            Self::BadSignature => "RFC 7523 3 (9)",
            Self::Replayed => "RFC 7523 3",
        }
    }
}
