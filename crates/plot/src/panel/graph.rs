//! Cells on a circle, and arrows from one to another.

use super::frame::draw_title;
use super::{Legend, Panel, Symbol, TITLE_HEIGHT};
use crate::draw::{Area, Point, Scene, TICK_SIZE, Text, palette};
use crate::table::number;
use crate::{Color, Error, Table};

/// A directed graph: its nodes on a circle, clockwise from the top, and an arrow for each connection, wide where it
/// is strong, red where it is positive and blue where it is negative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphPanel {
    title: String,
    nodes: Vec<String>,
    arrows: Vec<(usize, usize, f64)>,
    names: [String; 2],
}

/// Widths of the weakest and the strongest arrow.
const WIDTHS: [f64; 2] = [0.5, 2.4];
/// Largest radius of a node.
const NODE: f64 = 9.0;
/// Part of the way to the centre that an arrow bends, clockwise and counter-clockwise: the two directions between
/// neighbours lie apart, and none passes through a node between.
const INWARD: [f64; 2] = [0.25, 0.5];
/// Part of the way from the circle that an arrow bends to its left: the two directions across lie apart.
const ASIDE: f64 = 0.15;
/// Points of a bent arrow.
const STEPS: usize = 32;

impl GraphPanel {
    /// A graph of nodes with these names.
    pub fn new(title: impl Into<String>, nodes: Vec<String>) -> Self {
        Self {
            title: title.into(),
            nodes,
            ..Self::default()
        }
    }

    /// Adds an arrow from one node to another with its strength.
    pub fn arrow(mut self, from: usize, to: usize, strength: f64) -> Self {
        self.arrows.push((from, to, strength));
        self
    }

    /// Names positive and negative arrows in a legend.
    pub fn named(mut self, positive: impl Into<String>, negative: impl Into<String>) -> Self {
        self.names = [positive.into(), negative.into()];
        self
    }

    fn legend(&self) -> Legend {
        let mut legend = Legend::default();
        for (name, sign) in self.names.iter().zip([1.0, -1.0]) {
            legend.add(name, color_of(sign), Symbol::Line);
        }
        legend
    }

    /// The circle below title and legend.
    fn circle(&self, area: Area) -> Circle {
        let top = TITLE_HEIGHT + self.legend().height(area.width);
        let inner = area.inside(4.0, top + 4.0, 4.0, 4.0);
        let (count, half) = (
            self.nodes.len().max(1) as f64,
            inner.width.min(inner.height) / 2.0,
        );
        // Nodes touch no others: a third of the way to the next is free.
        let node = (half * (std::f64::consts::PI / count).sin() / 1.6)
            .min(NODE)
            .min(half / 3.0);
        Circle {
            center: inner.center(),
            radius: half - node,
            node,
            count,
        }
    }

    /// Arrows that can be drawn, the weakest first.
    fn drawn(&self) -> Vec<(usize, usize, f64)> {
        let count = self.nodes.len();
        let is_drawn = |(from, to, strength): &(usize, usize, f64)| {
            *from < count && *to < count && from != to && strength.is_finite()
        };
        let mut drawn: Vec<_> = self.arrows.iter().copied().filter(is_drawn).collect();
        drawn.sort_by(|a, b| a.2.abs().total_cmp(&b.2.abs()));
        drawn
    }
}

fn color_of(strength: f64) -> Color {
    match strength < 0.0 {
        true => palette::BLUE,
        false => palette::VERMILLION,
    }
}

/// Where nodes stand.
struct Circle {
    center: Point,
    radius: f64,
    node: f64,
    count: f64,
}

impl Circle {
    fn place(&self, node: usize) -> Point {
        let angle = std::f64::consts::TAU * node as f64 / self.count;
        let (x, y) = self.center;
        (x + self.radius * angle.sin(), y - self.radius * angle.cos())
    }

