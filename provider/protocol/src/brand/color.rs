//! Colours as CSS writes them, and how well one is read on another (WCAG 2.2).

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A colour of sRGB without transparency, written `#rrggbb`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// Red, green and blue.
    channels: [u8; 3],
}

/// A text that is no colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("must be a colour of six hexadecimal digits, such as #1d4ed8")]
pub struct NoColor;

impl Color {
    /// Black.
    pub const BLACK: Self = Self::new(0);
    /// White.
    pub const WHITE: Self = Self::new(0x00ff_ffff);

    /// The colour of `0xrrggbb`; higher bits do not count.
    #[must_use]
    pub const fn new(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self { channels: [red, green, blue] }
    }

    /// Relative luminance, from 0 for black to 1 for white (WCAG 2.2, definitions).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = self.channels.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        linear.iter().zip([0.2126, 0.7152, 0.0722]).map(|(channel, weight)| channel * weight).sum()
    }

    /// The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definitions).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour between this one and another, so many of 255 parts of the way.
    #[must_use]
    pub fn towards(self, other: Self, parts: u8) -> Self {
        let mut channels = self.channels;
        for (channel, end) in channels.iter_mut().zip(other.channels) {
            let mixed = u32::from(*channel) * u32::from(255 - parts) + u32::from(end) * u32::from(parts);
            *channel = u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX);
        }
        Self { channels }
    }

    /// The shade of this colour that differs least from it and passes: itself, or a darker or a lighter one.
    #[must_use]
    pub fn nearest(self, passes: impl Fn(Self) -> bool) -> Option<Self> {
        let mut shades = (0..=u8::MAX)
            .flat_map(|parts| [self.towards(Self::BLACK, parts), self.towards(Self::WHITE, parts)]);
        shades.find(|shade| passes(*shade))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.channels;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Color {
    type Err = NoColor;

    fn from_str(text: &str) -> Result<Self, NoColor> {
        let digits = text.strip_prefix('#').ok_or(NoColor)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoColor);
        }
        u32::from_str_radix(digits, 16).map(Self::new).map_err(|_| NoColor)
    }
}

impl TryFrom<String> for Color {
    type Error = NoColor;

    fn try_from(text: String) -> Result<Self, NoColor> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

impl JsonSchema for Color {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        for (text, written) in [("#1d4ed8", "#1d4ed8"), ("#FFF0aB", "#fff0ab"), ("#000000", "#000000")] {
            assert_eq!(text.parse::<Color>().unwrap().to_string(), written);
        }
        for bad in [
            "",
            "#",
            "1d4ed8",
            "#1d4",
            "#1d4ed",
            "#1d4ed88",
            "#1d4edg",
            "red",
            "#+d4ed8",
            "#1d4ed8;}",
            " #1d4ed8",
        ] {
            assert_eq!(bad.parse::<Color>(), Err(NoColor), "{bad}");
        }
    }

    /// Ratios as the tools of the W3C and of others measure them.
    #[test]
    fn wcag_2_2_contrast_ratio() {
        for (one, two, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#ff0000", "#ffffff", 3.998),
            ("#0000ff", "#ffffff", 8.592),
        ] {
            let (one, two): (Color, Color) = (one.parse().unwrap(), two.parse().unwrap());
            assert!((one.contrast(two) - ratio).abs() < 0.001, "{one} {two} {}", one.contrast(two));
            assert!((two.contrast(one) - one.contrast(two)).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn the_nearest_shade_passes_and_the_one_before_does_not() {
        let passes = |color: Color| color.contrast(Color::WHITE) >= 4.5;
        let yellow = Color::new(0x00ff_d600);
        let nearest = yellow.nearest(passes).unwrap();
        assert!(passes(nearest) && !passes(yellow));
        let parts = (0..=255).find(|parts| yellow.towards(Color::BLACK, *parts) == nearest).unwrap();
        assert!(!passes(yellow.towards(Color::BLACK, parts - 1)));
        assert_eq!(Color::BLACK.nearest(passes), Some(Color::BLACK));
        assert_eq!(Color::BLACK.nearest(|_| false), None);
    }
}
