//! What must hold of a client that an operator makes: the same as for one that registers itself, by the operator's
//! policy.

use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::lifetimes::{self, OutOfLimits};
use credenza_protocol::registration::{self, Policy};
use credenza_protocol::tenant::TenantSettings;

use crate::admin::InvalidField;

/// Refuses a client that could not work, or would not be safe. One that nobody signs in to has no response types: it
/// asks the authorization endpoint for nothing.
pub(super) fn check(client: &mut Client, settings: &TenantSettings) -> Result<(), InvalidField> {
    if !client.may(GrantType::AuthorizationCode) && !client.may(GrantType::Implicit) {
        client.response_types.clear();
    }
    registration::check(client, &Policy::of_operator(settings))?;
    lifetimes::check(client, settings).map_err(|OutOfLimits { field, longest }| {
        let longest = longest.0;
        InvalidField::new(field, format!("must be 1 to {longest} seconds, by the settings of the tenant"))
    })
}

/// Whether an operator may give a client this id. It is part of URLs, of which these are the unreserved characters
/// (RFC 3986 2.3, RFC 6749 A.1).
pub(super) fn is_client_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (1..=255).contains(&id.len()) && id.bytes().all(is_plain)
}
