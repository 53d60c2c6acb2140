//! How pages look, as it is stored with a tenant or a client.

use credenza_protocol::brand::{self, BrandTexts, Color, ColorScheme, Corners, Font};
use serde::{Deserialize, Serialize};

use super::{known, known_or_none};

/// What is absent, or of a later version, is not said.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Brand {
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_uri_dark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    accent_color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    accent_color_dark: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    background_color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    background_color_dark: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    color_scheme: Option<ColorScheme>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    corners: Option<Corners>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_or_none")]
    font: Option<Font>,
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    texts: Vec<Texts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imprint_uri: Option<String>,
}

/// Texts in one language.
#[derive(Serialize, Deserialize)]
struct Texts {
    language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_in: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_up: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    footer: Option<String>,
}

impl Texts {
    fn of(value: BrandTexts) -> Self {
        let BrandTexts { language, sign_in, sign_up, error, footer } = value;
        Self { language, sign_in, sign_up, error, footer }
    }

    fn value(self) -> BrandTexts {
        let Self { language, sign_in, sign_up, error, footer } = self;
        BrandTexts { language, sign_in, sign_up, error, footer }
    }
}

impl Brand {
    /// Whether it says nothing.
    pub(super) fn is_plain(&self) -> bool {
        serde_json::to_value(self).is_ok_and(|value| value.as_object().is_some_and(serde_json::Map::is_empty))
    }

    pub(super) fn of(value: brand::Brand) -> Self {
        Self {
            logo_uri: value.logo_uri,
            logo_uri_dark: value.logo_uri_dark,
            accent_color: value.accent_color,
            accent_color_dark: value.accent_color_dark,
            background_color: value.background_color,
            background_color_dark: value.background_color_dark,
            color_scheme: value.color_scheme,
            corners: value.corners,
            font: value.font,
            texts: value.texts.into_iter().map(Texts::of).collect(),
            tos_uri: value.tos_uri,
            policy_uri: value.policy_uri,
            support_uri: value.support_uri,
            imprint_uri: value.imprint_uri,
        }
    }

    pub(super) fn value(self) -> brand::Brand {
        brand::Brand {
            logo_uri: self.logo_uri,
            logo_uri_dark: self.logo_uri_dark,
            accent_color: self.accent_color,
            accent_color_dark: self.accent_color_dark,
            background_color: self.background_color,
            background_color_dark: self.background_color_dark,
            color_scheme: self.color_scheme,
            corners: self.corners,
            font: self.font,
            texts: self.texts.into_iter().map(Texts::value).collect(),
            tos_uri: self.tos_uri,
            policy_uri: self.policy_uri,
            support_uri: self.support_uri,
            imprint_uri: self.imprint_uri,
        }
    }
}
