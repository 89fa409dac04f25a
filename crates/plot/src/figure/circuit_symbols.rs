//! The symbols of a circuit diagram.

use crate::draw::{Area, Color, LINE_WIDTH, Point, SPINE_WIDTH, Scene, palette};
use crate::panel::{Mapping, extent};
use std::f64::consts::TAU;

/// How a cell body is drawn.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub(super) color: Color,
    /// OFF cells are filled, ON cells are open.
    pub(super) filled: bool,
}

/// A cell body: an ellipse with these radii.
pub(super) fn soma(scene: &mut Scene, (x, y): Point, (across, down): (f64, f64), ink: Ink) {
    let corner = |step: i32| {
        let angle = TAU * f64::from(step) / 36.0;
        (x + across * angle.cos(), y + down * angle.sin())
    };
    let outline: Vec<Point> = (0..=36).map(corner).collect();
    let fill = if ink.filled {
        ink.color
    } else {
        palette::WHITE
    };
    scene.fill(outline.clone(), fill, 1.0);
    scene.line(outline, ink.color, 1.2);
}

/// A bipolar cell: a body with a tuft of dendrites above.
pub(super) fn bipolar(scene: &mut Scene, center: Point, ink: Ink) {
    let (x, y) = center;
    let tuft = [-6.0, 0.0, 6.0].map(|reach| vec![(x, y - 5.0), (x + reach, y - 16.0)]);
    scene.lines(tuft.to_vec(), ink.color, 1.0);
    soma(scene, center, (6.5, 8.5), ink);
}

/// An amacrine cell: a flat body with processes to both sides.
pub(super) fn amacrine(scene: &mut Scene, center: Point, ink: Ink) {
    let (x, y) = center;
    let process = |side: f64| {
        vec![
            (x + side * 9.0, y + 1.0),
            (x + side * 16.0, y + 3.0),
            (x + side * 24.0, y + 3.0),
        ]
    };
    scene.lines(vec![process(-1.0), process(1.0)], ink.color, 1.0);
    soma(scene, center, (11.0, 6.0), ink);
}

/// An excitatory end: a filled triangle whose tip touches a place.
pub(super) fn excitatory_end(scene: &mut Scene, (x, y): Point, width: f64, color: Color) {
    let half = 3.4 + 0.45 * width;
    let triangle = vec![(x - half, y - 7.5), (x + half, y - 7.5), (x, y)];
    scene.fill(triangle, color, 1.0);
}

/// An inhibitory end: a bar across the line.
pub(super) fn inhibitory_end(scene: &mut Scene, (x, y): Point, color: Color) {
    scene.line(vec![(x - 5.5, y), (x + 5.5, y)], color, 2.2);
}

/// The ganglion cell: dendrites at a height over a reach, body and axon below.
pub(super) fn ganglion_cell(scene: &mut Scene, center: Point, dendrite: f64, reach: (f64, f64)) {
    let (x, y) = center;
    let grey = palette::GREY;
    let curve = |end: f64| {
        vec![
            (x, y),
            (x + 0.35 * (end - x), dendrite + 8.0),
            (end, dendrite),
        ]
    };
    let flat = vec![(reach.0, dendrite), (reach.1, dendrite)];
    scene.lines(vec![flat], grey, 2.0);
    let branches = [reach.0 + 14.0, x, reach.1 - 14.0].map(|end| {
        let between = x + 0.5 * (end - x);
        curve(between)
    });
    scene.lines(branches.to_vec(), grey, 2.0);
    scene.line(vec![(x, y), (x, y + 32.0)], grey, 2.0);
    let ink = Ink {
        color: palette::INK,
        filled: false,
    };
    soma(scene, center, (12.0, 11.0), ink);
}

/// A kernel as a small curve around its zero line, oldest frame on the left.
pub(super) fn kernel_inset(scene: &mut Scene, area: Area, kernel: &[f32], color: Color) {
    let values = || kernel.iter().copied().map(f64::from);
    let Some((low, high)) = extent(values()) else {
        return;
    };
    let peak = low.abs().max(high.abs()).max(f64::MIN_POSITIVE);
    let last = kernel.len().saturating_sub(1).max(1) as f64;
    let map = Mapping::new(area, ((0.0, last), false), ((-peak, peak), false));
    let (_, zero) = area.center();
    let axis = vec![(area.x, zero), (area.right(), zero)];
    scene.line(axis, palette::RECORDED, SPINE_WIDTH);
    let points = values().enumerate();
    let curve = points.filter_map(|(frame, value)| map.point(frame as f64, value));
    scene.line(curve.collect(), color, LINE_WIDTH);
}
