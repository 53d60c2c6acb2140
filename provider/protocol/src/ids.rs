//! Typed identifiers: a client id cannot stand where a user id is due.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One identifier type; the only macro of this crate, since a function cannot make a type.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// An identifier with this text.
            pub fn new(value: impl Into<String>) -> Self {
                Self(value.into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A tenant: an issuer with its own keys, clients and users. Never shown to a client.
    TenantId
}
id! {
    /// `client_id` (RFC 6749 2.2): chosen by the provider, never equal to a `sub`.
    ClientId
}
id! {
    /// `sub` (OpenID Connect Core 2): locally unique and never reassigned.
    UserId
}
id! {
    /// A group of people in a tenant: made by the provider, and not reassigned with its name.
    GroupId
}
id! {
    /// An invitation to make an account. It is public, and not the secret of its link.
    InvitationId
}
id! {
    /// A grant: what a user allowed a client at one time. Every token names its grant.
    GrantId
}
id! {
    /// A device of a person, on which a native application is installed.
    DeviceId
}
id! {
    /// An authenticator of a person: a passkey, or an application that shows codes.
    AuthenticatorId
}
id! {
    /// `sid`: the public id of a session, which clients may know; it is not a credential.
    SessionId
}
id! {
    /// `kid` (RFC 7517 4.5).
    KeyId
}
id! {
    /// A webhook: where events of a tenant are sent.
    WebhookId
}
id! {
    /// A secret of a client, among those of that client. It is public, and not the secret.
    ClientSecretId
}
