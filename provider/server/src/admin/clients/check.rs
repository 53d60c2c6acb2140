//! What must hold of a client that an operator makes: the same as for one that registers itself, by the operator's
//! policy.

use credenza_protocol::claim_mapping;
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::ids::ClientId;
use credenza_protocol::lifetimes::{self, OutOfLimits};
use credenza_protocol::registration::{self, Policy};
use credenza_protocol::role;
use credenza_protocol::secret::Secret;
use credenza_protocol::service_account;
use credenza_protocol::tenant::TenantSettings;

use super::secret;
use crate::admin::InvalidField;

/// Refuses a client that could not work, or would not be safe, and a secret that is given and cannot be its own. One that
/// nobody signs in to has no response types: it asks the authorization endpoint for nothing.
///
/// # Errors
/// [`InvalidField`].
pub fn check(
    client: &mut Client,
    given: Option<&Secret>,
    settings: &TenantSettings,
) -> Result<(), InvalidField> {
    metadata(client, settings)?;
    let method = client.token_endpoint_auth_method;
    given
        .map_or(Ok(()), |given| secret::check(given, method))
        .map_err(|why| InvalidField::new("client_secret", why))
}

fn metadata(client: &mut Client, settings: &TenantSettings) -> Result<(), InvalidField> {
    if !client.may(GrantType::AuthorizationCode) && !client.may(GrantType::Implicit) {
        client.response_types.clear();
    }
    service_account::check(client).map_err(|(member, why)| InvalidField::new(member, why))?;
    registration::check(client, &Policy::of_operator(settings))?;
    role::check(&client.roles).map_err(|(role, why)| InvalidField::new("roles", why.to_string()).of(role))?;
    claim_mapping::check(&client.claim_mappings, &settings.attributes)?;
    if let Some(fault) = client.brand.as_ref().and_then(|brand| brand.faults().into_iter().next()) {
        return Err(fault.into());
    }
    lifetimes::check(client, settings).map_err(|OutOfLimits { field, longest }| {
        let longest = longest.0;
        InvalidField::new(field, format!("must be 1 to {longest} seconds, by the settings of the tenant"))
    })
}

/// Refuses an id that an operator may not give a client. It is part of URLs, of which these are the unreserved characters
/// (RFC 3986 2.3, RFC 6749 A.1).
///
/// # Errors
/// [`InvalidField`].
pub fn check_id(id: &ClientId) -> Result<(), InvalidField> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let id = id.as_str();
    if (1..=255).contains(&id.len()) && id.bytes().all(is_plain) {
        return Ok(());
    }
    Err(InvalidField::new("client_id", "must be 1 to 255 letters, digits, `-`, `.`, `_` or `~`"))
}
