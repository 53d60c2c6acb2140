//! What is wrong with a brand.

use super::surface::{LEAST_CONTRAST, Surface};
use super::{Brand, BrandTexts, Color};
use crate::language::is_language_tag;
use crate::redirect_uri::check_web_uri;
use crate::text::check_line;

/// The longest address, in characters.
const LONGEST_URI: usize = 2000;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 300;
/// In how many languages there are texts at most.
const MOST_LANGUAGES: usize = 50;

/// A member of a brand that is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{member} {why}")]
pub struct InvalidBrand {
    /// The member.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Brand {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self) -> Vec<InvalidBrand> {
        let links = [
            ("logo_uri", &self.logo_uri),
            ("logo_uri_dark", &self.logo_uri_dark),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
            ("support_uri", &self.support_uri),
            ("imprint_uri", &self.imprint_uri),
        ];
        let accents = [
            ("accent_color", self.accent_color, Surface::LIGHT),
            ("accent_color_dark", self.accent_color_dark, Surface::DARK),
        ];
        let backgrounds = [
            ("background_color", self.background_color),
            ("background_color_dark", self.background_color_dark),
        ];
        let links = links.into_iter().filter_map(|(member, uri)| Some((member, link(uri.as_deref()?)?)));
        let accents =
            accents.into_iter().filter_map(|(member, color, on)| Some((member, accent(color?, &on)?)));
        let backgrounds =
            backgrounds.into_iter().filter_map(|(member, color)| Some((member, background(color?)?)));
        let texts = texts(&self.texts).map(|why| ("texts", why));
        let dark_alone = (self.logo_uri.is_none() && self.logo_uri_dark.is_some())
            .then(|| ("logo_uri_dark", "must not stand without logo_uri, which light pages show".to_owned()));
        let all = links.chain(accents).chain(backgrounds).chain(texts).chain(dark_alone);
        all.map(|(member, why)| InvalidBrand { member, why }).collect()
    }
}

fn link(uri: &str) -> Option<String> {
    match check_line(uri, LONGEST_URI) {
        Err(unfit) => Some(unfit.to_string()),
        Ok(()) => check_web_uri(uri).err().map(|why| why.to_string()),
    }
}

/// It is the colour of links on the card, and of buttons with text on them.
fn accent(color: Color, surface: &Surface) -> Option<String> {
    let passes = |color| surface.of_accent(color) >= LEAST_CONTRAST;
    let on = if color.contrast(surface.card) < color.contrast(surface.on_accent) {
        format!("to {}, on which links of this colour stand", surface.card)
    } else {
        format!("to {}, the text of buttons of this colour", surface.on_accent)
    };
    (!passes(color)).then(|| refusal(color, surface.of_accent(color), &on, passes))
}

/// The footer stands straight on it.
fn background(color: Color) -> Option<String> {
    let passes = |color| Surface::on_background(color).1 >= LEAST_CONTRAST;
    let (ink, ratio) = Surface::on_background(color);
    let on = format!("to text of the colour {ink}, which is read best on it");
    (!passes(color)).then(|| refusal(color, ratio, &on, passes))
}

fn refusal(color: Color, ratio: f64, on: &str, passes: impl Fn(Color) -> bool) -> String {
    // Rounded down, so that what is refused never looks as if it were enough.
    let ratio = (ratio * 100.0).floor() / 100.0;
    let nearest = color.nearest(passes).map(|nearest| format!("; the nearest shade that does is {nearest}"));
    let nearest = nearest.unwrap_or_default();
    format!(
        "{color} has a contrast of {ratio:.2}:1 {on}, and needs {LEAST_CONTRAST}:1 (WCAG 2.2 1.4.3){nearest}"
    )
}

