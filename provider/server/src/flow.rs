//! Use cases: each a straight line that parses, loads, lets the protocol decide, stores and answers.

pub mod access_token;
pub mod account;
pub mod answer;
pub mod authorization_code;
pub mod authorize;
pub mod backchannel_logout;
pub mod client;
pub mod client_credentials;
pub mod interaction;
pub mod introspect;
pub mod issue;
pub mod login;
pub mod logout;
pub mod refresh_token;
pub mod register;
pub mod request_object;
pub mod revocation_feed;
pub mod revoke;
pub mod sealed;
pub mod session_management;
pub mod token;
pub mod userinfo;

use credenza_protocol::request_object::InvalidRequestObject;
use credenza_protocol::{
    authorize as authorize_rules, bearer, client_auth, registration as registration_rules,
    token as token_rules,
};
use credenza_storage::StoreError;

use crate::keys;

/// Something of ours failed: nothing is known of the request. The wire says 503 or 500, never a
/// verdict about the request.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// More work than can be taken on.
    #[error("too busy")]
    Busy,
    /// Anything else.
    #[error("{0}")]
    Internal(&'static str),
}

/// Why a flow did not come to its end: a rule was broken, or something of ours failed.
#[derive(Debug)]
pub enum Halt<E> {
    /// The request broke a rule.
    Refused(E),
    /// Something of ours failed.
    Failed(Failure),
}

impl<E> From<Failure> for Halt<E> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<E> From<StoreError> for Halt<E> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl<E> From<keys::Error> for Halt<E> {
    fn from(error: keys::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<client_auth::Error> for Halt<client_auth::Error> {
    fn from(error: client_auth::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<bearer::Error> for Halt<bearer::Error> {
    fn from(error: bearer::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<token_rules::Error> for Halt<token_rules::Error> {
    fn from(error: token_rules::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<InvalidRequestObject> for Halt<InvalidRequestObject> {
    fn from(invalid: InvalidRequestObject) -> Self {
        Self::Refused(invalid)
    }
}

impl From<registration_rules::Error> for Halt<registration_rules::Error> {
    fn from(error: registration_rules::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<authorize_rules::Error> for Halt<authorize_rules::Error> {
    fn from(error: authorize_rules::Error) -> Self {
        Self::Refused(error)
    }
}
