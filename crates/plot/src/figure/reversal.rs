//! The burst when a moving bar turns round.

use super::measured::cell_series;
use super::page::Page;
use super::{Figure, Measured, PAGE_WIDTH};
use crate::draw::{Area, palette};
use crate::error::check_matrix;
use crate::panel::{Axis, ColorKey, LinePanel, Series, StackPanel, StackedTrace, extent};
use crate::{Error, Scene, Table};

/// Motion reversal: where the bar is, the responses aligned on the reversal at every position, and
/// how little the time of the burst varies with position (Schwartz et al. 2007, their form).
///
/// All times are relative to the reversal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReversalFigure {
    /// Title of the page.
    pub title: String,
    /// Time of every frame `[frame]` in ms, evenly spaced; 0 is the reversal.
    pub time_ms: Vec<f64>,
    /// Stretch of time shown, in ms; everything unless set. The table holds everything.
    pub window_ms: Option<(f64, f64)>,
    /// Positions of the reversal relative to the cell's centre in µm `[position]`, rising.
    pub positions_um: Vec<f64>,
    /// Position of the bar relative to the cell's centre in µm `[position][frame]`.
    pub bar_positions_um: Vec<Vec<f64>>,
    /// Width of the bar in µm.
    pub bar_width_um: f64,
    /// Firing rate in Hz `[position][frame]` of a cell or the mean over cells.
    pub responses_hz: Vec<Vec<f64>>,
    /// Firing rate in Hz `[frame]` to the same bar without reversal; may be empty.
    pub smooth_hz: Vec<f64>,
    /// Time of the burst in ms `[position]`; NaN where a position does not count.
    pub burst_latency_ms: Measured,
    /// Largest rate of the burst in Hz `[position]`.
    pub burst_rate_hz: Measured,
    /// Largest rate of the smooth bar in Hz, drawn as a level.
    pub smooth_peak_hz: Option<f64>,
    /// What the error bars are, for example `"Mean ± s.e.m., 12 cells"`; may be empty.
    pub error_name: String,
    /// Burst times of single cells in ms `[cell][position]`; may be empty.
    pub cell_burst_latencies_ms: Vec<Vec<f64>>,
}

const LEFT: f64 = 310.0;
const SPACE_TIME: f64 = 96.0;
const ROW: f64 = 14.0;
/// Room by which neighbouring panels share their margins.
const SHARED: f64 = 8.0;

impl ReversalFigure {
    fn check(&self) -> Result<(), Error> {
        let (frames, positions) = (self.time_ms.len(), self.positions_um.len());
        check_matrix(
            "bar_positions_um",
            positions,
            frames,
            &self.bar_positions_um,
        )?;
        check_matrix("responses_hz", positions, frames, &self.responses_hz)?;
        if !self.smooth_hz.is_empty() {
            crate::error::check_length("smooth_hz", frames, self.smooth_hz.len())?;
        }
        self.burst_latency_ms.check("burst_latency_ms", positions)?;
        self.burst_rate_hz.check("burst_rate_hz", positions)?;
        let cells = self.cell_burst_latencies_ms.len();
        let found = &self.cell_burst_latencies_ms;
        check_matrix("cell_burst_latencies_ms", cells, positions, found)
    }

    fn window(&self) -> (f64, f64) {
        let whole = extent(self.time_ms.iter().copied()).unwrap_or((0.0, 1.0));
        let asked = self.window_ms.filter(|(from, to)| to > from);
        asked.unwrap_or(whole)
    }

    fn key(&self) -> ColorKey {
        let (low, high) = extent(self.positions_um.iter().copied()).unwrap_or((0.0, 1.0));
        ColorKey::new("Position (µm)", low, high)
    }

    /// The window in which the bar is drawn, and its path there.
    fn path(&self, index: usize) -> (Vec<f64>, Vec<f64>) {
        let (from, to) = self.window();
        let path = self.time_ms.iter().zip(&self.bar_positions_um[index]);
        let shown = path.filter(|(time, _)| (from..=to).contains(*time));
        shown.map(|(time, place)| (*time, *place)).unzip()
    }

