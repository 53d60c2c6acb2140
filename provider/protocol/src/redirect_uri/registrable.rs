//! What may be registered as a redirect URI, or as another URI of a client.

use url::{Host, Url};

use super::hosts::{is_local, is_loopback};
use super::{RESERVED, has_one_of};
use crate::client::{ApplicationType, Client};

/// Schemes that no client can have for itself: a browser runs or shows what the URI holds (RFC 6819 5.2.3.5), connects by
/// them, or hands them to a program that belongs to somebody else.
const FORBIDDEN: [&str; 36] = [
    "about",
    "blob",
    "chrome",
    "cid",
    "data",
    "edge",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "gopher",
    "http",
    "https",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "mhtml",
    "mid",
    "mocha",
    "ms-appinstaller",
    "ms-msdt",
    "res",
    "search-ms",
    "sftp",
    "shell",
    "sms",
    "ssh",
    "tel",
    "telnet",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];
/// Longer than any legitimate redirect URI.
const MAX_LENGTH: usize = 2048;
/// Longer than any origin: a host has at most 253 characters.
const MAX_ORIGIN: usize = 300;

/// Why a URI cannot be registered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum InvalidUri {
    #[error("is longer than 2048 bytes")]
    TooLong,
    #[error("holds a space, a backslash, a control or a non-ASCII character")]
    Character,
    #[error("is not an absolute URI")]
    NotAbsolute,
    #[error("has a fragment (RFC 6749 3.1.2)")]
    Fragment,
    #[error("has a user name in its authority")]
    UserInfo,
    #[error("has a dot segment in its path")]
    DotSegment,
    #[error("has a scheme that is not allowed")]
    Scheme,
    #[error("is http and not on loopback")]
    PlainHttp,
    #[error("is http in a local network, which only a client with local_network_redirects may use")]
    LocalNetwork,
    #[error("is not https")]
    NotHttps,
    #[error(
        "has a private-use scheme, which only a client of application_type native may use (RFC 8252 7.1)"
    )]
    PrivateScheme,
    #[error("has a parameter in its query that answers use")]
    ReservedParameter,
    #[error(
        "holds a wildcard: URIs are compared as they are written, so write out each one as a value of its own"
    )]
    Wildcard,
    #[error("holds several URIs: write each one as a value of its own, not joined in one text")]
    Several,
    #[error(
        "is not an origin such as https://app.example.com or capacitor://localhost, with nothing after the host or port"
    )]
    NotAnOrigin,
}

/// Checks that the client may register the redirect URI.
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_redirect_uri(uri: &str, client: &Client) -> Result<(), InvalidUri> {
    check_target(uri, client)?;
    if has_one_of(uri, &RESERVED) { Err(InvalidUri::ReservedParameter) } else { Ok(()) }
}

/// Checks that the client may send people there after they have signed out. All that is added to the URI is `state`
/// (OpenID Connect RP-Initiated Logout 2).
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_post_logout_redirect_uri(uri: &str, client: &Client) -> Result<(), InvalidUri> {
    check_target(uri, client)?;
    if has_one_of(uri, &["state"]) { Err(InvalidUri::ReservedParameter) } else { Ok(()) }
}

/// Where a browser may be sent for this client.
fn check_target(uri: &str, client: &Client) -> Result<(), InvalidUri> {
    is_one_in_full(uri)?;
    let url = check_uri(uri)?;
    match url.scheme() {
        "https" => Ok(()),
        "http" => check_http(&url, client),
        scheme if is_forbidden_scheme(scheme) => Err(InvalidUri::Scheme),
        _ if client.application_type == ApplicationType::Native => Ok(()),
        _ => Err(InvalidUri::PrivateScheme),
    }
}

fn check_http(url: &Url, client: &Client) -> Result<(), InvalidUri> {
    match (is_loopback(url), is_local(url)) {
        (true, _) => Ok(()),
        (false, true) if client.local_network_redirects => Ok(()),
        (false, true) => Err(InvalidUri::LocalNetwork),
        (false, false) => Err(InvalidUri::PlainHttp),
    }
}

/// Refuses a pattern, and a list in one text: other servers take them, and nothing would ever match them here.
fn is_one_in_full(uri: &str) -> Result<(), InvalidUri> {
    let mut parts = uri.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace());
    if parts.next().is_some_and(begins_absolute) && parts.any(begins_absolute) {
        return Err(InvalidUri::Several);
    }
    if uri.contains('*') { Err(InvalidUri::Wildcard) } else { Ok(()) }
}

