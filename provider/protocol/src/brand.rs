//! How the hosted pages look to the people of a tenant, or of one of its clients: logo, colours, corners, font, texts and
//! links. Each member may be absent: what a client leaves open is as the tenant has it, and what the tenant leaves open is
//! as the pages are by default.
//!
//! Everything is from a bounded set, and no member holds style sheets or HTML: a page that asks for a password must not be
//! changed beyond what can be checked here.

mod check;
mod color;
mod surface;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use check::InvalidBrand;
pub use color::{Color, NoColor};
pub use surface::{LEAST_CONTRAST, Surface};

/// How pages look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// Web address of the logo that stands above each page in place of the name. It is fetched by the provider, and shown
    /// from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub logo_uri: Option<String>,
    /// The logo on a dark page; without it, that of `logo_uri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub logo_uri_dark: Option<String>,
    /// The colour of buttons and links, `#rrggbb`; it must be readable on white.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Color")]
    pub accent_color: Option<Color>,
    /// The same on a dark page; without it, the nearest shade of `accent_color` that can be read there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Color")]
    pub accent_color_dark: Option<Color>,
    /// The colour behind the card, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Color")]
    pub background_color: Option<Color>,
    /// The same on a dark page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Color")]
    pub background_color_dark: Option<Color>,
    /// Whether pages are light or dark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ColorScheme")]
    pub color_scheme: Option<ColorScheme>,
    /// How round corners are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Corners")]
    pub corners: Option<Corners>,
    /// The kind of typeface. It is one that the person's device has: nothing is loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Font")]
    pub font: Option<Font>,
    /// Texts of one's own, by language. People whose language is not there read the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<BrandTexts>,
    /// Web address of the terms of service, linked below each page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub tos_uri: Option<String>,
    /// Web address of the privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub policy_uri: Option<String>,
    /// Web address at which people get help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub support_uri: Option<String>,
    /// Web address that tells who runs the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub imprint_uri: Option<String>,
}

/// Texts of a brand in one language: plain text of one paragraph each.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandTexts {
    /// The language, a tag of BCP 47 such as `de`.
    pub language: String,
    /// Stands above the form of the sign-in page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub sign_in: Option<String>,
    /// Stands above the form by which somebody makes an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub sign_up: Option<String>,
    /// Stands on pages that tell of an error, such as whom to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub error: Option<String>,
    /// Stands below each page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub footer: Option<String>,
}

/// Whether pages are light or dark.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColorScheme {
    /// As the person's device has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How round corners are.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Corners {
    /// Not at all.
    Sharp,
    /// A little.
    #[default]
    Soft,
    /// Buttons and fields end in half circles.
    Round,
}

/// A kind of typeface.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Font {
    /// That of the device.
    #[default]
    System,
    /// Without serifs, drawn as if by hand.
    Humanist,
    /// Without serifs, drawn of circles and lines.
    Geometric,
    /// With serifs.
    Serif,
}

impl Brand {
    /// The texts for readers of that language: of exactly this tag, of a part of it (RFC 4647 3.4), or else the first.
    #[must_use]
    pub fn texts_for(&self, tag: &str) -> Option<&BrandTexts> {
        let mut range = Some(tag);
        while let Some(wanted) = range {
            let found = self.texts.iter().find(|texts| texts.language.eq_ignore_ascii_case(wanted));
            if found.is_some() {
                return found;
            }
            range = wanted.rsplit_once('-').map(|(shorter, _)| shorter);
        }
        self.texts.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_readers_language_or_the_first() {
        let texts = |language: &str| BrandTexts { language: language.to_owned(), ..BrandTexts::default() };
        let brand = Brand { texts: vec![texts("fr"), texts("de"), texts("pt-BR")], ..Brand::default() };
        for (tag, found) in [("de", "de"), ("DE-at", "de"), ("pt-br", "pt-BR"), ("pt", "fr"), ("en", "fr")] {
            assert_eq!(brand.texts_for(tag).unwrap().language, found, "{tag}");
        }
        assert_eq!(Brand::default().texts_for("en"), None);
    }
}
