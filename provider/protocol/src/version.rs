//! The version of a record that is edited, so that of two who edit it at once the second is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that each change of a record makes higher; it begins at 1, unless another record had the same name before. Whoever
/// edits it names the version that they read, and is refused when there is a newer one.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Version(i64);

impl Version {
    /// That of a record that is the first of its name.
    pub const FIRST: Self = Self(1);

    /// The version of that number, as it is stored.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The one that follows it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::FIRST
    }
}
