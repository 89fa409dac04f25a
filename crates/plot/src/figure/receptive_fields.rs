//! Recorded beside simulated cells.

use super::filters::{BLOCK_HEIGHT, BLOCK_WIDTH};
use super::{ChannelFilter, Figure, PAGE_WIDTH};
use crate::draw::{Area, Color, LABEL_SIZE, Scene, TICK_SIZE, Text, palette};
use crate::error::check_positive;
use crate::panel::{
    Axis, DotPanel, LEFT_MARGIN, LinePanel, Panel, RIGHT_MARGIN, Series, no_data, spike_ticks,
};
use crate::table::{number, number32};
use crate::{Error, Table};

/// Recorded cells in the left column, simulated cells in the right one: receptive field, temporal
/// kernel, responses to repeats, and below them the distributions over all cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceptiveFieldComparison {
    /// Title of the page.
    pub title: String,
    /// The recorded cells shown, one a row.
    pub recorded: Vec<CellPortrait>,
    /// The simulated cells shown, one a row.
    pub simulated: Vec<CellPortrait>,
    /// Length of a pixel's side on the retina in µm, if known.
    pub microns_per_pixel: Option<f64>,
    /// Distributions over all cells, for example of the peak time of the kernel in ms, of the
    /// split-half correlation and of the Fano factor; up to four.
    pub distributions: Vec<QuantityDistribution>,
}

/// One cell: its filter and its responses to a repeated stimulus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellPortrait {
    /// Name, polarity, spatial map and temporal kernel (oldest frame first) of its
    /// spike-triggered average.
    pub filter: ChannelFilter,
    /// Firing rate over repeats in Hz `[bin]`.
    pub psth_hz: Vec<f32>,
    /// Length of a bin in ms.
    pub bin_ms: f64,
    /// Spike times of every repeat in s `[repeat][spike]`, from the start of the first bin.
    pub raster_s: Vec<Vec<f64>>,
    /// Correlation of the PSTHs of two halves of the repeats, if known.
    pub split_half: Option<f64>,
    /// Variance over mean of the spike count, if known.
    pub fano_factor: Option<f64>,
}

/// A quantity of every recorded and every simulated cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuantityDistribution {
    /// What it is with its unit, for example `"Peak time (ms)"`.
    pub label: String,
    /// One value a recorded cell.
    pub recorded: Vec<f64>,
    /// One value a simulated cell.
    pub simulated: Vec<f64>,
    /// A reference, such as 1 for the Fano factor of a Poisson process.
    pub level: Option<f64>,
}

const HEADING: f64 = 16.0;
const ROW: f64 = 84.0;
const RASTER: f64 = 20.0;
const DISTRIBUTIONS: f64 = 116.0;
const RECORDED: Color = palette::INK;
const SIMULATED: Color = palette::BLUE;

impl CellPortrait {
    fn check(&self) -> Result<(), Error> {
        self.filter.check()?;
        check_positive(&format!("bin of {}", self.filter.name), self.bin_ms)
    }

    fn duration_s(&self) -> f64 {
        self.psth_hz.len() as f64 * self.bin_ms * 1e-3
    }

    /// Reliability and variability in words.
    fn statistics(&self) -> String {
        let known = |value: Option<f64>| value.filter(|value| value.is_finite());
        let half = known(self.split_half).map(|r| format!("r {r:.2}"));
        let fano = known(self.fano_factor).map(|fano| format!("Fano {fano:.2}"));
        let both: Vec<String> = half.into_iter().chain(fano).collect();
        both.join(" · ").replace('-', "−")
    }

    fn rates(&self, color: Color, last: bool) -> LinePanel {
        let seconds = |bin: usize| (bin as f64 + 0.5) * self.bin_ms * 1e-3;
        let time = (0..self.psth_hz.len()).map(seconds).collect();
        let rates = self.psth_hz.iter().copied().map(f64::from).collect();
        let x = Axis::new(if last { "Time (s)" } else { "" }).range(0.0, self.duration_s());
        let y = Axis::new("Rate (Hz)").reaching(0.0);
        LinePanel::new("", x, y).with(Series::new("", time, rates).filled().color(color))
    }

    fn draw(
        &self,
        scene: &mut Scene,
        area: Area,
        microns: Option<f64>,
        (color, last): (Color, bool),
    ) -> Result<(), Error> {
        let block = Area::new(area.x, area.y, BLOCK_WIDTH, BLOCK_HEIGHT);
        let time = last.then_some("Time before spike (ms)");
        self.filter.draw(scene, block, microns, time);
        let right = area.inside(BLOCK_WIDTH, 0.0, 0.0, 0.0);
        let at = (area.right() - RIGHT_MARGIN, area.y + 10.0);
        let words = Text::new(self.statistics(), at).size(TICK_SIZE);
        scene.text(words.ending().color(palette::GREY));
        let raster = right.inside(LEFT_MARGIN, 14.0, RIGHT_MARGIN, 0.0);
        let raster = Area {
            height: RASTER,
            ..raster
        };
        self.draw_raster(scene, raster);
        let shown = if self.raster_s.is_empty() {
            0.0
        } else {
            RASTER
        };
        // Rows share the room under their axes, except that the last one is labelled.
        let rates = Area {
            height: ROW + 10.0 - 11.0 - shown,
            ..right.inside(0.0, 11.0 + shown, 0.0, 0.0)
        };
        self.rates(color, last).draw(scene, rates)
    }

    fn draw_raster(&self, scene: &mut Scene, area: Area) {
        let end = self.duration_s();
        spike_ticks(scene, &self.raster_s, (area, palette::INK), |time| {
            let place = area.x + time / end * area.width;
            (0.0..=end).contains(&time).then_some(place)
        });
    }

