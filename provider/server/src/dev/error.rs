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
    #[error("listen: {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The file that is to be applied cannot be used.
    #[error("apply: {0}")]
    Apply(String),
    /// A file cannot be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// What to do about it, as a part of a sentence; the faults of settings say it themselves.
    #[must_use]
    pub const fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Config(_) => None,
            Self::Listen { .. } => Some(
                "stop what listens there, which may be another `credenza dev`, or set CREDENZA_LISTEN to another address",
            ),
            Self::Apply(_) => Some(
                "correct the file (`credenza apply --dry-run FILE` tells beforehand), or remove the setting",
            ),
            Self::File { .. } => Some(
                "see that this user may read and write there, or set CREDENZA_DEV_DIR to another directory; delete the \
                 directory to start afresh",
            ),
        }
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Config(faults)
    }
}
