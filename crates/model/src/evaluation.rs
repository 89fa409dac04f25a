//! Judging a model against a recording.

#[cfg(test)]
mod coverage;
mod intervals;
mod paired;
mod resampling;
mod sample;
mod scores;
mod shown;
mod simulated_trials;
mod spike_by_spike;
mod variability;

use std::ops::Range;
use std::path::Path;

use ganglion_recording::{
    Blocks, CellSelection, LoadOptions, Movie, Normalisation, Partition, Recording, RecordingFile,
    Repeats, Role, Split, Timeline,
};
use serde::{Deserialize, Serialize};

use crate::agreement::{Disagreement, Facts, disagreements};
use crate::error::Error;
use crate::metrics;
use crate::model::Model;
use crate::trials::{Comparable, comparable, smoothing_of};

pub use intervals::{Bootstrap, CellIntervals, Interval, PopulationScore};
pub use paired::{CellDifference, Comparison, PopulationDifference, compare};
use sample::{CellSample, held};
pub use scores::Score;
pub use simulated_trials::SimulatedTrials;
pub use spike_by_spike::SpikeBySpike;
pub use variability::{CellVariability, PairVariability, Variability, WindowVariability};

/// A model's predictions beside a recording, and how well they match.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Scores of each cell.
    pub cells: Vec<CellScore>,
    /// Median correlation over cells for which it is defined.
    pub median_pearson: f64,
    /// Median of correlation over ceiling, where there are repeats.
    pub median_normalised: Option<f64>,
    /// Number of cells in the medians.
    pub n: usize,
    /// Bins of the recording that can be scored: all with a full history, none of which spans a gap
    /// of the recording's clock. Each cell is scored on those of them that hold its rate.
    pub scored_bins: usize,
    /// What a user ought to know of the recording before believing the scores.
    pub notes: Vec<String>,
    /// Which bins are not scored because the recording holds nothing there; one of the notes.
    #[serde(skip)]
    pub left_out: Option<String>,
    /// Recorded rates `[cell][bin]`, Hz; NaN in bins that hold nothing.
    #[serde(skip)]
    pub recorded: Vec<Vec<f32>>,
    /// Predicted rates `[cell][bin]`, Hz; NaN in bins that are not scored.
    #[serde(skip)]
    pub predicted: Vec<Vec<f32>>,
    /// What model and recording mean differently.
    #[serde(rename = "warnings")]
    pub disagreements: Vec<Disagreement>,
    /// Bin of the recording that the first value belongs to.
    pub first_bin: usize,
    /// Time from one bin to the next, milliseconds.
    pub frame_period_ms: f64,
    /// Single trials `[cell][repeat][bin]` as stored, over the same bins, where there are any.
    #[serde(skip)]
    pub repeats: Vec<Option<Vec<Vec<f32>>>>,
    /// Scores over all cells with intervals, where there are intervals.
    pub population: Vec<PopulationScore>,
    /// What the intervals are by, where there are any, see [`Evaluation::with_intervals`].
    pub bootstrap: Option<Bootstrap>,
    /// What the scores of the cells that have scores are computed of.
    #[serde(skip)]
    pub(crate) samples: Vec<CellSample>,
}

/// Fewest bins that scores are given of. The standard error of a correlation of n independent bins
/// is about 1 / sqrt(n - 1), 0.19 of 30; of two bins, every correlation is 1 or -1.
pub const LEAST_BINS: usize = 30;

