//! The stylesheet of the pages in the colours, corners and font of a brand.
//!
//! What a brand may change are the values of custom properties, all from a bounded set. The path of a stylesheet says what
//! they are, and ends in a hash of the content: it may be cached for ever, nothing is looked up to serve it, and every node
//! has the same one at once.

use std::fmt::Write as _;

use credenza_protocol::brand::{Color, ColorScheme, Corners, Font, Surface};

use super::asset::{Asset, asset};

/// The rules, which are the same for all brands.
const RULES: &str = include_str!("../../assets/page.css");
/// How far a button moves to black or white while a pointer is over it, in parts of 255.
const HOVER: u8 = 51;

/// How much of the accent is in what stands out softly from the card, in parts of 255.
const TINT: u8 = 18;

/// One value for light pages, one for dark ones.
type Pair = [Option<Color>; 2];

/// What a brand may change.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Theme {
    pub(super) accent: Pair,
    pub(super) background: Pair,
    pub(super) color_scheme: ColorScheme,
    pub(super) corners: Corners,
    pub(super) font: Font,
}

/// The colours of a light page or a dark one.
struct Shade {
    surface: Surface,
    background: Color,
    /// Text straight on the background.
    on_background: Color,
    quiet: Color,
    line: Color,
    /// The edges of controls: 3:1 (WCAG 2.2 1.4.11).
    edge: Color,
    accent: Color,
    accent_strong: Color,
    soft: Color,
    alert: Color,
    alert_soft: Color,
    good: Color,
}

const LIGHT: Shade = Shade {
    surface: Surface::LIGHT,
    background: Color::new(0x00f2_f4f8),
    on_background: Color::new(0x0056_6074),
    quiet: Color::new(0x0056_6074),
    line: Color::new(0x00d9_dee8),
    edge: Color::new(0x007c_869a),
    accent: Color::new(0x002c_4bc9),
    accent_strong: Color::new(0x0020_39a3),
    soft: Color::new(0x00ee_f1f7),
    alert: Color::new(0x008f_1d1d),
    alert_soft: Color::new(0x00fd_eeee),
    good: Color::new(0x0017_643a),
};

const DARK: Shade = Shade {
    surface: Surface::DARK,
    background: Color::new(0x000e_121a),
    on_background: Color::new(0x00a7_b1c2),
    quiet: Color::new(0x00a7_b1c2),
    line: Color::new(0x002b_3444),
    edge: Color::new(0x0076_839a),
    accent: Color::new(0x0093_a9ff),
    accent_strong: Color::new(0x00b1_c1ff),
    soft: Color::new(0x0021_2938),
    alert: Color::new(0x00ff_b4b0),
    alert_soft: Color::new(0x003a_1d20),
    good: Color::new(0x0086_d9a8),
};

const SCHEMES: [ColorScheme; 3] = [ColorScheme::Auto, ColorScheme::Light, ColorScheme::Dark];
const CORNERS: [Corners; 3] = [Corners::Sharp, Corners::Soft, Corners::Round];
const FONTS: [Font; 4] = [Font::System, Font::Humanist, Font::Geometric, Font::Serif];

impl Theme {
    /// The stylesheet.
    pub(super) fn stylesheet(self) -> Asset {
        let name = if self == Self::default() { "page".to_owned() } else { format!("page-{}", self.code()) };
        asset(&name, "css", "text/css; charset=utf-8", format!("{}{RULES}", self.properties()))
    }

    /// The stylesheet at that path, `/assets/page-{what it is like}-{hash}.css`.
    pub(super) fn find(path: &str) -> Option<Asset> {
        let name = path.strip_prefix("/assets/page-")?.strip_suffix(".css")?;
        let theme = match name.rsplit_once('-') {
            Some((code, _)) => Self::read(code)?,
            None => Self::default(),
        };
        Some(theme.stylesheet()).filter(|asset| asset.path == path)
    }

