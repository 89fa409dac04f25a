//! The response to a flash that does not come.

use super::measured::cell_series;
use super::page::Page;
use super::{Figure, Measured, PAGE_WIDTH};
use crate::draw::{Area, palette};
use crate::error::{check_length, check_matrix};
use crate::panel::{
    Axis, LinePanel, Series, StackPanel, StackedTrace, StimulusPanel, Symbol, extent,
};
use crate::{Error, Scene, Table};

/// The omitted-stimulus response: a flash train that stops, the responses to trains of several
/// periods, and the time of the response against the period (Schwartz et al. 2007, their form).
///
/// All times are relative to the onset of the last flash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OmittedStimulusFigure {
    /// Title of the page, for example `"Simulated retina, class A, 12 cells"`.
    pub title: String,
    /// Time of every frame `[frame]` in ms, evenly spaced; 0 is the onset of the last flash.
    pub time_ms: Vec<f64>,
    /// Contrast of the example train `[frame]` in standard deviations of the training stimulus.
    pub stimulus: Vec<f64>,
    /// What the example train is, for example `"Period 80 ms, 8 flashes"`.
    pub stimulus_name: String,
    /// Stretch of time shown, in ms; everything unless set. The table holds everything.
    pub window_ms: Option<(f64, f64)>,
    /// Flash periods `[period]` in ms, rising.
    pub periods_ms: Vec<f64>,
    /// Flashes in each train.
    pub flashes: usize,
    /// Firing rate in Hz `[period][frame]` of a cell or the mean over cells.
    pub responses_hz: Vec<Vec<f64>>,
    /// Time of the omission response after the last flash in ms `[period]`; NaN where a period
    /// does not count.
    pub latency_ms: Measured,
    /// What the error bars are, for example `"Mean ± s.e.m., 12 cells"`.
    pub latency_name: String,
    /// The same for single cells `[cell][period]`; may be empty.
    pub cell_latencies_ms: Vec<Vec<f64>>,
    /// The fitted line of latency on period.
    pub fit: Option<FittedLine>,
}

/// A straight line fitted to points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FittedLine {
    /// Its slope.
    pub slope: f64,
    /// The standard error of the slope, if known.
    pub slope_error: Option<f64>,
    /// Its value at zero.
    pub intercept: f64,
}

impl FittedLine {
    fn name(&self) -> String {
        let error = self.slope_error.filter(|error| error.is_finite());
        let error = error.map(|error| format!(" ± {error:.2}"));
        let name = format!("Fit, slope {:.2}{}", self.slope, error.unwrap_or_default());
        name.replace('-', "−")
    }
}

const LEFT: f64 = 300.0;
const STIMULUS: f64 = 44.0;
const ROW: f64 = 15.0;

impl OmittedStimulusFigure {
    fn check(&self) -> Result<(), Error> {
        let (frames, periods) = (self.time_ms.len(), self.periods_ms.len());
        check_length("example stimulus", frames, self.stimulus.len())?;
        check_matrix("responses_hz", periods, frames, &self.responses_hz)?;
        self.latency_ms.check("latency_ms", periods)?;
        let cells = self.cell_latencies_ms.len();
        check_matrix("cell_latencies_ms", cells, periods, &self.cell_latencies_ms)
    }

    fn window(&self) -> (f64, f64) {
        let whole = extent(self.time_ms.iter().copied()).unwrap_or((0.0, 1.0));
        let asked = self.window_ms.filter(|(from, to)| to > from);
        asked.unwrap_or(whole)
    }

    fn trace(&self, index: usize) -> StackedTrace {
        let (period, values) = (self.periods_ms[index], &self.responses_hz[index]);
        let flashes = (0..self.flashes).map(|flash| (-(flash as f64) * period, palette::INK));
        let latency = self.latency_ms.values[index];
        let nearest = |a: &&usize, b: &&usize| {
            let distance = |frame: usize| (self.time_ms[frame] - latency).abs();
            distance(**a).total_cmp(&distance(**b))
        };
        let frames: Vec<usize> = (0..self.time_ms.len()).collect();
        let frame = frames
            .iter()
            .min_by(nearest)
            .filter(|_| latency.is_finite());
        StackedTrace {
            label: format!("{period:.0}"),
            values: values.clone(),
            color: Some(palette::BLUE),
            events: flashes.collect(),
            expected: vec![(period, palette::VERMILLION)],
            peaks: frame
                .map(|&frame| (latency, values[frame]))
                .into_iter()
                .collect(),
        }
    }

