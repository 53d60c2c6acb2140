//! A file of the pages, under a path that contains a hash of its content.

use std::borrow::Cow;
use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

/// A static file.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Where the file is served, under the tenant's base: `/assets/{name}-{hash}.{extension}`.
    pub path: String,
    /// The entity tag (RFC 9110 8.8.3), of the same hash.
    pub etag: String,
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The content.
    pub body: Cow<'static, str>,
}

/// A file under a name that contains a hash of its content.
pub(super) fn asset(
    name: &str,
    extension: &str,
    content_type: &'static str,
    body: impl Into<Cow<'static, str>>,
) -> Asset {
    let body = body.into();
    let hash = version(body.as_bytes());
    let etag = format!("\"{hash}\"");
    Asset { path: format!("/assets/{name}-{hash}.{extension}"), etag, content_type, body }
}

/// Twelve hexadecimal digits that stand for that content.
pub(super) fn version(content: &[u8]) -> String {
    digest(&SHA256, content).as_ref().iter().take(6).fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
