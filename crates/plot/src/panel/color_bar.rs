//! The bar beside a panel that says which colour is which value.

use super::ticks;
use crate::draw::{Area, ColorMap, LABEL_SIZE, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette};

/// Room right of the data for a colour bar, its ticks and its label.
pub(crate) const BAR_MARGIN: f64 = 40.0;

/// How far up the sequential map the lightest line starts, so that it is seen on white.
const LIGHTEST: f64 = 0.28;

/// A quantity shown as the colour of a line, such as the contrast of a family of responses.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorKey {
    label: String,
    limits: (f64, f64),
}

impl ColorKey {
    /// A key from light, the first limit, to dark, the second; the limits may fall.
    pub fn new(label: impl Into<String>, light: f64, dark: f64) -> Self {
        Self {
            label: label.into(),
            limits: (light, dark),
        }
    }

    /// The colour of a value.
    pub fn color(&self, value: f64) -> crate::Color {
        let span = self.limits.1 - self.limits.0;
        let position = if span == 0.0 {
            1.0
        } else {
            (value - self.limits.0) / span
        };
        ColorMap::Sequential.at(LIGHTEST + (1.0 - LIGHTEST) * position.clamp(0.0, 1.0))
    }

    /// Draws the bar right of an area.
    pub(crate) fn draw(&self, scene: &mut Scene, beside: Area) {
        let (light, dark) = self.limits;
        let (low, high) = (light.min(dark), light.max(dark));
        let shade = |position: f64| self.color(low + position * (high - low));
        draw_bar(scene, beside, shade, (low, high), &self.label);
    }
}

/// Draws the bar of a colour map right of an area.
pub(crate) fn color_bar(
    scene: &mut Scene,
    beside: Area,
    map: ColorMap,
    limits: (f64, f64),
    label: &str,
) {
    draw_bar(scene, beside, |position| map.at(position), limits, label);
}

fn draw_bar(
    scene: &mut Scene,
    beside: Area,
    color: impl Fn(f64) -> crate::Color,
    limits: (f64, f64),
    label: &str,
) {
    let bar = Area::new(beside.right() + 9.0, beside.y, 7.0, beside.height);
    let shades: Vec<f64> = (0..64).map(|shade| 1.0 - f64::from(shade) / 63.0).collect();
    super::cells(scene, bar, &shades, 1, color);
    let mut outline = bar.corners();
    outline.push((bar.x, bar.y));
    scene.line(outline, palette::INK, SPINE_WIDTH);
    draw_ticks(scene, bar, limits);
    let at = (bar.right() + 28.0, bar.center().1);
    scene.text(Text::new(label, at).size(LABEL_SIZE).centered().upward());
}

/// Draws the ticks of a colour bar; beside a short bar only those whose labels have room.
fn draw_ticks(scene: &mut Scene, bar: Area, limits: (f64, f64)) {
    let wanted = (bar.height / 17.0).clamp(1.0, 5.0) as usize;
    let mut last: Option<Area> = None;
    for tick in ticks::linear(limits.0, limits.1, wanted) {
        let y = bar.bottom() - (tick.at - limits.0) / (limits.1 - limits.0) * bar.height;
        let label = Text::new(tick.label, (bar.right() + 4.0, y))
            .size(TICK_SIZE)
            .middle();
        let bounds = label.bounds();
        if last.is_none_or(|last| !last.overlaps(&bounds)) {
            last = Some(bounds);
            let line = vec![(bar.right(), y), (bar.right() + 2.0, y)];
            scene.line(line, palette::INK, SPINE_WIDTH);
            scene.text(label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_limit_is_dark_even_where_it_is_the_lower() {
        let key = ColorKey::new("Contrast", 0.0, -3.0);
        assert_eq!(key.color(-3.0), ColorMap::Sequential.at(1.0));
        assert_eq!(key.color(0.0), ColorMap::Sequential.at(LIGHTEST));
        assert_eq!(ColorKey::new("", 1.0, 1.0).color(1.0), key.color(-3.0));
    }
}
