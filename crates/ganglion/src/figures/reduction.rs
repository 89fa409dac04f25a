//! A reduction as figures.

use ganglion_attribution::{Polarity, Sign};
use ganglion_experiment::PreparedExperiment;
use ganglion_plot::{
    AttributionSweep, Axis, Certainty, CircuitInput, CircuitSchematic, Interneuron, LinePanel,
    PanelGrid, Series, SweptChannel, SweptCourse, palette,
};
use ganglion_recording::CellIndex;
use ganglion_reduction::fit::selection::{SelectionCurve, SelectionStep};
use ganglion_reduction::standing::Standing;
use ganglion_reduction::{Circuit, Explanation, Pathway};

/// The circuit as physiologists draw it: what is not stated of the cell is pale and dashed. What nothing is known of is drawn
/// as it was fitted.
pub fn circuit_schematic(circuit: &Circuit, standings: &[Standing]) -> CircuitSchematic {
    let inputs = circuit.pathways.iter().zip(circuit.names());
    let standings = standings.iter().copied();
    let inputs = inputs.zip(standings.chain(std::iter::repeat(Standing::Unknown)));
    CircuitSchematic {
        title: circuit.phenomenon.replace('-', " "),
        ganglion_cell: format!("Cell {}", circuit.cell),
        inputs: inputs
            .map(|((pathway, name), standing)| input(circuit, (&name, pathway), standing))
            .collect(),
    }
}

/// The circuit behind a phenomenon. Of pathways that are one, which the network divides, it is said of which each is a part.
pub fn explained_schematic(explanation: &Explanation) -> CircuitSchematic {
    let circuit = &explanation.circuit;
    let mut drawn = circuit_schematic(circuit, &explanation.standings());
    let names: Vec<String> = drawn.inputs.iter().map(|one| one.name.clone()).collect();
    for (input, whole) in drawn.inputs.iter_mut().zip(&explanation.parts) {
        if let Some(whole) = whole {
            let (peak, _) = input.note.split_once(',').unwrap_or((&input.note, ""));
            input.note = format!("{peak}, one with {}", names[*whole]);
        }
    }
    drawn
}

fn input(circuit: &Circuit, (name, pathway): (&str, &Pathway), standing: Standing) -> CircuitInput {
    let note = format!(
        "peak {:.0} ms, {:.0} %",
        pathway.peak.0,
        100.0 * pathway.share
    );
    let note = match standing.probability() {
        Some(probability) => format!("{note}, p {probability:.2}"),
        None => note,
    };
    let kernel = pathway.kernel.time_course();
    CircuitInput {
        name: drawn_name(name, pathway),
        kind: match pathway.sign {
            Sign::Inhibitory => Interneuron::Amacrine,
            _ => Interneuron::Bipolar,
        },
        polarity: drawn(pathway.polarity),
        weight: pathway.signed_weight(),
        kernel: kernel.iter().map(|&value| value as f32).collect(),
        frame_period_ms: circuit.screen.frame_period.0,
        note,
        certainty: match standing {
            Standing::Stated(_) | Standing::Unknown => Certainty::Certain,
            Standing::Undetermined(_) => Certainty::Undetermined,
            Standing::FitOnly(_) => Certainty::FitOnly,
        },
    }
}

