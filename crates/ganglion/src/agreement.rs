//! Telling where a model and what it is shown do not mean the same.

use std::path::Path;

use ganglion_experiment::{PreparedExperiment, StimulusMovie};
use ganglion_glm::Stability;
use ganglion_model::agreement::{Disagreement, Facts, beyond_seen, disagreements};
use ganglion_model::evaluation::Evaluation;
use ganglion_model::model::ModelDescription;
use ganglion_recording::{ArrayFile, Attributes, FramePeriodSource, RecordingFile};

/// The `tracing` target of warnings about stimuli: that a network is shown what it has not seen, or a screen
/// cannot show what was asked for. Experiments come with many, and keep them in their summaries.
pub const ABOUT_STIMULI: &str = "ganglion::stimuli";

/// Warns of what a model and the recording it was judged against mean differently, and of bins that
/// were not scored.
pub fn tell(recording: &Path, evaluation: &Evaluation) {
    if let Some(note) = &evaluation.left_out {
        tracing::warn!("{}: {note}", recording.display());
    }
    tell_all(&recording.display().to_string(), &evaluation.disagreements);
}

/// Warns where simulated cells run away, so that what is told of them is of the limit of their rates.
pub fn tell_stability(recording: &Path, stability: &Stability) {
    if stability.diverged {
        tracing::warn!("{}: {}", recording.display(), ran_away(stability));
    }
}

/// That simulated cells run away, in a sentence.
pub fn ran_away(stability: &Stability) -> String {
    format!(
        "the simulated cells run away: {:.1} % of their bins are at the highest rate that is let stand",
        100.0 * stability.capped_share
    )
}

/// Warns of what two things mean differently, the other being `what`.
pub fn tell_all(what: &str, found: &[Disagreement]) {
    for disagreement in found {
        tracing::warn!("{what}: {disagreement}");
    }
}

/// Warns of what a model and a recording mean differently by their frames and pixels.
pub fn tell_of_file(path: &Path, description: &ModelDescription) {
    let found = disagreements(&Facts::of_model(description), &facts_of(path));
    tell_all(&path.display().to_string(), &found);
}

/// What an HDF5 file says of its frames and pixels, be it a recording or not.
pub fn facts_of(path: &Path) -> Facts {
    if let Ok(recording) = RecordingFile::open(path) {
        let period = recording.frame_period();
        let is_known = period.source != FramePeriodSource::Assumed;
        return Facts {
            frame_period_ms: is_known.then_some(period.period.0),
            microns_per_pixel: recording.microns_per_pixel().map(|microns| microns.0),
            light: None,
        };
    }
    let attributes = ArrayFile::open(path).map(|file| file.attributes(""));
    attributes.map_or_else(
        |_| Facts::default(),
        |attributes| written_facts(&attributes),
    )
}

fn written_facts(attributes: &Attributes) -> Facts {
    let number = |name: &str| {
        let value = attributes.get(name).and_then(|value| value.as_f64());
        value.filter(|value| value.is_finite() && *value > 0.0)
    };
    let seconds = number("frame_period_s").map(|seconds| 1000.0 * seconds);
    Facts {
        frame_period_ms: number("frame_period_ms").or(seconds),
        microns_per_pixel: number("microns_per_pixel"),
        light: None,
    }
}

/// What there is to say where the stimuli of an experiment go beyond the light that a model has
/// seen in training.
pub fn beyond(experiment: &PreparedExperiment, description: &ModelDescription) -> Option<String> {
    let conditions = experiment.conditions().iter();
    let ranges = conditions.map(|condition| range_of(&condition.stimulus.movie()));
    beyond_seen(description, ranges.reduce(joined)?)
}

/// The same of a single movie.
pub fn movie_beyond(movie: &StimulusMovie, description: &ModelDescription) -> Option<String> {
    beyond_seen(description, range_of(movie))
}

fn range_of(movie: &StimulusMovie) -> [f64; 2] {
    let start = [f64::INFINITY, f64::NEG_INFINITY];
    let values = movie.values().iter().map(|&value| f64::from(value));
    values.fold(start, |range, value| joined(range, [value, value]))
}

fn joined([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
    [a.min(c), b.max(d)]
}
