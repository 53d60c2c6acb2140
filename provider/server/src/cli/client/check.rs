//! What metadata of a client must be like: what holds for clients that register themselves, by an operator's policy.

use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::registration::{self, Policy};
use credenza_protocol::tenant::TenantSettings;

use crate::cli::Failure;

/// Refuses a client that could not work, or would not be safe. One that nobody signs in to asks for nothing at the
/// authorization endpoint.
pub(super) fn check(client: &mut Client, settings: &TenantSettings) -> Result<(), Failure> {
    if !client.may(GrantType::AuthorizationCode) && !client.may(GrantType::Implicit) {
        client.response_types.clear();
    }
    registration::check(client, &Policy::of_operator(settings)).map_err(|fault| {
        Failure::new(match fault.value() {
            Some(value) => format!("{}: {value:?} {}", fault.field(), fault.why()),
            None => format!("{}: {}", fault.field(), fault.why()),
        })
    })
}
