//! Scores of an evaluation as a model keeps them.

use ganglion_model::evaluation::Score;
use ganglion_model::metrics::median;
use ganglion_model::model::SourceFile;
use ganglion_model::score_record::{MetricRecord, ScoreRecord};

use crate::results::EvaluationSummary;

/// A score of cells, and what it is.
struct Metric {
    score: Score,
    definition: &'static str,
}

/// The scores that a card tells, the first of them first.
const METRICS: [Metric; 6] = [
    Metric {
        score: Score::Pearson,
        definition: "Pearson's correlation over time of predicted and recorded rates",
    },
    Metric {
        score: Score::Ceiling,
        definition: "the highest correlation that a perfect model could reach, from repeats",
    },
    Metric {
        score: Score::Normalised,
        definition: "pearson divided by ceiling",
    },
    Metric {
        score: Score::Fev,
        definition: "fraction of the variance of recorded rates that is explained, 1 - residual / total",
    },
    Metric {
        score: Score::Feve,
        definition: "fraction of explainable variance that is explained, from repeats (Cadena et al. 2019)",
    },
    Metric {
        score: Score::CcNorm,
        definition: "normalised correlation coefficient, from repeats (Schoppe et al. 2016)",
    },
];

/// What a model keeps of its scores.
pub fn record(summary: &EvaluationSummary) -> ScoreRecord {
    let metric = |metric: &Metric| {
        let values = summary
            .cells
            .iter()
            .filter_map(|cell| metric.score.of(cell));
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let mut over_cells = summary.population.iter();
        let over_cells = over_cells.find(|one| one.score == metric.score);
        Some(MetricRecord {
            name: metric.score.key().to_owned(),
            definition: metric.definition.to_owned(),
            cells: values.len(),
            median: median(values.iter().copied())?,
            median_interval: over_cells.and_then(|one| one.median_interval),
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    };
    ScoreRecord {
        recording: SourceFile {
            name: summary.recording_name.clone(),
            sha256: summary.recording_sha256.clone(),
            linked: summary.recording_linked.clone(),
        },
        partition: summary.partition,
        scored_bins: summary.scored_bins,
        metrics: METRICS.iter().filter_map(metric).collect(),
    }
}
