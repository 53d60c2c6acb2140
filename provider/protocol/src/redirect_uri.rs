//! Redirect URIs (RFC 6749 3.1.2, RFC 8252 7 and 8, RFC 9700 2.1).
//!
//! The value of a request is compared with the registered one byte for byte. Nothing is parsed for
//! the comparison, so that no two parsers can disagree. The one exception is the
//! port of a native client's loopback address.

mod hosts;
mod nearest;
mod registrable;

use url::{Url, form_urlencoded};

use crate::client::{ApplicationType, Client};

pub use hosts::is_local_network;
pub use nearest::nearest;
pub use registrable::{
    InvalidUri, check_https, check_https_with_fragment, check_origin, check_post_logout_redirect_uri,
    check_redirect_uri, check_resource, check_web_uri, is_for_devices, is_for_free_ports,
    is_forbidden_scheme,
};

/// The loopback hosts whose port is free for native clients (RFC 8252 7.3; RFC 9700 2.1 adds `localhost`).
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
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

/// Whether an answer that adds these parameters to the URI would hold one of them twice (RFC 6749 3.1).
fn has_one_of(uri: &str, added: &[&str]) -> bool {
    let query = uri.split_once('?').map(|(_, query)| query).unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| added.contains(&name.as_ref()))
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
    if has_one_of(chosen, &RESERVED) { Err(Mismatch::Reserved) } else { Ok(chosen) }
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