    /// What it is like, in characters that need no escape in a path: four colours or none, and the places of three words.
    fn code(self) -> String {
        let color = |color: Option<Color>| {
            color.map_or_else(|| "_".to_owned(), |color| color.to_string().trim_start_matches('#').to_owned())
        };
        let [accent, accent_dark] = self.accent.map(color);
        let [background, background_dark] = self.background.map(color);
        let words =
            [place(&SCHEMES, self.color_scheme), place(&CORNERS, self.corners), place(&FONTS, self.font)];
        let words: String = words.iter().map(ToString::to_string).collect();
        [accent, accent_dark, background, background_dark, words].join(".")
    }

    fn read(code: &str) -> Option<Self> {
        let parts: Vec<&str> = code.split('.').collect();
        let [accent, accent_dark, background, background_dark, words] = parts[..] else { return None };
        let color = |text: &str| match text {
            "_" => Some(None),
            digits => format!("#{digits}").parse().ok().map(Some),
        };
        let digits: Option<Vec<usize>> =
            words.chars().map(|word| word.to_digit(10)?.try_into().ok()).collect();
        let [scheme, corners, font] = digits?[..] else { return None };
        Some(Self {
            accent: [color(accent)?, color(accent_dark)?],
            background: [color(background)?, color(background_dark)?],
            color_scheme: *SCHEMES.get(scheme)?,
            corners: *CORNERS.get(corners)?,
            font: *FONTS.get(font)?,
        })
    }

    /// The custom properties that the rules go by.
    fn properties(self) -> String {
        let (light, dark) = (self.light().properties(), self.dark().properties());
        let colors = match self.color_scheme {
            ColorScheme::Auto => format!(
                ":root {{\n  color-scheme: light dark;\n{light}}}\n@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"
            ),
            ColorScheme::Light => format!(":root {{\n  color-scheme: light;\n{light}}}\n"),
            ColorScheme::Dark => format!(":root {{\n  color-scheme: dark;\n{dark}}}\n"),
        };
        let (card, control, inner) = match self.corners {
            Corners::Sharp => ("0", "0", "0"),
            Corners::Soft => ("1rem", ".5rem", ".5rem"),
            Corners::Round => ("1.75rem", "1.375rem", "1rem"),
        };
        let font = match self.font {
            Font::System => {
                "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, sans-serif"
            }
            Font::Humanist => {
                "Seravek, \"Gill Sans Nova\", Ubuntu, Calibri, \"DejaVu Sans\", \"Noto Sans\", sans-serif"
            }
            Font::Geometric => {
                "Avenir, Montserrat, Corbel, \"URW Gothic\", \"Century Gothic\", \"Noto Sans\", sans-serif"
            }
            Font::Serif => {
                "\"Iowan Old Style\", \"Palatino Linotype\", \"URW Palladio L\", P052, Georgia, \"Noto Serif\", serif"
            }
        };
        format!(
            "{colors}:root {{\n  --corner-card: {card};\n  --corner-control: {control};\n  --corner-inner: {inner};\n  \
             --font: {font};\n}}\n"
        )
    }

    fn light(self) -> Shade {
        let ([accent, _], [background, _]) = (self.accent, self.background);
        LIGHT.with(accent, background, Color::BLACK)
    }

    fn dark(self) -> Shade {
        let ([light, dark], [_, background]) = (self.accent, self.background);
        DARK.with(dark.or(light.map(|accent| Surface::DARK.readable(accent))), background, Color::WHITE)
    }
}

impl Shade {
    /// The same with another accent, which moves towards `hover` under a pointer, and another background.
    fn with(self, accent: Option<Color>, background: Option<Color>, hover: Color) -> Self {
        let accent_strong = accent.map_or(self.accent_strong, |accent| accent.towards(hover, HOVER));
        let on_background =
            background.map_or(self.on_background, |background| Surface::on_background(background).0);
        Self {
            accent: accent.unwrap_or(self.accent),
            soft: accent.map_or(self.soft, |accent| self.surface.card.towards(accent, TINT)),
            accent_strong,
            background: background.unwrap_or(self.background),
            on_background,
            ..self
        }
    }