/// How well one cell is predicted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellScore {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Bins that its scores are of: those with a full history that hold its rate. Below
    /// [`LEAST_BINS`] there are no scores.
    pub scored_bins: usize,
    /// Correlation of predicted and recorded rates; none where the recording is constant.
    pub pearson: Option<f64>,
    /// Highest correlation that a perfect model could reach, from repeats.
    pub ceiling: Option<f64>,
    /// Correlation over ceiling.
    pub normalised: Option<f64>,
    /// Fraction of explained variance.
    pub fev: Option<f64>,
    /// Coefficient of determination, see [`metrics::r_squared`]: the same as `fev`.
    pub r_squared: Option<f64>,
    /// Fraction of explainable variance explained (Cadena et al. 2019), from repeats, see
    /// [`metrics::explainable_variance_explained`].
    pub feve: Option<f64>,
    /// Normalised correlation (Schoppe et al. 2016), from repeats, see
    /// [`metrics::normalised_correlation`].
    pub cc_norm: Option<f64>,
    /// Fraction of explained variance with the noise taken out, from repeats.
    pub corrected_fev: Option<f64>,
    /// Correlation of single trials with the mean of the others, from repeats, see [`metrics::oracle`].
    #[serde(default)]
    pub oracle: Option<f64>,
    /// Information about single spikes, where the repeats are spike counts, see
    /// [`metrics::bits_per_spike`].
    pub bits_per_spike: Option<f64>,
    /// Mean log likelihood of the spikes of a bin, nats, where the repeats are spike counts, see
    /// [`metrics::log_likelihood`].
    #[serde(default)]
    pub log_likelihood: Option<f64>,
    /// Root mean squared error, Hz.
    pub rmse: Option<f64>,
    /// Why there are no scores at all.
    pub score_note: Option<String>,
    /// Why there is no ceiling, or of how little of the repeats it is.
    pub ceiling_note: Option<String>,
    /// How sure the scores are, where that was computed.
    #[serde(flatten)]
    pub intervals: CellIntervals,
}

/// The note on a cell whose repeats have no ceiling because they do not agree.
const NOTHING_REPEATS: &str = "halves of the repeats do not correlate: no response repeats";

impl CellScore {
    /// Whether the cell has repeats of which nothing repeats, so that there is nothing to predict.
    pub fn has_nothing_that_repeats(&self) -> bool {
        self.ceiling_note.as_deref() == Some(NOTHING_REPEATS)
    }
}

/// Compares a model with one partition of a recording.
///
/// Under global normalisation the model's own constants are used; under per-pixel normalisation
/// the partition is normalised by its own, as in the published recipe.
///
/// # Errors
/// If the recording cannot be read or does not fit the model.
pub fn evaluate(
    model: &Model,
    recording: &Path,
    partition: Partition,
) -> Result<Evaluation, Error> {
    let (recording, mut notes) = load(model, recording, partition)?;
    let facts = Facts::of_recording(&recording)?;
    let disagreements = disagreements(&Facts::of_model(&model.description), &facts);
    let normalisation = model.normalisation_of(&recording.movie)?;
    let first = model.description.movie.history;
    let full = with_full_history(recording.movie.frames(), &recording.gaps, first)?;
    let scored = scored(&recording, &full)?;
    let left_out = left_out(&recording);
    notes.extend(left_out.clone());
    let (mut predicted, problem) = predicted(model, &recording.movie, &normalisation, &mut notes)?;
    for (rates, scored) in predicted.iter_mut().zip(&scored) {
        hide_gaps(rates, scored, first);
    }
    let cells = 0..predicted.len();
    let recorded: Vec<Vec<f32>> = cells
        .clone()
        .map(|cell| recording.responses.cell(cell)[first..].to_vec())
        .collect();
    let repeats: Vec<_> = cells
        .clone()
        .map(|cell| trials(recording.repeats.as_ref(), cell, first))
        .collect();
    let (scores, samples): (Vec<CellScore>, Vec<Option<CellSample>>) = cells
        .map(|index| {
            let held: Vec<usize> = scored[index].iter().cloned().flatten().collect();
            let rates = (&predicted[index][..], &recorded[index][..]);
            if let Some(problem) = &problem {
                return (unpredicted(model.description.cells[index], problem), None);
            }
            let trials = repeats[index].as_deref().unwrap_or_default();
            of_cell(model, &recording, (index, &held), rates, trials)
        })
        .unzip();
    let correlations: Vec<f64> = scores.iter().filter_map(|score| score.pearson).collect();
    Ok(Evaluation {
        median_pearson: metrics::median(correlations.iter().copied()).unwrap_or(f64::NAN),
        median_normalised: metrics::median(scores.iter().filter_map(|score| score.normalised)),
        n: correlations.len(),
        cells: scores,
        scored_bins: full.iter().map(ExactSizeIterator::len).sum(),
        notes,
        left_out,
        recorded,
        predicted,
        disagreements,
        first_bin: first,
        frame_period_ms: recording.frame_period.period.0,
        repeats,
        population: Vec::new(),
        bootstrap: None,
        samples: samples.into_iter().flatten().collect(),
    })
}

