//! Optional members for which `null` does not count as absent.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Reads a member that is present; with `#[serde(default)]` an absent one is `None`. A derived `Option`
/// alone would take `null` for absent.
pub(crate) fn value<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Says that a member is present, whatever its value.
pub(crate) fn seen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