    /// A bent line from one node to another, between their edges.
    fn bent(&self, from: usize, to: usize) -> Vec<Point> {
        let [start, end] = [from, to].map(|node| self.place(node));
        let middle = ((start.0 + end.0) / 2.0, (start.1 + end.1) / 2.0);
        let inward = (self.center.0 - middle.0, self.center.1 - middle.1);
        let ahead = (to as f64 - from as f64).rem_euclid(self.count);
        let pull = INWARD[usize::from(ahead > self.count / 2.0)];
        let length = (end.0 - start.0)
            .hypot(end.1 - start.1)
            .max(f64::MIN_POSITIVE);
        // How far the middle lies from the circle.
        let depth = self.radius - inward.0.hypot(inward.1);
        let aside = 2.0 * ASIDE * depth / length;
        let control = (
            middle.0 + pull * inward.0 + aside * (end.1 - start.1),
            middle.1 + pull * inward.1 - aside * (end.0 - start.0),
        );
        let at = |step: usize| {
            let t = step as f64 / STEPS as f64;
            let [a, b, c] = [(1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t];
            (
                a * start.0 + b * control.0 + c * end.0,
                a * start.1 + b * control.1 + c * end.1,
            )
        };
        let is_free = |&(x, y): &Point| {
            let away = |(a, b): Point| (x - a).hypot(y - b) > self.node + 1.0;
            away(start) && away(end)
        };
        (0..=STEPS).map(at).filter(is_free).collect()
    }

    fn draw_arrow(&self, scene: &mut Scene, (from, to): (usize, usize), width: f64, color: Color) {
        let mut line = self.bent(from, to);
        let Some(tip) = line.pop() else { return };
        let (long, wide) = (3.0 + 1.3 * width, 1.2 + 0.9 * width);
        line.retain(|(x, y)| (x - tip.0).hypot(y - tip.1) > 0.8 * long);
        let before = line.last().copied().unwrap_or(self.place(from));
        let length = (tip.0 - before.0)
            .hypot(tip.1 - before.1)
            .max(f64::MIN_POSITIVE);
        let way = ((tip.0 - before.0) / length, (tip.1 - before.1) / length);
        let neck = (tip.0 - long * way.0, tip.1 - long * way.1);
        line.push(neck);
        scene.line(line, color, width);
        let side = (wide * way.1, wide * way.0);
        let head = vec![
            (neck.0 + side.0, neck.1 - side.1),
            (neck.0 - side.0, neck.1 + side.1),
            tip,
        ];
        scene.fill(head, color, 1.0);
    }

    fn draw_node(&self, scene: &mut Scene, node: usize, name: &str) {
        let place = self.place(node);
        scene.dots(vec![place], self.node, palette::INK, 1.0);
        scene.dots(vec![place], self.node - 0.8, palette::WHITE, 1.0);
        let size = TICK_SIZE.min(1.2 * self.node).max(4.0);
        scene.text(Text::new(name, place).size(size).centered().middle());
    }
}

impl Panel for GraphPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        draw_title(
            scene,
            &self.title,
            area.x + 4.0,
            area.y + 10.0,
            area.right(),
        );
        let below = area.inside(4.0, TITLE_HEIGHT, 4.0, 0.0);
        self.legend().draw(scene, below);
        if self.nodes.is_empty() {
            super::no_data(scene, area);
            return Ok(());
        }
        let circle = self.circle(area);
        let arrows = self.drawn();
        let strongest = arrows.last().map_or(1.0, |(_, _, strength)| strength.abs());
        for (from, to, strength) in arrows {
            let share = if strongest > 0.0 {
                strength.abs() / strongest
            } else {
                0.0
            };
            let width = WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0]);
            circle.draw_arrow(scene, (from, to), width, color_of(strength));
        }
        for (node, name) in self.nodes.iter().enumerate() {
            circle.draw_node(scene, node, name);
        }
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        let node = |index: usize| self.nodes.get(index).cloned().unwrap_or_default();
        for &(from, to, strength) in &self.arrows {
            let labels = [name, "arrow", ""].map(str::to_owned).to_vec();
            let ends = vec![node(from), node(to), String::new(), String::new()];
            table.push([labels, ends, vec![number(strength)]].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn circle(count: usize) -> Circle {
        let nodes = (0..count).map(|node| node.to_string()).collect();
        GraphPanel::new("", nodes).circle(Area::new(0.0, 0.0, 240.0, 240.0))
    }

    /// Nodes and arrows in every direction: no node lies on another, and no arrow passes through a third.
    #[rstest]
    fn nothing_lies_on_a_node(#[values(2, 3, 4, 6, 10, 17, 30)] count: usize) {
        let circle = circle(count);
        let away = |a: Point, b: Point| (a.0 - b.0).hypot(a.1 - b.1);
        for from in 0..count {
            for to in (0..count).filter(|&to| to != from) {
                assert!(away(circle.place(from), circle.place(to)) > 2.0 * circle.node);
                let line = circle.bent(from, to);
                assert!(line.len() > 2, "{from} to {to} of {count}");
                for node in (0..count).filter(|node| ![from, to].contains(node)) {
                    let place = circle.place(node);
                    let nearest = line.iter().map(|&point| away(point, place));
                    let nearest = nearest.fold(f64::INFINITY, f64::min);
                    assert!(
                        nearest > circle.node,
                        "{from} to {to} through {node} of {count}"
                    );
                }
            }
        }
    }

    /// The two directions between two nodes are two lines.
    #[rstest]
    fn both_ways_lie_apart(#[values(2, 3, 6, 30)] count: usize) {
        let circle = circle(count);
        for other in 1..count {
            let [there, back] = [circle.bent(0, other), circle.bent(other, 0)];
            let [a, b] = [there[there.len() / 2], back[back.len() / 2]];
            assert!((a.0 - b.0).hypot(a.1 - b.1) > 3.0, "{other} of {count}");
        }
    }
}
