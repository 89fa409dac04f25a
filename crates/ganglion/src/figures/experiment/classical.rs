//! Classical stimuli as figures.

use ganglion_experiment::{ExperimentConfig, Outcome};
use ganglion_plot::Figure;

use super::traces::{Bars, traces};
use super::{Shown, boxed, curves, fields, pairs};

/// Figures by what follows the experiment's name in theirs: the responses or fields of some cells
/// first, then everything that was measured against what was varied.
pub(super) fn figures(
    config: &ExperimentConfig,
    outcome: &Outcome,
    shown: &Shown,
) -> Vec<(&'static str, Box<dyn Figure>)> {
    let first: Option<Box<dyn Figure>> = match config {
        ExperimentConfig::ReceptiveField(_) => fields::figure(config, outcome, shown).map(boxed),
        ExperimentConfig::ContrastGain(_) => {
            let pairs = [
                pairs::Pair {
                    title: "filter",
                    names: ["Low contrast", "High contrast"],
                    curves: ["filter-low-contrast", "filter-high-contrast"],
                },
                pairs::Pair {
                    title: "nonlinearity",
                    names: ["Low contrast", "High contrast"],
                    curves: ["nonlinearity-low-contrast", "nonlinearity-high-contrast"],
                },
            ];
            pairs::figure(config, outcome, shown, &pairs).map(boxed)
        }
        ExperimentConfig::PolarityReversal(_) => {
            let pairs = [pairs::Pair {
                title: "filter",
                names: ["Just after a shift", "Later"],
                curves: ["filter-early", "filter-late"],
            }];
            pairs::figure(config, outcome, shown, &pairs).map(boxed)
        }
        _ => traces(config, outcome, shown, &bars(config)).map(boxed),
    };
    // Pairs of curves have been drawn cell by cell.
    let drawn = matches!(
        config,
        ExperimentConfig::ContrastGain(_) | ExperimentConfig::PolarityReversal(_)
    );
    let curves = (!drawn || first.is_none()).then(|| curves::figure(outcome, shown).map(boxed));
    let first = first.map(|figure| ("", figure));
    let rest = curves.flatten().map(|figure| ("-curves", figure));
    first.into_iter().chain(rest).collect()
}

/// The numbers that stand beside the responses.
fn bars(config: &ExperimentConfig) -> Bars {
    match config {
        ExperimentConfig::StepResponse(_) => Bars {
            label: "Rise (Hz)",
            metrics: &[("Dark", "dark_hz"), ("Bright", "bright_hz")],
        },
        ExperimentConfig::ContrastAdaptation(_) => Bars {
            label: "Rate (Hz)",
            metrics: &[
                ("Early", "early_high_hz"),
                ("Late", "late_high_hz"),
                ("Ctrl", "control_hz"),
            ],
        },
        ExperimentConfig::FrequencyDoubling(_) => Bars {
            label: "Amplitude (Hz)",
            metrics: &[("F1", "f1_hz"), ("F2", "f2_hz")],
        },
        ExperimentConfig::ObjectMotion(_) => Bars {
            label: "Mean rate (Hz)",
            metrics: &[
                ("Glob.", "global_hz"),
                ("Diff.", "differential_hz"),
                ("Alone", "object_alone_hz"),
            ],
        },
        _ => Bars {
            label: "",
            metrics: &[],
        },
    }
}
