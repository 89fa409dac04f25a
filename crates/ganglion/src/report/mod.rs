//! One self-contained HTML file of a whole reproduction.

mod cells;
mod figure;
mod found;
mod html;
mod identification;
mod network;
mod page;
mod phenomenon;
mod planting;
mod provenance;
mod stability;

use std::path::{Path, PathBuf};

use crate::results::write_text;
use html::Html;

/// Folder of the circuits of all cells.
pub const IDENTIFICATION: &str = "identification";

/// What a report is made of: folders of finished stages.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The config with every override applied.
    pub config: String,
    /// The stages in order.
    pub stages: Vec<StageReport>,
    /// The model.
    pub model: PathBuf,
    /// Its history of training, if it was trained here.
    pub history: Option<PathBuf>,
    /// The simulated retina, if there is one.
    pub retina: Option<PathBuf>,
    /// Names of the experiments.
    pub experiments: Vec<String>,
    /// Phenomena that were not looked for.
    pub skipped: Vec<Skipped>,
}

/// A phenomenon that was not looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its name.
    pub name: String,
    /// Why its stimulus cannot be shown.
    pub reason: String,
}

impl Skipped {
    /// The stage that would have looked for it.
    pub fn title(&self) -> String {
        format!("Experiment: {}", self.name)
    }
}

/// A finished stage.
#[derive(Clone, Debug)]
pub struct StageReport {
    /// Its name.
    pub name: String,
    /// The command line.
    pub line: String,
    /// The program that ran it.
    pub program: String,
    /// How long it took.
    pub seconds: f64,
    /// Where its results are.
    pub folder: PathBuf,
}

/// Writes `report.html` into a folder.
///
/// # Errors
/// Where results of a stage cannot be read, or the report cannot be written.
pub fn write(out: &Path, contents: &Contents) -> crate::Result<PathBuf> {
    let mut sections = vec![network::section(contents)?, identification::section(out)?];
    for name in &contents.experiments {
        sections.push(phenomenon::section(out, name)?);
    }
    sections.push(provenance::section(contents));
    let document = page::page(&page::headline(out, contents)?, &sections);
    let path = out.join("report.html");
    write_text(&path, &document)?;
    Ok(path)
}

/// A part of the report.
pub struct Section {
    /// Anchor of its heading.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// What is under it.
    pub body: Html,
}
