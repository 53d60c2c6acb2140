//! What colours of a brand lie on, and what is written on them.

use super::Color;

/// The least contrast of text to what it stands on (WCAG 2.2 1.4.3, level AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// A light page or a dark one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Surface {
    /// The card that holds the content.
    pub card: Color,
    /// Text on it.
    pub text: Color,
    /// Text on a button of the accent's colour.
    pub on_accent: Color,
}

impl Surface {
    /// A light page.
    pub const LIGHT: Self =
        Self { card: Color::WHITE, text: Color::new(0x001a_2030), on_accent: Color::WHITE };
    /// A dark page.
    pub const DARK: Self = Self {
        card: Color::new(0x0017_1d28),
        text: Color::new(0x00e8_ecf4),
        on_accent: Color::new(0x000d_1430),
    };

    /// The contrast that an accent has where it has least: as a link on the card, or behind the text of a button.
    #[must_use]
    pub fn of_accent(&self, accent: Color) -> f64 {
        accent.contrast(self.card).min(accent.contrast(self.on_accent))
    }

    /// The colour of text straight on a background, and the contrast that it has there: dark or light text, whichever is
    /// read better.
    #[must_use]
    pub fn on_background(background: Color) -> (Color, f64) {
        let inks = [Self::LIGHT.text, Color::WHITE].map(|ink| (ink, ink.contrast(background)));
        let [dark, light] = inks;
        if dark.1 >= light.1 { dark } else { light }
    }

    /// The shade of an accent that is nearest to it and can be read here.
    #[must_use]
    pub fn readable(&self, accent: Color) -> Color {
        accent.nearest(|shade| self.of_accent(shade) >= LEAST_CONTRAST).unwrap_or(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What passes is readable in each place where it is used, and every colour has a shade that passes.
    #[test]
    fn whatever_the_colour_there_is_a_shade_that_can_be_read() {
        for rgb in (0..=0x00ff_ffff_u32).step_by(0x1_0101 / 3 + 977) {
            let color = Color::new(rgb);
            for surface in [Surface::LIGHT, Surface::DARK] {
                let shade = surface.readable(color);
                assert!(surface.of_accent(shade) >= LEAST_CONTRAST, "{color} {shade}");
                assert!(shade.contrast(surface.card) >= LEAST_CONTRAST);
            }
        }
    }
}
