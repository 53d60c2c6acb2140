//! `cnf`: the key that the holder of a token must prove to have (RFC 7800 3.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a token is bound to. It is good for nobody else.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// The SHA-256 of a client certificate (RFC 8705 3.1).
    #[serde(default, rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    pub x5t_s256: Option<String>,
}
