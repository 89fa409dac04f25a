//! What was shown, and the responses of some cells to it.

use ganglion_plot::{CellTraces, Measured, ResponseBars, TraceFigure};

use super::curves::words;
use super::{Shown, label};
use crate::{Metric, Outcome, ResponseFamily};

/// Cells drawn at most.
const CELLS: usize = 5;
/// Conditions drawn at most.
const CONDITIONS: usize = 4;

/// Metrics drawn as bars beside the responses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bars {
    /// What they are.
    pub label: &'static str,
    /// Their names in the figure, and which they are.
    pub metrics: &'static [(&'static str, Metric)],
}

/// The cells that respond most, of those shown.
pub(super) fn traces(outcome: &Outcome, shown: &Shown, bars: &Bars) -> Option<TraceFigure> {
    let family = outcome.families.first()?;
    let conditions = spread(family.at.len(), CONDITIONS);
    let stimuli = (conditions.iter())
        .map(|&index| (name(family, index), family.shown[index].clone()))
        .collect();
    let cell = |&row: &usize| CellTraces {
        name: format!("Cell {}", outcome.cells[row].cell.0),
        traces: (conditions.iter())
            .map(|&index| {
                let rates = family.rates[row][index].clone();
                (name(family, index), Measured::new(rates))
            })
            .collect(),
        bars: (!bars.metrics.is_empty()).then(|| response_bars(outcome, row, bars)),
    };
    Some(TraceFigure {
        title: shown.title(&words(&outcome.phenomenon)),
        time: family.times_ms.iter().map(|time| time * 1e-3).collect(),
        time_label: format!("Time after {} (s)", family.aligned_on),
        window: None,
        stimuli: distinct(stimuli),
        stimulus_label: label(family.shown_as),
        cells: strongest(family, &shown.rows).iter().map(cell).collect(),
        response_label: "Rate (Hz)".to_owned(),
    })
}

fn response_bars(outcome: &Outcome, row: usize, bars: &Bars) -> ResponseBars {
    let metrics = || bars.metrics.iter();
    let value = |(_, metric): &(&str, Metric)| outcome.cells[row].metrics.get(*metric);
    ResponseBars {
        label: bars.label.to_owned(),
        names: metrics().map(|(name, _)| (*name).to_owned()).collect(),
        values: Measured::new(metrics().map(value).collect()),
    }
}

/// At most so many of a number of things, evenly spread.
fn spread(count: usize, most: usize) -> Vec<usize> {
    let shown = count.min(most);
    (0..shown).map(|index| index * count / shown).collect()
}

/// Rows of the cells with the largest rates, in their order.
fn strongest(family: &ResponseFamily, rows: &[usize]) -> Vec<usize> {
    let peak = |row: &usize| {
        let rates = family.rates[*row].iter().flatten().copied();
        rates.filter(|rate| rate.is_finite()).fold(0.0, f64::max)
    };
    let mut chosen = rows.to_vec();
    chosen.sort_by(|a, b| peak(b).total_cmp(&peak(a)));
    chosen.truncate(CELLS);
    chosen.sort_unstable();
    chosen
}

/// What a condition is called: the value of what was varied.
fn name(family: &ResponseFamily, condition: usize) -> String {
    let value = family.at[condition];
    match (family.parameter.name, family.parameter.unit) {
        ("differential", _) if value == 0.0 => "Global motion".to_owned(),
        ("differential", _) => "Differential motion".to_owned(),
        (name, "degrees") => format!("{} {value:.0}°", words(name)),
        (name, _) => format!("{} {value}", words(name)).replace('-', "−"),
    }
}

/// Stimuli that differ from those before them.
fn distinct(stimuli: Vec<(String, Vec<f64>)>) -> Vec<(String, Vec<f64>)> {
    let mut kept: Vec<(String, Vec<f64>)> = Vec::new();
    for stimulus in stimuli {
        if kept.iter().all(|other| other.1 != stimulus.1) {
            kept.push(stimulus);
        }
    }
    kept
}
