//! The enumerated values of client metadata.

use credenza_validator::algorithm::{Algorithm, UnknownAlgorithm};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// `grant_types` (RFC 7591 2).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 6749 6.
    RefreshToken,
    /// RFC 6749 4.4.
    ClientCredentials,
    /// RFC 6749 4.2: tokens from the authorization endpoint itself. Nothing for the token endpoint.
    Implicit,
}

impl GrantType {
    /// Every supported grant.
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::Implicit];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::Implicit => "implicit",
        }
    }

    /// Reads the wire name; `None` for an unsupported grant.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant_type| grant_type.as_str() == name)
    }
}

/// `application_type` (OpenID Connect Registration 2).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server or in a browser.
    #[default]
    Web,
    /// Runs on a person's device (RFC 8252): custom schemes and loopback ports are allowed.
    Native,
}

/// The form of an access token.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// A JWT by RFC 9068.
    #[default]
    Jwt,
    /// A random string, to be introspected.
    Opaque,
}

/// Whether a person is asked for consent.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// Asked once for each scope, then remembered.
    #[default]
    Required,
    /// Never asked: the operator vouches for the client.
    Implicit,
}

/// `subject_type` (OpenID Connect Core 8): whether clients can correlate a person.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// One `sub` for all clients.
    #[default]
    Public,
    /// A `sub` for each sector.
    Pairwise,
}

/// An `alg` where `none` may be registered: no signature at all (RFC 7518 3.6).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub enum SigningAlg {
    /// Signed.
    By(Algorithm),
    /// `none`: whoever carries it can change it.
    Unsigned,
}

impl SigningAlg {
    /// The algorithm; `None` for `none`.
    #[must_use]
    pub const fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::By(algorithm) => Some(algorithm),
            Self::Unsigned => None,
        }
    }

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::By(algorithm) => algorithm.as_str(),
            Self::Unsigned => "none",
        }
    }
}

impl From<Algorithm> for SigningAlg {
    fn from(algorithm: Algorithm) -> Self {
        Self::By(algorithm)
    }
}

impl FromStr for SigningAlg {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        if name == "none" { Ok(Self::Unsigned) } else { name.parse().map(Self::By) }
    }
}

impl fmt::Display for SigningAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for SigningAlg {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SigningAlg {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SigningAlg {
    fn schema_name() -> Cow<'static, str> {
        "AlgorithmOrNone".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = Algorithm::ALL.iter().map(|one| one.as_str()).chain(["none"]).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}
