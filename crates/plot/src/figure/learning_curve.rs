//! How training went.

use super::{Figure, PAGE_WIDTH};
use crate::draw::{Area, Scene, palette};
use crate::error::check_length;
use crate::panel::{Axis, LinePanel, Panel, Series};
use crate::table::number;
use crate::{Error, Table};

/// Losses, validation correlation and learning rate against epochs, the best epoch marked.
///
/// Series that are empty are left out, and so is what belongs to the best epoch where there is none;
/// epochs without a value may hold NaN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LearningCurve {
    /// Epochs, counted from 1.
    pub epochs: Vec<f64>,
    /// Loss on the training data, penalties included.
    pub train_loss: Vec<f64>,
    /// Loss on the validation data.
    pub validation_loss: Vec<f64>,
    /// Correlation with the validation data, mean or median over cells.
    pub validation_correlation: Vec<f64>,
    /// Learning rate.
    pub learning_rate: Option<Vec<f64>>,
    /// The epoch whose weights were kept.
    pub best_epoch: Option<f64>,
}

const HEIGHT: f64 = 150.0;

impl LearningCurve {
    fn columns(&self) -> Vec<(&'static str, &[f64])> {
        let rate = self.learning_rate.as_deref().unwrap_or_default();
        let columns: [(&str, &[f64]); 4] = [
            ("train_loss", &self.train_loss),
            ("validation_loss", &self.validation_loss),
            ("validation_correlation", &self.validation_correlation),
            ("learning_rate", rate),
        ];
        columns
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .collect()
    }

    fn series(&self, name: &str, values: &[f64]) -> Series {
        let series = Series::new(name, self.epochs.clone(), values.to_vec());
        if self.epochs.len() <= 30 {
            series.markers()
        } else {
            series
        }
    }

    fn panel(&self, y: Axis, series: Vec<Series>, mark: &str) -> LinePanel {
        let x = Axis::new("Epoch").counting();
        let panel = series
            .into_iter()
            .fold(LinePanel::new("", x, y), LinePanel::with);
        match self.best_epoch {
            Some(best) => panel.moment(best, mark),
            None => panel,
        }
    }

    /// Side by side, so that the figure is no larger than those of results.
    fn panels(&self) -> Vec<LinePanel> {
        let rate = self.learning_rate.as_ref().filter(|rate| !rate.is_empty());
        let mut losses = Vec::new();
        if !self.train_loss.is_empty() {
            losses.push(
                self.series("Training, with penalties", &self.train_loss)
                    .color(palette::INK),
            );
        }
        if !self.validation_loss.is_empty() {
            losses.push(
                self.series("Validation", &self.validation_loss)
                    .color(palette::BLUE),
            );
        }
        let correlation = self.validation_correlation.as_slice();
        let best = self.best_label();
        // The correlation names the best epoch, or the loss where there is none.
        let label = if correlation.is_empty() { &*best } else { "" };
        let mut panels = vec![self.panel(Axis::new("Loss"), losses, label)];
        if !correlation.is_empty() {
            let series = vec![self.series("", correlation).color(palette::BLUE)];
            let y = Axis::new("Validation correlation");
            panels.push(self.panel(y, series, &best));
        }
        if let Some(rate) = rate {
            let series = vec![self.series("", rate).color(palette::GREY)];
            let y = Axis::new("Learning rate").logarithmic();
            panels.push(self.panel(y, series, ""));
        }
        panels
    }

    fn best_label(&self) -> String {
        let Some(best) = self.best_epoch else {
            return String::new();
        };
        let index = self.epochs.iter().position(|&epoch| epoch == best);
        let value = index.and_then(|index| self.validation_correlation.get(index));
        match value.filter(|value| value.is_finite()) {
            Some(value) => format!("best: epoch {best}, r = {value:.2}"),
            None => format!("best: epoch {best}"),
        }
    }
}

impl Figure for LearningCurve {
    fn scene(&self) -> Result<Scene, Error> {
        for (name, values) in self.columns() {
            check_length(name, self.epochs.len(), values.len())?;
        }
        let panels = self.panels();
        let width = PAGE_WIDTH / panels.len() as f64;
        let mut scene = Scene::new(PAGE_WIDTH, HEIGHT);
        for (index, panel) in panels.into_iter().enumerate() {
            let area = Area::new(index as f64 * width, 0.0, width, HEIGHT);
            panel.draw(&mut scene, area)?;
        }
        Ok(scene)
    }

    fn table(&self) -> Table {
        let columns = self.columns();
        let names = columns.iter().map(|(name, _)| *name);
        let best = self.best_epoch.map(|_| "best");
        let mut table = Table::new(["epoch"].into_iter().chain(names).chain(best));
        for (index, &epoch) in self.epochs.iter().enumerate() {
            let at = |values: &[f64]| values.get(index).copied().map_or_else(String::new, number);
            let values = columns.iter().map(|(_, values)| at(values));
            let best = self.best_epoch.map(|best| (best == epoch).to_string());
            table.push(
                [number(epoch)]
                    .into_iter()
                    .chain(values)
                    .chain(best)
                    .collect(),
            );
        }
        table
    }
}
