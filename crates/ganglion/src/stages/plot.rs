//! Drawing what was learned, or experiments again from their rates.

use std::path::{Path, PathBuf};

use ganglion_glm::Fit;
use ganglion_model::evaluation::evaluate;
use ganglion_model::model::{Model, folder};
use ganglion_model::training::{RunConfig, read_fit_report, read_history};
use ganglion_plot::{Figure, Format};
use ganglion_recording::{Partition, RecordingFile};
use serde::Serialize;

use super::experiment::StoredExperiment;
use crate::error::{Context as _, Error, Result};
use crate::location::Location;
use crate::outputs::Outputs;
use crate::runner::Runner;
use crate::{agreement, figures, notes, text};

/// Figures, with their numbers beside them.
#[derive(Clone, Debug, Serialize)]
pub struct Plot {
    /// A run directory, a model directory, or a folder of experiments.
    pub path: PathBuf,
    /// The recording whose test part is compared; those that the run was trained on if none is given.
    pub recording: Option<PathBuf>,
    /// Folder for the figures; `plots` in the run or model, or the experiment's own folder, unless told
    /// otherwise.
    pub out: Option<PathBuf>,
    /// Format of the figures.
    #[serde(skip)]
    pub format: Format,
}

/// A figure and its name, without extension.
pub(super) type Named = (String, Box<dyn Figure>);

/// The way out where a recording of the run cannot be used.
const ANOTHER: &str = "to compare with another recording, give --recording FILE.h5";

impl Plot {
    /// Draws everything first, so that a failure writes nothing, then saves it; returns the files.
    ///
    /// # Errors
    /// Where the run, model or recording cannot be read, or the figures cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        self.run_each(runner, |saved| {
            files.extend(saved);
            Ok(())
        })?;
        Ok(files)
    }

    /// The same, with the files of one folder after those of the other.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of `each`.
    pub fn run_each(
        &self,
        runner: &Runner<'_>,
        mut each: impl FnMut(Vec<PathBuf>) -> Result<()>,
    ) -> Result<()> {
        let experiments = StoredExperiment::folders(&self.path);
        if experiments.is_empty() {
            return each(self.network(runner)?);
        }
        if self.recording.is_some() {
            let path = self.path.display();
            return Err(Error::request(format!(
                "{path}: holds experiments, which are not compared with a recording; \
                 leave out --recording"
            )));
        }
        for folder in &experiments {
            each(self.redraw(folder, experiments.len(), runner)?)?;
        }
        Ok(())
    }

    /// Figures of a run or a model.
    fn network(&self, runner: &Runner<'_>) -> Result<Vec<PathBuf>> {
        let location = Location::of(&self.path);
        let model = runner.model(&self.path)?;
        let mut drawn = learned(&self.path, &location, &model)?;
        let recordings = recordings(self, &location)?;
        if recordings.is_empty() {
            let line = "no recording to compare with: give one with --recording FILE.h5";
            runner.progress.say(line);
        }
        for recording in &recordings {
            let suffix = if recordings.len() > 1 {
                stem(recording)
            } else {
                String::new()
            };
            let figures = compared(&model, recording, &suffix);
            drawn.extend(match self.recording {
                Some(_) => figures?,
                None => figures.context(ANOTHER)?,
            });
        }
        let folder = self.out.clone().unwrap_or_else(|| location.plots());
        let outputs = Outputs::of("plot", runner.overwrite)
            .reading_model(&self.path)
            .reading_all(&recordings);
        save(&drawn, &folder, self.format, &outputs)
    }

    /// Figures of an experiment, from the rates that were kept.
    fn redraw(&self, folder: &Path, count: usize, runner: &Runner<'_>) -> Result<Vec<PathBuf>> {
        let stored = StoredExperiment::read(folder)?;
        let target = match (&self.out, count) {
            (None, _) => stored.folder.clone(),
            (Some(out), 1) => out.clone(),
            (Some(out), _) => out.join(folder.file_name().unwrap_or_default()),
        };
        let drawn = figures::experiment(&stored.config, &stored.outcome);
        let outputs = Outputs::of("plot", runner.overwrite)
            .and_those_of("experiment")
            .reading_all(StoredExperiment::FILES.map(|name| folder.join(name)));
        save(&drawn, &target, self.format, &outputs)
    }
}

