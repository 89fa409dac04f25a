//! The embedded font: measures text and gives the outlines of its glyphs.

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use std::sync::LazyLock;

/// How heavy text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Running text.
    #[default]
    Regular,
    /// Titles and panel names.
    Bold,
}

static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| embedded(include_bytes!("../../fonts/GanglionSans-Regular.ttf")));
static BOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| embedded(include_bytes!("../../fonts/GanglionSans-Semibold.ttf")));

/// Height of capitals as a fraction of the size, to centre text on a line.
pub(crate) const CAP_HEIGHT: f64 = 0.66;

fn embedded(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is part of the program")
}

pub(crate) fn face(weight: Weight) -> &'static FontRef<'static> {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    }
}

pub(crate) fn units_per_em(weight: Weight) -> f64 {
    face(weight).units_per_em().map_or(1000.0, f64::from)
}

/// The glyphs of a line of text with their offsets, in font units.
pub(crate) fn glyphs(text: &str, weight: Weight) -> Vec<(GlyphId, f64)> {
    let face = face(weight);
    let mut offset = 0.0;
    text.chars()
        .map(|character| {
            let glyph = face.glyph_id(character);
            let placed = (glyph, offset);
            offset += f64::from(face.h_advance_unscaled(glyph));
            placed
        })
        .collect()
}

/// The width of a line of text, in the unit of its size.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let face = face(weight);
    let advance = |character| f64::from(face.h_advance_unscaled(face.glyph_id(character)));
    text.chars().map(advance).sum::<f64>() * size / units_per_em(weight)
}

/// The curves of a glyph in font units, y upward; empty for a space.
pub(crate) fn outline(glyph: GlyphId, weight: Weight) -> Vec<OutlineCurve> {
    face(weight)
        .outline(glyph)
        .map_or_else(Vec::new, |outline| outline.curves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_that_figures_use_is_in_the_font() {
        for weight in [Weight::Regular, Weight::Bold] {
            for character in "azAZ09µμ±×°²³−–—→←↑↓≤≥≈∞…Δατσθ·‘’“”%()".chars()
            {
                assert_ne!(
                    face(weight).glyph_id(character).0,
                    0,
                    "{character} in {weight:?}"
                );
            }
        }
    }

    #[test]
    fn width_grows_with_size_and_text() {
        let short = width("ab", 8.0, Weight::Regular);
        assert!(short > 5.0 && short < 12.0);
        assert!((width("abab", 16.0, Weight::Regular) - 4.0 * short).abs() < 1e-9);
    }
}
