//! Recorded and predicted rates as a figure.

use ganglion_model::evaluation::Evaluation;
use ganglion_plot::{PsthFigure, PsthPanel, Trace};

/// Longest stretch of time that stays legible.
const WINDOW_S: f64 = 10.0;

/// The best, the median and the worst cell; the table beside it holds the whole recording.
pub fn psth(evaluation: &Evaluation, model: &str) -> PsthFigure {
    let chosen = chosen(evaluation).into_iter();
    let bins = evaluation.recorded.first().map_or(0, Vec::len);
    let duration = bins as f64 * evaluation.frame_period_ms / 1000.0;
    let start = start_s(evaluation);
    PsthFigure {
        panels: chosen
            .map(|(title, row)| panel(evaluation, model, title, row))
            .collect(),
        window_s: (duration > WINDOW_S).then_some((start, start + WINDOW_S)),
    }
}

/// Time in the recording at which the first predicted bin starts, seconds.
fn start_s(evaluation: &Evaluation) -> f64 {
    evaluation.first_bin as f64 * evaluation.frame_period_ms / 1000.0
}

/// Rows of up to three different cells that have a correlation.
pub(super) fn chosen(evaluation: &Evaluation) -> Vec<(&'static str, usize)> {
    let score = |row: usize| evaluation.cells[row].pearson.filter(|r| r.is_finite());
    let mut rows: Vec<usize> = (0..evaluation.cells.len())
        .filter(|&row| score(row).is_some())
        .collect();
    rows.sort_by(|&a, &b| score(b).partial_cmp(&score(a)).expect("no score is NaN"));
    match rows[..] {
        [] => Vec::new(),
        [only] => vec![("", only)],
        [best, worst] => vec![("best", best), ("worst", worst)],
        [best, .., worst] => vec![
            ("best", best),
            ("median", rows[rows.len() / 2]),
            ("worst", worst),
        ],
    }
}

fn panel(evaluation: &Evaluation, model: &str, title: &str, row: usize) -> PsthPanel {
    let cell = &evaluation.cells[row];
    let period_s = evaluation.frame_period_ms / 1000.0;
    let trials = evaluation.repeats.get(row).and_then(Option::as_ref);
    PsthPanel {
        title: title.to_owned(),
        cell: cell.cell,
        recorded: evaluation.recorded[row].clone(),
        predictions: vec![Trace::new(
            model.to_uppercase(),
            evaluation.predicted[row].clone(),
        )],
        frame_period_ms: evaluation.frame_period_ms,
        start_s: start_s(evaluation),
        pearson: cell.pearson,
        ceiling: cell.ceiling,
        raster: trials.map(|trials| {
            trials
                .iter()
                .map(|repeat| spike_times(repeat, evaluation.first_bin, period_s))
                .collect()
        }),
    }
}

/// The middle of every bin with a spike; rates may be stored instead of counts, so only the
/// presence of a spike counts.
fn spike_times(repeat: &[f32], first_bin: usize, period_s: f64) -> Vec<f64> {
    let bins = (first_bin..).zip(repeat).filter(|(_, value)| **value > 0.0);
    bins.map(|(bin, _)| (bin as f64 + 0.5) * period_s).collect()
}

#[cfg(test)]
mod tests {
    use super::spike_times;

    #[test]
    fn a_spike_is_in_the_middle_of_its_bin() {
        assert_eq!(spike_times(&[0.0, 2.0, 0.0, 100.0], 0, 0.5), [0.75, 1.75]);
        assert_eq!(spike_times(&[2.0], 40, 0.5), [20.25]);
    }
}
