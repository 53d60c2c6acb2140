//! QR codes, as an image inside the page (ISO/IEC 18004).

use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;

/// The image of that text; `None` for a text that is too long for one. It is black on white whatever the colours of the page are,
/// since scanners expect that, and holds nothing of the text but its modules.
#[must_use]
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).build().ok()?;
    Some(SvgBuilder::default().margin(4).to_str(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_image_without_style_and_script() {
        let image = svg("otpauth://totp/Acme:ada?secret=GEZDGNBVGY3TQOJQ\"><script>").unwrap();
        assert!(image.starts_with("<svg") && image.trim_end().ends_with("</svg>"), "{image}");
        for word in ["style", "script", "otpauth", "href"] {
            assert!(!image.contains(word), "{word}");
        }
        assert_eq!(svg(&"x".repeat(10_000)), None);
    }
}