    fn properties(&self) -> String {
        let properties = [
            ("background", self.background),
            ("on-background", self.on_background),
            ("card", self.surface.card),
            ("text", self.surface.text),
            ("quiet", self.quiet),
            ("line", self.line),
            ("edge", self.edge),
            ("accent", self.accent),
            ("accent-strong", self.accent_strong),
            ("on-accent", self.surface.on_accent),
            ("soft", self.soft),
            ("alert", self.alert),
            ("alert-soft", self.alert_soft),
            ("good", self.good),
        ];
        properties.iter().fold(String::new(), |mut css, (name, color)| {
            // Writing to a string does not fail.
            let _ = writeln!(css, "  --{name}: {color};");
            css
        })
    }
}

fn place<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|each| *each == one).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use credenza_protocol::brand::LEAST_CONTRAST;

    use super::*;

    fn themes() -> Vec<Theme> {
        let colors = [0x0000_0000, 0x00b3_261e, 0x0000_6a60, 0x0076_7676].map(|rgb| Some(Color::new(rgb)));
        let mut themes = vec![Theme::default()];
        for color in colors {
            themes.push(Theme { accent: [color, None], background: [color, color], ..Theme::default() });
        }
        for (n, color_scheme) in SCHEMES.into_iter().enumerate() {
            themes.push(Theme { color_scheme, corners: CORNERS[n], font: FONTS[n + 1], ..Theme::default() });
        }
        themes
    }

    #[test]
    fn the_path_of_a_stylesheet_says_all_of_it() {
        for theme in themes() {
            let asset = theme.stylesheet();
            assert_eq!(Theme::find(&asset.path).unwrap().body, asset.body, "{}", asset.path);
            assert!(asset.path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._".contains(&byte)));
        }
        let path = themes()[2].stylesheet().path;
        for other in [
            path.replace("b3261e", "b3261f"),
            path.replace("page-b3261e", "page-url(x)"),
            path.replace(".010-", ".019-"),
            path.replace(".010-", ".0100-"),
            path.replace(".css", ""),
        ] {
            assert!(other != path && Theme::find(&other).is_none(), "{other}");
        }
    }

    #[test]
    fn wcag_1_4_3_everything_can_be_read_in_each_theme() {
        for theme in themes() {
            for shade in [theme.light(), theme.dark()] {
                let Surface { card, text, on_accent } = shade.surface;
                for (ink, paper) in [
                    (text, card),
                    (text, shade.soft),
                    (shade.quiet, card),
                    (shade.quiet, shade.soft),
                    (shade.accent, card),
                    (on_accent, shade.accent),
                    (on_accent, shade.accent_strong),
                    (shade.alert, card),
                    (shade.alert, shade.alert_soft),
                    (shade.good, card),
                    (shade.on_background, shade.background),
                ] {
                    let ratio = ink.contrast(paper);
                    // The grey 767676 as a background is what `Brand::faults` refuses.
                    let is_refused = paper == Color::new(0x0076_7676) && paper == shade.background;
                    assert!(ratio >= LEAST_CONTRAST || is_refused, "{theme:?} {ink} on {paper}: {ratio}");
                }
                assert!(shade.edge.contrast(card) >= 3.0, "1.4.11");
            }
        }
    }

    #[test]
    fn a_scheme_that_is_set_does_not_ask_the_device() {
        let css = |color_scheme| Theme { color_scheme, ..Theme::default() }.stylesheet().body;
        assert!(css(ColorScheme::Auto).contains("prefers-color-scheme"));
        for (scheme, own) in
            [(ColorScheme::Light, "color-scheme: light;"), (ColorScheme::Dark, "color-scheme: dark;")]
        {
            assert!(css(scheme).contains(own) && !css(scheme).contains("prefers-color-scheme"));
        }
    }
}
