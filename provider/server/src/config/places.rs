//! `[places]`: the file by which places are found.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values;

/// Places of sessions, so that people recognise where they signed in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlacesSection {
    /// MaxMind database file (`.mmdb`) of cities or countries by network address: GeoLite2, GeoIP2, or a compatible one, such as
    /// DB-IP's. A file that is replaced is read within a minute.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub database: Option<PathBuf>,
}
