//! Values of options that are named as in requests and metadata.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::admin_roles::Role;
use credenza_protocol::client::{GrantType, SigningAlg};
use credenza_protocol::client_auth::{AuthMethod, assertion_algorithms};
use credenza_protocol::response_mode::ResponseMode;
use credenza_protocol::response_type::ResponseType;
use credenza_protocol::time::Time;
use credenza_validator::Algorithm;
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::admin::time as time_of;

/// Reads one of `names`, by the type's own spelling of them.
pub(super) fn wire<T>(names: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| serde_json::from_value::<T>(Value::String(name)))
}

pub(super) fn grant_type() -> impl TypedValueParser<Value = GrantType> {
    wire(GrantType::ALL.map(GrantType::as_str))
}

pub(super) fn auth_method() -> impl TypedValueParser<Value = AuthMethod> {
    wire(AuthMethod::ALL.map(AuthMethod::as_str))
}

pub(super) fn response_type() -> impl TypedValueParser<Value = ResponseType> {
    wire(ResponseType::ALL.map(ResponseType::as_str))
}

pub(super) fn response_mode() -> impl TypedValueParser<Value = ResponseMode> {
    wire(ResponseMode::all().into_iter().map(ResponseMode::as_str))
}

/// An algorithm that tokens may be signed with.
pub(super) fn algorithm() -> impl TypedValueParser<Value = Algorithm> {
    wire(ALGORITHMS.map(Algorithm::as_str))
}

/// The same, or `none`.
pub(super) fn signing_alg() -> impl TypedValueParser<Value = SigningAlg> {
    wire(ALGORITHMS.map(Algorithm::as_str).into_iter().chain(["none"]))
}

/// How the key of something encrypted is transported, or `none`.
pub(super) fn key_management() -> PossibleValuesParser {
    PossibleValuesParser::new(KeyManagement::ALL.map(KeyManagement::as_str).into_iter().chain(["none"]))
}

/// How something is encrypted with that key.
pub(super) fn content_encryption() -> PossibleValuesParser {
    PossibleValuesParser::new(ContentEncryption::ALL.map(ContentEncryption::as_str))
}

/// An algorithm that a client's assertions may be signed with.
pub(super) fn assertion_algorithm() -> impl TypedValueParser<Value = Algorithm> {
    wire(assertion_algorithms().map(Algorithm::as_str))
}

/// An algorithm that a client's request objects may be signed with, or `none`.
pub(super) fn request_object_algorithm() -> impl TypedValueParser<Value = SigningAlg> {
    wire(assertion_algorithms().map(Algorithm::as_str).chain(["none"]))
}

/// A role of a person.
pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    wire(Role::ALL.map(Role::as_str))
}

/// A point in time: RFC 3339, as tables show it, or seconds since 1970, as JSON has it.
pub(super) fn time(text: &str) -> Result<Time, String> {
    time_of(text).ok_or_else(|| {
        format!("must be a time such as 2030-01-31T12:00:00Z, or seconds since 1970, not {text:?}")
    })
}