/// Rates of all bins with a full history; and why they are none, where simulated cells run away.
fn predicted(
    model: &Model,
    movie: &Movie,
    normalisation: &Normalisation,
    notes: &mut Vec<String>,
) -> Result<(Vec<Vec<f32>>, Option<String>), Error> {
    if !model.depends_on_spikes() {
        return Ok((model.respond(movie, normalisation)?, None));
    }
    let bins = model.description.movie.history..movie.frames();
    let go_on = &mut |_| std::ops::ControlFlow::Continue(());
    let found = model.free_running(movie, normalisation, bins, go_on)?;
    if found.stability.capped == 0 {
        return Ok((found.rates, None));
    }
    let told = format!(
        "the simulated cells ran away in {} trials: {:.3} % of their bins are at the highest rate that is let stand \
         (spectral radius of the couplings {:.2})",
        found.stability.capped_repeats,
        100.0 * found.stability.capped_share,
        found.stability.spectral_radius,
    );
    if !found.stability.diverged {
        notes.push(told);
        return Ok((found.rates, None));
    }
    let nothing = found
        .rates
        .iter()
        .map(|rates| vec![f32::NAN; rates.len()])
        .collect();
    Ok((nothing, Some(told)))
}

/// The scores of a cell, the `index`th, in the bins that hold its rate; rates and trials begin with the
/// first bin that has a full history.
fn of_cell(
    model: &Model,
    recording: &Recording,
    (index, bins): (usize, &[usize]),
    (predicted, recorded): (&[f32], &[f32]),
    trials: &[Vec<f32>],
) -> (CellScore, Option<CellSample>) {
    let (cell, first) = (
        model.description.cells[index],
        model.description.movie.history,
    );
    if bins.len() < LEAST_BINS {
        return (without_scores(cell, bins.len()), None);
    }
    let at = |values: &[f32]| -> Vec<f32> { bins.iter().map(|bin| values[bin - first]).collect() };
    let (predicted, recorded) = (at(predicted), at(recorded));
    let comparable = comparable_trials(model, recording, index, bins);
    let counts: Vec<Vec<f32>> = trials.iter().map(|trial| at(trial)).collect();
    let bin_s = recording.frame_period.period.0 * 1e-3;
    let trials = comparable.as_ref().ok().map(|(trials, _)| trials.clone());
    let scores = CellScore {
        bits_per_spike: metrics::bits_per_spike(&predicted, &counts, bin_s),
        log_likelihood: metrics::log_likelihood(&predicted, &counts, bin_s),
        ..score(cell, &predicted, &recorded, bins, comparable)
    };
    let sample = CellSample {
        cell,
        bins: bins.to_vec(),
        predicted,
        recorded,
        trials,
        counts,
        bin_s,
    };
    (scores, Some(sample))
}

/// Bins with a full history on one side of every gap.
fn with_full_history(
    frames: usize,
    gaps: &[usize],
    history: usize,
) -> Result<Vec<Range<usize>>, Error> {
    let blocks = Blocks::single(frames, history);
    let all = Split {
        fraction: 0.0,
        ..Split::default()
    };
    let timeline = Timeline::with_gaps(blocks, gaps, &all, 0)?;
    Ok(timeline.ranges(Role::Train))
}

/// Of some bins those in which each cell was recorded.
fn scored(recording: &Recording, bins: &[Range<usize>]) -> Result<Vec<Vec<Range<usize>>>, Error> {
    let responses = &recording.responses;
    let of_cell = |row: usize| -> Vec<Range<usize>> {
        let missing = responses.missing_of(row);
        let held = bins.iter().flat_map(|bins| without(bins.clone(), &missing));
        held.collect()
    };
    let held: Vec<_> = (0..responses.cells().len()).map(of_cell).collect();
    match held.iter().all(Vec::is_empty) {
        true => Err(Error::NothingRecorded {
            path: recording.path.clone(),
            dataset: recording.responses.dataset().to_owned(),
        }),
        false => Ok(held),
    }
}