    fn responses(&self) -> StackPanel {
        let (from, to) = self.window();
        let x = Axis::new("Time after last flash (ms)").range(from, to);
        let stack = StackPanel::new("", x, "Period (ms)", "Hz", self.time_ms.clone())
            .name("Flash", palette::INK, Symbol::Tick)
            .name("Flash expected", palette::VERMILLION, Symbol::Dashed)
            .name("Time of response", palette::INK, Symbol::Dot);
        (0..self.periods_ms.len()).fold(stack, |stack, index| stack.with(self.trace(index)))
    }

    /// The periods that count, from the shortest to the longest.
    fn counted(&self) -> Option<(f64, f64)> {
        let pairs = self.periods_ms.iter().zip(&self.latency_ms.values);
        extent(pairs.filter(|pair| pair.1.is_finite()).map(|pair| *pair.0))
    }

    /// A line over the counted periods.
    fn line(&self, name: &str, slope: f64, intercept: f64) -> Option<Series> {
        let (from, to) = self.counted().filter(|(from, to)| from < to)?;
        let y = [from, to].map(|period| slope * period + intercept);
        Some(Series::new(name, vec![from, to], y.to_vec()))
    }

    /// The line of slope 1 through the mean of the counted points.
    fn identity(&self) -> Option<Series> {
        let pairs = self.periods_ms.iter().zip(&self.latency_ms.values);
        let counted: Vec<f64> = pairs
            .map(|(p, l)| l - p)
            .filter(|d| d.is_finite())
            .collect();
        let delay = counted.iter().sum::<f64>() / counted.len() as f64;
        let line = self.line("Slope 1", 1.0, delay)?;
        Some(line.color(palette::GREY).dashed())
    }

    fn latencies(&self) -> LinePanel {
        let x = Axis::new("Period (ms)");
        let y = Axis::new("Response after last flash (ms)");
        let panel = LinePanel::new("", x, y);
        let panel =
            cell_series(&self.cell_latencies_ms, &self.periods_ms).fold(panel, LinePanel::with);
        let panel = self.identity().into_iter().fold(panel, LinePanel::with);
        let fit = self.fit.and_then(|fit| {
            let line = self.line(&fit.name(), fit.slope, fit.intercept)?;
            Some(line.color(palette::VERMILLION))
        });
        let panel = fit.into_iter().fold(panel, LinePanel::with);
        let mean = self.latency_ms.series(&self.latency_name, &self.periods_ms);
        panel.with(mean.color(palette::INK).points())
    }

    fn page(&self) -> Page {
        let height = (self.periods_ms.len() as f64 * ROW + 60.0).max(150.0);
        let stimulus = StimulusPanel::new(
            &*self.stimulus_name,
            "Contrast",
            self.time_ms.clone(),
            self.window(),
        )
        .with("", self.stimulus.clone(), None)
        .right_room(StackPanel::right_room());
        let time = "Time after last flash (ms)";
        let left = |top: f64, height: f64| Area::new(0.0, top, LEFT, height);
        let right = Area::new(LEFT, 0.0, PAGE_WIDTH - LEFT, (STIMULUS + height).min(230.0));
        Page::new(&self.title, STIMULUS + height)
            .with(
                "stimulus",
                [time, "Contrast"],
                left(0.0, STIMULUS),
                stimulus,
            )
            .with(
                "responses",
                [time, "Rate (Hz)"],
                left(STIMULUS, height),
                self.responses(),
            )
            .with(
                "latency",
                ["Period (ms)", "Response after last flash (ms)"],
                right,
                self.latencies(),
            )
    }
}

impl Figure for OmittedStimulusFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    /// In panel `responses` a series is named for its period in ms.
    fn table(&self) -> Table {
        self.page().table()
    }
}
