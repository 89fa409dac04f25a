//! Which channels make which phenomenon.

use super::page::Page;
use super::{Figure, PAGE_WIDTH, Polarity};
use crate::draw::Area;
use crate::error::check_length;
use crate::panel::{Axis, HeatPanel};
use crate::{Error, Scene, Table};

/// A matrix of phenomena by channels: the signed share of every channel in every phenomenon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionMatrix {
    /// Title of the page.
    pub title: String,
    /// The phenomena, one a row, for example `"Omitted stimulus"`.
    pub phenomena: Vec<String>,
    /// The channels, one a column, for example `"1"`.
    pub channels: Vec<String>,
    /// Polarity `[channel]`; may be empty.
    pub polarities: Vec<Polarity>,
    /// Shares `[phenomenon * channels + channel]`: mean magnitude of the channel over that of all
    /// channels, negative where it inhibits.
    pub shares: Vec<f64>,
}

const ROW: f64 = 24.0;
const COLUMN: f64 = 30.0;

impl AttributionMatrix {
    fn check(&self) -> Result<(), Error> {
        let (rows, columns) = (self.phenomena.len(), self.channels.len());
        check_length("shares", rows * columns, self.shares.len())?;
        if self.polarities.is_empty() {
            return Ok(());
        }
        check_length("polarities", columns, self.polarities.len())
    }

    fn panel(&self) -> HeatPanel {
        let (rows, columns) = (self.phenomena.len(), self.channels.len());
        let channels = self.channels.iter().enumerate();
        let x = channels.map(|(place, name)| (place as f64, &**name));
        // Row 0 lies on top, where the axis ends.
        let phenomena = self.phenomena.iter().enumerate();
        let y = phenomena.map(|(row, name)| ((rows - 1 - row) as f64, &**name));
        let x = Axis::new("Channel").ticks(x);
        let y = Axis::new("").ticks(y);
        let notes = self.polarities.iter();
        let notes = notes.map(|polarity| (polarity.name().to_owned(), polarity.color()));
        HeatPanel::new("", x, y, self.shares.clone(), columns.max(1))
            .bar("Signed share")
            .column_notes(notes.collect())
            .numbers(2)
    }

    fn page(&self) -> Page {
        let (rows, columns) = (self.phenomena.len() as f64, self.channels.len() as f64);
        let width = (160.0 + columns * COLUMN).min(PAGE_WIDTH);
        let height = (rows * ROW + 45.0).max(90.0);
        let area = Area::new(0.0, 0.0, width, height);
        Page::new(&self.title, height).wide(width).with(
            "shares",
            ["Channel, from 0", "Phenomenon, from 0"],
            area,
            self.panel(),
        )
    }
}

impl Figure for AttributionMatrix {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        if self.shares.is_empty() {
            let mut scene = Scene::new(PAGE_WIDTH / 2.0, 90.0);
            let page = scene.area();
            crate::panel::no_data(&mut scene, page);
            return Ok(scene);
        }
        self.page().scene()
    }

    fn table(&self) -> Table {
        let mut table = Table::new(["phenomenon", "channel", "polarity", "share"]);
        for (index, &share) in self.shares.iter().enumerate() {
            let columns = self.channels.len().max(1);
            let (row, column) = (index / columns, index % columns);
            let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
            let polarity = self.polarities.get(column).map_or("", |p| p.name());
            table.push(vec![
                name(&self.phenomena, row),
                name(&self.channels, column),
                polarity.to_owned(),
                crate::table::number(share),
            ]);
        }
        table
    }
}
