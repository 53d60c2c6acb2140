//! Who a person is to a client (OpenID Connect Core 8): one `sub` for all clients, or one for each sector, so that
//! clients cannot tell that they know the same person.
//!
//! A pairwise `sub` is an HMAC of sector and person under a secret of the tenant: stable, and meaningless without the
//! secret (8.1). It is used wherever the person is named to the client: ID tokens, userinfo, access tokens and their
//! introspection, logout tokens; hints are read the same way. The `sid` of a session is made in the same way: clients of
//! different sectors that compared it would know that they have the same person.

use credenza_validator::base64url;
use ring::hmac;
use url::Url;

use crate::client::{Client, SubjectType};
use crate::ids::{SessionId, UserId};
use crate::redirect_uri::host;

/// Computes the `sub` of people for clients.
pub struct Subjects {
    key: hmac::Key,
}

/// Why a client cannot have pairwise subjects (OpenID Connect Core 8.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoSector {
    /// `sector_identifier_uri` is no https URL.
    #[error("sector_identifier_uri must be an https URL")]
    Uri,
    /// No redirect URI names a host.
    #[error("pairwise subjects need a redirect URI with a host, or a sector_identifier_uri")]
    NoHost,
    /// The redirect URIs have several hosts, so they determine no sector.
    #[error("redirect URIs with several hosts need a sector_identifier_uri for pairwise subjects")]
    SeveralHosts,
}

impl Subjects {
    /// With the secret of the tenant.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// The `sub` of a person to a client.
    #[must_use]
    pub fn of(&self, client: &Client, user_id: &UserId) -> String {
        match client.subject_type {
            SubjectType::Public => user_id.as_str().to_owned(),
            SubjectType::Pairwise => self.pairwise("", &sector_of(client), user_id.as_str()),
        }
    }

    /// The `sid` of a session to a client (OpenID Connect Back-Channel Logout 2.1).
    #[must_use]
    pub fn sid(&self, client: &Client, sid: &SessionId) -> SessionId {
        match client.subject_type {
            SubjectType::Public => sid.clone(),
            SubjectType::Pairwise => {
                SessionId::new(self.pairwise("\0sid\0", &sector_of(client), sid.as_str()))
            }
        }
    }

    /// No host contains a zero byte, nor is one empty, so different triples differ as bytes.
    fn pairwise(&self, purpose: &str, sector: &str, name: &str) -> String {
        let mut mac = hmac::Context::with_key(&self.key);
        [purpose, sector, "\0", name].into_iter().for_each(|part| mac.update(part.as_bytes()));
        base64url::encode(mac.sign())
    }
}

/// The sector of a client: the host of its `sector_identifier_uri`, or else the one host of all its redirect URIs
/// (OpenID Connect Core 8.1).
///
/// # Errors
/// [`NoSector`]: such a client cannot be registered as pairwise.
pub fn sector(client: &Client) -> Result<String, NoSector> {
    if let Some(uri) = &client.sector_identifier_uri {
        return https_host(uri).ok_or(NoSector::Uri);
    }
    let mut hosts = client.redirect_uris.iter().map(|uri| host(uri).ok_or(NoSector::NoHost));
    let first = hosts.next().ok_or(NoSector::NoHost)??;
    for other in hosts {
        if other? != first {
            return Err(NoSector::SeveralHosts);
        }
    }
    Ok(first)
}

/// A client whose sector was lost, because an operator changed its redirect URIs, is a sector of its own, so
/// that its people cannot be correlated with others. No host holds a colon.
fn sector_of(client: &Client) -> String {
    sector(client).unwrap_or_else(|_| format!("client:{}", client.client_id))
}

fn https_host(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "https")?;
    url.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    fn client(redirect_uris: &[&str], sector_identifier_uri: Option<&str>) -> Client {
        Client {
            subject_type: SubjectType::Pairwise,
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            sector_identifier_uri: sector_identifier_uri.map(str::to_owned),
            ..Client::new(ClientId::new("client"))
        }
    }

    #[test]
    fn oidc_core_8_1_the_sector_is_a_host() {
        let of = |uris: &[&str], file: Option<&str>| sector(&client(uris, file));
        assert_eq!(of(&["https://a.test/one", "https://a.test:8443/two"], None).as_deref(), Ok("a.test"));
        assert_eq!(of(&["https://A.test/"], None).as_deref(), Ok("a.test"));
        assert_eq!(of(&["https://a.test/", "https://b.test/"], None), Err(NoSector::SeveralHosts));
        assert_eq!(of(&[], None), Err(NoSector::NoHost));
        assert_eq!(of(&["com.example.app:/callback"], None), Err(NoSector::NoHost));
        let file = Some("https://sector.test/uris.json");
        assert_eq!(of(&["https://a.test/", "https://b.test/"], file).as_deref(), Ok("sector.test"));
        for uri in ["http://sector.test/", "sector.test", "https://", ""] {
            assert_eq!(of(&["https://a.test/"], Some(uri)), Err(NoSector::Uri), "{uri}");
        }
    }

    #[test]
    fn oidc_core_8_1_the_same_within_a_sector_and_another_outside() {
        let subjects = Subjects::new(b"secret");
        let (alice, bob) = (UserId::new("alice"), UserId::new("bob"));
        let a = client(&["https://a.test/one"], None);
        let same = client(&["https://a.test/two"], None);
        let b = client(&["https://b.test/"], None);
        let in_sector = client(&["https://b.test/"], Some("https://a.test/uris.json"));
        let sub = subjects.of(&a, &alice);
        assert_eq!(sub.len(), 43);
        assert_eq!(subjects.of(&same, &alice), sub);
        assert_eq!(subjects.of(&in_sector, &alice), sub);
        assert_ne!(subjects.of(&b, &alice), sub);
        assert_ne!(subjects.of(&a, &bob), sub);
        assert_ne!(Subjects::new(b"other").of(&a, &alice), sub, "each tenant has its own");
        let public = Client { subject_type: SubjectType::Public, ..a };
        assert_eq!(subjects.of(&public, &alice), "alice");
    }

    #[test]
    fn a_session_has_one_name_within_a_sector_and_another_outside() {
        let subjects = Subjects::new(b"secret");
        let (one, other) = (SessionId::new("one"), SessionId::new("other"));
        let a = client(&["https://a.test/one"], None);
        let same = client(&["https://a.test/two"], None);
        let b = client(&["https://b.test/"], None);
        let sid = subjects.sid(&a, &one);
        assert_eq!(subjects.sid(&same, &one), sid);
        assert_ne!(subjects.sid(&b, &one), sid);
        assert_ne!(subjects.sid(&a, &other), sid);
        assert_ne!(subjects.of(&a, &UserId::new("one")), sid.as_str(), "nor that of a person of the same id");
        let public = Client { subject_type: SubjectType::Public, ..a };
        assert_eq!(subjects.sid(&public, &one), one);
    }

    #[test]
    fn a_client_that_lost_its_sector_is_one_of_its_own() {
        let subjects = Subjects::new(b"secret");
        let alice = UserId::new("alice");
        let several = client(&["https://a.test/", "https://b.test/"], None);
        let other = Client { client_id: ClientId::new("other"), ..several.clone() };
        assert_ne!(subjects.of(&several, &alice), subjects.of(&other, &alice));
        assert_ne!(subjects.of(&several, &alice), "alice");
    }
}
