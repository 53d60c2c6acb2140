//! Logos of clients: fetched here and shown from here, so that nobody learns from a sign-in page who looks at it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use moka::sync::Cache;
use tokio::sync::OnceCell;

use crate::egress::{Egress, EgressError};
use crate::in_flight::{Busy, aside};

/// The largest image, in bytes.
pub const LONGEST: usize = 256 * 1024;
/// How many bytes of images are kept at most.
pub const ROOM: u64 = 16 * 1024 * 1024;
/// How long one is kept.
const KEPT: Duration = Duration::from_secs(3600);
/// How long a host that gave no image is not asked again.
const PAUSE: Duration = Duration::from_secs(60);

/// An image.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logo {
    /// Its media type, recognized by its first bytes; what the host says does not count.
    pub content_type: &'static str,
    /// Its bytes, of which all responses share one copy.
    pub body: Bytes,
}

/// The logos that were asked for, by their URI.
pub struct Logos {
    found: Cache<String, Arc<OnceCell<Option<Arc<Logo>>>>>,
    absent: Cache<String, ()>,
}

impl Default for Logos {
    fn default() -> Self {
        let weight = |uri: &String, logo: &Arc<OnceCell<Option<Arc<Logo>>>>| {
            let body = logo.get().and_then(Option::as_ref).map_or(LONGEST, |logo| logo.body.len());
            u32::try_from(uri.len() + body).unwrap_or(u32::MAX)
        };
        let found = Cache::builder().weigher(weight).max_capacity(ROOM).time_to_live(KEPT).build();
        let absent = Cache::builder().max_capacity(1000).time_to_live(PAUSE).build();
        Self { found, absent }
    }
}

impl Logos {
    /// The logo at that URI: all who ask at the same time wait for one fetch. `None` when there is no image.
    pub async fn get(&self, egress: &Egress, logo_uri: &str) -> Option<Arc<Logo>> {
        if self.absent.contains_key(logo_uri) {
            return None;
        }
        let cell = self.found.get_with(logo_uri.to_owned(), Arc::default);
        let logo = match cell.get() {
            Some(logo) => logo.clone(),
            // Too many are waiting: that says nothing about the logo.
            None => aside(cell.get_or_try_init(|| fetched(egress, logo_uri))).await.ok()?.ok()?.clone(),
        };
        match logo {
            Some(_) => self.found.insert(logo_uri.to_owned(), cell),
            None => {
                self.absent.insert(logo_uri.to_owned(), ());
                self.found.invalidate(logo_uri);
            }
        }
        logo
    }
}

/// The image at that URI, if it is one.
async fn fetched(egress: &Egress, logo_uri: &str) -> Result<Option<Arc<Logo>>, Busy> {
    match egress.get(logo_uri, "image/*", LONGEST).await {
        Ok(fetched) => {
            let content_type = kind(&fetched.body);
            let body = Bytes::from(fetched.body);
            Ok(content_type.map(|content_type| Arc::new(Logo { content_type, body })))
        }
        Err(EgressError::Busy) => Err(Busy),
        Err(error) => {
            tracing::info!(logo_uri, %error, "a logo cannot be fetched");
            Ok(None)
        }
    }
}

/// The media type of an image.
fn kind(body: &[u8]) -> Option<&'static str> {
    let is_svg = || {
        let text = std::str::from_utf8(body).unwrap_or_default().trim_start();
        text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"))
    };
    match body {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ if is_svg() => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn images_are_recognized_by_their_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
        assert_eq!(kind(b"GIF89a"), Some("image/gif"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8"), Some("image/webp"));
        assert_eq!(kind(b" <svg xmlns=''/>"), Some("image/svg+xml"));
        assert_eq!(kind(b"<?xml version='1.0'?><svg/>"), Some("image/svg+xml"));
        for other in [&b""[..], b"<html>", b"<!doctype html><svg>", b"%PDF", b"\x89PN", b"RIFF\0\0\0\0WAVE"] {
            assert_eq!(kind(other), None, "{other:?}");
        }
    }
}
