//! `ganglion card`

use std::path::PathBuf;

use clap::Args;
use ganglion::stages::Card;

use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `card`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Folder for the card, the model and its circuit, as a model hub takes it; only printed if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What the model is called [default: its folder or its name]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Licence of the weights, as SPDX writes it, such as CC-BY-4.0
    #[arg(long, visible_alias = "license", value_name = "SPDX")]
    licence: Option<String>,
    /// Name of the data set that it was trained on; may be given several times
    #[arg(long = "dataset", value_name = "NAME")]
    datasets: Vec<String>,
    /// Digital object identifier of the data set; may be given several times
    #[arg(long = "doi", value_name = "DOI")]
    dois: Vec<String>,
    /// Licence of the data set; may be given several times
    #[arg(
        long = "data-licence",
        visible_alias = "data-license",
        value_name = "SPDX"
    )]
    data_licences: Vec<String>,
    /// What `evaluate --json` printed, or a run's evaluation.json [default: that of the run]
    #[arg(long, value_name = "FILE.json")]
    evaluation: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Prints the card, or writes it with the model.
///
/// # Errors
/// Where the model or its scores cannot be read, or the folder cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Card {
        model: arguments.model.clone(),
        out: arguments.out.clone(),
        title: arguments.title.clone(),
        licence: arguments.licence.clone(),
        datasets: arguments.datasets.clone(),
        dois: arguments.dois.clone(),
        data_licences: arguments.data_licences.clone(),
        evaluation: arguments.evaluation.clone(),
    };
    let carded = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.out {
        None => console::print(&carded.text),
        Some(_) => {
            let line = |file: &PathBuf| format!("{}\n", file.display());
            console::print(&carded.files.iter().map(line).collect::<String>())
        }
    }
}
