//! What can be wrong with a request object.

use crate::error::Refusal;

/// Why a request object is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum InvalidRequestObject {
    #[error("a parameter is repeated beside the request object")]
    Repeated,
    #[error("request and request_uri must not be used together")]
    Both,
    #[error("this client must send its requests as signed request objects")]
    Required,
    #[error("request_uri is not one that this client registered")]
    UnknownUri,
    #[error("request_uri could not be fetched")]
    Unreachable,
    #[error("too many requests wait for the request_uri of this client")]
    Busy,
    #[error("the request object is not a compact JWT")]
    Malformed,
    #[error("the encrypted request object does not open, or holds no signed one")]
    Encryption,
    #[error("the typ of the request object is not oauth-authz-req+jwt or JWT")]
    Type,
    #[error("the request object is not signed, which is not allowed here")]
    Unsigned,
    #[error("the request object is not signed by the algorithm that this client registered")]
    Algorithm,
    #[error(
        "the request object is signed by a client secret, which only clients of client_secret_jwt can do"
    )]
    NoSecret,
    #[error("the client has no keys that the request object could be verified by")]
    NoKeys,
    #[error("the signature of the request object is wrong")]
    Signature,
    #[error("the claims of the request object are not one JSON object with each name once")]
    Json,
    #[error("iss of the request object is not the client_id")]
    Issuer,
    #[error("aud of the request object is not the issuer of this provider")]
    Audience,
    #[error("the request object has expired, is not yet valid, or lives too long")]
    Time,
    #[error("sub of the request object is the client, as in a client assertion")]
    Subject,
    #[error("client_id in the request object differs from the one outside")]
    ClientId,
    #[error("response_type in the request object differs from the one outside")]
    ResponseType,
    #[error("the request object holds a request or request_uri of its own")]
    Nested,
    #[error("a parameter in the request object is of the wrong type")]
    ParameterType,
    #[error("the request object has too many parameters")]
    TooMany,
}

impl Refusal for InvalidRequestObject {
    fn code(&self) -> &'static str {
        match self {
            Self::Repeated | Self::Both | Self::Required => "invalid_request",
            Self::UnknownUri | Self::Unreachable | Self::Busy => "invalid_request_uri",
            _ => "invalid_request_object",
        }
    }

    fn rule(&self) -> &'static str {
        match self {
            Self::Repeated => "RFC 6749 3.1",
            Self::Both => "OpenID Connect Core 6.1",
            Self::Required => "RFC 9101 10.5",
            Self::UnknownUri => "OpenID Connect Core 6.2",
            Self::Unreachable | Self::Busy => "RFC 9101 5.2.3",
            Self::Encryption => "RFC 9101 6.1",
            Self::Unsigned | Self::Algorithm | Self::NoSecret | Self::NoKeys | Self::Signature => {
                "RFC 9101 6.2"
            }
            Self::Type | Self::Subject => "RFC 9101 10.8",
            Self::Issuer | Self::Audience | Self::Time => "RFC 9101 4",
            Self::ClientId => "RFC 9101 5",
            Self::ResponseType => "OpenID Connect Core 6.1",
            Self::Nested | Self::ParameterType | Self::Malformed | Self::Json | Self::TooMany => "RFC 9101 4",
        }
    }
}