/// The stretches of a range between bins that are left out, which are in order.
fn without(range: Range<usize>, left_out: &[usize]) -> Vec<Range<usize>> {
    let inside = left_out.iter().copied().filter(|bin| range.contains(bin));
    let starts = [range.start]
        .into_iter()
        .chain(inside.clone().map(|bin| bin + 1));
    let ends = inside.chain([range.end]);
    let stretches = starts.zip(ends).map(|(start, end)| start..end);
    stretches.filter(|stretch| !stretch.is_empty()).collect()
}

/// That some bins of the recording hold nothing.
fn left_out(recording: &Recording) -> Option<String> {
    let missing = recording.responses.missing();
    let first = missing.first()?;
    Some(format!(
        "`{}` holds nothing (NaN) in {} of {} bins, the first of them {first}, of one cell or more: \
         each cell is scored on the bins that it holds",
        recording.responses.dataset(),
        missing.len(),
        recording.responses.frames()
    ))
}

/// A prediction from frames on both sides of a gap is none.
fn hide_gaps(rates: &mut Vec<f32>, scored: &[Range<usize>], first: usize) {
    let mut shown = vec![f32::NAN; rates.len()];
    for bins in scored {
        let bins = bins.start - first..bins.end - first;
        shown[bins.clone()].copy_from_slice(&rates[bins]);
    }
    *rates = shown;
}

/// A cell whose rates are not predicted.
fn unpredicted(cell: usize, problem: &str) -> CellScore {
    CellScore {
        cell,
        score_note: Some(problem.to_owned()),
        ..CellScore::default()
    }
}

/// A cell with too few bins, and why it has no scores.
fn without_scores(cell: usize, bins: usize) -> CellScore {
    CellScore {
        cell,
        scored_bins: bins,
        score_note: Some(match bins {
            0 => "no bin with a full history holds a rate of this cell".to_owned(),
            _ => format!(
                "{bins} bins with a full history hold a rate of this cell, and fewer than {LEAST_BINS} \
                 tell nothing"
            ),
        }),
        ..CellScore::default()
    }
}

fn load(
    model: &Model,
    path: &Path,
    partition: Partition,
) -> Result<(Recording, Vec<String>), Error> {
    let description = &model.description;
    let file = RecordingFile::open(path)?;
    let info = file.partition(partition)?;
    let shape = description.movie;
    if [info.height, info.width] != [shape.height, shape.width] {
        return Err(Error::RecordingDoesNotFit {
            path: path.into(),
            found: [info.height, info.width],
            expected: [shape.height, shape.width],
        });
    }
    let cells = CellSelection::List(description.cells.clone());
    let options = LoadOptions {
        allow_missing: true,
        ..LoadOptions::evaluation(cells, description.response.clone())
    };
    Ok((
        file.load_in_hertz(partition, &options)?,
        file.notes().to_vec(),
    ))
}

impl Model {
    /// The constants by which a movie is normalised for the model: its own, or under per-pixel
    /// normalisation those of the movie, as in the published recipe.
    ///
    /// # Errors
    /// If a pixel never changes.
    pub fn normalisation_of(&self, movie: &Movie) -> Result<Normalisation, Error> {
        Ok(match &self.description.normalisation {
            own @ Normalisation::Global { .. } => own.clone(),
            per_pixel @ Normalisation::PerPixel { .. } => {
                let frames = 0..movie.frames();
                Normalisation::fit(per_pixel.rule(), movie, std::slice::from_ref(&frames))?
            }
        })
    }
}

/// Trials of a cell from bin `first` on.
fn trials(repeats: Option<&Repeats>, cell: usize, first: usize) -> Option<Vec<Vec<f32>>> {
    let trials = repeats?.cell(cell)?;
    Some(
        (0..trials.repeats())
            .map(|repeat| trials.repeat(repeat)[first..].to_vec())
            .collect(),
    )
}

