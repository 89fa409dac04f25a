//! Text in SVG: glyph outlines, each defined once and placed where it is used.
//!
//! Outlines make the drawn width equal to the measured one in every viewer; the words stay
//! readable to programs as labels of their groups.

use super::svg::{length, push};
use crate::draw::{Text, Weight, font};
use ab_glyph::{GlyphId, OutlineCurve, Point};
use std::collections::BTreeSet;

/// The glyphs a document uses.
#[derive(Default)]
pub(super) struct GlyphSet {
    used: BTreeSet<(Weight, u16)>,
}

impl GlyphSet {
    /// The definitions of the glyphs used, in font units with y downward.
    pub(super) fn definitions(&self) -> String {
        let mut definitions = String::from("<defs>\n");
        for &(weight, glyph) in &self.used {
            let (name, path) = (name(weight, glyph), outline(glyph, weight));
            push(
                &mut definitions,
                format_args!("<path id=\"{name}\" d=\"{path}\"/>\n"),
            );
        }
        definitions + "</defs>\n"
    }
}

/// Appends a line of text.
pub(super) fn push_text(body: &mut String, glyphs: &mut GlyphSet, text: &Text) {
    let (x, y) = (length(text.at.0), length(text.at.1));
    let turn = if text.upward { " rotate(-90)" } else { "" };
    let start = length(-text.anchor * text.width());
    let scale = text.size / font::units_per_em(text.weight);
    let (color, label) = (text.color.hex(), escaped(&text.text));
    push(
        body,
        format_args!(
            "<g aria-label=\"{label}\" fill=\"{color}\" \
             transform=\"translate({x} {y}){turn} translate({start} 0) scale({scale:.5})\">"
        ),
    );
    for (GlyphId(glyph), offset) in font::glyphs(&text.text, text.weight) {
        if font::outline(GlyphId(glyph), text.weight).is_empty() {
            continue;
        }
        glyphs.used.insert((text.weight, glyph));
        let (name, offset) = (name(text.weight, glyph), length(offset));
        push(
            body,
            format_args!("<use xlink:href=\"#{name}\" x=\"{offset}\"/>"),
        );
    }
    body.push_str("</g>\n");
}

fn name(weight: Weight, glyph: u16) -> String {
    let initial = if weight == Weight::Bold { 'b' } else { 'r' };
    format!("{initial}{glyph}")
}

fn outline(glyph: u16, weight: Weight) -> String {
    let mut path = String::new();
    let mut pen: Option<Point> = None;
    for curve in font::outline(GlyphId(glyph), weight) {
        let (start, command, points): (Point, char, &[Point]) = match &curve {
            OutlineCurve::Line(a, b) => (*a, 'L', &[*b]),
            OutlineCurve::Quad(a, b, c) => (*a, 'Q', &[*b, *c]),
            OutlineCurve::Cubic(a, b, c, d) => (*a, 'C', &[*b, *c, *d]),
        };
        if pen != Some(start) {
            push(&mut path, format_args!("M{}", place(start)));
        }
        let places: Vec<String> = points.iter().copied().map(place).collect();
        push(&mut path, format_args!("{command}{}", places.join(" ")));
        pen = points.last().copied();
    }
    path + "z"
}

fn place(point: Point) -> String {
    format!(
        "{} {}",
        length(f64::from(point.x)),
        length(-f64::from(point.y))
    )
}

fn escaped(text: &str) -> String {
    let printable = text.chars().filter(|character| !character.is_control());
    let plain: String = printable.collect();
    plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_text_is_escaped() {
        assert_eq!(
            escaped("r < 1 & \"x\"\u{0}"),
            "r &lt; 1 &amp; &quot;x&quot;"
        );
    }

    #[test]
    fn a_glyph_is_defined_once() {
        let (mut body, mut glyphs) = (String::new(), GlyphSet::default());
        push_text(&mut body, &mut glyphs, &Text::new("a a", (0.0, 0.0)));
        assert_eq!(body.matches("<use").count(), 2);
        assert_eq!(glyphs.definitions().matches("<path").count(), 1);
    }
}
