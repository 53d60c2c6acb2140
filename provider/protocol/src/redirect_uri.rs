//! Redirect URIs (RFC 6749 3.1.2, RFC 8252 7 and 8, RFC 9700 2.1).
//!
//! The value of a request is compared with the registered one byte for byte. Nothing is parsed for
//! the comparison, so that no two parsers can disagree. The one exception is the
//! port of a native client's loopback address.

use url::{Host, Url, form_urlencoded};

use crate::client::{ApplicationType, Client};

mod nearest;

pub use nearest::nearest;

/// The literal loopback addresses whose port is free for native clients (RFC 8252 7.3).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];
/// Schemes that make a browser run or show what the URI itself holds (RFC 6819 5.2.3.5).
const DANGEROUS: [&str; 8] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"];
/// The parameters that an answer adds; a registered URI must not bring one of its own (RFC 6749 3.1).
const RESERVED: [&str; 13] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "id_token",
    "access_token",
    "token_type",
    "expires_in",
    "scope",
    "response",
    "session_state",
];
/// Longer than any legitimate redirect URI.
const MAX_LENGTH: usize = 2048;

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
    #[error("is not https")]
    NotHttps,
    #[error("has a private scheme, which only a native client may use, and which needs a dot (RFC 8252 7.1)")]
    PrivateScheme,
    #[error("has a parameter in its query that answers use")]
    ReservedParameter,
}

/// Checks that a client may register the redirect URI.
///
/// # Errors
/// [`InvalidUri`] says why not.
pub fn check_registration(uri: &str, application_type: ApplicationType) -> Result<(), InvalidUri> {
    let url = check_uri(uri)?;
    if has_reserved(uri) {
        return Err(InvalidUri::ReservedParameter);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(InvalidUri::PlainHttp),
        scheme if DANGEROUS.contains(&scheme) => Err(InvalidUri::Scheme),
        scheme if application_type == ApplicationType::Native && scheme.contains('.') => Ok(()),
        _ => Err(InvalidUri::PrivateScheme),
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

/// Whether an answer to the URI would hold a parameter twice (RFC 6749 3.1).
fn has_reserved(uri: &str) -> bool {
    let query = uri.split_once('?').map(|(_, query)| query).unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| RESERVED.contains(&name.as_ref()))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Why a request names no usable redirect URI. Never answered by redirect.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mismatch {
    /// The client has none, or several and the request names none.
    #[error("redirect_uri is missing")]
    Missing,
    /// The request names one that is not registered.
    #[error("redirect_uri is not registered for this client")]
    NotRegistered,
    /// It holds a parameter that answers use, which registration refuses.
    #[error("redirect_uri holds a parameter that answers use")]
    Reserved,
}

/// The URI that the answer goes to: the one of the request if it is registered, or the client's only
/// one if the request names none.
///
/// # Errors
/// [`Mismatch`]; the first URI seen is never adopted (RFC 6749 3.1.2.3).
pub fn choose<'a>(client: &'a Client, requested: Option<&'a str>) -> Result<&'a str, Mismatch> {
    let chosen = match (requested, client.redirect_uris.as_slice()) {
        (None, [only]) => only,
        (None, _) => return Err(Mismatch::Missing),
        (Some(requested), registered) => registered
            .iter()
            .any(|known| known == requested || is_same_loopback(client.application_type, known, requested))
            .then_some(requested)
            .ok_or(Mismatch::NotRegistered)?,
    };
    if has_reserved(chosen) { Err(Mismatch::Reserved) } else { Ok(chosen) }
}

/// RFC 8252 7.3: a native client takes whatever port is free; everything else is identical.
fn is_same_loopback(application_type: ApplicationType, registered: &str, requested: &str) -> bool {
    application_type == ApplicationType::Native
        && LOOPBACK.iter().any(|address| {
            let registered = registered.strip_prefix(address).and_then(without_port);
            let requested = requested.strip_prefix(address).and_then(without_port);
            registered.is_some() && registered == requested
        })
}

/// What follows the optional port; `None` when what follows the address is neither port nor path.
fn without_port(rest: &str) -> Option<&str> {
    let Some(port) = rest.strip_prefix(':') else {
        return (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest);
    };
    let end = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
    let (digits, rest) = port.split_at_checked(end)?;
    let legal = digits.parse::<u16>().is_ok_and(|port| port > 0);
    (legal && (rest.is_empty() || rest.starts_with(['/', '?']))).then_some(rest)
}

/// The web origin (RFC 6454 6.2) from which a client with that redirect URI calls; `None` where scripts of
/// a browser do not run.
#[must_use]
pub fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}

/// The host, which is the sector of a client's people (OpenID Connect Core 8.1); `None` where there is none.
#[must_use]
pub fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}

/// The URI with parameters added to its query, which is kept as it stands.
#[must_use]
pub fn with_query(uri: &str, pairs: &[(&str, String)]) -> String {
    let separator = match uri.find('?') {
        None => "?",
        Some(at) if at + 1 == uri.len() || uri.ends_with('&') => "",
        Some(_) => "&",
    };
    if pairs.is_empty() { uri.to_owned() } else { format!("{uri}{separator}{}", encode(pairs)) }
}

/// The URI with parameters as its fragment.
#[must_use]
pub fn with_fragment(uri: &str, pairs: &[(&str, String)]) -> String {
    format!("{uri}#{}", encode(pairs))
}

fn encode(pairs: &[(&str, String)]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(pairs);
    encoded.finish()
}

#[cfg(test)]
mod tests;