/// Figures that need no recording.
fn learned(path: &Path, location: &Location, model: &Model) -> Result<Vec<Named>> {
    let mut drawn: Vec<Named> = Vec::new();
    let fit = known_fit(path, model)?;
    // A fit to the optimum has no epochs to learn over.
    if let Some(run) = location.run().filter(|_| fit.is_none()) {
        let history = read_history(&run.history())?;
        drawn.push((
            "learning-curve".into(),
            Box::new(figures::learning_curve(&history)),
        ));
    }
    drawn.push(("filters".into(), Box::new(figures::filters(model))));
    if let Some(fit) = fit {
        drawn.extend(of_spikes(&fit, model).map_err(ganglion_model::Error::from)?);
    }
    Ok(drawn)
}

/// The fit of a generalised linear model, with standard errors and tests where the model's folder has them.
fn known_fit(path: &Path, model: &Model) -> Result<Option<Fit>> {
    let Some(fit) = model.fit() else {
        return Ok(None);
    };
    let report = read_fit_report(&folder(path)?)?;
    Ok(Some(report.map_or(fit, |report| report.fit)))
}

/// Figures of what spikes do in a generalised linear model.
fn of_spikes(fit: &Fit, model: &Model) -> Result<Vec<Named>, ganglion_glm::Error> {
    let description = &model.description;
    let (cells, period) = (&description.cells, description.frame_period_ms);
    let filters = figures::spike_filters(fit, cells, period)?;
    let mut drawn: Vec<Named> = vec![("spike-filters".into(), Box::new(filters))];
    if let Some(couplings) = figures::couplings(fit, cells)? {
        drawn.push(("couplings".into(), Box::new(couplings)));
    }
    Ok(drawn)
}

/// Figures of the model's predictions of a recording's test part.
fn compared(model: &Model, recording: &Path, suffix: &str) -> Result<Vec<Named>> {
    notes::tell(recording);
    let evaluation = evaluate(model, recording, Partition::Test)?;
    agreement::tell(recording, &evaluation);
    let kind = model.description.architecture.kind();
    let mut drawn: Vec<Named> = vec![
        (
            format!("psth{suffix}"),
            Box::new(figures::psth(&evaluation, kind)),
        ),
        (
            format!("cell-scores{suffix}"),
            Box::new(figures::cell_scores(&evaluation)),
        ),
    ];
    if let Some(trials) = model.simulated_trials(recording, Partition::Test)? {
        agreement::tell_stability(recording, &trials.stability);
        let rasters = figures::rasters(&evaluation, &trials);
        drawn.push((format!("rasters{suffix}"), Box::new(rasters)));
        let variability = figures::variability(&trials);
        drawn.push((format!("variability{suffix}"), Box::new(variability)));
    }
    Ok(drawn)
}

/// The recording asked for, or those of the run that have a test part.
fn recordings(settings: &Plot, location: &Location) -> Result<Vec<PathBuf>> {
    if let Some(recording) = &settings.recording {
        return Ok(vec![recording.clone()]);
    }
    let Some(run) = location.run() else {
        return Ok(Vec::new());
    };
    let config: RunConfig = text::read_toml(&run.config(), "config")?;
    let has_test = |path: &PathBuf| match RecordingFile::open(path) {
        Ok(file) => file.partition(Partition::Test).is_ok(),
        // The evaluation tells what is wrong with the file.
        Err(_) => true,
    };
    Ok(config
        .recording
        .files
        .iter()
        .map(|file| file.to_path_buf())
        .filter(has_test)
        .collect())
}

fn stem(path: &Path) -> String {
    format!(
        "-{}",
        path.file_stem().unwrap_or_default().to_string_lossy()
    )
}

/// Writes figures with their numbers into a folder.
pub(super) fn save(
    drawn: &[Named],
    folder: &Path,
    format: Format,
    outputs: &Outputs,
) -> Result<Vec<PathBuf>> {
    let of_figure =
        |(name, _): &Named| ["csv", format.extension()].map(|end| format!("{name}.{end}"));
    let results = outputs.folder(folder, drawn.iter().flat_map(of_figure))?;
    results.write(|folder| {
        let mut written = Vec::with_capacity(2 * drawn.len());
        for (name, figure) in drawn {
            let saved = figure.save(&folder.join(name), format)?;
            written.extend([saved.figure, saved.numbers]);
        }
        Ok(written)
    })
}
