//! Marks that explain data: objects on the retina, shaded spans, distances.

use super::Mapping;
use crate::draw::{Area, Color, Point, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette};

/// A mark on a [`LinePanel`](crate::LinePanel), in the units of its axes.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotation {
    /// A light area over a span of x, behind the data, such as the time a flash is on.
    Span {
        /// Where it starts.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// A dark object above the data, such as a bar on the retina, with an arrow where it moves.
    Object {
        /// Its left edge.
        from: f64,
        /// Its right edge.
        to: f64,
        /// What it is.
        name: String,
        /// Whether an arrow points to the right from it.
        moving: bool,
    },
    /// An arrow along x at a height, with the distance written beside it.
    Distance {
        /// Where it starts.
        from: f64,
        /// Where it points.
        to: f64,
        /// At which y.
        at: f64,
        /// What the distance is.
        label: String,
    },
}

/// Room above the data for an object.
const OBJECT_ROW: f64 = 13.0;
const OBJECT_HEIGHT: f64 = 6.0;

impl Annotation {
    /// Room it needs above the data.
    pub(crate) fn headroom(&self) -> f64 {
        match self {
            Self::Object { .. } => OBJECT_ROW,
            Self::Span { .. } | Self::Distance { .. } => 0.0,
        }
    }

    /// The y that must lie inside the plot.
    pub(crate) fn height(&self) -> Option<f64> {
        match self {
            Self::Distance { at, .. } => Some(*at),
            Self::Span { .. } | Self::Object { .. } => None,
        }
    }

    pub(crate) fn draw(&self, scene: &mut Scene, map: &Mapping) {
        match self {
            Self::Span { from, to } => draw_span(scene, map, *from, *to),
            Self::Object {
                from,
                to,
                name,
                moving,
            } => draw_object(scene, map, (*from, *to), name, *moving),
            Self::Distance {
                from,
                to,
                at,
                label,
            } => draw_distance(scene, map, (*from, *to), *at, label),
        }
    }
}

fn draw_span(scene: &mut Scene, map: &Mapping, from: f64, to: f64) {
    let (Some(left), Some(right)) = (map.x(from), map.x(to)) else {
        return;
    };
    let area = map.area();
    let span = Area::new(left, area.y, right - left, area.height);
    scene.fill(span.corners(), palette::RECORDED, 0.35);
}

fn draw_object(scene: &mut Scene, map: &Mapping, (from, to): (f64, f64), name: &str, moving: bool) {
    let (Some(left), Some(right)) = (map.x(from), map.x(to)) else {
        return;
    };
    let top = map.area().y - OBJECT_ROW + 2.0;
    let object = Area::new(left, top, right - left, OBJECT_HEIGHT);
    scene.fill(object.corners(), palette::INK, 1.0);
    let (_, middle) = object.center();
    if moving {
        arrow(
            scene,
            (right + 2.0, middle),
            (right + 16.0, middle),
            palette::INK,
        );
    }
    let label = Text::new(name, (left - 4.0, middle)).size(TICK_SIZE);
    scene.text(label.ending().middle());
    for edge in [left, right] {
        let line = [(edge, object.bottom()), (edge, map.area().bottom())];
        scene.dashed_line(&line, palette::RECORDED, SPINE_WIDTH);
    }
}

fn draw_distance(scene: &mut Scene, map: &Mapping, (from, to): (f64, f64), at: f64, label: &str) {
    let (Some(start), Some(end)) = (map.point(from, at), map.point(to, at)) else {
        return;
    };
    arrow(scene, start, end, palette::VERMILLION);
    let rightward = end.0 >= start.0;
    let beside = (if rightward { end.0 + 4.0 } else { end.0 - 4.0 }, end.1);
    let text = Text::new(label, beside)
        .size(TICK_SIZE)
        .color(palette::VERMILLION);
    scene.text(if rightward {
        text.middle()
    } else {
        text.ending().middle()
    });
}

/// Draws a horizontal arrow; a distance too short for a shaft keeps its head.
fn arrow(scene: &mut Scene, from: Point, to: Point, color: Color) {
    let way = if to.0 >= from.0 { 1.0 } else { -1.0 };
    let neck = to.0 - 4.0 * way;
    if (neck - from.0) * way > 0.0 {
        scene.line(vec![from, (neck, to.1)], color, 1.0);
    }
    let head = vec![(neck, to.1 - 2.2), (neck, to.1 + 2.2), to];
    scene.fill(head, color, 1.0);
}
