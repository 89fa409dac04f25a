//! From numbers to colours.

use super::{Color, palette};

/// How a number becomes a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ColorMap {
    /// Blue below zero, white at zero, red above; the limits are symmetric about zero.
    #[default]
    Diverging,
    /// White to dark blue, from the lowest to the highest value.
    Sequential,
}

/// Anchors evenly spaced from -1 to 1 (ColorBrewer RdBu, reversed; safe for colour-blind readers).
const DIVERGING: [Color; 9] = [
    Color(5, 48, 97),
    Color(33, 102, 172),
    Color(67, 147, 195),
    Color(166, 206, 227),
    Color(255, 255, 255),
    Color(250, 200, 176),
    Color(214, 96, 77),
    Color(178, 24, 43),
    Color(103, 0, 31),
];

/// Anchors evenly spaced from 0 to 1: lightness falls evenly.
const SEQUENTIAL: [Color; 6] = [
    Color(255, 255, 255),
    Color(208, 228, 242),
    Color(137, 190, 220),
    Color(66, 146, 198),
    Color(17, 92, 165),
    Color(8, 40, 92),
];

/// Shades a map is rounded to: too fine to see, coarse enough to merge equal neighbours.
const SHADES: f64 = 96.0;

impl ColorMap {
    /// The colour of a position in the map, from 0 (lowest) to 1 (highest).
    pub fn at(self, position: f64) -> Color {
        if !position.is_finite() {
            return palette::MISSING;
        }
        let anchors: &[Color] = match self {
            Self::Diverging => &DIVERGING,
            Self::Sequential => &SEQUENTIAL,
        };
        let position = (position.clamp(0.0, 1.0) * SHADES).round() / SHADES;
        let place = position * (anchors.len() - 1) as f64;
        let low = (place.floor() as usize).min(anchors.len() - 2);
        anchors[low].mix(anchors[low + 1], place - low as f64)
    }

    /// The colour of a value between limits; missing values are grey.
    pub fn color(self, value: f64, (low, high): (f64, f64)) -> Color {
        if !value.is_finite() {
            return palette::MISSING;
        }
        let span = high - low;
        if span > 0.0 {
            self.at((value - low) / span)
        } else {
            self.at(0.5)
        }
    }

    /// Limits that hold every finite value; symmetric about zero for a diverging map.
    ///
    /// Without a finite value, or for a constant that leaves no span, the limits have width one
    /// or two.
    pub fn limits(self, values: impl IntoIterator<Item = f64>) -> (f64, f64) {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        match self {
            _ if low > high => (if self == Self::Diverging { -1.0 } else { 0.0 }, 1.0),
            Self::Diverging => {
                let peak = low.abs().max(high.abs());
                let peak = if peak > 0.0 { peak } else { 1.0 };
                (-peak, peak)
            }
            Self::Sequential if low < high => (low, high),
            Self::Sequential => (low - 0.5, high + 0.5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_white_in_a_diverging_map() {
        let limits = ColorMap::Diverging.limits([-1.0, 3.0]);
        assert_eq!(limits, (-3.0, 3.0));
        assert_eq!(ColorMap::Diverging.color(0.0, limits), palette::WHITE);
    }

    #[test]
    fn values_beyond_the_limits_take_the_end_colours() {
        assert_eq!(
            ColorMap::Sequential.color(9.0, (0.0, 1.0)),
            Color(8, 40, 92)
        );
        assert_eq!(
            ColorMap::Diverging.color(-9.0, (-1.0, 1.0)),
            Color(5, 48, 97)
        );
    }

    #[test]
    fn missing_and_constant_values_have_a_colour() {
        assert_eq!(
            ColorMap::Diverging.color(f64::NAN, (-1.0, 1.0)),
            palette::MISSING
        );
        assert_eq!(ColorMap::Sequential.limits([2.0, 2.0]), (1.5, 2.5));
        assert_eq!(ColorMap::Diverging.limits([0.0]), (-1.0, 1.0));
        assert_eq!(ColorMap::Sequential.limits([f64::NAN]), (0.0, 1.0));
    }
}