fn begins_absolute(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Whether the scheme, in lower case, can never be a private-use one. A single letter is a drive on some systems.
#[must_use]
pub fn is_forbidden_scheme(scheme: &str) -> bool {
    scheme.len() < 2 || FORBIDDEN.contains(&scheme)
}

/// Whether only a client on a person's device can be reached there: by a private-use scheme, or on loopback.
#[must_use]
pub fn is_for_devices(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| match url.scheme() {
        "https" => false,
        "http" => is_loopback(&url),
        _ => true,
    })
}

/// Whether the URI leaves the port to the client (RFC 8252 7.3), or has a private-use scheme (7.1): an operator who
/// writes one means a native client. An http URI with a port may be that of a web application under development.
#[must_use]
pub fn is_for_free_ports(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| match url.scheme() {
        "https" => false,
        "http" => {
            let is_address = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
            is_address && is_loopback(&url) && url.port().is_none()
        }
        _ => true,
    })
}

/// Checks a web origin (RFC 6454 6.2) from which scripts of the client may call, as browsers write it: those of hybrid
/// apps and browser extensions have schemes of their own.
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_origin(origin: &str, client: &Client) -> Result<(), InvalidUri> {
    is_one_in_full(origin)?;
    let (scheme, authority) = origin.split_once("://").ok_or(InvalidUri::NotAnOrigin)?;
    let url = check_uri(origin)?;
    let is_written_so = match scheme {
        "http" | "https" => url.origin().ascii_serialization() == origin,
        _ => url.has_host() && origin == origin.to_ascii_lowercase() && !authority.ends_with(':'),
    };
    if !is_written_so || authority.is_empty() || authority.contains(['/', '?']) || origin.len() > MAX_ORIGIN {
        return Err(InvalidUri::NotAnOrigin);
    }
    match scheme {
        "https" => Ok(()),
        "http" => check_http(&url, client),
        scheme if is_forbidden_scheme(scheme) => Err(InvalidUri::Scheme),
        _ => Ok(()),
    }
}

/// Checks that a page of a client, such as its privacy policy, may be linked to.
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_web_uri(uri: &str) -> Result<(), InvalidUri> {
    let url = check_uri(uri)?;
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(InvalidUri::PlainHttp),
        _ => Err(InvalidUri::Scheme),
    }
}

/// Checks that the URI is https, without a fragment: for whatever is fetched, framed or linked to for a client that
/// registered itself.
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_https(uri: &str) -> Result<(), InvalidUri> {
    match check_uri(uri)?.scheme() {
        "https" => Ok(()),
        "http" => Err(InvalidUri::NotHttps),
        _ => Err(InvalidUri::Scheme),
    }
}

/// The same where a fragment is allowed (OpenID Connect Core 6.2).
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_https_with_fragment(uri: &str) -> Result<(), InvalidUri> {
    let (address, fragment) = uri.split_once('#').unwrap_or((uri, ""));
    if !fragment.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err(InvalidUri::Character);
    }
    if uri.len() > MAX_LENGTH { Err(InvalidUri::TooLong) } else { check_https(address) }
}

/// Checks the identifier of a resource (RFC 8707 2: absolute, no fragment).
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_resource(uri: &str) -> Result<(), InvalidUri> {
    check_uri(uri).map(|_| ())
}

fn check_uri(uri: &str) -> Result<Url, InvalidUri> {
    if uri.len() > MAX_LENGTH {
        return Err(InvalidUri::TooLong);
    }
    if !uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err(InvalidUri::Character);
    }
    let url = Url::parse(uri).map_err(|_| InvalidUri::NotAbsolute)?;
    if uri.contains('#') {
        return Err(InvalidUri::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidUri::UserInfo);
    }
    // `https:app.test` parses as a URL with a host; a registered URI must be written with `//`.
    if url.has_host() && !uri.contains("://") {
        return Err(InvalidUri::NotAbsolute);
    }
    let path = uri.split('?').next().unwrap_or(uri).to_ascii_lowercase().replace("%2e", ".");
    if path.split('/').any(|segment| matches!(segment, "." | ".." | "..;")) {
        return Err(InvalidUri::DotSegment);
    }
    Ok(url)
}
