//! Recorded against predicted firing rates.

use super::{Figure, PAGE_WIDTH};
use crate::draw::{Area, Scene, TICK_SIZE, Text, palette};
use crate::error::{check_length, check_positive};
use crate::panel::{
    Axis, BOTTOM_MARGIN, LEFT_MARGIN, LinePanel, Panel, RIGHT_MARGIN, Series, TITLE_HEIGHT,
    spike_ticks,
};
use crate::table::{number, number32};
use crate::{Error, Table};

/// Peri-stimulus time histograms of some cells, one under another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PsthFigure {
    /// The cells, for example the best, the median and the worst.
    pub panels: Vec<PsthPanel>,
    /// The stretch of time shown, in seconds; everything unless set. The table holds everything.
    pub window_s: Option<(f64, f64)>,
}

/// The responses of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PsthPanel {
    /// What the cell stands for, for example `"best"`; may be empty.
    pub title: String,
    /// The cell.
    pub cell: usize,
    /// Recorded firing rate of every frame, in Hz.
    pub recorded: Vec<f32>,
    /// Predictions of one or several models.
    pub predictions: Vec<Trace>,
    /// Length of a frame.
    pub frame_period_ms: f64,
    /// Time at which the first frame starts, in seconds.
    pub start_s: f64,
    /// Correlation of the first prediction with the recording.
    pub pearson: Option<f64>,
    /// The highest correlation that the noise of the recording allows.
    pub ceiling: Option<f64>,
    /// Spike times of every repeat in seconds, on the same clock, drawn above the rates.
    pub raster: Option<Vec<Vec<f64>>>,
}

/// A named prediction of a firing rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The model.
    pub name: String,
    /// Predicted firing rate of every frame, in Hz.
    pub rate: Vec<f32>,
}

impl Trace {
    /// A named prediction.
    pub fn new(name: impl Into<String>, rate: Vec<f32>) -> Self {
        Self {
            name: name.into(),
            rate,
        }
    }
}

const RATE_HEIGHT: f64 = 104.0;
const RASTER_HEIGHT: f64 = 42.0;

impl PsthPanel {
    fn check(&self) -> Result<(), Error> {
        check_positive("frame period of the PSTH", self.frame_period_ms)?;
        for trace in &self.predictions {
            let what = format!("prediction {:?} of cell {}", trace.name, self.cell);
            check_length(&what, self.recorded.len(), trace.rate.len())?;
        }
        Ok(())
    }

    /// Time of the middle of a frame, in seconds.
    fn seconds(&self, frame: usize) -> f64 {
        self.start_s + (frame as f64 + 0.5) * self.frame_period_ms * 1e-3
    }

    fn end_s(&self) -> f64 {
        self.start_s + self.recorded.len() as f64 * self.frame_period_ms * 1e-3
    }

    fn headline(&self) -> String {
        let mut headline = format!("Cell {}", self.cell);
        if !self.title.is_empty() {
            headline += &format!(" · {}", self.title);
        }
        if let Some(pearson) = self.pearson.filter(|pearson| pearson.is_finite()) {
            headline += &format!(" · r = {pearson:.2}");
        }
        if let Some(ceiling) = self.ceiling.filter(|ceiling| ceiling.is_finite()) {
            headline += &format!(" (ceiling {ceiling:.2})");
        }
        headline.replace('-', "−")
    }

    fn repeats(&self) -> Option<&[Vec<f64>]> {
        self.raster.as_deref().filter(|raster| !raster.is_empty())
    }

    fn height(&self) -> f64 {
        RATE_HEIGHT + self.repeats().map_or(0.0, |_| RASTER_HEIGHT)
    }

    fn series(&self, name: &str, rate: &[f32], (from, to): (f64, f64)) -> Series {
        let frames = rate
            .iter()
            .enumerate()
            .map(|(frame, &rate)| (self.seconds(frame), rate));
        let shown = frames.filter(|(time, _)| (from..=to).contains(time));
        let (time, rate) = shown.map(|(time, rate)| (time, f64::from(rate))).unzip();
        Series::new(name, time, rate)
    }

    fn rates(&self, window: (f64, f64), last: bool, legend: bool) -> LinePanel {
        let x = Axis::new(if last { "Time (s)" } else { "" }).range(window.0, window.1);
        let y = Axis::new("Rate (Hz)").reaching(0.0);
        let name = |name: &str| {
            if legend {
                name.to_owned()
            } else {
                String::new()
            }
        };
        let recorded = self.series(&name("Recorded"), &self.recorded, window);
        let recorded = recorded.color(palette::RECORDED).filled();
        let panel = LinePanel::new("", x, y).with(recorded);
        let traces = self.predictions.iter().enumerate();
        traces.fold(panel, |panel, (index, trace)| {
            let series = self.series(&name(&trace.name), &trace.rate, window);
            panel.with(series.color(palette::series(index)))
        })
    }