    /// The bar in space and time: every path as a line, the middle one as wide as the bar.
    fn space_time(&self) -> LinePanel {
        let (from, to) = self.window();
        let x = Axis::new("").range(from, to);
        let y = Axis::new("Bar position (µm)");
        let mut panel = LinePanel::new("", x, y).right_room(StackPanel::right_room());
        let middle = self.positions_um.len() / 2;
        let half = 0.5 * self.bar_width_um;
        for (index, &position) in self.positions_um.iter().enumerate() {
            let (time, place) = self.path(index);
            let line = Series::new(position.to_string(), time, place.clone());
            let line = if index == middle {
                line.error(&vec![half; place.len()])
            } else {
                line
            };
            let color = self.key().color(position);
            panel = panel.with(line.listed_as("").color(color).width(0.8));
        }
        panel.moment(0.0, "Reversal")
    }

    fn responses(&self) -> StackPanel {
        let (from, to) = self.window();
        let x = Axis::new("Time after reversal (ms)").range(from, to);
        let y = "Reversal position (µm)";
        let stack = StackPanel::new("", x, y, "Hz", self.time_ms.clone()).moment(0.0);
        let key = self.key();
        // The highest position on top, as on the axis of the bar above.
        let rows = self.positions_um.iter().zip(&self.responses_hz).rev();
        let stack = rows.fold(stack, |stack, (&position, rates)| {
            stack.with(StackedTrace {
                label: format!("{position:.0}").replace('-', "−"),
                values: rates.clone(),
                color: Some(key.color(position)),
                ..StackedTrace::default()
            })
        });
        if self.smooth_hz.is_empty() {
            return stack;
        }
        stack.with(StackedTrace {
            label: "Smooth".to_owned(),
            values: self.smooth_hz.clone(),
            color: Some(palette::GREY),
            ..StackedTrace::default()
        })
    }

    fn latencies(&self) -> LinePanel {
        let x = Axis::new("Reversal position (µm)");
        let panel = LinePanel::new("", x, Axis::new("Burst latency (ms)").reaching(0.0));
        let cells = cell_series(&self.cell_burst_latencies_ms, &self.positions_um);
        let panel = cells.fold(panel, LinePanel::with);
        let mean = self.burst_latency_ms.series("mean", &self.positions_um);
        panel.with(mean.listed_as(&*self.error_name).color(palette::INK))
    }

    fn sizes(&self) -> LinePanel {
        let x = Axis::new("Reversal position (µm)");
        let panel = LinePanel::new("", x, Axis::new("Peak rate (Hz)").reaching(0.0));
        let burst = self.burst_rate_hz.series("Burst", &self.positions_um);
        let panel = panel.with(burst.color(palette::INK));
        let ends = extent(self.positions_um.iter().copied());
        let level = self.smooth_peak_hz.zip(ends).map(|(peak, (low, high))| {
            let line = Series::new("Smooth motion", vec![low, high], vec![peak; 2]);
            line.color(palette::GREY).dashed()
        });
        level.into_iter().fold(panel, LinePanel::with)
    }

    fn page(&self) -> Page {
        let rows = self.positions_um.len() + usize::from(!self.smooth_hz.is_empty());
        let stack = (rows as f64 * ROW + 54.0).max(150.0);
        let top = SPACE_TIME - SHARED;
        let total = top + stack;
        let half = total / 2.0;
        let left = |y: f64, height: f64| Area::new(0.0, y, LEFT, height);
        let right = |y: f64| Area::new(LEFT, y, PAGE_WIDTH - LEFT, half);
        let (time, place) = ("Time after reversal (ms)", "Reversal position (µm)");
        Page::new(&self.title, total)
            .with(
                "bar",
                [time, "Bar position (µm)"],
                left(0.0, SPACE_TIME),
                self.space_time(),
            )
            .with(
                "responses",
                [time, "Rate (Hz)"],
                left(top, stack),
                self.responses(),
            )
            .with(
                "burst latency",
                [place, "Burst latency (ms)"],
                right(0.0),
                self.latencies(),
            )
            .with(
                "burst size",
                [place, "Peak rate (Hz)"],
                right(half),
                self.sizes(),
            )
    }
}

impl Figure for ReversalFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    /// In panels `bar` and `responses` a series is named for its position in µm.
    fn table(&self) -> Table {
        self.page().table()
    }
}
