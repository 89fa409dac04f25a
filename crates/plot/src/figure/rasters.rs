//! Recorded above simulated trials.

use super::page::Page;
use super::{Figure, PAGE_WIDTH};
use crate::draw::{Area, palette};
use crate::error::{check_length, check_positive};
use crate::panel::{Axis, LinePanel, RasterPanel, Series};
use crate::{Error, Scene, Table};

/// Recorded and simulated trials of some cells, and the mean rates of both: a column a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RasterFigure {
    /// The cells, for example the best, the median and the worst.
    pub cells: Vec<CellRasters>,
    /// Title of the page, such as what is to be known of all cells; may be empty.
    pub title: String,
    /// The stretch of time shown, in seconds.
    pub window_s: (f64, f64),
}

/// The trials of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellRasters {
    /// Title of its column, for example `"Cell 3 · best"`.
    pub title: String,
    /// The cell.
    pub cell: usize,
    /// Times of recorded spikes `[trial][spike]`, seconds.
    pub recorded: Vec<Vec<f64>>,
    /// Times of simulated spikes `[trial][spike]`, seconds, on the same clock.
    pub simulated: Vec<Vec<f64>>,
    /// Middle of each bin of the rates, seconds.
    pub time_s: Vec<f64>,
    /// Mean recorded rate of each bin, Hz.
    pub recorded_hz: Vec<f64>,
    /// Mean simulated rate of each bin, Hz.
    pub simulated_hz: Vec<f64>,
}

const RASTER: f64 = 92.0;
const RATES: f64 = 110.0;
/// Room below a raster that the next panel takes, as the raster has no labels there.
const SHARED: f64 = 20.0;
const GAP: f64 = 6.0;

impl CellRasters {
    fn check(&self) -> Result<(), Error> {
        let what = |rate: &str| format!("{rate} rate of cell {}", self.cell);
        check_length(&what("recorded"), self.time_s.len(), self.recorded_hz.len())?;
        check_length(
            &what("simulated"),
            self.time_s.len(),
            self.simulated_hz.len(),
        )
    }

    fn rates(&self, (from, to): (f64, f64)) -> LinePanel {
        let series = |name: &str, rates: &[f64]| {
            let bins = self.time_s.iter().copied().zip(rates.iter().copied());
            let (time, rates) = bins.filter(|(time, _)| (from..=to).contains(time)).unzip();
            Series::new(name, time, rates)
        };
        let x = Axis::new("Time (s)").range(from, to);
        LinePanel::new("", x, Axis::new("Rate (Hz)").reaching(0.0))
            .with(
                series("Recorded", &self.recorded_hz)
                    .color(palette::RECORDED)
                    .filled(),
            )
            .with(series("Simulated", &self.simulated_hz).color(palette::BLUE))
    }

    /// Adds the column of the cell at a place on the page.
    fn place(&self, page: Page, window: (f64, f64), (x, width): (f64, f64)) -> Page {
        let time = || {
            let none: [(f64, String); 0] = [];
            Axis::new("").range(window.0, window.1).ticks(none)
        };
        let trials = |title: &str, rows: &str, trials: &[Vec<f64>], color| {
            let trials = trials.to_vec();
            RasterPanel::new(title, time(), trials)
                .rows_of(rows)
                .color(color)
        };
        let recorded = trials(&self.title, "Recorded", &self.recorded, palette::INK);
        let simulated = trials("", "Simulated", &self.simulated, palette::BLUE);
        let name = |part: &str| format!("cell {} {part}", self.cell);
        let rasters = ["Time, s", "Trial"];
        let area = |y, height| Area::new(x, y, width, height);
        let step = RASTER - SHARED;
        page.with(name("recorded"), rasters, area(0.0, RASTER), recorded)
            .with(name("simulated"), rasters, area(step, RASTER), simulated)
            .with(
                name("rates"),
                ["Time, s", "Rate, Hz"],
                area(2.0 * step, RATES),
                self.rates(window),
            )
    }
}

impl RasterFigure {
    fn page(&self) -> Page {
        let count = self.cells.len().max(1) as f64;
        let width = (PAGE_WIDTH - GAP * (count - 1.0)) / count;
        let page = Page::new(&self.title, 2.0 * (RASTER - SHARED) + RATES);
        let columns = self.cells.iter().enumerate();
        columns.fold(page, |page, (column, cell)| {
            let x = column as f64 * (width + GAP);
            cell.place(page, self.window_s, (x, width))
        })
    }
}

impl Figure for RasterFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.cells.iter().try_for_each(CellRasters::check)?;
        if self.cells.is_empty() {
            let mut scene = Scene::new(PAGE_WIDTH / 2.0, RATES);
            let page = scene.area();
            crate::panel::no_data(&mut scene, page);
            return Ok(scene);
        }
        check_positive(
            "stretch of time of the rasters",
            self.window_s.1 - self.window_s.0,
        )?;
        self.page().scene()
    }

    fn table(&self) -> Table {
        self.page().table()
    }
}
