//! The Okabe-Ito palette, safe for colour-blind readers, and the greys around it.

use super::Color;

/// Blue: the network, ON.
pub const BLUE: Color = Color(0, 114, 178);
/// Vermillion: the best or marked value, OFF.
pub const VERMILLION: Color = Color(213, 94, 0);
/// Bluish green.
pub const GREEN: Color = Color(0, 158, 115);
/// Reddish purple.
pub const PURPLE: Color = Color(204, 121, 167);
/// Orange.
pub const ORANGE: Color = Color(230, 159, 0);
/// Sky blue.
pub const SKY: Color = Color(86, 180, 233);
/// Text, spines and recorded data.
pub const INK: Color = Color(38, 38, 38);
/// Recorded data as an area.
pub const RECORDED: Color = Color(178, 178, 178);
/// Reference lines and secondary text.
pub const GREY: Color = Color(118, 118, 118);
/// Missing values in a map.
pub const MISSING: Color = Color(225, 225, 225);
/// The page.
pub const WHITE: Color = Color(255, 255, 255);

const SERIES: [Color; 6] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY];

/// The colour of the nth series; after the sixth the colours repeat, darker.
pub fn series(index: usize) -> Color {
    let darkening = 0.35 * (index / SERIES.len()) as f64;
    SERIES[index % SERIES.len()].mix(INK, darkening.min(0.8))
}
