//! Refresh tokens that stay in a cookie of the provider, for applications in the browser that are of the provider's own
//! site. No script can read such a token; what a script can do is have it exchanged, while its page is open.
//!
//! A cookie comes along whoever has the browser send the request, so that the cookie alone proves nothing (RFC 6749
//! 10.12). Browsers send it from pages of the provider's own site alone (`SameSite=Strict`), and on every POST they say
//! which origin the page has (Fetch 3.2), which no page can change. That origin must be one of the client's own. So another
//! application on a sibling host can neither spend the token, nor have one of its own kept, nor read an answer. A request
//! without an origin is no script's.

use url::{Host, Url};

use crate::client::{Client, GrantType};
use crate::redirect_uri;
use crate::secret::Secret;

/// What a browser says of the page whose script calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Caller<'a> {
    /// `Origin` (Fetch 3.2).
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site` (Fetch Metadata 2.3), which not every browser sends.
    pub fetch_site: Option<&'a str>,
}

/// Why no refresh token is put into the cookie or taken out of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The request is no script's, or an old browser's.
    #[error("the request has no Origin: the refresh token of this client is for scripts in its pages")]
    NoOrigin,
    /// The page is another application's.
    #[error("the Origin is not that of a redirect URI of this client, nor one of its allowed_origins")]
    OtherOrigin,
    /// The page is the client's, where browsers send no such cookie.
    #[error(
        "the Origin is not of the issuer's site, so that browsers do not send the cookie of the refresh token"
    )]
    OtherSite,
    /// A token came as a parameter.
    #[error("the refresh token of this client is in its cookie, not in a parameter")]
    Parameter,
    /// The client has none in a cookie.
    #[error("no cookie has a refresh token of this client")]
    NoCookie,
}

/// Where the refresh token of a request is.
#[derive(Debug)]
pub enum Place {
    /// In a parameter, as with every client that has none in a cookie.
    Parameter,
    /// In the cookie of the client, if it has one.
    Cookie(Option<Secret>),
}

/// Whether the provider keeps the refresh tokens of this client in a cookie.
#[must_use]
pub fn keeps(client: &Client) -> bool {
    client.refresh_token_cookie && client.is_public() && client.may(GrantType::RefreshToken)
}

/// Whether the page that calls may have a refresh token of the client kept, spent or revoked.
///
/// # Errors
/// [`Refused`].
pub fn permits(client: &Client, issuer: &str, caller: Caller<'_>) -> Result<(), Refused> {
    let origin = caller.origin.ok_or(Refused::NoOrigin)?;
    let registered = client.redirect_uris.iter().filter_map(|uri| redirect_uri::origin(uri));
    if !registered.chain(client.allowed_origins.iter().cloned()).any(|known| known == origin) {
        return Err(Refused::OtherOrigin);
    }
    let says_other = caller.fetch_site.is_some_and(|site| !matches!(site, "same-origin" | "same-site"));
    if says_other || !is_same_site(issuer, origin) {
        return Err(Refused::OtherSite);
    }
    Ok(())
}

/// Why the setting is not for this client; `None` where it may have it, or does not.
#[must_use]
pub fn fault(client: &Client) -> Option<&'static str> {
    let has_page = || {
        let uris = client.redirect_uris.iter().chain(&client.allowed_origins);
        uris.filter_map(|uri| redirect_uri::origin(uri)).next().is_some()
    };
    match client.refresh_token_cookie {
        false => None,
        true if !client.is_public() => {
            Some("is for public clients alone: others keep their refresh tokens themselves")
        }
        true if !client.may(GrantType::RefreshToken) => Some("needs the grant refresh_token"),
        true if !has_page() => {
            Some("needs a redirect URI that is a page: its origin is where the cookie is used")
        }
        true => None,
    }
}

/// Whether both are of one site, as far as their names tell: the same scheme, and the same host or a common parent of two
/// labels at least. Browsers know besides which parents are public (`co.uk`) and send no cookie there, so that a name
/// taken for the same site here opens nothing.
fn is_same_site(issuer: &str, origin: &str) -> bool {
    let (Ok(issuer), Ok(origin)) = (Url::parse(issuer), Url::parse(origin)) else { return false };
    if issuer.scheme() != origin.scheme() {
        return false;
    }
    match (issuer.host(), origin.host()) {
        (Some(Host::Domain(one)), Some(Host::Domain(other))) => {
            one == other || (parent(one).is_some() && parent(one) == parent(other))
        }
        (one, other) => one.is_some() && one == other,
    }
}

/// The last two labels of a name.
fn parent(name: &str) -> Option<&str> {
    let (rest, last) = name.rsplit_once('.')?;
    let from = rest.rfind('.').map_or(0, |at| at + 1);
    name.get(from..).filter(|_| !last.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_auth::AuthMethod;
    use crate::ids::ClientId;

    const ISSUER: &str = "https://id.example.com";

    fn client() -> Client {
        Client {
            refresh_token_cookie: true,
            token_endpoint_auth_method: AuthMethod::None,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec!["https://app.example.com/callback".to_owned()],
            allowed_origins: vec!["https://example.com".to_owned(), "https://app.other.test".to_owned()],
            ..Client::new(ClientId::new("app"))
        }
    }

    #[test]
    fn pages_of_the_client_on_the_site_of_the_issuer_alone() {
        let ask = |origin, fetch_site| permits(&client(), ISSUER, Caller { origin, fetch_site });
        for site in [None, Some("same-site"), Some("same-origin")] {
            assert_eq!(ask(Some("https://app.example.com"), site), Ok(()));
            assert_eq!(ask(Some("https://example.com"), site), Ok(()));
        }
        assert_eq!(ask(None, Some("same-site")), Err(Refused::NoOrigin));
        for other in [
            "https://evil.example.com",
            "https://id.example.com",
            "https://app.example.com:8443",
            "http://app.example.com",
            "https://APP.example.com",
            "https://app.example.com/",
            "https://app.example.com.evil.test",
            "null",
            "",
        ] {
            assert_eq!(ask(Some(other), None), Err(Refused::OtherOrigin), "{other}");
        }
        assert_eq!(ask(Some("https://app.other.test"), None), Err(Refused::OtherSite));
        for site in ["cross-site", "none", "", "same-site, cross-site"] {
            assert_eq!(ask(Some("https://app.example.com"), Some(site)), Err(Refused::OtherSite), "{site}");
        }
    }

    #[test]
    fn sites_have_a_scheme_and_a_common_name() {
        for (issuer, origin, same) in [
            ("https://id.example.com", "https://app.example.com", true),
            ("https://id.example.com/auth", "https://example.com:8443", true),
            ("https://id.example.com", "https://a.b.example.com", true),
            ("https://id.example.com", "http://app.example.com", false),
            ("https://id.example.com", "https://app.example.net", false),
            ("https://id.example.com", "https://notexample.com", false),
            ("https://id.example.com", "https://id.example.com.evil.test", false),
            ("http://localhost:8080", "http://localhost:3000", true),
            ("http://localhost:8080", "http://127.0.0.1:3000", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:3000", true),
            ("http://10.0.0.1", "http://11.0.0.1", false),
            ("https://[::1]", "https://[::1]:1", true),
            ("https://localhost", "https://otherhost", false),
            ("https://id.example.com", "null", false),
            ("https://id.example.com", "capacitor://localhost", false),
        ] {
            assert_eq!(is_same_site(issuer, origin), same, "{issuer} {origin}");
        }
    }

    #[test]
    fn the_setting_is_for_public_clients_with_pages() {
        assert_eq!(fault(&client()), None);
        assert!(keeps(&client()) && !keeps(&Client { refresh_token_cookie: false, ..client() }));
        let secret = Client { token_endpoint_auth_method: AuthMethod::ClientSecretBasic, ..client() };
        let once = Client { grant_types: vec![GrantType::AuthorizationCode], ..client() };
        let native = Client {
            redirect_uris: vec!["com.example.app:/callback".to_owned()],
            allowed_origins: vec!["capacitor://localhost".to_owned()],
            ..client()
        };
        for (wrong, why) in [(secret, "public"), (once, "refresh_token"), (native, "page")] {
            assert!(fault(&wrong).unwrap().contains(why));
            assert_eq!(fault(&Client { refresh_token_cookie: false, ..wrong }), None);
        }
    }
}