/// A name over a pathway: its sign is drawn, its depression is not.
fn drawn_name(name: &str, pathway: &Pathway) -> String {
    let name = name.replace(" excitation", "").replace(" inhibition", "");
    match pathway.depression {
        Some(_) => format!("{name}, depressing"),
        None => name,
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

fn line(name: &str, curve: &SelectionCurve, value: fn(&SelectionStep) -> f64) -> Series {
    let counts = (1..=curve.steps.len()).map(|count| count as f64).collect();
    Series::new(name, counts, curve.steps.iter().map(value).collect()).markers()
}

fn of_correlation(step: &SelectionStep) -> f64 {
    step.correlation
}

fn of_metric(step: &SelectionStep) -> f64 {
    step.metric.unwrap_or(f64::NAN)
}

/// Conditions drawn over time.
const TRACES: usize = 6;

/// Least range of a condition's rates, as a share of the largest, for which it is drawn over time.
const LEAST_RANGE: f64 = 0.05;

/// Bins of a condition drawn as colours; longer conditions are averaged into as many.
const BINS: usize = 120;

/// Rates of network and circuit for some conditions spread over the sweep.
pub fn circuit_traces(experiment: &PreparedExperiment, explanation: &Explanation) -> PanelGrid {
    let conditions = experiment.conditions();
    let mut grid = PanelGrid::new(3).panel_height(105.0);
    for (place, index) in shown(explanation).into_iter().enumerate() {
        let range = explanation.samples[index].clone();
        let period = experiment.screen().frame_period.0;
        let time: Vec<f64> = (0..range.len())
            .map(|bin| bin as f64 * period * 1e-3)
            .collect();
        let series = |name: &str, rates: &[f64]| {
            let name = if place == 0 { name } else { "" };
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

/// Conditions spread over those that move the network's rate, or over all if few do.
fn shown(explanation: &Explanation) -> Vec<usize> {
    let range = |samples: &std::ops::Range<usize>| {
        let rates = &explanation.full_rates[samples.clone()];
        let largest = rates.iter().copied().fold(f64::MIN, f64::max);
        largest - rates.iter().copied().fold(f64::MAX, f64::min)
    };
    let ranges: Vec<f64> = explanation.samples.iter().map(range).collect();
    let needed = LEAST_RANGE * ranges.iter().copied().fold(0.0, f64::max);
    let mut moved: Vec<usize> = (0..ranges.len()).collect();
    moved.retain(|&condition| ranges[condition] >= needed);
    if moved.len() < TRACES {
        moved = (0..ranges.len()).collect();
    }
    let count = TRACES.min(moved.len());
    let place = |place: usize| moved[place * (moved.len() - 1) / (count - 1).max(1)];
    (0..count).map(place).collect()
}

/// What each channel adds in every condition, and over time in those of [`circuit_traces`].
pub fn attribution_sweep(
    cell: CellIndex,
    experiment: &PreparedExperiment,
    explanation: &Explanation,
) -> AttributionSweep {
    let conditions = experiment.conditions();
    let channels = &explanation.channels;
    let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let of_channel = |channel: usize| {
        let attribution = &channels[channel].attribution;
        let samples = explanation.samples.iter();
        samples.map(move |range| mean_of(&attribution[range.clone()]))
    };
    let period = experiment.screen().frame_period.0 * 1e-3;
    let course = |condition: usize| {
        let range = explanation.samples[condition].clone();
        let width = range.len().div_ceil(BINS).max(1);
        // The last bin would stand for fewer samples.
        let bins = range.len() / width;
        let bin = |channel: usize, bin: usize| {
            mean_of(&channels[channel].attribution[range.start + bin * width..][..width])
        };
        let centre = |bin: usize| (bin as f64 + 0.5) * width as f64 * period - period / 2.0;
        SweptCourse {
            condition,
            label: shortened(&conditions[condition].label),
            time_s: (0..bins).map(centre).collect(),
            attribution_hz: (0..channels.len())
                .flat_map(|channel| (0..bins).map(move |at| (channel, at)))
                .map(|(channel, at)| bin(channel, at))
                .collect(),
        }
    };
    AttributionSweep {
        title: format!("Cell {cell}: attribution of each channel (kept channels framed)"),
        channels: (channels.iter())
            .map(|one| SweptChannel {
                name: one.channel.to_string(),
                polarity: Some(drawn(one.polarity)),
                kept: one.kept,
            })
            .collect(),
        conditions: (conditions.iter())
            .map(|condition| condition.label.clone())
            .collect(),
        means_hz: (0..channels.len()).flat_map(of_channel).collect(),
        courses: shown(explanation).into_iter().map(course).collect(),
    }
}

fn drawn(polarity: Polarity) -> ganglion_plot::Polarity {
    match polarity {
        Polarity::On => ganglion_plot::Polarity::On,
        Polarity::Off => ganglion_plot::Polarity::Off,
    }
}

fn shortened(label: &str) -> String {
    let most = 34;
    let shorter = label.replace(" moving ", " ");
    match shorter.chars().count() > most {
        true => shorter.chars().take(most - 1).chain(['…']).collect(),
        false => shorter,
    }
}

/// `lead_um` as "Lead (um)".
fn readable(name: &str) -> String {
    let (words, unit) = match name.rsplit_once('_') {
        Some((words, unit)) if ["um", "ms", "hz"].contains(&unit) => (words, Some(unit)),
        _ => (name, None),
    };
    let text = words.replace('_', " ");
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let label = first.unwrap_or_default() + letters.as_str();
    match unit {
        Some("hz") => format!("{label} (Hz)"),
        Some(unit) => format!("{label} ({unit})"),
        None => label,
    }
}
