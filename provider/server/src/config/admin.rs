//! `[admin]`: the admin API.

use std::time::Duration;

use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::values::{self, parsed};
use crate::keys::admin_key::AdminKey;
use crate::keys::shared_key::SharedKey;

/// The admin API, as a server uses it.
#[derive(Clone, Debug)]
pub struct AdminConfig {
    /// The key that opens all of it, if one is set.
    pub key: Option<AdminKey>,
    /// The keys of services.
    pub shared_keys: Vec<SharedKey>,
    /// How long ago people may have signed in for what is sensitive.
    pub sensitive_max_age: Seconds,
}

/// The admin API.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdminSection {
    /// Key that opens the whole admin API when nobody else can, sent as the header `Credenza-Admin-Key`: 32 visible ASCII
    /// characters or more, as `openssl rand -hex 32` prints them, or `sha256:` and their SHA-256. Leave it unset unless it
    /// is needed: each use is a warning in the log and an event.
    #[serde(
        deserialize_with = "key",
        serialize_with = "values::redacted",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub key: Option<AdminKey>,
    /// Keys of services, sent as the same header, each as words: `name=billing key=KEY scope=admin:users:read`, with `scope=`
    /// for each scope of the admin API, and `tenant=NAME` where it is for one tenant alone. A key has 43 visible ASCII
    /// characters or more, or is `sha256:` and their SHA-256. In the file that `…_FILE` names, they stand one a line.
    #[serde(
        deserialize_with = "shared_keys",
        serialize_with = "count",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>", extend("writeOnly" = true))]
    pub shared_keys: Vec<SharedKey>,
    /// How long ago people may have signed in who change keys, roles, secrets or passwords by the admin API, in seconds.
    #[serde(rename = "sensitive_max_age_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 30, max = 86_400))]
    pub sensitive_max_age: Duration,
}

impl Default for AdminSection {
    fn default() -> Self {
        Self { key: None, shared_keys: vec![], sensitive_max_age: Duration::from_secs(900) }
    }
}

impl Default for AdminConfig {
    fn default() -> Self {
        AdminSection::default().into()
    }
}

impl From<AdminSection> for AdminConfig {
    fn from(section: AdminSection) -> Self {
        let seconds = i64::try_from(section.sensitive_max_age.as_secs()).unwrap_or(i64::MAX);
        Self { key: section.key, shared_keys: section.shared_keys, sensitive_max_age: Seconds(seconds) }
    }
}

fn key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AdminKey>, D::Error> {
    parsed(deserializer, AdminKey::parse).map(Some)
}

/// A list; in a file that `…_FILE` names, they stand one a line.
fn shared_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SharedKey>, D::Error> {
    let items = Vec::<String>::deserialize(deserializer)?;
    SharedKey::parse_all(items.iter().flat_map(|item| item.lines())).map_err(D::Error::custom)
}

/// Writes how many there are, and none of them.
fn count<S: Serializer>(keys: &[SharedKey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("({} set)", keys.len()))
}
