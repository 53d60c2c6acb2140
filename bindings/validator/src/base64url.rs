//! base64url as JOSE writes it (RFC 7515 section 2): the URL-safe alphabet, no padding.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The text is not the canonical base64url form of any bytes.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not base64url")]
pub struct NotBase64Url;

/// Writes bytes as base64url.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends bytes as base64url.
pub(crate) fn append(bytes: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Reads base64url. Each value has exactly one accepted text, so that no second spelling of a token passes.
///
/// # Errors
/// [`NotBase64Url`] for padding, the other alphabet, white space, and leftover bits that are not zero.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7515_appendix_c_example() {
        assert_eq!(encode([3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME"), Ok(vec![3, 236, 255, 224, 193]));
    }

    #[test]
    fn any_second_spelling_is_refused() {
        for text in
            ["A+z_4ME", "A-z/4ME", "A-z_4ME=", "A-z_4MF", "A-z_4M E", "A-z_4ME\n", " A-z_4ME", "A", "é"]
        {
            assert_eq!(decode(text), Err(NotBase64Url), "{text:?}");
        }
    }
}