/// Trials of a cell, smoothed as its recorded rate is, over the scored bins, and what is unusual
/// about them; or why there are none.
fn comparable_trials(
    model: &Model,
    recording: &Recording,
    cell: usize,
    bins: &[usize],
) -> Result<(Comparable, Option<String>), String> {
    let description = &model.description;
    let repeats = recording
        .repeats
        .as_ref()
        .ok_or_else(|| format!("no repeats in `{}`", recording.partition))?;
    let remark = repeats.remark(cell).map(ToOwned::to_owned);
    let raw = trials(Some(repeats), cell, 0).ok_or_else(|| {
        let absent = || format!("no repeats of this cell in `{}`", recording.partition);
        remark.clone().unwrap_or_else(absent)
    })?;
    let deviation = smoothing_of(&description.response, recording.frame_period.period.0);
    let found = comparable(&raw, recording.responses.cell(cell), deviation, bins)?;
    Ok((found, remark))
}

/// A prediction without variation is no prediction: it correlates zero. Only a recording without
/// variation leaves the correlation undefined.
pub(crate) fn correlation(predicted: &[f32], recorded: &[f32]) -> Option<f64> {
    let varies = recorded.iter().any(|&rate| rate != recorded[0]);
    varies.then(|| metrics::pearson(predicted, recorded).unwrap_or(0.0))
}

/// Scores over the bins `bins`, of which the trials may hold some.
fn score(
    cell: usize,
    predicted: &[f32],
    recorded: &[f32],
    bins: &[usize],
    trials: Result<(Comparable, Option<String>), String>,
) -> CellScore {
    let pearson = correlation(predicted, recorded);
    let ceiling = match &trials {
        Ok((trials, _)) => {
            metrics::noise_ceiling(&trials.trials).ok_or_else(|| NOTHING_REPEATS.to_owned())
        }
        Err(reason) => Err(reason.clone()),
    };
    type OverTrials = fn(&[f32], &[f32], &[Vec<f32>]) -> Option<f64>;
    let over_trials = |score: OverTrials| {
        let (trials, _) = trials.as_ref().ok()?;
        let held = |values: &[f32]| held(values, bins, &trials.bins);
        score(&held(predicted), &held(recorded), &trials.trials)
    };
    CellScore {
        cell,
        scored_bins: bins.len(),
        pearson,
        ceiling: ceiling.as_ref().ok().copied(),
        normalised: pearson
            .zip(ceiling.as_ref().ok())
            .map(|(pearson, ceiling)| pearson / ceiling),
        fev: metrics::fraction_of_explained_variance(predicted, recorded),
        corrected_fev: over_trials(metrics::noise_corrected_explained_variance),
        r_squared: metrics::r_squared(predicted, recorded),
        feve: over_trials(metrics::explainable_variance_explained),
        cc_norm: over_trials(|predicted, _, trials| {
            metrics::normalised_correlation(predicted, trials)
        }),
        oracle: trials
            .as_ref()
            .ok()
            .and_then(|(trials, _)| metrics::oracle(&trials.trials)),
        bits_per_spike: None,
        log_likelihood: None,
        rmse: Some(metrics::root_mean_squared_error(predicted, recorded)),
        score_note: None,
        ceiling_note: ceiling.err().or_else(|| note(bins, trials.ok()?)),
        intervals: CellIntervals::default(),
    }
}

/// What is unusual about the trials that a ceiling is of.
fn note(bins: &[usize], (trials, remark): (Comparable, Option<String>)) -> Option<String> {
    let remark = remark?;
    let (count, of) = (trials.trials.len(), trials.bins.len());
    Some(format!(
        "{remark}; the ceiling is of {count} repeats over {of} of {} bins",
        bins.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn stretches_lie_between_the_bins_that_are_left_out() {
        assert_eq!(without(3..9, &[]), std::slice::from_ref(&(3..9)));
        assert_eq!(without(3..9, &[1, 3, 6, 7, 20]), [4..6, 8..9]);
        assert_eq!(without(3..9, &[8]), std::slice::from_ref(&(3..8)));
        assert!(without(3..5, &[3, 4]).is_empty());
    }
}
