//! PNG, rasterised by plotters on a finer grid and averaged down, which smooths every edge.

use super::atomic::write_aside;
use super::bitmap_text::draw_text;
use crate::Error;
use crate::draw::{Area, Color, Mark, Point, Scene};
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{Color as _, RGBAColor, RGBColor};
use std::fs;
use std::path::Path;

/// Pixels of the file per point.
const PIXELS: usize = 3;
/// Pixels drawn per pixel of the file, along each side.
const SUPERSAMPLING: usize = 3;
/// Pixels drawn per point.
const SCALE: f64 = (PIXELS * SUPERSAMPLING) as f64;
/// Most pixels drawn, to keep memory below half a gigabyte.
const MOST_PIXELS: f64 = 1.5e8;

/// Writes the scene as a PNG file.
pub(crate) fn write(scene: &Scene, path: &Path) -> Result<(), Error> {
    let (width, height) = (pixels(scene.width()), pixels(scene.height()));
    let drawn = (width * height * SUPERSAMPLING * SUPERSAMPLING) as f64;
    if !(1.0..=MOST_PIXELS).contains(&drawn) {
        return Err(Error::TooLarge {
            width: scene.width(),
            height: scene.height(),
        });
    }
    let fine_size = (width * SUPERSAMPLING, height * SUPERSAMPLING);
    let fine = rasterise(scene, fine_size)?;
    let page = averaged(&fine, (width, height));
    write_aside(path, |aside| {
        encode(&page, (width as u32, height as u32), aside)
    })
}

fn pixels(points: f64) -> usize {
    (points * PIXELS as f64).round() as usize
}

fn rasterise(scene: &Scene, (width, height): (usize, usize)) -> Result<Vec<u8>, Error> {
    let mut buffer = vec![255; width * height * 3];
    let mut canvas = BitMapBackend::with_buffer(&mut buffer, (width as u32, height as u32));
    for mark in scene.marks() {
        draw_mark(&mut canvas, mark)?;
    }
    canvas.present().map_err(failed)?;
    drop(canvas);
    for text in scene.texts() {
        draw_text(&mut buffer, width, text, SCALE);
    }
    Ok(buffer)
}

fn draw_mark(canvas: &mut BitMapBackend<'_>, mark: &Mark) -> Result<(), Error> {
    match mark {
        Mark::Stroke {
            lines,
            color,
            width,
        } => {
            let color = shade(*color, 1.0);
            lines
                .iter()
                .try_for_each(|line| draw_line(canvas, line, *width, &color))
        }
        Mark::Fill {
            polygons,
            color,
            opacity,
        } => {
            let color = shade(*color, *opacity);
            polygons
                .iter()
                .try_for_each(|polygon| draw_polygon(canvas, polygon, &color))
        }
        Mark::Dots {
            centers,
            radius,
            color,
            opacity,
        } => {
            let (color, radius) = (shade(*color, *opacity), (radius * SCALE).round() as u32);
            let draw = |&center: &Point| canvas.draw_circle(place(center), radius, &color, true);
            centers.iter().try_for_each(draw).map_err(failed)
        }
        Mark::Cells {
            area,
            columns,
            colors,
        } => draw_cells(canvas, *area, *columns, colors),
        Mark::Text(_) => Ok(()),
    }
}

/// Draws every segment as a bar with a disc at every bend: a wide line as one polygon would show
/// spikes and holes where a noisy trace turns back on itself.
fn draw_line(
    canvas: &mut BitMapBackend<'_>,
    line: &[Point],
    width: f64,
    color: &RGBAColor,
) -> Result<(), Error> {
    for pair in line.windows(2) {
        draw_polygon(canvas, &bar(pair[0], pair[1], width), color)?;
    }
    let bends = line.len().saturating_sub(1);
    let radius = ((width * SCALE / 2.0).round() as u32).max(1);
    for &bend in line.iter().take(bends).skip(1) {
        canvas
            .draw_circle(place(bend), radius, color, true)
            .map_err(failed)?;
    }
    Ok(())
}

/// Draws the cells of a map; each reaches into the next, which covers it, so no seam shows.
fn draw_cells(
    canvas: &mut BitMapBackend<'_>,
    area: Area,
    columns: usize,
    colors: &[Color],
) -> Result<(), Error> {
    let rows = colors.len().checked_div(columns).unwrap_or(0);
    let corner = |column: usize, row: usize| {
        let x = area.x + area.width * column as f64 / columns as f64;
        place((x, area.y + area.height * row as f64 / rows as f64))
    };
    for (index, &color) in colors.iter().enumerate().take(rows * columns) {
        let (row, column) = (index / columns, index % columns);
        let (from, to) = (corner(column, row), corner(column + 1, row + 1));
        canvas
            .draw_rect(from, to, &shade(color, 1.0), true)
            .map_err(failed)?;
    }
    Ok(())
}

/// The rectangle that a segment of some width covers.
fn bar(from: Point, to: Point, width: f64) -> Vec<Point> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let norm = dx.hypot(dy).max(1e-9);
    let (nx, ny) = (-dy / norm * width / 2.0, dx / norm * width / 2.0);
    vec![
        (from.0 + nx, from.1 + ny),
        (to.0 + nx, to.1 + ny),
        (to.0 - nx, to.1 - ny),
        (from.0 - nx, from.1 - ny),
    ]
}

fn draw_polygon(
    canvas: &mut BitMapBackend<'_>,
    polygon: &[Point],
    color: &RGBAColor,
) -> Result<(), Error> {
    canvas
        .fill_polygon(polygon.iter().copied().map(place), color)
        .map_err(failed)
}

fn place((x, y): Point) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

fn shade(color: Color, opacity: f64) -> RGBAColor {
    RGBColor(color.0, color.1, color.2).mix(opacity)
}

/// Averages squares of fine pixels into the pixels of the page.
fn averaged(fine: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let stride = width * SUPERSAMPLING * 3;
    let count = (SUPERSAMPLING * SUPERSAMPLING) as u32;
    let mut page = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let corner = y * SUPERSAMPLING * stride + x * SUPERSAMPLING * 3 + channel;
                let offsets = (0..SUPERSAMPLING)
                    .flat_map(|row| (0..SUPERSAMPLING).map(move |column| (row, column)));
                let sum: u32 = offsets
                    .map(|(row, column)| u32::from(fine[corner + row * stride + column * 3]))
                    .sum();
                page.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    page
}

fn encode(page: &[u8], (width, height): (u32, u32), path: &Path) -> Result<(), Error> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut image = encoder.write_header().map_err(failed)?;
    image.write_image_data(page).map_err(failed)?;
    image.finish().map_err(failed)?;
    fs::write(path, bytes).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Bitmap(error.to_string())
}
