//! `ganglion plot`

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use ganglion_model::evaluation::evaluate;
use ganglion_model::model::Model;
use ganglion_model::training::read_history;
use ganglion_plot::{Figure, Format};
use ganglion_recording::{Partition, RecordingFile};

use super::experiment::Stored;
use crate::arguments::Overwrite;
use crate::config::ConfigFile;
use crate::failure::bad_use;
use crate::location::Location;
use crate::outputs::Outputs;
use crate::settings::Settings;
use crate::{agreement, console, figures, notes};

/// What was typed after `plot`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory, a model directory, or a folder that `experiment --out` wrote
    #[arg(value_name = "FOLDER")]
    path: PathBuf,
    /// The recording whose test part is compared [default: those the run was trained on]
    #[arg(long, value_name = "FILE.h5")]
    recording: Option<PathBuf>,
    /// Format of the figures: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    /// Folder for the figures [default: `plots` in the run or model, the experiment's own folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
}

/// The way out where a recording of the run cannot be used.
const ANOTHER: &str = "to compare with another recording, give --recording FILE.h5";

/// A figure and its name, without extension.
type Named = (String, Box<dyn Figure>);

/// Draws everything first, so that a failure writes nothing, then saves it.
///
/// # Errors
/// Where the run, model or recording cannot be read, or the figures cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let experiments = Stored::folders(&arguments.path);
    if !experiments.is_empty() {
        return redraw(arguments, &experiments);
    }
    let location = Location::of(&arguments.path);
    let model = Model::open(&arguments.path, &settings.backend().device()?)?;
    let mut drawn = learned(&location, &model)?;
    let recordings = recordings(arguments, &location)?;
    if recordings.is_empty() && !settings.quiet {
        console::complain("no recording to compare with: give one with --recording FILE.h5");
    }
    for recording in &recordings {
        let suffix = if recordings.len() > 1 {
            stem(recording)
        } else {
            String::new()
        };
        let figures = compared(&model, recording, &suffix);
        drawn.extend(match arguments.recording {
            Some(_) => figures?,
            None => figures.context(ANOTHER)?,
        });
    }
    let folder = arguments.out.clone().unwrap_or_else(|| location.plots());
    let outputs = Outputs::of("plot", arguments.replacing.overwrite)
        .reading_model(&arguments.path)
        .reading_all(&recordings);
    save(&drawn, &folder, arguments.format, &outputs)
}

/// Figures of experiments, from the rates that were kept.
fn redraw(arguments: &Arguments, folders: &[PathBuf]) -> anyhow::Result<()> {
    if arguments.recording.is_some() {
        let path = arguments.path.display();
        return Err(bad_use(format!(
            "{path}: holds experiments, which are not compared with a recording; \
             leave out --recording"
        )));
    }
    for folder in folders {
        let stored = Stored::read(folder)?;
        let target = match (&arguments.out, folders.len()) {
            (None, _) => stored.folder.clone(),
            (Some(out), 1) => out.clone(),
            (Some(out), _) => out.join(folder.file_name().unwrap_or_default()),
        };
        let drawn = figures::experiment(&stored.config, &stored.outcome);
        let outputs = Outputs::of("plot", arguments.replacing.overwrite)
            .and_those_of("experiment")
            .reading_all(Stored::FILES.map(|name| folder.join(name)));
        save(&drawn, &target, arguments.format, &outputs)?;
    }
    Ok(())
}

/// Figures that need no recording.
fn learned(location: &Location, model: &Model) -> anyhow::Result<Vec<Named>> {
    let mut drawn: Vec<Named> = Vec::new();
    if let Some(run) = location.run() {
        let history = read_history(&run.history())?;
        drawn.push((
            "learning-curve".into(),
            Box::new(figures::learning_curve(&history)),
        ));
    }
    drawn.push(("filters".into(), Box::new(figures::filters(model))));
    Ok(drawn)
}

/// Figures of the model's predictions of a recording's test part.
fn compared(model: &Model, recording: &Path, suffix: &str) -> anyhow::Result<Vec<Named>> {
    notes::tell(recording);
    let evaluation = evaluate(model, recording, Partition::Test)?;
    agreement::tell(recording, &evaluation);
    let kind = model.description.architecture.kind();
    Ok(vec![
        (
            format!("psth{suffix}"),
            Box::new(figures::psth(&evaluation, kind)),
        ),
        (
            format!("cell-scores{suffix}"),
            Box::new(figures::cell_scores(&evaluation)),
        ),
    ])
}

/// The recording asked for, or those of the run that have a test part.
fn recordings(arguments: &Arguments, location: &Location) -> anyhow::Result<Vec<PathBuf>> {
    if let Some(recording) = &arguments.recording {
        return Ok(vec![recording.clone()]);
    }
    let Some(run) = location.run() else {
        return Ok(Vec::new());
    };
    let config = ConfigFile::read(&run.config(), &[])?.run()?;
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

fn save(drawn: &[Named], folder: &Path, format: Format, outputs: &Outputs) -> anyhow::Result<()> {
    let of_figure =
        |(name, _): &Named| ["csv", format.extension()].map(|end| format!("{name}.{end}"));
    let results = outputs.folder(folder, drawn.iter().flat_map(of_figure))?;
    let written = results.write(|folder| {
        let mut written = String::new();
        for (name, figure) in drawn {
            let saved = figure.save(&folder.join(name), format)?;
            for path in [&saved.figure, &saved.numbers] {
                written += &format!("{}\n", path.display());
            }
        }
        Ok(written)
    })?;
    console::print(&written)
}
