//! Hosts that are not reached over the public internet.

use url::{Host, Url};

/// The suffixes of names that only a local network resolves (RFC 6762 3, RFC 8375; `internal` is reserved by ICANN).
const LOCAL: [&str; 3] = [".local", ".internal", ".home.arpa"];

/// Whether the host is the machine itself; browsers resolve every name below `localhost` to it (RFC 6761 6.3).
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether the host is one of a local network: a private or link-local address (RFC 1918, RFC 3927, RFC 4193, RFC
/// 4291 2.5.6), a name of a single label, or one below a suffix for such networks.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Some(Host::Domain(name)) => !name.contains('.') || LOCAL.iter().any(|suffix| name.ends_with(suffix)),
        None => false,
    }
}

/// Whether the URI is http in a local network.
#[must_use]
pub fn is_local_network(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && !is_loopback(&url) && is_local(&url))
}
