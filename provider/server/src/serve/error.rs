//! Why a server did not start, and what to do about it.

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use credenza_storage::{OpenError, StoreError};

use crate::apply::StartError;
use crate::failure::Failure;
use crate::keys;
use crate::listener::TlsError;

/// Why the server did not start. Each names the setting that is wrong, if one is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened.
    #[error("database_url: {0}")]
    Open(OpenError),
    /// Redis answers and cannot be used.
    #[error("redis_url: {0}")]
    Redis(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An address cannot be listened at.
    #[error("{setting}: {address}: {source}")]
    Bind {
        /// The setting.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// What lies sealed cannot be opened: most often, the master key is another one.
    #[error("master_key: {0}")]
    Sealed(keys::Error),
    /// Another setting cannot be used; the text begins with its name.
    #[error("{0}")]
    Setting(String),
    /// The file that is applied at the start was refused.
    #[error("apply: {0}")]
    Apply(String),
    /// The demo cannot be set up.
    #[error("the demo cannot be set up: {0}")]
    Demo(String),
    /// The system refused something else.
    #[error("{0}")]
    System(String),
}

impl Error {
    /// What an operator can do about it, as a part of a sentence.
    #[must_use]
    pub fn next_step(&self) -> Cow<'static, str> {
        match self {
            Self::Open(error) => error.next_step().into(),
            Self::Redis(reason) => OpenError::Redis(reason.clone()).next_step().into(),
            Self::Store(error) => error.next_step().into(),
            Self::Bind { setting, source, .. } => bind(setting, source.kind()),
            Self::Tls(TlsError::Config(_)) => {
                "tls_key must be the private key of the first certificate in tls_cert".into()
            }
            Self::Tls(_) => "the file must be PEM, and readable by the user that runs the server".into(),
            Self::Sealed(error) => error.next_step().into(),
            Self::Setting(_) => {
                "correct that setting, or remove it (`credenza check-config` shows what is in force)".into()
            }
            Self::Apply(_) => {
                "correct the file (`credenza apply --dry-run FILE` tells beforehand), or remove the setting"
                    .into()
            }
            Self::Demo(_) => {
                "delete the directory of `credenza dev` to start afresh, or set CREDENZA_DEV_DIR to another"
                    .into()
            }
            Self::System(_) => {
                "see that this machine has memory, threads and open files left, then start again".into()
            }
        }
    }
}

fn bind(setting: &str, kind: ErrorKind) -> Cow<'static, str> {
    let variable = setting.to_ascii_uppercase();
    let off = if setting == "metrics_listen" { ", or to off" } else { "" };
    let set = format!("set CREDENZA_{variable} to another address{off}");
    let step = match kind {
        ErrorKind::AddrInUse => format!("another process listens there: stop it, or {set}"),
        ErrorKind::AddrNotAvailable => format!("this machine has no such address: {set}"),
        ErrorKind::PermissionDenied => {
            format!("ports below 1024 need a right of their own (CAP_NET_BIND_SERVICE): {set}")
        }
        _ => set,
    };
    step.into()
}

impl From<StartError> for Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Refused(why) => Self::Apply(why),
            StartError::Store(error) => Self::Store(error),
        }
    }
}

/// A store that fails says nothing about the keys in it.
impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => Self::Store(error),
            Failure::Keys(error) => Self::Sealed(error),
            Failure::Busy | Failure::Internal(_) => Self::System(failure.to_string()),
        }
    }
}