    fn record(&self, source: &str, table: &mut Table) {
        let name = &self.filter.name;
        let mut push = |what: &str, x: String, y: String, value: String| {
            let labels = [source, name, what].map(str::to_owned).to_vec();
            table.push([labels, vec![x, y, value]].concat());
        };
        let width = self.filter.width.max(1);
        for (pixel, &value) in self.filter.spatial.iter().enumerate() {
            let (x, y) = (pixel % width, pixel / width);
            push("map, pixels", x.to_string(), y.to_string(), number32(value));
        }
        for (frame, &value) in self.filter.temporal.iter().enumerate() {
            let before = number(self.filter.milliseconds(frame).abs());
            push(
                "kernel, ms before spike",
                before,
                String::new(),
                number32(value),
            );
        }
        for (bin, &rate) in self.psth_hz.iter().enumerate() {
            let time = number(bin as f64 * self.bin_ms * 1e-3);
            push(
                "rate (Hz), bin start in s",
                time,
                String::new(),
                number32(rate),
            );
        }
        for (repeat, spikes) in self.raster_s.iter().enumerate() {
            for &time in spikes {
                let repeat = (repeat + 1).to_string();
                push("spike, s and repeat", number(time), repeat, String::new());
            }
        }
        let statistics = [
            ("split-half r", self.split_half),
            ("Fano factor", self.fano_factor),
        ];
        for (what, value) in statistics {
            let value = number(value.unwrap_or(f64::NAN));
            push(what, String::new(), String::new(), value);
        }
    }
}

impl QuantityDistribution {
    fn panel(&self) -> DotPanel {
        let panel = DotPanel::new("", Axis::new(&*self.label))
            .with("Recorded", self.recorded.clone(), RECORDED)
            .with("Simulated", self.simulated.clone(), SIMULATED);
        self.level.into_iter().fold(panel, DotPanel::level)
    }

    fn record(&self, table: &mut Table) {
        let groups = [("recorded", &self.recorded), ("simulated", &self.simulated)];
        for (source, values) in groups {
            for (cell, &value) in values.iter().enumerate() {
                let labels = [source, &cell.to_string(), &self.label].map(str::to_owned);
                let place = vec![String::new(), String::new(), number(value)];
                table.push([labels.to_vec(), place].concat());
            }
        }
    }
}

impl ReceptiveFieldComparison {
    fn rows(&self) -> usize {
        self.recorded.len().max(self.simulated.len())
    }

    fn draw_column(
        &self,
        scene: &mut Scene,
        x: f64,
        top: f64,
        (name, cells, color): (&str, &[CellPortrait], Color),
    ) -> Result<(), Error> {
        let heading = Text::new(name, (x + 6.0, top + 10.0)).size(LABEL_SIZE + 0.5);
        scene.text(heading.bold().color(color));
        let tint = if color == RECORDED {
            palette::RECORDED
        } else {
            color
        };
        for (row, cell) in cells.iter().enumerate() {
            let top = top + HEADING + row as f64 * ROW;
            let area = Area::new(x, top, PAGE_WIDTH / 2.0, ROW);
            let last = row + 1 == cells.len();
            cell.draw(scene, area, self.microns_per_pixel, (tint, last))?;
        }
        Ok(())
    }

    fn draw_distributions(&self, scene: &mut Scene, top: f64) -> Result<(), Error> {
        let width = PAGE_WIDTH / self.distributions.len().max(3) as f64;
        for (index, distribution) in self.distributions.iter().enumerate() {
            let area = Area::new(index as f64 * width, top, width, DISTRIBUTIONS);
            distribution.panel().draw(scene, area)?;
        }
        Ok(())
    }
}

impl Figure for ReceptiveFieldComparison {
    fn scene(&self) -> Result<Scene, Error> {
        let mut cells = self.recorded.iter().chain(&self.simulated);
        cells.try_for_each(CellPortrait::check)?;
        if let Some(microns) = self.microns_per_pixel {
            check_positive("microns per pixel", microns)?;
        }
        let title = if self.title.is_empty() { 0.0 } else { 17.0 };
        let below = title + HEADING + self.rows() as f64 * ROW + 12.0;
        let shown = !self.distributions.is_empty();
        let height = below + if shown { DISTRIBUTIONS } else { 0.0 };
        let mut scene = Scene::new(PAGE_WIDTH, height);
        let heading = Text::new(&*self.title, (6.0, 12.0)).size(LABEL_SIZE + 1.0);
        scene.text(heading.bold());
        if self.rows() == 0 && !shown {
            let page = scene.area();
            no_data(&mut scene, page);
            return Ok(scene);
        }
        let half = PAGE_WIDTH / 2.0;
        let recorded = ("Recorded", &*self.recorded, RECORDED);
        let simulated = ("Simulated", &*self.simulated, SIMULATED);
        self.draw_column(&mut scene, 0.0, title, recorded)?;
        self.draw_column(&mut scene, half, title, simulated)?;
        self.draw_distributions(&mut scene, below)?;
        Ok(scene)
    }

    /// One long table: source, cell, what, x, y, value.
    fn table(&self) -> Table {
        let mut table = Table::new(["source", "cell", "what", "x", "y", "value"]);
        let sources = [("recorded", &self.recorded), ("simulated", &self.simulated)];
        for (source, cells) in sources {
            cells
                .iter()
                .for_each(|cell| cell.record(source, &mut table));
        }
        self.distributions
            .iter()
            .for_each(|all| all.record(&mut table));
        table
    }
}
