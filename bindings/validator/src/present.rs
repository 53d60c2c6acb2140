//! Optional members of which `null` is not a way to be absent.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Reads a member that is there; with `#[serde(default)]` an absent one is `None`. A derived `Option`
/// alone would take `null` for absent.
pub(crate) fn value<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Says that a member is there, whatever its value.
pub(crate) fn seen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
