//! The legend: a row of names above the data, where it can hide none of it.

use crate::draw::{Area, Color, LINE_WIDTH, Scene, TICK_SIZE, Text};

/// Names of the series of a panel, each with its mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Legend {
    entries: Vec<LegendEntry>,
}

#[derive(Clone, Debug)]
struct LegendEntry {
    name: String,
    color: Color,
    symbol: Symbol,
}

/// How a series is drawn in the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Line,
    Dashed,
    Dot,
    Area,
    Tick,
}

const ROW: f64 = 9.5;
const SYMBOL: f64 = 11.0;
const GAP: f64 = 3.0;
const SPACE: f64 = 10.0;

impl Legend {
    /// Adds a name; series without a name stay out of the legend.
    pub(crate) fn add(&mut self, name: &str, color: Color, symbol: Symbol) {
        if !name.is_empty() {
            self.entries.push(LegendEntry {
                name: name.to_owned(),
                color,
                symbol,
            });
        }
    }

    /// The height the legend takes within a width.
    pub(crate) fn height(&self, width: f64) -> f64 {
        self.places(width).last().map_or(0.0, |(_, y)| y + ROW)
    }

    /// Draws the legend from the top left corner of an area.
    pub(crate) fn draw(&self, scene: &mut Scene, area: Area) {
        for (entry, (x, y)) in self.entries.iter().zip(self.places(area.width)) {
            entry.draw(scene, area.x + x, area.y + y + ROW / 2.0);
        }
    }

    /// Where each entry starts; rows wrap at the width.
    fn places(&self, width: f64) -> Vec<(f64, f64)> {
        let (mut x, mut y) = (0.0, 0.0);
        let mut places = Vec::new();
        for entry in &self.entries {
            if x > 0.0 && x + entry.width() > width {
                (x, y) = (0.0, y + ROW);
            }
            places.push((x, y));
            x += entry.width() + SPACE;
        }
        places
    }
}

impl LegendEntry {
    fn label(&self) -> Text {
        Text::new(self.name.clone(), (0.0, 0.0)).size(TICK_SIZE)
    }

    fn width(&self) -> f64 {
        SYMBOL + GAP + self.label().width()
    }

    fn draw(&self, scene: &mut Scene, x: f64, y: f64) {
        let line = vec![(x, y), (x + SYMBOL, y)];
        match self.symbol {
            Symbol::Line => scene.line(line, self.color, 1.3 * LINE_WIDTH),
            Symbol::Dashed => scene.dashed_line(&line, self.color, LINE_WIDTH),
            Symbol::Dot => scene.dots(vec![(x + SYMBOL / 2.0, y)], 2.0, self.color, 1.0),
            Symbol::Tick => {
                let middle = x + SYMBOL / 2.0;
                scene.line(vec![(middle, y - 2.5), (middle, y + 2.5)], self.color, 1.5);
            }
            Symbol::Area => {
                let swatch = Area::new(x, y - 2.5, SYMBOL, 5.0);
                scene.fill(swatch.corners(), self.color, 1.0);
            }
        }
        let mut label = self.label();
        label.at = (x + SYMBOL + GAP, y);
        scene.text(label.middle());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette;

    #[test]
    fn long_legends_wrap() {
        let mut legend = Legend::default();
        assert_eq!(legend.height(100.0), 0.0);
        for _ in 0..3 {
            legend.add("a rather long name", palette::BLUE, Symbol::Line);
        }
        assert_eq!(legend.height(1000.0), ROW);
        assert_eq!(legend.height(100.0), 3.0 * ROW);
    }
}
