//! An experiment as its folder holds it.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_experiment::{ExperimentConfig, Outcome, PreparedExperiment, Rates, Screen};
use ganglion_recording::{
    ArrayFile, Attribute, Attributes, CellIndex, Microns, Milliseconds, ResultFile,
};

use super::ExperimentTables;
use crate::error::{Context as _, Error, bail};
use crate::text;

const RESPONSES: &str = "responses.h5";
const SUMMARY: &str = "summary.json";

/// An experiment that was made before, judged again from the rates that were kept.
pub struct StoredExperiment {
    /// Where it lies.
    pub folder: PathBuf,
    /// What was shown, and by which rule it was judged.
    pub config: ExperimentConfig,
    /// What was found.
    pub outcome: Outcome,
}

impl StoredExperiment {
    /// Files that are read.
    pub const FILES: [&str; 3] = ["config.toml", RESPONSES, SUMMARY];

    /// Folders of experiments: this one, or those directly inside it, by name. None if neither is.
    pub fn folders(path: &Path) -> Vec<PathBuf> {
        if holds_experiment(path) {
            return vec![path.to_owned()];
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut inside: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|folder| holds_experiment(folder))
            .collect();
        inside.sort();
        inside
    }

    /// Reads what was shown and how the cells answered, and measures the answers.
    ///
    /// # Errors
    /// Where a file is missing or cannot be read, or the rates are not those of the experiment.
    pub fn read(folder: &Path) -> crate::Result<Self> {
        let tables: ExperimentTables = text::read_toml(&folder.join("config.toml"), "config")?;
        let path = folder.join(RESPONSES);
        let file = ArrayFile::open(&path)?;
        let [config] = <[_; 1]>::try_from(tables.experiments)
            .map_err(|_| Error::input(format!("{}: holds not one experiment", folder.display())))?;
        let outcome = measured(&config, &file).with_context(|| path.display().to_string())?;
        Ok(Self {
            folder: folder.to_owned(),
            config,
            outcome,
        })
    }
}

fn holds_experiment(folder: &Path) -> bool {
    [RESPONSES, SUMMARY]
        .iter()
        .all(|file| folder.join(file).is_file())
}

fn measured(config: &ExperimentConfig, file: &ArrayFile) -> crate::Result<Outcome> {
    let attributes = file.attributes("");
    let (Some(screen), Some(cells)) = (screen(&attributes), cells(&attributes)) else {
        bail!("does not tell its screen and cells; make the experiment again");
    };
    let prepared = config.prepare(screen)?;
    let rates = rates(&prepared, file)?;
    Ok(prepared.measure(&rates, &cells)?)
}

/// The answers to all conditions.
fn rates(prepared: &PreparedExperiment, file: &ArrayFile) -> crate::Result<Vec<Rates>> {
    let history = prepared.screen().history;
    let condition = |index: usize| -> crate::Result<Rates> {
        let name = format!("response/{}", name_of(index));
        let array = file.read(&name)?;
        match array.shape[..] {
            [_, bins] if bins > 0 => Ok(Rates::new(history, bins, array.values)),
            _ => bail!("{name}: is not of shape [cell, bin]"),
        }
    };
    (0..prepared.conditions().len()).map(condition).collect()
}

/// Name of a condition in files.
pub fn name_of(condition: usize) -> String {
    format!("{condition:03}")
}

/// The file with the attributes that [`StoredExperiment::read`] finds the screen by.
pub fn with_screen(file: ResultFile, screen: &Screen) -> ResultFile {
    let pixels = |count: usize| count as f64;
    file.attribute("frame_period_ms", screen.frame_period.0)
        .attribute("microns_per_pixel", screen.microns_per_pixel.0)
        .attribute("height", pixels(screen.height))
        .attribute("width", pixels(screen.width))
        .attribute("history_frames", pixels(screen.history))
}

fn screen(attributes: &Attributes) -> Option<Screen> {
    let number = |name: &str| attributes.get(name).and_then(Attribute::as_f64);
    let count = |name: &str| number(name).map(|value| value as usize);
    Some(Screen {
        height: count("height")?,
        width: count("width")?,
        frame_period: Milliseconds(number("frame_period_ms")?),
        microns_per_pixel: Microns(number("microns_per_pixel")?),
        history: count("history_frames")?,
    })
}

fn cells(attributes: &Attributes) -> Option<Vec<CellIndex>> {
    let text = attributes.get("cells")?.as_str()?;
    let numbers: Vec<usize> = serde_json::from_str(text).ok()?;
    Some(numbers.into_iter().map(CellIndex).collect())
}
