//! SVG.
//!
//! Our own writer rather than that of plotters, which rounds to whole pixels, repeats every
//! attribute for every cell of a map, and leaves text to whatever font the viewer has.

use super::svg_text::{self, GlyphSet};
use crate::draw::{Area, Color, Mark, Point, Scene};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The scene as an SVG document.
pub(crate) fn document(scene: &Scene) -> String {
    let (width, height) = (length(scene.width()), length(scene.height()));
    let mut body = String::new();
    for mark in scene.marks() {
        push_mark(&mut body, mark);
    }
    let mut glyphs = GlyphSet::default();
    for text in scene.texts() {
        svg_text::push_text(&mut body, &mut glyphs, text);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">\n\
         {}<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        glyphs.definitions()
    )
}

fn push_mark(body: &mut String, mark: &Mark) {
    match mark {
        Mark::Stroke {
            lines,
            color,
            width,
        } => {
            let path: String = lines.iter().map(|line| path(line)).collect();
            let (color, width) = (color.hex(), length(*width));
            let style = "fill=\"none\" stroke-linejoin=\"round\"";
            push(
                body,
                format_args!(
                    "<path d=\"{path}\" {style} stroke=\"{color}\" stroke-width=\"{width}\"/>\n"
                ),
            );
        }
        Mark::Fill {
            polygons,
            color,
            opacity,
        } => {
            let path: String = polygons.iter().map(|polygon| closed(polygon)).collect();
            let (color, opacity) = (color.hex(), translucent(*opacity));
            push(
                body,
                format_args!("<path d=\"{path}\" fill=\"{color}\"{opacity}/>\n"),
            );
        }
        Mark::Dots {
            centers,
            radius,
            color,
            opacity,
        } => {
            let (color, opacity) = (color.hex(), translucent(*opacity));
            push(body, format_args!("<g fill=\"{color}\"{opacity}>"));
            for &(x, y) in centers {
                let (x, y, radius) = (length(x), length(y), length(*radius));
                push(
                    body,
                    format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"),
                );
            }
            body.push_str("</g>\n");
        }
        Mark::Cells {
            area,
            columns,
            colors,
        } => push_cells(body, *area, *columns, colors),
        // Text is written after everything else, above it.
        Mark::Text(_) => {}
    }
}

/// Appends a map in units of its cells, which keeps it short: equal neighbours become one
/// stroke as wide as a row, and all strokes of a colour one path.
fn push_cells(body: &mut String, area: Area, columns: usize, colors: &[Color]) {
    let rows = colors.len().checked_div(columns).unwrap_or(0);
    let mut paths: BTreeMap<Color, String> = BTreeMap::new();
    for (y, row) in colors.chunks_exact(columns.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let (path, width) = (paths.entry(run[0]).or_default(), run.len());
            push(path, format_args!("M{x} {y}h{width}"));
            x += width;
        }
    }
    let (across, down) = (area.width / columns as f64, area.height / rows as f64);
    // A stroke runs along the middle of its row.
    let (x, y) = (length(area.x), length(area.y + down / 2.0));
    // Without antialiasing, cells that touch show no seam.
    let crisp = "shape-rendering=\"crispEdges\"";
    let place = format!("transform=\"translate({x} {y}) scale({across:.5} {down:.5})\"");
    push(body, format_args!("<g {crisp} {place} fill=\"none\">\n"));
    for (color, path) in paths {
        push(
            body,
            format_args!("<path stroke=\"{}\" d=\"{path}\"/>\n", color.hex()),
        );
    }
    body.push_str("</g>\n");
}

/// Appends to a string, which cannot fail.
pub(super) fn push(body: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = body.write_fmt(arguments);
}

/// A length with at most two decimals.
pub(super) fn length(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn path(line: &[Point]) -> String {
    let command = |index: usize| if index == 0 { 'M' } else { 'L' };
    let step = |(index, &(x, y)): (usize, &Point)| {
        format!("{}{} {}", command(index), length(x), length(y))
    };
    line.iter().enumerate().map(step).collect()
}

fn closed(polygon: &[Point]) -> String {
    if let Some(Area {
        x,
        y,
        width,
        height,
    }) = upright(polygon)
    {
        let (x, y, width, height) = (length(x), length(y), length(width), length(height));
        return format!("M{x} {y}h{width}v{height}h-{width}z");
    }
    path(polygon) + "z"
}

/// The rectangle that a polygon is, if its corners run clockwise from the top left.
fn upright(polygon: &[Point]) -> Option<Area> {
    let &[(x, y), (right, top), (end, bottom), (left, base)] = polygon else {
        return None;
    };
    let straight = x == left && right == end && y == top && bottom == base;
    (straight && right >= x && bottom >= y).then(|| Area::new(x, y, right - x, bottom - y))
}

fn translucent(opacity: f64) -> String {
    if opacity >= 1.0 {
        String::new()
    } else {
        format!(" fill-opacity=\"{}\"", length(opacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        assert_eq!(length(12.0), "12");
        assert_eq!(length(0.126), "0.13");
        assert_eq!(length(-0.001), "0");
        assert_eq!(length(100.0), "100");
    }

    #[test]
    fn rectangles_are_written_short() {
        let corners = Area::new(1.0, 2.0, 3.0, 4.0).corners();
        assert_eq!(closed(&corners), "M1 2h3v4h-3z");
        assert_eq!(
            closed(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]),
            "M0 0L1 0L0 1z"
        );
    }
}
