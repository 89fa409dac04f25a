//! `ganglion attribute`

mod baseline;
mod effects;
mod gather;
mod highlight;
mod method;
mod peaks;
mod pixels;
mod plan;
mod report;
mod request;
mod save;
mod shown;

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use ganglion_attribution::Attributor;
use ganglion_model::model::Model;
use ganglion_plot::Format;
use ganglion_recording::{CellIndex, DatasetSpec};

use crate::arguments::Overwrite;
use crate::cell_list::CellList;
use crate::config::Override;
use crate::console;
use crate::outputs::{Outputs, ResultFolder};
use crate::settings::Settings;
use method::Method;
use report::Report;
use request::{Request, Tables};
use shown::Shown;

/// What was typed after `attribute`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("shown").required(true).args(["config", "phenomenon", "stimulus"])))]
pub struct Arguments {
    /// A run directory (its best model) or a model directory
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Config file with the tables `[attribution]` and `[[experiments]]`
    #[arg(value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// Set a key of the config, as in attribution.tolerance=1e-4; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE", requires = "config")]
    set: Vec<Override>,
    /// An experiment by name, such as omitted-stimulus, or `all` for all phenomena
    #[arg(long, value_name = "NAME")]
    phenomenon: Option<String>,
    /// A movie [frame, y, x] or clips [clip, frame, y, x], in the model's normalised units
    #[arg(long, value_name = "FILE.h5:DATASET")]
    stimulus: Option<DatasetSpec>,
    /// The stimulus and the baseline are in the recording's units: normalise them first
    #[arg(long, requires = "stimulus")]
    raw: bool,
    /// Where paths start: a movie or clips of the stimulus' size, or one history for all [default:
    /// grey]
    #[arg(long, value_name = "FILE.h5:DATASET")]
    baseline: Option<DatasetSpec>,
    /// Cells, 0-based within the recording, as in 0,3-5 [default: all of the model]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Largest completeness gap, and largest error of a channel's sum, as a share of the response
    /// range [default: 1e-3]
    #[arg(long, value_name = "X")]
    tolerance: Option<f64>,
    /// Largest error of a channel's map, as a share of the map; `inf` where only sums matter
    /// [default: 1e-3, for experiments inf]
    #[arg(long, value_name = "X")]
    map_tolerance: Option<f64>,
    /// Hidden stage, counted from 1 [default: 1]
    #[arg(long, value_name = "N")]
    layer: Option<usize>,
    /// Point within the stage: before normalisation, after it, or after rectification [default:
    /// linear]
    #[arg(long, value_name = "POINT")]
    point: Option<PointName>,
    /// How: path (the integral); gradient; midpoint:N, right-endpoint:N or layer-conductance:N (rules
    /// of others, N steps); ablation (each channel silenced), unit-ablation (each unit), occlusion
    /// (see --pathways); pixels (integrated gradients of the input)
    #[arg(long, value_name = "METHOD", default_value = "path")]
    method: Method,
    /// Pathways that `--method occlusion` silences in turn: channels joined by +, as in 0+3,1
    #[arg(long, value_name = "LIST")]
    pathways: Option<String>,
    /// Show an experiment's controls too
    #[arg(long)]
    controls: bool,
    /// What of every unit is kept: attributions and effective weights, attributions, or sums only
    /// [default: all, for experiments none]
    #[arg(long, value_name = "WHAT")]
    maps: Option<Maps>,
    /// Folder for the results [default: `attribution` in the run or model]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the figures: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A point of a stage, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PointName {
    Linear,
    Normalised,
    Rectified,
}

/// What is kept of every unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Maps {
    /// Attributions and effective weights.
    All,
    /// Attributions.
    Attribution,
    /// Sums only.
    None,
}

/// Attributes, writes the results and draws them.
///
/// # Errors
/// Where the model has no hidden units, something does not fit it, or a file cannot be read or
/// written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let tables = Tables::read(arguments)?;
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let cells = model.description.cells.iter().copied().map(CellIndex);
    let attributor =
        Attributor::new(&model.network, model.description.movie)?.of_cells(cells.collect())?;
    let request = Request::new(arguments, tables, &model, &attributor)?;
    let shown = Shown::all(arguments, &request, &model)?;
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| arguments.model.join("attribution"));
    let folders = Folders::new(arguments, &shown, &out)?;
    let subject = Subject {
        model: &model,
        attributor: &attributor,
        request: &request,
        settings,
    };
    let mut reports = Vec::new();
    for (one, folder) in shown.iter().zip(&folders.each) {
        reports.push(folder.write(|folder| subject.attribute(one, folder, arguments))?);
    }
    if let Some(folder) = &folders.of_all {
        folder.write(|folder| report::summarise(&reports, &subject, folder, arguments))?;
    }
    report::print(&reports, arguments)
}

/// Where the results go, once it is known that nothing of others is replaced.
struct Folders {
    each: Vec<ResultFolder>,
    /// What several experiments have in common.
    of_all: Option<ResultFolder>,
}

/// Names of the files of one experiment or stimulus, in which `*` stands for anything.
const NAMES: [&str; 9] = [
    "summary.json",
    "channels.csv",
    "responses.csv",
    "attribution.h5",
    "effects.csv",
    "effects.h5",
    "pixels.h5",
    "figures/*-cell-*.*",
    "figures/matrix-*.*",
];

impl Folders {
    fn new(arguments: &Arguments, shown: &[Shown], out: &Path) -> anyhow::Result<Self> {
        let movies = arguments.stimulus.iter().chain(&arguments.baseline);
        let outputs = Outputs::of("attribute", arguments.replacing.overwrite)
            .reading_model(&arguments.model)
            .reading_all(&arguments.config)
            .reading_all(movies.map(|spec| &spec.path));
        let folder = |one: &Shown| match shown.len() {
            1 => outputs.folder(out, NAMES),
            _ => outputs.folder(&out.join(&one.name), NAMES),
        };
        let of_all = (shown.len() > 1).then(|| outputs.folder(out, NAMES));
        Ok(Self {
            each: shown.iter().map(folder).collect::<Result<_, _>>()?,
            of_all: of_all.transpose()?,
        })
    }
}

/// What is attributed, and how.
pub struct Subject<'a> {
    model: &'a Model,
    attributor: &'a Attributor,
    request: &'a Request,
    settings: &'a Settings,
}

impl Subject<'_> {
    fn attribute(
        &self,
        shown: &Shown,
        folder: &Path,
        arguments: &Arguments,
    ) -> anyhow::Result<Report> {
        match arguments.method {
            Method::Path | Method::Rule(_) => {
                let gathered = gather::gather(self, shown, folder)?;
                let report = Report::of(self, shown, folder, &gathered);
                save::save(self, shown, folder, gathered, &report, arguments.format)?;
                Ok(report)
            }
            Method::Pixels => pixels::attribute(self, shown, folder),
            Method::Ablation | Method::UnitAblation | Method::Occlusion => {
                effects::measure(self, shown, folder, arguments)
            }
        }
    }

    /// Numbers of the cells asked for, 0-based within the recording.
    fn cells(&self) -> Vec<usize> {
        let outputs = self.request.outputs.iter();
        outputs
            .map(|&output| self.model.description.cells[output])
            .collect()
    }

    fn frame_period_ms(&self) -> f64 {
        self.model.description.frame_period_ms
    }
}

/// Writes a JSON document into a folder.
fn write_json(path: &Path, value: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = console::json(value)?;
    Ok(ganglion_recording::write_atomically(path, |file| {
        std::io::Write::write_all(file, text.as_bytes())
    })?)
}