/// What is wrong with the first text that is wrong.
fn texts(all: &[BrandTexts]) -> Option<String> {
    if all.len() > MOST_LANGUAGES {
        return Some(format!("must be in at most {MOST_LANGUAGES} languages"));
    }
    all.iter().enumerate().find_map(|(n, texts)| {
        let BrandTexts { language, sign_in, sign_up, error, footer } = texts;
        if !is_language_tag(language) {
            return Some(format!("must have a language tag such as de-AT (BCP 47), not {language:?}"));
        }
        if all.iter().take(n).any(|before| before.language.eq_ignore_ascii_case(language)) {
            return Some(format!("must have the language {language} once"));
        }
        let slots = [("sign_in", sign_in), ("sign_up", sign_up), ("error", error), ("footer", footer)];
        slots.into_iter().find_map(|(slot, text)| {
            let unfit = check_line(text.as_deref()?, LONGEST_TEXT).err()?;
            Some(format!("in {language}: {slot} {unfit}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(brand: serde_json::Value) -> Vec<String> {
        let brand: Brand = serde_json::from_value(brand).unwrap();
        brand.faults().iter().map(InvalidBrand::to_string).collect()
    }

    #[test]
    fn a_brand_that_can_be_read_is_accepted() {
        let whole = json!({
            "logo_uri": "https://a.example/logo.svg", "logo_uri_dark": "https://a.example/dark.svg",
            "accent_color": "#b3261e", "accent_color_dark": "#ffb4ab",
            "background_color": "#0b3d2e", "background_color_dark": "#000000",
            "color_scheme": "auto", "corners": "round", "font": "serif",
            "texts": [{ "language": "en", "sign_in": "Welcome", "footer": "متجر" }, { "language": "de" }],
            "tos_uri": "https://a.example/terms", "policy_uri": "https://a.example/privacy",
            "support_uri": "https://a.example/help", "imprint_uri": "https://a.example/imprint",
        });
        assert_eq!(faults(whole), [""; 0]);
        assert_eq!(faults(json!({})), [""; 0]);
    }

    #[test]
    fn wcag_1_4_3_a_colour_that_cannot_be_read_is_refused_with_one_that_can() {
        for (member, color, ratio, nearest) in [
            ("accent_color", "#ff0000", "3.99:1", "#ee0000"),
            ("accent_color", "#ffffff", "1.00:1", "#767676"),
            ("accent_color_dark", "#000000", "1.15:1", "#848484"),
            ("background_color", "#808080", "4.11:1", "#878787"),
        ] {
            let [why] = faults(json!({ member: color })).try_into().unwrap();
            assert!(why.contains(&format!("{member} {color} has a contrast of {ratio}")), "{why}");
            let (_, named) = why.rsplit_once(' ').unwrap();
            assert_eq!(faults(json!({ member: named })), [""; 0], "{named}");
            assert_eq!(named, nearest, "{why}");
        }
    }

    #[test]
    fn links_are_web_addresses_and_texts_plain() {
        for (brand, why) in [
            (json!({ "logo_uri": "javascript:alert(1)" }), "logo_uri"),
            (json!({ "imprint_uri": "data:text/html,x" }), "imprint_uri"),
            (json!({ "support_uri": "" }), "support_uri must not be empty"),
            (
                json!({ "logo_uri_dark": "https://a.example/dark.svg" }),
                "logo_uri_dark must not stand without",
            ),
            (json!({ "texts": [{ "language": "german!" }] }), "texts must have a language tag"),
            (
                json!({ "texts": [{ "language": "de" }, { "language": "DE" }] }),
                "texts must have the language DE once",
            ),
            (
                json!({ "texts": [{ "language": "de", "footer": "a\nb" }] }),
                "texts in de: footer must not contain control",
            ),
            (
                json!({ "texts": [{ "language": "de", "error": "a\u{202e}" }] }),
                "texts in de: error must not contain",
            ),
            (
                json!({ "texts": [{ "language": "de", "sign_in": "x".repeat(301) }] }),
                "texts in de: sign_in must have at most 300",
            ),
            (json!({ "texts": vec![json!({ "language": "de" }); 51] }), "texts must be in at most 50"),
        ] {
            let found = faults(brand);
            assert!(found.len() == 1 && found[0].starts_with(why), "{why}: {found:?}");
        }
    }

    #[test]
    fn no_member_holds_style_sheets() {
        for member in ["css", "custom_css", "style", "html"] {
            assert!(serde_json::from_value::<Brand>(json!({ member: "body{}" })).is_err());
        }
        for color in ["red", "url(https://evil.test/)", "#fff;}*{display:none", "var(--x)"] {
            assert!(serde_json::from_value::<Brand>(json!({ "accent_color": color })).is_err(), "{color}");
        }
    }
}
