//! Forms that several settings share, as serde reads and writes them. Each fault says what would be accepted.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands in the place of a secret that is set.
const SET: &str = "(set)";

/// Reads the text of a setting by `parse`.
pub(super) fn parsed<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    parsed(deserializer, |text| {
        text.parse().map_err(|_| {
            format!("must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080, not {text:?}")
        })
    })
}

pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let path = |text: &str| {
        if text.is_empty() {
            Err("is empty: name a file, or remove the setting")
        } else {
            Ok(PathBuf::from(text))
        }
    };
    parsed(deserializer, path).map(Some)
}

/// Writes that a secret is set, and never the secret.
pub(super) fn redacted<T, S: Serializer>(_: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(SET)
}

/// A text that holds a secret, such as a URL with a password. It is neither printed nor shown.
#[derive(Clone, Eq, PartialEq)]
pub struct Concealed(String);

impl Concealed {
    /// That text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn into_inner(self) -> String {
        self.0
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SET)
    }
}

impl Serialize for Concealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        redacted(self, serializer)
    }
}

/// A setting that names a file which is read at once, so that a fault shows at the start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FromFile<T> {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub content: T,
}

impl<T> FromFile<T> {
    pub(super) fn read(text: &str, parse: impl FnOnce(Vec<u8>) -> Result<T, String>) -> Result<Self, String> {
        let unreadable = |error: std::io::Error| format!("{error}; name a file that this user can read");
        let content = std::fs::read(text).map_err(unreadable).and_then(parse);
        let content = content.map_err(|error| format!("file {text}: {error}"))?;
        Ok(Self { path: PathBuf::from(text), content })
    }
}

impl<T> Serialize for FromFile<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.path.serialize(serializer)
    }
}

/// A file of authorities.
pub(super) type Authorities = FromFile<Vec<CertificateDer<'static>>>;

/// Reads the file of authorities that a setting names.
pub(super) fn certificates<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Authorities>, D::Error> {
    let certificates = |pem: Vec<u8>| {
        let read = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let certificates = read.map_err(|error| error.to_string())?;
        if certificates.is_empty() { Err("holds no certificate".to_owned()) } else { Ok(certificates) }
    };
    parsed(deserializer, |text| FromFile::read(text, certificates)).map(Some)
}

/// An address, or `off`.
pub(super) mod address_or_off {
    use std::net::SocketAddr;

    use serde::{Deserializer, Serialize as _, Serializer};

    const OFF: &str = "off";

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SocketAddr>, D::Error> {
        super::parsed(deserializer, |text| match text {
            OFF => Ok(None),
            _ => text.parse().map(Some).map_err(|_| {
                format!("must be an IP address and a port, such as 127.0.0.1:9790, or \"off\", not {text:?}")
            }),
        })
    }

    pub(crate) fn serialize<S: Serializer>(
        address: &Option<SocketAddr>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match address {
            Some(address) => address.serialize(serializer),
            None => serializer.serialize_str(OFF),
        }
    }
}

/// A span of time in whole seconds.
pub(super) mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }

    pub(crate) fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(span.as_secs())
    }
}

/// A span of time in whole milliseconds.
pub(super) mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }

    pub(crate) fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
    }
}
