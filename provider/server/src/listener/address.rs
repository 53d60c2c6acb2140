//! The address of the client, by which limits are counted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;

use crate::config::TrustedProxies;

pub(super) const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// Longer than any real chain of proxies.
const MOST_HOPS: usize = 32;

/// The client's address in its canonical form: the peer's, or, if that is a trusted proxy, the
/// rightmost address of `X-Forwarded-For` that is not one. Entries further left can be forged. A field
/// that cannot be parsed up to that address counts as absent.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(peer) {
        return peer;
    }
    let mut nearest = peer;
    for (index, hop) in hops(headers).enumerate() {
        let Some(address) = hop.and_then(address).filter(|_| index < MOST_HOPS) else { return peer };
        nearest = address;
        if !trusted.contains(address) {
            break;
        }
    }
    nearest
}

/// The address as limits count it: an IPv6 subscriber usually has a whole /64.
#[must_use]
pub fn limit_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address => address,
    }
}

/// The entries of the field, the last one first; an entry that is not text is `None`.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<&str>> {
    let values: Vec<_> = headers.get_all(X_FORWARDED_FOR).iter().collect();
    values.into_iter().rev().flat_map(|value| {
        let entries: Vec<_> = match value.to_str() {
            Ok(text) => text.rsplit(',').map(|entry| Some(entry.trim())).take(MOST_HOPS + 1).collect(),
            Err(_) => vec![None],
        };
        entries
    })
}

/// An address, with or without a port.
fn address(entry: &str) -> Option<IpAddr> {
    let alone = entry.parse::<IpAddr>().ok();
    alone.or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::config::{Config, Sources};

    fn trusted(list: &str) -> TrustedProxies {
        let sources = Sources::new()
            .set("issuer", "https://id.example.com", "test")
            .set("master_key", "q2VnVhS0mX9dGq3cZbWl1oT4yJ8pRkE7uFhA5sNiD0I=", "test")
            .set("trusted_proxies", list, "test");
        Config::load(sources).unwrap().trusted_proxies
    }

    fn found(peer: &str, fields: &[&str], list: &str) -> String {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(field.as_bytes()).unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &trusted(list)).to_string()
    }

    #[test]
    fn an_untrusted_peer_is_not_believed() {
        assert_eq!(found("203.0.113.9", &["198.51.100.1"], "10.0.0.0/8"), "203.0.113.9");
        assert_eq!(found("10.0.0.1", &["198.51.100.1"], ""), "10.0.0.1");
    }

    #[test]
    fn the_rightmost_address_that_is_not_a_proxy_counts() {
        let list = "10.0.0.0/8, ::1";
        assert_eq!(found("10.0.0.1", &["198.51.100.1"], list), "198.51.100.1");
        assert_eq!(found("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], list), "198.51.100.1");
        assert_eq!(found("10.0.0.1", &["1.1.1.1", "198.51.100.1 ,10.0.0.2"], list), "198.51.100.1");
        assert_eq!(found("::ffff:10.0.0.1", &["198.51.100.1:4711"], list), "198.51.100.1");
        assert_eq!(found("::1", &["[2001:db8::1]:443"], list), "2001:db8::1");
        assert_eq!(found("10.0.0.1", &["10.0.0.3, 10.0.0.2"], list), "10.0.0.3", "all of them are proxies");
        assert_eq!(found("10.0.0.1", &[], list), "10.0.0.1");
    }

    #[test]
    fn a_broken_field_counts_as_absent() {
        let (long, many) = ("x".repeat(10_000), vec!["10.0.0.2"; 1000].join(","));
        let broken = [
            "a",
            "",
            ",",
            "fe80::1%eth0",
            "01.2.3.4",
            "198.51.100.1, a",
            "1.2.3.4.5",
            "\u{e9}",
            &long,
            &many,
        ];
        for field in broken {
            assert_eq!(found("10.0.0.1", &[field], "10.0.0.0/8"), "10.0.0.1", "{field:.40}");
        }
        // Entries to the left of the first untrusted address are never parsed.
        assert_eq!(found("10.0.0.1", &["a, 198.51.100.1"], "10.0.0.0/8"), "198.51.100.1");
    }

    #[test]
    fn one_key_for_each_subscriber() {
        let key = |text: &str| limit_key(text.parse().unwrap()).to_string();
        assert_eq!(key("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
        assert_eq!(key("2001:DB8:0001:2::"), key("2001:db8:1:2:aaaa:bbbb:cccc:dddd"));
        assert_ne!(key("2001:db8:1:3::1"), key("2001:db8:1:2::1"));
        assert_eq!(key("::ffff:1.2.3.4"), "1.2.3.4");
        assert_ne!(key("1.2.3.4"), key("1.2.3.5"));
    }
}
