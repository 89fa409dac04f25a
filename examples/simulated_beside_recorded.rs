//! Draws simulated cells beside recorded ones: receptive fields, responses to repeats, and how both
//! are distributed over cells.
//!
//! Run with
//! `cargo run --release --example simulated_beside_recorded -- RECORDED.h5 SIMULATED.h5 FIGURE`,
//! both recordings being of white noise with repeats. The figure is saved with its numbers beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ganglion::experiment::receptive_field::{Kinetics, Polarity, ReceptiveField, recorded};
use ganglion::model::metrics::split_half_correlation;
use ganglion::plot::{
    CellPortrait, ChannelFilter, Figure, Format, QuantityDistribution, ReceptiveFieldComparison,
};
use ganglion::recording::{
    CellSelection, LoadOptions, Milliseconds, Normalisation, NormalisationRule, Partition,
    Recording, Trials, smoothed,
};
use ganglion::simulation::fano_factor;

/// Frames before the response that receptive fields are looked for in.
const HISTORY: usize = 40;

/// Spikes below which a cell has no receptive field to speak of.
const LEAST_SPIKES: f64 = 250.0;

/// Seconds of responses that are drawn.
const SHOWN_SECONDS: f64 = 4.0;

/// Portraits of each kind that are drawn.
const SHOWN: usize = 4;

/// Window of the Fano factors, in milliseconds.
const FANO_WINDOW: f64 = 100.0;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [real, made, figure] = arguments.as_slice() else {
        bail!("give a recording, a simulated recording and the figure to draw, without its ending");
    };
    let (recorded, simulated) = (cells(real)?, cells(made)?);
    let distribution = |label: &str, level, value: fn(&Cell) -> f64| QuantityDistribution {
        label: label.to_owned(),
        recorded: recorded
            .iter()
            .map(value)
            .filter(|value| value.is_finite())
            .collect(),
        simulated: simulated
            .iter()
            .map(value)
            .filter(|value| value.is_finite())
            .collect(),
        level,
    };
    let comparison = ReceptiveFieldComparison {
        title: "White noise: recorded (salamander) and simulated cells".to_owned(),
        recorded: chosen(&recorded),
        simulated: chosen(&simulated),
        microns_per_pixel: None,
        distributions: vec![
            distribution("Peak of the kernel (ms)", None, |cell| {
                cell.kinetics.peak_lag.0
            }),
            distribution("Biphasic index", None, |cell| cell.kinetics.biphasic_index),
            distribution("Split-half r", None, |cell| cell.split_half),
            distribution("Fano factor", Some(1.0), |cell| cell.fano),
        ],
    };
    for format in [Format::Svg, Format::Png] {
        println!("{}", comparison.save(figure, format)?.figure.display());
    }
    Ok(())
}

struct Cell {
    portrait: CellPortrait,
    is_on: bool,
    kinetics: Kinetics,
    split_half: f64,
    fano: f64,
}

/// Cells spread evenly over the order of their kernels' peaks, an ON cell among them.
fn chosen(cells: &[Cell]) -> Vec<CellPortrait> {
    let mut order: Vec<&Cell> = cells.iter().collect();
    order.sort_by(|a, b| a.kinetics.peak_lag.0.total_cmp(&b.kinetics.peak_lag.0));
    let on = order.iter().position(|cell| cell.is_on);
    let step = (order.len() as f64 / SHOWN as f64).max(1.0);
    let mut places: Vec<usize> = (0..SHOWN.min(order.len()))
        .map(|i| (i as f64 * step) as usize)
        .collect();
    if let (Some(on), false) = (on, places.iter().any(|&place| order[place].is_on)) {
        places[0] = on;
    }
    places
        .into_iter()
        .map(|place| order[place].portrait.clone())
        .collect()
}

/// The cells of a recording that fire enough.
fn cells(path: &Path) -> anyhow::Result<Vec<Cell>> {
    let options = LoadOptions::evaluation(CellSelection::All, "binned");
    let load = |partition| Recording::load(path, partition, &options);
    let (train, test) = (load(Partition::Train)?, load(Partition::Test)?);
    let all = 0..train.movie.frames();
    let rule = NormalisationRule::Global;
    let normalisation = Normalisation::fit(rule, &train.movie, std::slice::from_ref(&all))?;
    let fields = recorded(&train, &normalisation, &[all], HISTORY)?;
    let repeats = test
        .repeats
        .as_ref()
        .context("the test movie was not repeated")?;
    let mut cells = Vec::new();
    for (row, (_, field)) in fields.iter().enumerate() {
        let spikes: f64 = train
            .responses
            .cell(row)
            .iter()
            .map(|&count| f64::from(count))
            .sum();
        if let (true, Some(trials)) = (spikes >= LEAST_SPIKES, repeats.cell(row)) {
            cells.push(Cell::new(&train, row, field, trials));
        }
    }
    Ok(cells)
}

impl Cell {
    fn new(recording: &Recording, row: usize, field: &ReceptiveField, trials: &Trials) -> Self {
        let movie = &recording.movie;
        let frame_period = recording.frame_period.period;
        let split = field.separated();
        let kinetics = Kinetics::of(&split.time, frame_period);
        let polarity = Polarity::of(kinetics.peak);
        let counts: Vec<Vec<f32>> = (0..trials.repeats())
            .map(|repeat| trials.repeat(repeat).to_vec())
            .collect();
        let rates: Vec<Vec<f32>> = counts
            .iter()
            .map(|trial| smoothed(trial, 10.0 / frame_period.0))
            .collect();
        let fano = fano_factor(&counts, (FANO_WINDOW / frame_period.0).round() as usize);
        let split_half = split_half_correlation(&rates);
        let filter = ChannelFilter {
            name: format!("Cell {}", recording.responses.cells()[row]),
            polarity: Some(polarity.to_string()),
            spatial: split.space,
            space_time: None,
            height: movie.height(),
            width: movie.width(),
            temporal: split.time,
            frame_period_ms: frame_period.0,
            explained_variance: None,
            outline: None,
        };
        Self {
            portrait: portrait(filter, &counts, &rates, frame_period, (split_half, fano)),
            is_on: polarity == Polarity::On,
            kinetics,
            split_half: split_half.unwrap_or(f64::NAN),
            fano: fano.unwrap_or(f64::NAN),
        }
    }
}

fn portrait(
    filter: ChannelFilter,
    counts: &[Vec<f32>],
    rates: &[Vec<f32>],
    bin: Milliseconds,
    (split_half, fano_factor): (Option<f64>, Option<f64>),
) -> CellPortrait {
    let bins = ((SHOWN_SECONDS / bin.seconds()) as usize).min(counts[0].len());
    let mean = |at: usize| rates.iter().map(|rate| rate[at]).sum::<f32>() / rates.len() as f32;
    let spikes = |trial: &Vec<f32>| -> Vec<f64> {
        let times = (0..bins).filter(|&at| trial[at] > 0.0);
        times.map(|at| at as f64 * bin.seconds()).collect()
    };
    CellPortrait {
        filter,
        psth_hz: (0..bins)
            .map(|at| mean(at) / bin.seconds() as f32)
            .collect(),
        bin_ms: bin.0,
        raster_s: counts.iter().map(spikes).collect(),
        split_half,
        fano_factor,
    }
}
