//! A consent: what a person allows a client, so that they are not asked again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::ClientId;
use crate::scope::Scope;
use crate::time::Time;

/// What a person allows a client.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Consent {
    /// The client.
    pub client_id: ClientId,
    /// The scopes that it was allowed.
    pub scope: Scope,
    /// When the person last said so.
    pub updated_at: Time,
}
