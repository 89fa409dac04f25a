//! A stimulus and the responses of several cells.

use super::page::Page;
use super::{Figure, Measured, PAGE_WIDTH};
use crate::draw::{Area, palette};
use crate::error::check_length;
use crate::panel::{Axis, BarPanel, LinePanel, Series, StimulusPanel, extent};
use crate::{Error, Scene, Table};

/// The stimulus on top, the responses of several cells below: steps, gratings, contrast
/// adaptation and every stimulus without a figure of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceFigure {
    /// Title of the page.
    pub title: String,
    /// Time of every frame `[frame]`, evenly spaced, in the unit of `time_label`.
    pub time: Vec<f64>,
    /// What time is, for example `"Time (s)"`.
    pub time_label: String,
    /// Stretch of time shown; everything unless set. The table holds everything.
    pub window: Option<(f64, f64)>,
    /// The stimulus of every condition: name and value `[frame]`.
    pub stimuli: Vec<(String, Vec<f64>)>,
    /// What the stimulus is, for example `"Contrast"`.
    pub stimulus_label: String,
    /// The cells, one row each.
    pub cells: Vec<CellTraces>,
    /// What the traces are, for example `"Rate (Hz)"`.
    pub response_label: String,
}

/// The responses of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellTraces {
    /// The cell, for example `"Cell 4 (simulated)"`.
    pub name: String,
    /// One response a condition: name and rate `[frame]`, with the error of every frame if known.
    pub traces: Vec<(String, Measured)>,
    /// Numbers derived from the response, such as F1 and F2, drawn as bars beside it.
    pub bars: Option<ResponseBars>,
}

/// Named numbers of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseBars {
    /// What they are with their unit, for example `"Amplitude (Hz)"`.
    pub label: String,
    /// Their names `[bar]`, for example `"F1"`, `"F2"`.
    pub names: Vec<String>,
    /// Their values `[bar]`.
    pub values: Measured,
}

const STIMULUS: f64 = 46.0;
const ROW: f64 = 96.0;
const BARS: f64 = 112.0;
/// Room by which neighbouring rows share their margins.
const SHARED: f64 = 10.0;

impl TraceFigure {
    fn check(&self) -> Result<(), Error> {
        let frames = self.time.len();
        for (name, values) in &self.stimuli {
            check_length(&format!("stimulus {name:?}"), frames, values.len())?;
        }
        for cell in &self.cells {
            for (name, rates) in &cell.traces {
                rates.check(&format!("response {name:?} of {}", cell.name), frames)?;
            }
            if let Some(bars) = &cell.bars {
                let what = format!("{} of {}", bars.label, cell.name);
                bars.values.check(&what, bars.names.len())?;
            }
        }
        Ok(())
    }

    fn window(&self) -> (f64, f64) {
        let whole = extent(self.time.iter().copied()).unwrap_or((0.0, 1.0));
        self.window.filter(|(from, to)| to > from).unwrap_or(whole)
    }

    fn stimulus(&self) -> StimulusPanel {
        let label = &*self.stimulus_label;
        let panel = StimulusPanel::new("", label, self.time.clone(), self.window());
        let several = self.stimuli.len() > 1;
        let lines = self.stimuli.iter().enumerate();
        lines.fold(panel, |panel, (index, (name, values))| {
            let color = if several {
                palette::series(index)
            } else {
                palette::INK
            };
            panel.with(name.clone(), values.clone(), Some(color))
        })
    }

    fn responses(&self, index: usize) -> LinePanel {
        let cell = &self.cells[index];
        let last = index + 1 == self.cells.len();
        let label = if last { &*self.time_label } else { "" };
        let (from, to) = self.window();
        let x = Axis::new(label).range(from, to);
        let y = Axis::new(&*self.response_label).reaching(0.0);
        let traces = cell.traces.iter().enumerate();
        traces.fold(
            LinePanel::new(&*cell.name, x, y),
            |panel, (condition, (name, rate))| {
                let line = Series::new(&**name, self.time.clone(), rate.values.clone());
                let line = if rate.errors.is_empty() {
                    line
                } else {
                    line.error(&rate.errors)
                };
                // One legend, in the first row.
                let listed = if index == 0 { &**name } else { "" };
                panel.with(line.listed_as(listed).color(palette::series(condition)))
            },
        )
    }

    fn page(&self) -> Page {
        let beside = self.cells.iter().any(|cell| cell.bars.is_some());
        let width = PAGE_WIDTH - if beside { BARS } else { 0.0 };
        let rows = self.cells.len() as f64;
        let height = STIMULUS + rows * (ROW - SHARED) + SHARED;
        let stimulus = Area::new(0.0, 0.0, width, STIMULUS);
        let page = Page::new(&self.title, height);
        let page = page.with(
            "stimulus",
            [&self.time_label, &self.stimulus_label],
            stimulus,
            self.stimulus(),
        );
        (0..self.cells.len()).fold(page, |page, index| {
            let top = STIMULUS + index as f64 * (ROW - SHARED);
            let row = Area::new(0.0, top, width, ROW);
            let name = self.cells[index].name.clone();
            let axes = [&*self.time_label, &*self.response_label];
            let page = page.with(name.clone(), axes, row, self.responses(index));
            let Some(bars) = &self.cells[index].bars else {
                return page;
            };
            let place = Area::new(width, top, BARS, ROW);
            page.with(name, ["", &*bars.label], place, bars.panel())
        })
    }
}

impl ResponseBars {
    fn panel(&self) -> BarPanel {
        let values = self.values.values.clone();
        let bars = BarPanel::new("", Axis::new(&*self.label), self.names.clone(), values);
        let colors = (0..self.names.len()).map(palette::series).collect();
        let bars = bars.colors(colors);
        if self.values.errors.is_empty() {
            bars
        } else {
            bars.errors(self.values.errors.clone())
        }
    }
}

impl Figure for TraceFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    /// A panel is named for its cell, a series for its condition.
    fn table(&self) -> Table {
        self.page().table()
    }
}
