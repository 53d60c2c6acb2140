//! The servers whose ways are known.

use serde::Serialize;

/// The server that issues the tokens, or the specification that they follow.
#[derive(Copy, Clone, Debug, Serialize, uniffi::Enum)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// RFC 9068, to the letter: Credenza's own tokens.
    Rfc9068,
    /// JWTs of a server that is not listed here.
    Generic,
    /// Keycloak.
    Keycloak,
    /// Microsoft Entra ID.
    Entra,
    /// Okta, a custom authorization server.
    Okta,
    /// Auth0.
    Auth0,
    /// Amazon Cognito user pools.
    Cognito,
    /// Google: ID tokens, as its access tokens are opaque.
    Google,
    /// Ory Hydra.
    Hydra,
    /// Dex.
    Dex,
    /// Spring Authorization Server.
    Spring,
}