    fn draw(
        &self,
        scene: &mut Scene,
        area: Area,
        window: (f64, f64),
        (first, last): (bool, bool),
    ) -> Result<(), Error> {
        let title = Text::new(self.headline(), (area.x + LEFT_MARGIN, area.y + 9.0)).bold();
        scene.text(title);
        let mut rates = area.inside(0.0, TITLE_HEIGHT - 4.0, 0.0, 0.0);
        if let Some(repeats) = self.repeats() {
            let raster = Area {
                height: RASTER_HEIGHT,
                ..rates
            }
            .inside(LEFT_MARGIN, 4.0, RIGHT_MARGIN, 0.0);
            draw_raster(scene, repeats, raster, window);
            rates = rates.inside(0.0, RASTER_HEIGHT, 0.0, 0.0);
        }
        self.rates(window, last, first).draw(scene, rates)
    }
}

fn draw_raster(scene: &mut Scene, repeats: &[Vec<f64>], area: Area, (from, to): (f64, f64)) {
    spike_ticks(scene, repeats, (area, palette::INK), |time| {
        let position = (time - from) / (to - from);
        (0.0..=1.0)
            .contains(&position)
            .then_some(area.x + position * area.width)
    });
    let label = |text: String, y: f64| {
        Text::new(text, (area.x - 5.0, y))
            .size(TICK_SIZE)
            .color(palette::GREY)
            .ending()
            .middle()
    };
    let (_, middle) = area.center();
    scene.text(label(format!("{} rep.", repeats.len()), middle));
}

impl PsthFigure {
    fn window(&self) -> (f64, f64) {
        let starts = self.panels.iter().map(|panel| panel.start_s);
        let start = starts.reduce(f64::min).unwrap_or(0.0);
        let ends = self.panels.iter().map(PsthPanel::end_s);
        let end = ends.fold(start, f64::max);
        let whole = (start, if end > start { end } else { start + 1.0 });
        let asked = self
            .window_s
            .filter(|(from, to)| from.is_finite() && to > from);
        asked.map_or(whole, |(from, to)| (from, to.min(f64::MAX)))
    }
}

impl Figure for PsthFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.panels.iter().try_for_each(PsthPanel::check)?;
        let shared = BOTTOM_MARGIN - 17.0;
        let total: f64 = self.panels.iter().map(PsthPanel::height).sum();
        let height = total - shared * self.panels.len().saturating_sub(1) as f64;
        let mut scene = Scene::new(PAGE_WIDTH, height.max(RATE_HEIGHT));
        if self.panels.is_empty() {
            let page = scene.area();
            crate::panel::no_data(&mut scene, page);
        }
        let mut top = 0.0;
        for (index, panel) in self.panels.iter().enumerate() {
            let area = Area::new(0.0, top, PAGE_WIDTH, panel.height());
            let ends = (index == 0, index + 1 == self.panels.len());
            panel.draw(&mut scene, area, self.window(), ends)?;
            top += panel.height() - shared;
        }
        Ok(scene)
    }

    /// Rates and spikes in one long table; a spike has a repeat, counted from 1, and no rate.
    fn table(&self) -> Table {
        let mut table = Table::new(["cell", "panel", "trace", "repeat", "time_s", "rate_hz"]);
        for panel in &self.panels {
            let labels = |trace: &str, repeat: String| {
                vec![
                    panel.cell.to_string(),
                    panel.title.clone(),
                    trace.to_owned(),
                    repeat,
                ]
            };
            let predictions = panel
                .predictions
                .iter()
                .map(|trace| (&*trace.name, &trace.rate));
            for (name, rates) in [("recorded", &panel.recorded)]
                .into_iter()
                .chain(predictions)
            {
                for (frame, &rate) in rates.iter().enumerate() {
                    let values = vec![number(panel.seconds(frame)), number32(rate)];
                    table.push([labels(name, String::new()), values].concat());
                }
            }
            for (repeat, times) in panel.repeats().unwrap_or_default().iter().enumerate() {
                for &time in times {
                    let labels = labels("spike", (repeat + 1).to_string());
                    table.push([labels, vec![number(time)]].concat());
                }
            }
        }
        table
    }
}
