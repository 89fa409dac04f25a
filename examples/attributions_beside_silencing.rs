//! Which attribution of channels predicts what silencing them does: the network's own answer is the measure.
//!
//! Run with
//! `cargo run --release --example attributions_beside_silencing -- MODEL RECORDING.h5 PHENOMENON`
//! The recording is of natural movies: expected gradients begin from histories of its test movie. For each attribution, a
//! silenced set of channels loses the sum of their attributions; printed are R-squared and correlation with what
//! the rate loses, over responses and sets, as median and range over cells.

use std::path::PathBuf;

use anyhow::{Context, bail};
use ganglion::attribution::{
    AttributionConfig, Attributor, Layer, LayerPart, Path, Point, Replacement, Rule,
};
use ganglion::experiment::{ExperimentConfig, Responder, StimulusMovie};
use ganglion::model::device::BackendKind;
use ganglion::model::model::Model;
use ganglion::model::responder::ModelResponder;
use ganglion::recording::{CellIndex, LoadOptions, Partition, RecordingFile};

/// Conditions of the experiment that are shown, spread over all.
const CONDITIONS: usize = 5;

/// Histories of the natural movie from which expected gradients begin.
const REFERENCES: usize = 20;

/// Sets of about half of the channels that are silenced together.
const SETS: usize = 40;

const LAYER: Layer = Layer {
    stage: 1,
    point: Point::Linear,
};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, recording, phenomenon] = arguments.as_slice() else {
        bail!("give a model, a recording of natural movies and the name of a phenomenon");
    };
    let responder = ModelResponder::new(Model::open(model, &BackendKind::Flex.device()?)?)?;
    let attributor = Attributor::new(
        &responder.model().network,
        responder.model().description.movie,
    )?
    .of_cells(responder.cells().to_vec())?;
    let movies = shown(phenomenon, &responder)?;
    let (path, _) = attributor.movies(&movies, None)?;
    let sets = sets(attributor.planes(LAYER)?[0]);
    let lost = Lost::measured(&attributor, &path, &sets)?;
    println!(
        "{} responses to {phenomenon}, {} cells",
        path.samples(),
        attributor.cells()
    );
    println!("| attribution | single channels: R2 | r | sets of channels: R2 | r |");
    println!("|---|---|---|---|---|");
    for (name, values) in attributions(&attributor, &path, &movies, &responder, recording)? {
        println!(
            "| {name} | {} | {} |",
            lost.told(&values, true),
            lost.told(&values, false)
        );
    }
    Ok(())
}

/// Movies of a few conditions of an experiment.
fn shown(phenomenon: &str, responder: &ModelResponder) -> anyhow::Result<Vec<StimulusMovie>> {
    let experiment = ExperimentConfig::preset(phenomenon, None)?.prepare(responder.screen())?;
    let conditions = experiment.conditions();
    let places = (0..CONDITIONS).map(|place| place * (conditions.len() - 1) / (CONDITIONS - 1));
    Ok(places
        .map(|place| conditions[place].stimulus.movie())
        .collect())
}

