//! `sector_identifier_uri` (OpenID Connect Registration 5, OpenID Connect Core 8.1).

use credenza_validator::strict_json;

use super::Fault;
use crate::client::Client;

/// The longest document, in bytes.
pub const LONGEST: usize = 256 * 1024;

/// Whether the document at the client's `sector_identifier_uri` names each of its redirect URIs, as they stand.
///
/// # Errors
/// [`Fault`]: it is no JSON list of texts, or one is missing there.
pub fn check(client: &Client, document: &[u8]) -> Result<(), Fault> {
    let wrong = |why: &str| Fault::metadata("sector_identifier_uri", why);
    let named: Vec<String> =
        strict_json::from_slice(document).map_err(|_| wrong("does not lead to a JSON list of texts"))?;
    match client.redirect_uris.iter().find(|uri| !named.contains(uri)) {
        None => Ok(()),
        Some(missing) => Err(wrong("leads to a list without a redirect URI of this client").of(missing)),
    }
}

/// The document could not be fetched.
#[must_use]
pub fn unreachable() -> Fault {
    Fault::metadata("sector_identifier_uri", "could not be fetched")
}
