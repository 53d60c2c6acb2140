//! The forms of what is stored as JSON, apart from the forms of the wire.
//!
//! A reader ignores members that it does not know, so that version N reads what version N+1 wrote, and an update
//! keeps them. A row whose document cannot be read all the same, such as a client that authenticates in a way of a
//! later version, is an error where that row is asked for, and is left out of lists.
//!
//! | file | holds |
//! |---|---|
//! | `client`, `settings`, `claims`, `attributes` | the documents that are edited |
//! | `brand` | what stands in the first two of how pages look |
//! | `details`, `invitation` | those of grants and codes, and of invitations, which are written once |
//! | `keep` | what an update keeps of what it replaces |

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Result, value};

mod attributes;
mod brand;
mod claims;
mod client;
mod details;
mod invitation;
mod keep;
mod settings;

pub(crate) use attributes::Attributes;
pub(crate) use claims::Claims;
pub(crate) use client::Client;
pub(crate) use details::{CodeDetails, GrantDetails};
pub(crate) use invitation::InvitationDetails;
pub(crate) use settings::Settings;

/// The stored form of a value: one conversion each way.
pub(crate) trait Stored: Serialize + DeserializeOwned {
    /// What it is the form of.
    type Value;

    /// The form of that value.
    fn of(value: Self::Value) -> Self;

    /// The value of this form.
    fn value(self) -> Self::Value;
}

/// Reads a document.
pub(crate) fn read<S: Stored>(text: &str) -> Result<S::Value> {
    Ok(value::from_json::<S>(text)?.value())
}

/// Writes a new document.
pub(crate) fn write<S: Stored>(new: S::Value) -> Result<String> {
    value::to_json(&S::of(new))
}

/// Writes a document in the place of `before`, of which it keeps what this version does not know.
pub(crate) fn rewrite<S: Stored>(before: &str, new: S::Value) -> Result<String> {
    let known = serde_json::to_value(value::from_json::<S>(before)?)?;
    let mut new = serde_json::to_value(S::of(new))?;
    keep::keep(value::from_json(before)?, &known, &mut new);
    value::to_json(&new)
}

/// Those of the listed values that this version knows.
fn known<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> std::result::Result<Vec<T>, D::Error> {
    let all = Vec::<Value>::deserialize(from)?;
    Ok(all.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect())
}

/// The value if there is one and this version knows it.
fn known_or_none<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> std::result::Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).ok())
}

/// The value if this version knows it, else the default.
fn known_or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    from: D,
) -> std::result::Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}
