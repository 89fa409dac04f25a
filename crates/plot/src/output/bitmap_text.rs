//! Text in a bitmap: glyph outlines filled pixel by pixel.
//!
//! The text of plotters drops the side bearings of glyphs and rounds their places to whole
//! pixels, so words would not have the width that was measured.

use crate::draw::{Text, font};
use ab_glyph::{Font, PxScale, point};

/// Draws a line of text into an RGB buffer of so many pixels a row, at `scale` pixels a point.
pub(super) fn draw_text(buffer: &mut [u8], row: usize, text: &Text, scale: f64) {
    let face = font::face(text.weight);
    let em = text.size * scale / font::units_per_em(text.weight);
    let height = PxScale::from((em * f64::from(face.height_unscaled())) as f32);
    let start = -text.anchor * text.width() * scale;
    for (glyph, offset) in font::glyphs(&text.text, text.weight) {
        let along = (start + offset * em) as f32;
        let placed = glyph.with_scale_and_position(height, point(along, 0.0));
        let Some(outline) = face.outline_glyph(placed) else {
            continue;
        };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            let (dx, dy) = (
                f64::from(corner.x) + f64::from(x),
                f64::from(corner.y) + f64::from(y),
            );
            let (dx, dy) = if text.upward { (dy, -dx) } else { (dx, dy) };
            let place = (text.at.0 * scale + dx, text.at.1 * scale + dy);
            let color = [text.color.0, text.color.1, text.color.2];
            blend(buffer, row, place, color, coverage);
        });
    }
}

/// Blends a colour into a pixel; places off the page are left alone.
fn blend(buffer: &mut [u8], row: usize, (x, y): (f64, f64), color: [u8; 3], coverage: f32) {
    if x < 0.0 || y < 0.0 || x >= row as f64 {
        return;
    }
    let index = 3 * (y as usize * row + x as usize);
    let Some(pixel) = buffer.get_mut(index..index + 3) else {
        return;
    };
    for (channel, ink) in pixel.iter_mut().zip(color) {
        let (paper, ink) = (f32::from(*channel), f32::from(ink));
        *channel = (paper + (ink - paper) * coverage.clamp(0.0, 1.0)).round() as u8;
    }
}
