//! Scores of an evaluation as a model keeps them.

use ganglion_model::evaluation::CellScore;
use ganglion_model::metrics::median;
use ganglion_model::model::SourceFile;
use ganglion_model::score_record::{MetricRecord, ScoreRecord};

use crate::results::EvaluationSummary;

/// The metric that is no score of the model.
pub const CEILING: &str = "ceiling";

/// A metric of cells, and what it is.
struct Metric {
    name: &'static str,
    definition: &'static str,
    of: fn(&CellScore) -> Option<f64>,
}

/// The metrics that a card tells, the first of them first.
const METRICS: [Metric; 6] = [
    Metric {
        name: "pearson",
        definition: "Pearson's correlation over time of predicted and recorded rates",
        of: |cell| cell.pearson,
    },
    Metric {
        name: CEILING,
        definition: "the highest correlation that a perfect model could reach, from repeats",
        of: |cell| cell.ceiling,
    },
    Metric {
        name: "normalised",
        definition: "pearson divided by ceiling",
        of: |cell| cell.normalised,
    },
    Metric {
        name: "fev",
        definition: "fraction of the variance of recorded rates that is explained, 1 - residual / total",
        of: |cell| cell.fev,
    },
    Metric {
        name: "feve",
        definition: "fraction of explainable variance that is explained, from repeats (Cadena et al. 2019)",
        of: |cell| cell.feve,
    },
    Metric {
        name: "cc_norm",
        definition: "normalised correlation coefficient, from repeats (Schoppe et al. 2016)",
        of: |cell| cell.cc_norm,
    },
];

/// What a model keeps of its scores.
pub fn record(summary: &EvaluationSummary) -> ScoreRecord {
    let metric = |metric: &Metric| {
        let values = summary.cells.iter().filter_map(metric.of);
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        Some(MetricRecord {
            name: metric.name.to_owned(),
            definition: metric.definition.to_owned(),
            cells: values.len(),
            median: median(values.iter().copied())?,
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
