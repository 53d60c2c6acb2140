//! How a provider is started.

use credenza_protocol::tenant::TenantSettings;
use serde::Deserialize;

use crate::Error;

/// How a provider is started. In JSON, absent members have their defaults, and unknown names are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// The second since 1970 at which the clock stands still; without it, the clock follows the machine's.
    pub now: Option<i64>,
    /// Whether RSA keys are generated at the start, which takes a moment; otherwise when a client first needs one.
    pub rsa: bool,
    /// The settings of the tenant, by their names; lifetimes are in seconds.
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
