//! Use cases. Each is a straight line: it parses, loads, lets the protocol decide, stores and answers. Nothing here
//! knows of HTTP.

pub mod account_page;
pub mod account_token;
pub mod administer;
pub mod answer;
pub mod authenticators;
pub mod authorize;
pub mod backchannel_logout;
pub mod client;
pub mod decide;
pub mod interaction;
pub mod introspect;
pub mod issue;
pub mod jwt_response;
pub mod live_token;
pub mod logout;
pub mod mailed;
pub mod native_sign_in;
pub mod next;
pub mod outcome;
pub mod password_reset;
pub mod person;
pub mod proceed;
pub mod refresh_token_cookie;
pub mod register;
pub mod repeat;
pub mod request_object;
pub mod resource;
pub mod revocation_feed;
pub mod revoke;
pub mod robot_check;
pub mod session;
pub mod session_management;
pub mod sign_in;
pub mod sign_in_steps;
pub mod sign_up;
pub mod token;
pub mod userinfo;
pub mod webfinger;

use credenza_protocol::request_object::InvalidRequestObject;
use credenza_protocol::{
    authorize as authorize_rules, bearer, client_auth, registration as registration_rules,
    token as token_rules,
};
use credenza_storage::StoreError;

use crate::failure::Failure;
use crate::keys;

/// Why a flow stopped: the request broke a rule, or the server failed.
#[derive(Debug)]
pub enum Halt<E> {
    /// The request broke a rule.
    Refused(E),
    /// The server failed.
    Failed(Failure),
}

impl<E> Halt<E> {
    /// The same with another kind of refusal.
    pub fn map<F>(self, refusal: impl FnOnce(E) -> F) -> Halt<F> {
        match self {
            Self::Refused(error) => Halt::Refused(refusal(error)),
            Self::Failed(failure) => Halt::Failed(failure),
        }
    }
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

impl From<authorize_rules::Fault> for Halt<authorize_rules::Fault> {
    fn from(fault: authorize_rules::Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<authorize_rules::Error> for Halt<authorize_rules::Error> {
    fn from(error: authorize_rules::Error) -> Self {
        Self::Refused(error)
    }
}
