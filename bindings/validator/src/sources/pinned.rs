//! Keys that the settings give, so that none are fetched.

use serde_json::{Map, Value};

use crate::public_key::pem;
use crate::settings::Settings;
use crate::{Jwk, JwkSet, SettingsError};

/// The pinned keys, if there are any.
///
/// # Errors
/// [`SettingsError`] when none of them can be used.
pub(super) fn keys(settings: &Settings) -> Result<Option<JwkSet>, SettingsError> {
    match (&settings.keys, &settings.keys_pem) {
        (Some(keys), _) if keys.contains_key("kty") => one(keys).map(Some),
        (Some(keys), _) => set(keys).map(Some),
        (None, Some(text)) => from_pem(text).map(Some),
        (None, None) => Ok(None),
    }
}

fn one(key: &Map<String, Value>) -> Result<JwkSet, SettingsError> {
    let key = Jwk::try_from(key.clone()).map_err(|error| SettingsError::new("keys", error.to_string()))?;
    Ok(JwkSet::of(key.alone()))
}

fn set(keys: &Map<String, Value>) -> Result<JwkSet, SettingsError> {
    let text = serde_json::to_vec(keys).unwrap_or_default();
    let set = JwkSet::parse(&text).map_err(|error| SettingsError::new("keys", error.to_string()))?;
    if set.keys.is_empty() {
        return Err(SettingsError::new("keys", "no key in it can be used"));
    }
    Ok(set)
}

fn from_pem(text: &str) -> Result<JwkSet, SettingsError> {
    let keys = pem::read(text).map_err(|error| {
        SettingsError::new("keys_pem", format!("has to be public keys or certificates: {error}"))
    })?;
    Ok(JwkSet { keys: keys.into_iter().map(Jwk::pinned).collect() })
}
