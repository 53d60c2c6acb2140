//! Request objects: an authorization request as a JWT (OpenID Connect Core 6, RFC 9101), by value (`request`) or
//! by reference (`request_uri`).
//!
//! 1. [`Source::of`]: whether there is one, and whether it may be fetched from where it says.
//! 2. [`is_encrypted`]: whether it must be decrypted first; inside is a signed one.
//! 3. [`RequestObject::read`]: what it is signed by, and whether this client may sign so.
//! 4. [`RequestObject::open`]: the signature.
//! 5. [`Claims::check`]: who says it to whom, and when.
//! 6. [`Claims::merged`]: the parameters that count.
//!
//! Until all of these succeeded, nothing in the object is trusted, least of all its `redirect_uri`.

mod claims;
mod fault;
mod object;
#[cfg(test)]
mod tests;

use crate::client::Client;
use crate::params::Params;

pub use claims::Claims;
pub use fault::InvalidRequestObject;
pub use object::{Key, Proof, RequestObject};

/// The longest object, in bytes.
pub const MAX_BYTES: usize = credenza_validator::jws::MAX_BYTES;
/// The `Accept` header for fetching an object; any content type is read (OpenID Connect Core 6.2, RFC 9101 5.2.3).
pub const MEDIA_TYPES: &str = "application/oauth-authz-req+jwt, application/jwt, */*;q=0.1";

/// Whether an object is encrypted to the provider: five segments, where a signed one has three (RFC 7516 9).
#[must_use]
pub fn is_encrypted(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 4
}

/// Where the request object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source<'a> {
    /// There is none: the parameters are the request.
    Absent,
    /// The object, by value.
    Value(&'a str),
    /// At this URL, which the client registered.
    Reference(&'a str),
}

impl<'a> Source<'a> {
    /// Finds the object. A URL is compared with the registered ones byte for byte, fragment included.
    ///
    /// # Errors
    /// [`InvalidRequestObject`] for two of them, for a URL that is not registered, and when there is none though the
    /// client must always send one.
    pub fn of(params: &'a Params, client: &Client) -> Result<Self, InvalidRequestObject> {
        if params.is_repeated("request") || params.is_repeated("request_uri") {
            return Err(InvalidRequestObject::Repeated);
        }
        match (params.get("request"), params.get("request_uri")) {
            (Some(_), Some(_)) => Err(InvalidRequestObject::Both),
            (Some(token), None) => Ok(Self::Value(token)),
            (None, Some(uri)) if client.request_uris.iter().any(|known| known == uri) => {
                Ok(Self::Reference(uri))
            }
            (None, Some(_)) => Err(InvalidRequestObject::UnknownUri),
            (None, None) if client.require_signed_request_object => Err(InvalidRequestObject::Required),
            (None, None) => Ok(Self::Absent),
        }
    }
}
