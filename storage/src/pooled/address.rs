//! The URL of a database server: `postgres://user:password@host:port/name?sslmode=verify-full`.

use std::net::IpAddr;
use std::path::PathBuf;

use url::{Host, Url};

use crate::OpenError;

/// The address of a database server.
#[derive(Clone)]
pub(crate) struct Address {
    /// The host's name or address.
    pub(crate) host: String,
    /// The port, if not the default.
    pub(crate) port: Option<u16>,
    /// The user.
    pub(crate) user: String,
    /// The password.
    pub(crate) password: Option<String>,
    /// The database.
    pub(crate) name: String,
    /// TLS, unless it was disabled.
    pub(crate) tls: Option<Roots>,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Roots {
    /// The public certificate authorities.
    Web,
    /// The certificates in a PEM file.
    File(PathBuf),
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`OpenError::Url`], which never shows the URL: it may hold a password.
    pub(crate) fn parse(text: &str) -> Result<Self, OpenError> {
        let url = Url::parse(text).map_err(|_| OpenError::Url("it is no URL"))?;
        let host = url.host().ok_or(OpenError::Url("it names no host"))?;
        let name = decoded(url.path().trim_start_matches('/'))?;
        if name.is_empty() || name.contains('/') {
            return Err(OpenError::Url("its path must be the name of a database"));
        }
        let user = decoded(url.username())?;
        if user.is_empty() {
            return Err(OpenError::Url("it names no user"));
        }
        Ok(Self {
            host: match &host {
                Host::Domain(name) => decoded(name)?,
                Host::Ipv4(address) => address.to_string(),
                Host::Ipv6(address) => address.to_string(),
            },
            port: url.port(),
            user,
            password: url.password().map(decoded).transpose()?,
            name,
            tls: tls(&url, is_loopback(&host))?,
        })
    }
}

/// TLS is verified, or disabled explicitly. For a server on this machine neither need be said.
fn tls(url: &Url, is_loopback: bool) -> Result<Option<Roots>, OpenError> {
    let (mut mode, mut file) = (None, None);
    for (key, value) in url.query_pairs() {
        match &*key {
            "sslmode" => mode = Some(value.into_owned()),
            "sslrootcert" => file = Some(PathBuf::from(value.into_owned())),
            _ => return Err(OpenError::Url("it has a parameter other than sslmode and sslrootcert")),
        }
    }
    let roots = file.map_or(Roots::Web, Roots::File);
    match mode.as_deref() {
        Some("verify-full") => Ok(Some(roots)),
        Some("disable") if roots == Roots::Web => Ok(None),
        Some("disable") => Err(OpenError::Url("sslmode=disable has no use for sslrootcert")),
        Some(_) => {
            Err(OpenError::Url("sslmode must be verify-full or disable: the others do not check who answers"))
        }
        None if is_loopback && roots == Roots::Web => Ok(None),
        None => Ok(Some(roots)),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            *name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A part of a URL, percent-decoded.
fn decoded(text: &str) -> Result<String, OpenError> {
    // Form decoding would also decode plus signs, which are literal here.
    let text = text.replace('+', "%2B");
    let pair = url::form_urlencoded::parse(text.as_bytes()).next();
    let decoded =
        pair.map(|(key, value)| if text.contains('=') { format!("{key}={value}") } else { key.into_owned() });
    Ok(decoded.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn a_url_says_where_and_who() {
        let full = address("postgres://us%40er:p%2F%3D%2Bw%26d=+@db.example:5433/na%20me");
        assert_eq!((full.host.as_str(), full.port), ("db.example", Some(5433)));
        assert_eq!((full.user.as_str(), full.password.as_deref()), ("us@er", Some("p/=+w&d=+")));
        assert_eq!(full.name, "na me");
        let short = address("mysql://u@[::1]/db");
        assert_eq!((short.host.as_str(), short.port, short.password), ("::1", None, None));
    }

    #[test]
    fn tls_is_checked_unless_given_up() {
        for (url, expected) in [
            ("postgres://u@db.example/db", Some(Roots::Web)),
            ("postgres://u@db.example/db?sslmode=verify-full", Some(Roots::Web)),
            ("postgres://u@db.example/db?sslrootcert=/ca.pem", Some(Roots::File("/ca.pem".into()))),
            ("postgres://u@127.0.0.1/db?sslrootcert=/ca.pem", Some(Roots::File("/ca.pem".into()))),
            ("postgres://u@127.0.0.1/db?sslmode=verify-full", Some(Roots::Web)),
            ("postgres://u@db.example/db?sslmode=disable", None),
            ("postgres://u@127.0.0.1/db", None),
            ("mysql://u@127.0.0.2/db", None),
            ("mysql://u@localhost/db", None),
            ("mysql://u@[::1]/db", None),
            ("mysql://u@localhost.example/db", Some(Roots::Web)),
        ] {
            assert_eq!(address(url).tls, expected, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in [
            "postgres://",
            "postgres:u:hunter2@h/db",
            "postgres://u:hunter2@h",
            "postgres://u:hunter2@h/",
            "postgres://u:hunter2@h/a/b",
            "postgres://:hunter2@h/db",
            "postgres://h/db",
            "postgres://u:hunter2@h/db?sslmode=require",
            "postgres://u:hunter2@h/db?sslmode=prefer",
            "postgres://u:hunter2@h/db?sslmode=disable&sslrootcert=/ca.pem",
            "mysql://u:hunter2@h/db?ssl-mode=DISABLED",
            "mysql://u:hunter2@h:99999/db",
        ] {
            let error = Address::parse(url).err().unwrap();
            assert!(matches!(error, OpenError::Url(_)), "{url}: {error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