/// Every channel alone, then sets of about half of them.
fn sets(channels: usize) -> Vec<Vec<usize>> {
    // Bits of a multiplicative hash: any fixed halves serve.
    let is_in = |set: usize, channel: usize| {
        let mixed = ((set * 64 + channel + 1) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 63 == 1
    };
    let half = |set: usize| {
        (0..channels)
            .filter(|&channel| is_in(set, channel))
            .collect()
    };
    (0..channels)
        .map(|channel| vec![channel])
        .chain((0..SETS).map(half))
        .collect()
}

/// Attributions `[sample, cell, channel]` by name.
fn attributions(
    attributor: &Attributor,
    path: &Path,
    movies: &[StimulusMovie],
    responder: &ModelResponder,
    recording: &str,
) -> anyhow::Result<Vec<(&'static str, Vec<f64>)>> {
    let settings = AttributionConfig {
        layer: LAYER,
        ..AttributionConfig::default()
    };
    let gradient = attributor.by_rule(path, LAYER, None::<&[CellIndex]>, Rule::Gradient)?;
    let mut expected: Vec<f64> = Vec::new();
    for reference in references(responder, recording)? {
        let (path, _) = attributor.movies(movies, Some(&reference))?;
        let from = attributor.attribute(&path, &settings)?.by_channel().values;
        expected.resize(from.len(), 0.0);
        let terms = expected.iter_mut().zip(from);
        terms.for_each(|(sum, value)| *sum += value / REFERENCES as f64);
    }
    Ok(vec![
        (
            "path integral from grey",
            attributor.attribute(path, &settings)?.by_channel().values,
        ),
        ("gradient x input", gradient.by_channel().values),
        ("expected gradients, natural references", expected),
        (
            "Shapley values of channels",
            attributor.shapley(path, LAYER)?,
        ),
        ("effects of single channels", alone(attributor, path)?),
    ])
}

/// Histories spread over the test movie, in the network's units.
fn references(responder: &ModelResponder, recording: &str) -> anyhow::Result<Vec<StimulusMovie>> {
    let file = RecordingFile::open(PathBuf::from(recording))?;
    let movie = file.load_movie(Partition::Test, LoadOptions::MEMORY_LIMIT)?;
    let history = responder.screen().history;
    let last = movie
        .frames()
        .checked_sub(history)
        .context("the test movie is too short")?;
    let normalisation = &responder.model().description.normalisation;
    let one = |place: usize| {
        let start = place * last / (REFERENCES - 1);
        let mut values = Vec::new();
        movie.normalised_frames(start..start + history, normalisation, &mut values)?;
        Ok(StimulusMovie::new(movie.height(), movie.width(), values))
    };
    (0..REFERENCES).map(one).collect()
}

/// What the rate loses with each channel alone, `[sample, cell, channel]`.
fn alone(attributor: &Attributor, path: &Path) -> anyhow::Result<Vec<f64>> {
    let channels = attributor.planes(LAYER)?[0];
    let singles: Vec<Vec<usize>> = (0..channels).map(|channel| vec![channel]).collect();
    let lost = Lost::measured(attributor, path, &singles)?;
    let rows = 0..path.samples() * lost.cells;
    Ok(rows
        .flat_map(|row| (0..channels).map(move |set| (row, set)))
        .map(|(row, set)| lost.values[set][row])
        .collect())
}

/// What the rate loses with sets of channels.
struct Lost {
    cells: usize,
    channels: usize,
    sets: Vec<Vec<usize>>,
    /// `[set][(sample, cell)]`, Hz.
    values: Vec<Vec<f64>>,
}

impl Lost {
    fn measured(attributor: &Attributor, path: &Path, sets: &[Vec<usize>]) -> anyhow::Result<Self> {
        let whole: Vec<f64> = (attributor.end_rates(path).iter())
            .flat_map(|cells| cells.iter().map(|ends| ends[1]))
            .collect();
        let lost = |set: &Vec<usize>| {
            let part = [LayerPart::Channels(set.clone())];
            let without = attributor.without(path, LAYER, &part, Replacement::Baseline)?;
            let pairs = whole.iter().zip(&without);
            Ok(pairs
                .map(|(whole, rate)| whole - f64::from(*rate))
                .collect())
        };
        Ok(Self {
            cells: attributor.cells(),
            channels: attributor.planes(LAYER)?[0],
            sets: sets.to_vec(),
            values: sets.iter().map(lost).collect::<anyhow::Result<_>>()?,
        })
    }

    /// R-squared and correlation of attributions with what is lost, over cells.
    fn told(&self, attributions: &[f64], single: bool) -> String {
        let cells = (0..self.cells).filter_map(|cell| self.agreement(attributions, cell, single));
        let (r_squared, correlation): (Vec<f64>, Vec<f64>) = cells.unzip();
        [r_squared, correlation].map(spread).join(" | ")
    }

    fn agreement(&self, attributions: &[f64], cell: usize, single: bool) -> Option<(f64, f64)> {
        let sets = self.sets.iter().zip(&self.values);
        let mut pairs = Vec::new();
        for (set, lost) in sets.filter(|(set, _)| (set.len() == 1) == single) {
            let rows = lost.iter().enumerate().skip(cell).step_by(self.cells);
            pairs.extend(rows.map(|(row, &lost)| {
                let of = |channel: &usize| attributions[row * self.channels + channel];
                (set.iter().map(of).sum::<f64>(), lost)
            }));
        }
        let mean = |value: fn(&(f64, f64)) -> f64| {
            pairs.iter().map(value).sum::<f64>() / pairs.len() as f64
        };
        let (said, lost) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let sum = |term: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(term).sum::<f64>();
        let variation = sum(&|pair| (pair.1 - lost).powi(2));
        let product = sum(&|pair| (pair.0 - said) * (pair.1 - lost));
        let of_said = sum(&|pair| (pair.0 - said).powi(2));
        let left = sum(&|pair| (pair.0 - pair.1).powi(2));
        let moves = variation > 0.0 && of_said > 0.0;
        moves.then(|| {
            (
                1.0 - left / variation,
                product / (variation * of_said).sqrt(),
            )
        })
    }
}

/// Median and range.
fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    match values.as_slice() {
        [] => "-".to_owned(),
        [first, .., last] => format!("{:.2} ({first:.2} to {last:.2})", values[values.len() / 2]),
        [one] => format!("{one:.2}"),
    }
}
