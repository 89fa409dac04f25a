//! `ganglion attribute`

use std::path::PathBuf;

use anyhow::ensure;
use clap::{ArgGroup, Args, ValueEnum};
use ganglion::attribution::{AttributionConfig, Point};
use ganglion::plot::Format;
use ganglion::recording::DatasetSpec;
use ganglion::results::Attributions;
use ganglion::stages::Attribute;
use ganglion::stages::attribute::{AttributeTables, Maps, Method, presets, text};

use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `attribute`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("shown").required(true).args(["config", "phenomenon", "stimulus"])))]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
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
    /// of others, N steps); shapley (of channels, over all choices of them); ablation (each channel silenced), unit-ablation (each unit), occlusion
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
    maps: Option<MapsName>,
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

/// What is kept of every unit, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MapsName {
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
    let stage = Attribute {
        model: arguments.model.clone(),
        tables: tables(arguments)?,
        stimulus: arguments.stimulus.clone(),
        raw: arguments.raw,
        baseline: arguments.baseline.clone(),
        method: arguments.method,
        pathways: arguments.pathways.clone(),
        controls: arguments.controls,
        maps: arguments.maps.map(|maps| match maps {
            MapsName::All => Maps::All,
            MapsName::Attribution => Maps::Attribution,
            MapsName::None => Maps::None,
        }),
        out: arguments.out.clone(),
        format: arguments.format,
        config: arguments.config.clone(),
    };
    let mut summaries = stage.run(&settings.replacing(arguments.replacing))?;
    match (arguments.json, summaries.len()) {
        (true, 1) => console::print_json(&summaries.remove(0)),
        (true, _) => console::print_json(&Attributions {
            experiments: summaries,
        }),
        (false, _) => console::print(&summaries.iter().map(text).collect::<String>()),
    }
}

/// The tables of the config or their defaults, then what flags say.
fn tables(arguments: &Arguments) -> anyhow::Result<AttributeTables> {
    let mut tables: AttributeTables = match &arguments.config {
        Some(path) => ConfigFile::read(path, &arguments.set)?.parse()?,
        None => AttributeTables {
            attribution: match arguments.stimulus {
                Some(_) => AttributionConfig::of_stimulus(),
                None => AttributionConfig::default(),
            },
            experiments: match &arguments.phenomenon {
                Some(name) => presets(name)?,
                None => Vec::new(),
            },
        },
    };
    if let Some(path) = &arguments.config {
        ensure!(
            !tables.experiments.is_empty(),
            "{}: no [[experiments]] to attribute; add one with `phenomenon = \"latency\"`, or \
             give --phenomenon or --stimulus instead of a config",
            path.display()
        );
    }
    override_settings(&mut tables.attribution, arguments);
    if let Some(list) = &arguments.cells {
        tables.attribution.cells = Some(list.cells().to_vec());
    }
    Ok(tables)
}

fn override_settings(settings: &mut AttributionConfig, arguments: &Arguments) {
    if let Some(tolerance) = arguments.tolerance {
        settings.tolerance = tolerance;
    }
    if let Some(tolerance) = arguments.map_tolerance {
        settings.map_tolerance = tolerance;
    }
    if let Some(stage) = arguments.layer {
        settings.layer.stage = stage;
    }
    if let Some(point) = arguments.point {
        settings.layer.point = match point {
            PointName::Linear => Point::Linear,
            PointName::Normalised => Point::Normalised,
            PointName::Rectified => Point::Rectified,
        };
    }
}
