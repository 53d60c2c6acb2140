//! What a tenant allows its clients to be.

use crate::client::GrantType;
use crate::scope::Scope;
use crate::tenant::TenantSettings;

/// What clients may register, and on whose authority.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Whether the client registers itself. Then http is only for native clients on loopback, and there is no
    /// `client_credentials` grant.
    pub registers_itself: bool,
    /// Whether redirect URIs may be http in a local network.
    pub local_network_redirects: bool,
    /// Whether tokens may pass through the browser: the implicit and hybrid flows.
    pub front_channel_tokens: bool,
    /// Whether request objects may be unsigned.
    pub unsigned_request_objects: bool,
    /// Whether ID tokens may be unsigned, from the token endpoint alone.
    pub unsigned_id_tokens: bool,
    /// The scopes that a client may have if it registers itself.
    pub scope: &'a Scope,
}

impl<'a> Policy<'a> {
    /// Whether a client may have that grant at all, whatever else it has.
    #[must_use]
    pub const fn allows(&self, grant_type: GrantType) -> bool {
        match grant_type {
            GrantType::AuthorizationCode | GrantType::RefreshToken => true,
            // RFC 7591 5: only a client that an operator created acts for itself.
            GrantType::ClientCredentials => !self.registers_itself,
            GrantType::Implicit => self.front_channel_tokens,
        }
    }

    /// For a client that registers itself.
    #[must_use]
    pub const fn of_client(settings: &'a TenantSettings) -> Self {
        Self {
            registers_itself: true,
            local_network_redirects: settings.registration_local_network_redirects,
            ..Self::of_operator(settings)
        }
    }

    /// For a client that an operator creates.
    #[must_use]
    pub const fn of_operator(settings: &'a TenantSettings) -> Self {
        Self {
            registers_itself: false,
            local_network_redirects: true,
            front_channel_tokens: settings.front_channel_tokens,
            unsigned_request_objects: settings.unsigned_request_objects,
            unsigned_id_tokens: settings.unsigned_id_tokens,
            scope: &settings.registration_scope,
        }
    }
}
