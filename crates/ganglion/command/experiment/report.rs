//! What an experiment found, as a document and as text.

use ganglion_experiment::{ExperimentConfig, Outcome, PopulationMetric, Presence};
use serde::Serialize;

use super::Made;
use crate::subject::Subject;
use crate::table::TextTable;

/// Everything about an experiment but its arrays.
#[derive(Serialize)]
pub struct Report {
    #[serde(flatten)]
    outcome: Outcome,
    /// The metric that stands for the experiment.
    headline: &'static str,
    /// Cells that show the phenomenon.
    present: usize,
    /// Cells on which the stimuli could tell.
    measurable: usize,
    /// Every metric over the cells that show the phenomenon.
    over_present_cells: Vec<PopulationMetric>,
    /// Every metric over all cells on which the stimuli could tell.
    over_measurable_cells: Vec<PopulationMetric>,
    /// Values that were not shown exactly as asked, and light that the model has not seen.
    warnings: Vec<String>,
    model: String,
    /// What `model` is.
    subject: &'static str,
    program: &'static str,
    revision: Option<&'static str>,
    /// The experiment with every value resolved.
    config: ExperimentConfig,
}

impl Report {
    /// Of an experiment that was made on a model or retina.
    pub fn new(model: String, subject: &Subject, made: &Made) -> Self {
        let outcome = made.outcome.clone();
        let (present, measurable) = (outcome.present(), outcome.measurable());
        Self {
            headline: made.prepared.config().headline(),
            present: present.len(),
            measurable: measurable.len(),
            over_present_cells: outcome.population(&present),
            over_measurable_cells: outcome.population(&measurable),
            warnings: (made.prepared.warnings().iter())
                .map(ToString::to_string)
                .chain(made.beyond.clone())
                .collect(),
            model,
            subject: subject.kind(),
            program: concat!("ganglion ", env!("CARGO_PKG_VERSION")),
            revision: crate::arguments::revision(),
            config: made.prepared.config().clone(),
            outcome,
        }
    }

    /// Name of the experiment.
    pub fn name(&self) -> &'static str {
        self.config.name()
    }

    /// The experiment with every value resolved.
    pub fn config(&self) -> &ExperimentConfig {
        &self.config
    }

    /// A line a cell, and what holds for all.
    pub fn text(&self, written: bool) -> String {
        let mut table = TextTable::new(["cell", "shows it", self.headline]);
        for cell in &self.outcome.cells {
            let verdict = match (cell.measurable, cell.presence) {
                (false, _) => "-",
                (true, Presence::Present) => "yes",
                (true, Presence::Absent) => "no",
                (true, Presence::Undetermined) => Presence::Undetermined.name(),
            };
            let value = cell.metrics.get(self.headline);
            let value = match value.is_finite() {
                true => format!("{value:.2}"),
                false => "-".to_owned(),
            };
            table.push([cell.cell.0.to_string(), verdict.to_owned(), value]);
        }
        let table = table.to_string();
        let reasons = self.outcome.cells.iter().map(|cell| &cell.reason);
        let mut lines = table.lines();
        let mut text = format!("{}\n", lines.next().unwrap_or_default());
        for (line, reason) in lines.zip(reasons) {
            text += &format!("{line}  {reason}\n");
        }
        text += &self.total();
        if !written {
            text += "numbers, responses and figures are written with --out DIR\n";
        }
        text
    }

    fn total(&self) -> String {
        let (name, present, measurable) = (self.name(), self.present, self.measurable);
        let all = self.outcome.cells.len();
        let mut line = format!("{name}: {present} of {measurable} measurable cells ({all} in all)");
        let mut over = self.over_present_cells.iter();
        if let Some(found) = over.find(|one| one.metric == self.headline)
            && found.cells > 0
        {
            let (metric, mean, cells) = (found.metric, found.mean, found.cells);
            line += &match found.error.is_finite() {
                true => format!(
                    "; {metric} {mean:.2} ± {:.2} (s.e.m., n = {cells})",
                    found.error
                ),
                false => format!("; {metric} {mean:.2} (n = {cells})"),
            };
        }
        line + "\n"
    }
}
