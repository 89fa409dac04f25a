//! Response latency against contrast.

use super::page::Page;
use super::{Figure, Measured, PAGE_WIDTH};
use crate::draw::{Area, palette};
use crate::error::{check_length, check_matrix};
use crate::panel::{Axis, BAR_MARGIN, ColorKey, LinePanel, Series, StimulusPanel, extent};
use crate::{Error, Scene, Table};

/// Latency coding: the responses to flashes or steps of several contrasts, and the latency of the
/// first peak and of the centre of mass against contrast (Gollisch & Meister 2008, their form).
///
/// All times are relative to the onset of the flash or step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LatencyFigure {
    /// Title of the page.
    pub title: String,
    /// Time of every frame `[frame]` in ms, evenly spaced; 0 is the onset.
    pub time_ms: Vec<f64>,
    /// Stretch of time shown, in ms; everything unless set. The table holds everything.
    pub window_ms: Option<(f64, f64)>,
    /// Contrasts `[contrast]` in standard deviations of the training stimulus; dark is negative.
    pub contrasts: Vec<f64>,
    /// Contrast of every frame `[contrast][frame]`.
    pub stimuli: Vec<Vec<f64>>,
    /// Firing rate in Hz `[contrast][frame]` of a cell or the mean over cells.
    pub responses_hz: Vec<Vec<f64>>,
    /// Time of the largest rate in ms `[contrast]`; NaN where a contrast does not count.
    pub first_peak_ms: Measured,
    /// Centre of mass of the rate above rest in ms `[contrast]`; may be empty.
    pub center_of_mass_ms: Measured,
    /// What the error bars are, for example `"± s.e.m., 12 cells"`; may be empty.
    pub error_name: String,
    /// First peak of single cells in ms `[cell][contrast]`; may be empty.
    pub cell_first_peaks_ms: Vec<Vec<f64>>,
}

const LEFT: f64 = 300.0;
const STIMULUS: f64 = 46.0;
const HEIGHT: f64 = 150.0;

impl LatencyFigure {
    fn check(&self) -> Result<(), Error> {
        let (frames, contrasts) = (self.time_ms.len(), self.contrasts.len());
        check_matrix("stimuli", contrasts, frames, &self.stimuli)?;
        check_matrix("responses_hz", contrasts, frames, &self.responses_hz)?;
        self.first_peak_ms.check("first_peak_ms", contrasts)?;
        if !self.center_of_mass_ms.values.is_empty() {
            self.center_of_mass_ms
                .check("center_of_mass_ms", contrasts)?;
        }
        for cell in &self.cell_first_peaks_ms {
            check_length("cell_first_peaks_ms", contrasts, cell.len())?;
        }
        Ok(())
    }

    fn window(&self) -> (f64, f64) {
        let whole = extent(self.time_ms.iter().copied()).unwrap_or((0.0, 1.0));
        let asked = self.window_ms.filter(|(from, to)| to > from);
        asked.unwrap_or(whole)
    }

    /// Light for the weakest contrast, dark for the strongest.
    fn key(&self) -> ColorKey {
        let by_strength = |a: &f64, b: &f64| a.abs().total_cmp(&b.abs());
        let finite = || self.contrasts.iter().copied().filter(|c| c.is_finite());
        let weakest = finite().min_by(by_strength).unwrap_or(0.0);
        let strongest = finite().max_by(by_strength).unwrap_or(1.0);
        ColorKey::new("Contrast", weakest, strongest)
    }

    fn stimulus(&self) -> StimulusPanel {
        let panel = StimulusPanel::new("", "Contrast", self.time_ms.clone(), self.window());
        let key = self.key();
        let lines = self.contrasts.iter().zip(&self.stimuli);
        let panel = lines.fold(panel, |panel, (&contrast, values)| {
            let color = Some(key.color(contrast));
            panel.with(contrast.to_string(), values.clone(), color)
        });
        panel.right_room(BAR_MARGIN)
    }

    fn responses(&self) -> LinePanel {
        let (from, to) = self.window();
        let key = self.key();
        let x = Axis::new("Time after onset (ms)").range(from, to);
        let panel = LinePanel::new("", x, Axis::new("Rate (Hz)").reaching(0.0));
        let lines = self.contrasts.iter().zip(&self.responses_hz);
        let panel = lines.fold(panel, |panel, (&contrast, rates)| {
            let line = Series::new(contrast.to_string(), self.time_ms.clone(), rates.clone());
            panel.with(line.listed_as("").color(key.color(contrast)))
        });
        panel.key(key)
    }

    fn latencies(&self) -> LinePanel {
        let x = Axis::new("Contrast");
        let panel = LinePanel::new("", x, Axis::new("Latency (ms)"));
        let cells = super::measured::cell_series(&self.cell_first_peaks_ms, &self.contrasts);
        let panel = cells.fold(panel, LinePanel::with);
        let name = |what: &str| format!("{what} {}", self.error_name).trim_end().to_owned();
        let peak = self
            .first_peak_ms
            .series(&name("First peak"), &self.contrasts);
        let panel = panel.with(peak.color(palette::BLUE));
        if self.center_of_mass_ms.values.is_empty() {
            return panel;
        }
        let mass = self
            .center_of_mass_ms
            .series("Centre of mass", &self.contrasts);
        panel.with(mass.color(palette::VERMILLION))
    }

    fn page(&self) -> Page {
        let time = "Time after onset (ms)";
        let left = |top: f64, height: f64| Area::new(0.0, top, LEFT, height);
        let right = Area::new(LEFT, 0.0, PAGE_WIDTH - LEFT, STIMULUS + HEIGHT);
        Page::new(&self.title, STIMULUS + HEIGHT)
            .with(
                "stimulus",
                [time, "Contrast"],
                left(0.0, STIMULUS),
                self.stimulus(),
            )
            .with(
                "responses",
                [time, "Rate (Hz)"],
                left(STIMULUS, HEIGHT),
                self.responses(),
            )
            .with(
                "latency",
                ["Contrast", "Latency (ms)"],
                right,
                self.latencies(),
            )
    }
}

impl Figure for LatencyFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    /// In panels `stimulus` and `responses` a series is named for its contrast.
    fn table(&self) -> Table {
        self.page().table()
    }
}
