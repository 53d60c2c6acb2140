//! Groups of people in a tenant. A group holds people and no other groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::GroupId;
use crate::time::Time;
use crate::version::Version;

/// The scope that brings the groups of a person, and the claim that names them (RFC 9068 2.2.3.1).
pub const GROUPS: &str = "groups";

/// How many groups a token names at most. A person in more of them has them at the userinfo endpoint alone: a token travels
/// in a header of each request, and servers refuse headers that are too long.
pub const MOST_IN_TOKEN: usize = 200;

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Group {
    /// Its id.
    pub group_id: GroupId,
    /// Its name, by which tokens name it; unique in the tenant without regard to case.
    pub name: String,
    /// What it is for, in the operator's words.
    pub description: String,
    /// When it was made.
    pub created_at: Time,
    /// When its name or its description last changed; who is in it does not count.
    pub updated_at: Time,
    /// How often the record was changed.
    #[serde(default)]
    pub version: Version,
}

/// The key under which a name is looked up: trimmed and in lower case.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}
