//! How a provider is started.

use credenza_protocol::tenant::TenantSettings;
use serde::Deserialize;

use crate::Error;

/// How a provider is started. As JSON, what is not said has its default, and names that are unknown are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The port of 127.0.0.1; 0 is one that is free.
    pub port: u16,
    /// The second since 1970 at which the clock stands still; without it, the clock goes with the machine's.
    pub now: Option<i64>,
    /// Whether RSA keys are made at the start too, which takes a moment; else when a client first needs one.
    pub rsa: bool,
    /// Lifetimes in seconds, and all else that an operator sets for a tenant, by the names of its settings.
    pub settings: TenantSettings,
}

impl Options {
    /// Reads them from JSON.
    ///
    /// # Errors
    /// [`Error::Invalid`] says which name is unknown or which value does not fit.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::invalid)
    }
}
