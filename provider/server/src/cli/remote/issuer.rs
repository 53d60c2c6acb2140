//! The address of an installation, or of one tenant of it: an issuer.

use std::net::IpAddr;

use credenza_protocol::tenant::DEFAULT_TENANT;
use url::{Host, Url};

use crate::cli::Failure;

/// An issuer that a command works on: https, or http on this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::cli) struct Issuer {
    url: Url,
}

impl Issuer {
    /// Reads what somebody typed; a slash at the end makes no difference.
    pub(in crate::cli) fn parse(text: &str) -> Result<Self, Failure> {
        let failed = |why: &str| {
            Failure::new(format!(
                "--server: {text:?} {why}; name the issuer, such as https://id.example.com, or \
                 https://id.example.com/t/acme for one tenant alone"
            ))
        };
        let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| failed("is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(failed("contains a username or a password"));
        }
        if url.query().is_some() || url.fragment().is_some() || url.cannot_be_a_base() {
            return Err(failed("is no issuer"));
        }
        check(&url).map_err(failed)?;
        Ok(Self { url })
    }

    /// As the provider spells it.
    pub(in crate::cli) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The tenant whose issuer this is, if its path says so.
    pub(in crate::cli) fn tenant(&self) -> &str {
        let mut segments = self.url.path().rsplit('/');
        match (segments.next(), segments.next()) {
            (Some(name), Some("t")) => name,
            _ => DEFAULT_TENANT,
        }
    }

    /// The issuer of that tenant. Where this is the issuer of one tenant alone, no other is reached through it.
    pub(super) fn of(&self, tenant: &str) -> Result<Self, Failure> {
        let own = self.tenant();
        if tenant == DEFAULT_TENANT || tenant == own {
            return Ok(self.clone());
        }
        if own != DEFAULT_TENANT {
            return Err(Failure::new(format!(
                "{self} is the tenant {own:?} alone: for the tenant {tenant:?}, name its issuer by --server"
            )));
        }
        if !tenant.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(crate::cli::outcome::Subject::tenant(tenant).absent());
        }
        self.below(["t", tenant]).map(|url| Self { url })
    }

    /// An address below it. A part that would lead elsewhere is refused: it names nothing.
    pub(super) fn below<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        let mut segments = url
            .path_segments_mut()
            .map_err(|()| Failure::new(format!("{self} has no paths: name another by --server")))?;
        segments.pop_if_empty();
        for part in parts {
            if matches!(part, "" | "." | "..") {
                return Err(Failure::new(format!("{part:?} names nothing: give a name or an id")));
            }
            segments.push(part);
        }
        drop(segments);
        Ok(url)
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What may be asked: https, and http where nobody is between.
pub(super) fn check(url: &Url) -> Result<(), &'static str> {
    match url.scheme() {
        "https" if url.host().is_some() => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err("is http: tokens go over https alone, unless the server is on this machine"),
        _ => Err("is not https"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(text: &str) -> Issuer {
        Issuer::parse(text).unwrap()
    }

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for good in [
            "https://id.example.com",
            "https://id.example.com:8443/auth/",
            "http://127.0.0.1:8080",
            "http://[::1]",
        ] {
            assert_eq!(issuer(good).as_str(), good.trim_end_matches('/'));
        }
        for bad in [
            "",
            "id.example.com",
            "http://id.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://192.0.2.1",
            "https://ada@id.example.com",
            "https://ada:secret@id.example.com",
            "https://id.example.com/?a=b",
            "https://id.example.com/#a",
            "file:///etc/passwd",
            "mailto:ada@example.com",
        ] {
            assert!(Issuer::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tenants_are_below_the_installation() {
        let root = issuer("https://id.example.com/auth");
        assert_eq!(root.tenant(), "default");
        assert_eq!(root.of("default").unwrap(), root);
        let acme = root.of("acme").unwrap();
        assert_eq!((acme.as_str(), acme.tenant()), ("https://id.example.com/auth/t/acme", "acme"));
        assert_eq!(acme.of("default").unwrap(), acme, "a command without --tenant is about this one");
        assert_eq!(acme.of("acme").unwrap(), acme);
        assert!(acme.of("other").is_err());
        for name in ["..", "a/b", "A", "%2e%2e", ""] {
            assert!(root.of(name).is_err() || name.is_empty(), "{name}");
        }
    }

    #[test]
    fn no_id_leads_elsewhere() {
        let root = issuer("https://id.example.com");
        let at = |id: &str| root.below(["admin", "v1", "clients", id]).map(String::from);
        assert_eq!(at("a/b?c").unwrap(), "https://id.example.com/admin/v1/clients/a%2Fb%3Fc");
        for id in ["", ".", ".."] {
            assert!(at(id).is_err(), "{id:?}");
        }
    }
}
