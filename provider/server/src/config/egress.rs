//! `[egress]`: how the provider fetches what others name by URL.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Host;

use super::proxies::Network;
use super::reader::Reader;
use super::values::seconds;

/// How the provider fetches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EgressConfig {
    /// What may be reached though it is private.
    pub allow: Allow,
    /// The file of authorities that are believed besides the web's.
    pub ca_file: Option<PathBuf>,
    /// The certificates in it.
    pub ca: Vec<CertificateDer<'static>>,
    /// How long a fetch may take altogether.
    pub timeout: Duration,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self { allow: Allow::default(), ca_file: None, ca: vec![], timeout: Duration::from_secs(5) }
    }
}

/// Hosts and networks that may be reached though they are private.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Allow {
    names: BTreeSet<String>,
    networks: Vec<Network>,
}

impl Allow {
    /// Reads host names, addresses, and networks such as `10.0.0.0/8`.
    ///
    /// # Errors
    /// A sentence that says which one is none.
    pub fn parse(items: &[String]) -> Result<Self, String> {
        let mut allow = Self::default();
        for item in items {
            match (Network::parse(item), Host::parse(item)) {
                (Ok(network), _) => allow.networks.push(network),
                (Err(_), Ok(Host::Domain(name))) if is_name(item) && name == item.to_ascii_lowercase() => {
                    allow.names.insert(name);
                }
                (Err(why), _) if item.contains('/') => return Err(why),
                _ => {
                    return Err(format!(
                        "must list host names, addresses, or networks such as 10.0.0.0/8, not {item:?}"
                    ));
                }
            }
        }
        Ok(allow)
    }

    /// Whether the host is listed by this very name; all of its addresses may then be reached by it.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        self.names.contains(host)
    }

    /// Whether the address is listed, or in a listed network, whichever way it is written down.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        self.networks.iter().any(|network| network.contains(address) || network.contains(canonical))
    }

    pub(super) fn to_texts(&self) -> Vec<String> {
        let networks = self.networks.iter().map(ToString::to_string);
        self.names.iter().cloned().chain(networks).collect()
    }
}

/// No wildcard: each name is listed by itself.
fn is_name(item: &str) -> bool {
    item.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Reads them.
pub(super) fn read(read: &mut Reader) -> EgressConfig {
    let default = EgressConfig::default();
    let allow = read.list("egress.allow", Allow::parse);
    let (ca_file, ca) = read.optional("egress.ca_file", certificates).unzip();
    let timeout = read.or("egress.timeout_seconds", default.timeout, seconds(1..=60));
    EgressConfig { allow, ca_file, ca: ca.unwrap_or_default(), timeout }
}

fn certificates(text: &str) -> Result<(PathBuf, Vec<CertificateDer<'static>>), String> {
    let pem = std::fs::read(text).map_err(|error| format!("file {text}: {error}"))?;
    let read = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let certificates = read.map_err(|error| format!("file {text}: {error}"))?;
    if certificates.is_empty() {
        return Err(format!("file {text}: holds no certificate"));
    }
    Ok((PathBuf::from(text), certificates))
}

#[cfg(test)]
mod tests {
    use super::Allow;

    fn allow(items: &[&str]) -> Result<Allow, String> {
        Allow::parse(&items.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_exact_and_networks_hold_their_addresses() {
        let allow = allow(&["keys.internal", "localhost", "10.1.0.0/16", "::1"]).unwrap();
        assert!(allow.names("keys.internal") && allow.names("localhost"));
        for other in ["keys.internal.", "a.keys.internal", "internal", "localhost.", "127.0.0.1"] {
            assert!(!allow.names(other), "{other}");
        }
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "::1"] {
            assert!(allow.holds(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["10.2.0.1", "127.0.0.1", "::2"] {
            assert!(!allow.holds(outside.parse().unwrap()), "{outside}");
        }
        assert!(!Allow::default().holds("10.1.2.3".parse().unwrap()));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "*",
            "*.internal",
            "https://keys.internal",
            "keys.internal:443",
            "10.0.0.1/8",
            "127.1",
            "a b",
        ] {
            assert!(allow(&[text]).is_err(), "{text:?}");
        }
    }
}
