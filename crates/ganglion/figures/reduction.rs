//! A reduction as figures.

use ganglion_attribution::{Polarity, Sign};
use ganglion_experiment::PreparedExperiment;
use ganglion_plot::{
    Axis, CircuitInput, CircuitSchematic, Interneuron, LinePanel, PanelGrid, Series, palette,
};
use ganglion_reduction::selection::{Curve, Step};
use ganglion_reduction::{Circuit, Explanation};

/// The circuit as physiologists draw it.
pub fn circuit_schematic(circuit: &Circuit) -> CircuitSchematic {
    let input = |(name, pathway): (String, &ganglion_reduction::Pathway)| CircuitInput {
        name: name.replace(" excitation", "").replace(" inhibition", ""),
        kind: match pathway.sign {
            Sign::Inhibitory => Interneuron::Amacrine,
            _ => Interneuron::Bipolar,
        },
        polarity: match pathway.polarity {
            Polarity::On => ganglion_plot::Polarity::On,
            Polarity::Off => ganglion_plot::Polarity::Off,
        },
        weight: pathway.signed_weight(),
        kernel: pathway
            .kernel
            .time_course()
            .iter()
            .map(|&value| value as f32)
            .collect(),
        frame_period_ms: circuit.screen.frame_period.0,
        note: format!(
            "peak {:.0} ms, {:.0} %",
            pathway.peak.0,
            100.0 * pathway.share
        ),
    };
    CircuitSchematic {
        title: circuit.phenomenon.replace('-', " "),
        ganglion_cell: format!("Cell {}", circuit.cell),
        inputs: circuit
            .names()
            .into_iter()
            .zip(&circuit.pathways)
            .map(input)
            .collect(),
    }
}

/// Fidelity against the number of pathways.
pub fn fidelity(headline: &str, explanation: &Explanation) -> PanelGrid {
    let effective = &explanation.effective;
    let count = || Axis::new("Terms kept").counting();
    let correlation = LinePanel::new("", count(), Axis::new("Correlation with the network"))
        .with(line("Channels, ranked", &effective.ranked, of_correlation).color(palette::GREY))
        .with(line("Channels, selected", &effective.channels, of_correlation).color(palette::BLUE))
        .with(line("Cell types", &effective.types, of_correlation).color(palette::SKY))
        .with(
            line("Fitted pathways", &explanation.curve, of_correlation).color(palette::VERMILLION),
        );
    let metric = LinePanel::new("", count(), Axis::new(readable(headline)))
        .with(line("Channels, selected", &effective.channels, of_metric).color(palette::BLUE))
        .with(line("Fitted pathways", &explanation.curve, of_metric).color(palette::VERMILLION));
    let metric = match explanation.metric.is_finite() {
        true => metric.with(network(explanation)),
        false => metric,
    };
    PanelGrid::new(2)
        .panel_height(150.0)
        .with_named("correlation", correlation)
        .with_named("metric", metric)
}

/// The full network's metric as a level line.
fn network(explanation: &Explanation) -> Series {
    let last = explanation.effective.channels.steps.len() as f64;
    Series::new("Network", vec![1.0, last], vec![explanation.metric; 2])
        .color(palette::INK)
        .dashed()
}

fn line(name: &str, curve: &Curve, value: fn(&Step) -> f64) -> Series {
    let counts = (1..=curve.steps.len()).map(|count| count as f64).collect();
    Series::new(name, counts, curve.steps.iter().map(value).collect()).markers()
}

fn of_correlation(step: &Step) -> f64 {
    step.correlation
}

fn of_metric(step: &Step) -> f64 {
    step.metric.unwrap_or(f64::NAN)
}

/// Conditions drawn by [`circuit_traces`].
const TRACES: usize = 6;

/// Rates of network and circuit for some conditions spread over the sweep.
pub fn circuit_traces(experiment: &PreparedExperiment, explanation: &Explanation) -> PanelGrid {
    let conditions = experiment.conditions();
    let count = TRACES.min(conditions.len());
    let shown = (0..count).map(|place| place * (conditions.len() - 1) / (count - 1).max(1));
    let mut grid = PanelGrid::new(3).panel_height(105.0);
    for index in shown {
        let range = explanation.samples[index].clone();
        let period = experiment.screen().frame_period.0;
        let time: Vec<f64> = (0..range.len())
            .map(|bin| bin as f64 * period * 1e-3)
            .collect();
        let series = |name: &str, rates: &[f64]| {
            let name = if index == 0 { name } else { "" };
            Series::new(name, time.clone(), rates[range.clone()].to_vec())
        };
        let label = &conditions[index].label;
        let panel = LinePanel::new(
            shortened(label),
            Axis::new("Time (s)"),
            Axis::new("Rate (Hz)").reaching(0.0),
        )
        .with(series("Network", &explanation.full_rates).color(palette::INK))
        .with(series("Circuit", &explanation.rates).color(palette::VERMILLION));
        grid = grid.with_named(label.clone(), panel);
    }
    grid
}

fn shortened(label: &str) -> String {
    let most = 34;
    match label.chars().count() > most {
        true => label.chars().take(most - 1).chain(['…']).collect(),
        false => label.to_owned(),
    }
}

fn readable(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
