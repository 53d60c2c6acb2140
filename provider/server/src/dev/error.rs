//! Why `credenza dev` could not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::Faults;

/// Why `credenza dev` could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration is wrong, or has a setting that is not for `credenza dev`.
    #[error("{0}")]
    Config(Faults),
    /// The address cannot be listened at.
    #[error("listen: {address}: {source}; set CREDENZA_LISTEN to use another address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Config(faults)
    }
}
