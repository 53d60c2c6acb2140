//! The connection to Redis, which is made when it is first used, and again when it was lost.

#[cfg(any(feature = "login", feature = "kit"))]
use std::time::Duration;

use credenza_validator::SettingsError;
use redis::Client;
#[cfg(any(feature = "login", feature = "kit"))]
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

/// How long a command may take, and making the connection.
#[cfg(any(feature = "login", feature = "kit"))]
const PATIENCE: Duration = Duration::from_secs(3);

/// The client of this address.
pub(crate) fn client(url: &str) -> Result<Client, SettingsError> {
    Client::open(url).map_err(|error| SettingsError { setting: "redis".into(), reason: error.to_string() })
}

/// A connection for commands that are answered at once.
#[cfg(any(feature = "login", feature = "kit"))]
pub(crate) fn connection(url: &str) -> Result<ConnectionManager, SettingsError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(50));
    ConnectionManager::new_lazy_with_config(client(url)?, config)
        .map_err(|error| SettingsError { setting: "redis".into(), reason: error.to_string() })
}
