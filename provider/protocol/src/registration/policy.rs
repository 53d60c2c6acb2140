//! What a tenant allows its clients to be.

use crate::scope::Scope;
use crate::tenant::TenantSettings;

/// What clients may be, and who speaks for this one.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Whether the client speaks for itself. Nobody has vouched for it then: http is for a person's own device
    /// alone, and it does not act in its own name.
    pub registers_itself: bool,
    /// Whether tokens may pass through the browser: the implicit and hybrid flows.
    pub front_channel_tokens: bool,
    /// Whether request objects may be unsigned.
    pub unsigned_request_objects: bool,
    /// Whether ID tokens may be unsigned, from the token endpoint alone.
    pub unsigned_id_tokens: bool,
    /// The scopes that a client may have which registers itself.
    pub scope: &'a Scope,
}

impl<'a> Policy<'a> {
    /// For a client that registers itself.
    #[must_use]
    pub const fn of_client(settings: &'a TenantSettings) -> Self {
        Self { registers_itself: true, ..Self::of_operator(settings) }
    }

    /// For a client that an operator makes.
    #[must_use]
    pub const fn of_operator(settings: &'a TenantSettings) -> Self {
        Self {
            registers_itself: false,
            front_channel_tokens: settings.front_channel_tokens,
            unsigned_request_objects: settings.unsigned_request_objects,
            unsigned_id_tokens: settings.unsigned_id_tokens,
            scope: &settings.registration_scope,
        }
    }
}
