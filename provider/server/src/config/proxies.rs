//! The networks of proxies whose `X-Forwarded-For` is believed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// The word for the two networks of this machine.
const LOOPBACK: &str = "loopback";

/// Networks by address and prefix length (CIDR).
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct TrustedProxies(Vec<Network>);

/// A network by address and prefix length.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl TrustedProxies {
    /// Reads networks such as `10.0.0.0/8`, addresses such as `::1`, and the word `loopback`.
    ///
    /// # Errors
    /// A sentence that says which item is none of these.
    pub fn parse(items: &[String]) -> Result<Self, String> {
        let mut networks = vec![];
        for item in items {
            match item.as_str() {
                LOOPBACK => networks.extend(Network::loopback()),
                text => networks.push(Network::parse(text)?),
            }
        }
        Ok(Self(networks))
    }

    /// Whether the address, in its canonical form, is a trusted proxy's.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Whether no proxy is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<String>> for TrustedProxies {
    type Error = String;

    fn try_from(items: Vec<String>) -> Result<Self, String> {
        Self::parse(&items)
    }
}

impl From<TrustedProxies> for Vec<String> {
    fn from(proxies: TrustedProxies) -> Self {
        proxies.0.iter().map(ToString::to_string).collect()
    }
}

impl Network {
    /// Everything that only this machine can send from.
    fn loopback() -> [Self; 2] {
        let v4 = Self { address: Ipv4Addr::new(127, 0, 0, 0).into(), prefix: 8 };
        [v4, Self { address: Ipv6Addr::LOCALHOST.into(), prefix: 128 }]
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("must list networks such as 10.0.0.0/8 or addresses such as ::1, not {text:?}");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            // Digits alone: `parse` would take a sign as well.
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= width).ok_or_else(wrong)?
            }
            Some(_) => return Err(wrong()),
            None => width,
        };
        let network = Self { address, prefix };
        if network.masked(address) != bits(address) {
            return Err(format!("lists {text:?}, whose address has bits beyond its prefix"));
        }
        Ok(network)
    }

    pub(super) fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && self.masked(address) == bits(self.address)
    }

    /// The bits of an address that the prefix covers.
    fn masked(self, address: IpAddr) -> u128 {
        let host_bits = if address.is_ipv4() { 32 } else { 128 } - self.prefix;
        bits(address).checked_shr(host_bits).and_then(|bits| bits.checked_shl(host_bits)).unwrap_or(0)
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::TrustedProxies;

    fn proxies(items: &[&str]) -> Result<TrustedProxies, String> {
        TrustedProxies::parse(&items.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn networks_hold_their_addresses_alone() {
        let trusted = proxies(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"]).unwrap();
        for inside in ["10.255.0.1", "192.0.2.7", "2001:db8:ffff::1", "::1"] {
            assert!(trusted.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.0", "192.0.2.8", "2001:db9::1", "::2", "0.0.0.1"] {
            assert!(!trusted.contains(outside.parse().unwrap()), "{outside}");
        }
        assert!(proxies(&["0.0.0.0/0"]).unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!proxies(&["0.0.0.0/0"]).unwrap().contains("::1".parse().unwrap()));
        assert!(proxies(&["::/0"]).unwrap().contains("2001:db8::1".parse().unwrap()));
        assert!(!proxies(&[]).unwrap().contains("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        let trusted = proxies(&["loopback", "192.0.2.7"]).unwrap();
        for inside in ["127.0.0.1", "127.8.9.10", "::1", "192.0.2.7"] {
            assert!(trusted.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["128.0.0.1", "126.255.255.255", "::2", "10.0.0.1"] {
            assert!(!trusted.contains(outside.parse().unwrap()), "{outside}");
        }
        let shown = Vec::from(trusted);
        assert_eq!(shown, ["127.0.0.0/8", "::1/128", "192.0.2.7/32"]);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "10",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.1/8",
            "::/129",
            "a/8",
            "10.0.0.0/",
        ] {
            assert!(proxies(&[text]).is_err(), "{text:?}");
        }
    }
}
