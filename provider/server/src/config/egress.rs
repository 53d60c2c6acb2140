//! `[egress]`: how the provider fetches URLs that clients registered.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Host;

use super::proxies::Network;
use super::values::{self, Authorities, FromFile};

/// How the provider fetches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EgressConfig {
    /// Private hosts and networks that may be reached.
    pub allow: Allow,
    /// The file of authorities that are trusted besides the web's.
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

/// How URLs that clients registered are fetched.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EgressSection {
    /// Host names, addresses and networks, such as `10.0.0.0/8`, that may be reached although they are private.
    #[schemars(with = "Vec<String>")]
    pub allow: Allow,
    /// Whether hosts on the public internet may be reached. If not, only what `egress.allow` lists is: names by name, and no
    /// other name is even looked up.
    pub public: bool,
    /// File of authorities (PEM) that are trusted besides the web's.
    #[serde(deserialize_with = "values::certificates", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub ca_file: Option<Authorities>,
    /// How long a fetch may take altogether, in seconds.
    #[serde(rename = "timeout_seconds", with = "values::seconds")]
    #[schemars(with = "u64", range(min = 1, max = 60))]
    pub timeout: Duration,
}

impl Default for EgressSection {
    fn default() -> Self {
        let EgressConfig { allow, timeout, .. } = EgressConfig::default();
        Self { allow, public: true, ca_file: None, timeout }
    }
}

impl From<EgressSection> for EgressConfig {
    fn from(section: EgressSection) -> Self {
        let EgressSection { allow, public, ca_file, timeout } = section;
        let allow = if public { allow } else { allow.and_nothing_else() };
        let (ca_file, ca) = ca_file.map(|FromFile { path, content }| (path, content)).unzip();
        Self { allow, ca_file, ca: ca.unwrap_or_default(), timeout }
    }
}

/// Hosts and networks that may be reached although they are private.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Allow {
    names: BTreeSet<String>,
    networks: Vec<Network>,
    is_closed: bool,
}

impl Allow {
    /// Reads host names, addresses, and networks such as `10.0.0.0/8`.
    ///
    /// # Errors
    /// A sentence that says which item is none of these.
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

    /// The same list, beside which nothing may be reached, public or not.
    #[must_use]
    pub fn and_nothing_else(self) -> Self {
        Self { is_closed: true, ..self }
    }

    /// Whether nothing beside the list may be reached.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether the host is listed by exactly this name; then all of its addresses may be reached.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        self.names.contains(host)
    }

    /// Whether addresses or networks are listed.
    #[must_use]
    pub fn has_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Whether the address is listed, or in a listed network; an IPv4 address may be written as an IPv6 one.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        self.networks.iter().any(|network| network.contains(address) || network.contains(canonical))
    }
}

impl TryFrom<Vec<String>> for Allow {
    type Error = String;

    fn try_from(items: Vec<String>) -> Result<Self, String> {
        Self::parse(&items)
    }
}

impl From<Allow> for Vec<String> {
    fn from(allow: Allow) -> Self {
        let networks = allow.networks.iter().map(ToString::to_string);
        allow.names.iter().cloned().chain(networks).collect()
    }
}

/// No wildcard: each name is listed by itself.
fn is_name(item: &str) -> bool {
    item.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
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
    fn a_closed_list_is_the_same_list() {
        let open = allow(&["keys.internal", "10.1.0.0/16"]).unwrap();
        let closed = open.clone().and_nothing_else();
        assert!(closed.is_closed() && !open.is_closed());
        assert!(closed.names("keys.internal") && closed.holds("10.1.2.3".parse().unwrap()));
        assert_eq!(Vec::<String>::from(closed), Vec::<String>::from(open));
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
