//! The latency code, from the sweep to the circuit.

use std::ops::ControlFlow;

use ganglion_attribution::{AttributionConfig, Polarity, Sign};
use ganglion_experiment::{ExperimentConfig, Responder};
use ganglion_model::responder::ModelResponder;
use ganglion_reduction::known::KnownCircuits;
use ganglion_reduction::{
    CircuitResponder, Reducer, Reduction, ReductionConfig, Subject, correlation,
};

use crate::network::{CHANNELS, Channel, Retina};

/// A channel of the first layer that is silent below a threshold; OFF ones are transient.
const fn channel(peak: f32, polarity: f32, strength: f32, threshold: f32) -> Channel {
    Channel {
        peak,
        polarity,
        strength,
        transience: if polarity < 0.0 { 0.6 } else { 0.0 },
        threshold,
    }
}

/// A fast OFF, a slow sustained ON, the fast OFF at half strength, and an ON that nothing reads.
const fn channels(threshold: [f32; CHANNELS]) -> [Channel; CHANNELS] {
    [
        channel(3.0, -1.0, 1.0, threshold[0]),
        channel(10.0, 1.0, 1.0, threshold[1]),
        channel(3.0, -1.0, 0.5, threshold[2]),
        channel(4.0, 1.0, 1.0, threshold[3]),
    ]
}

/// Cell 0 is the latency class of the simulated retina: OFF excites, and a dark step takes tonic
/// ON inhibition away; the slow ON is active at rest. Cell 1 sees nothing.
const LATENCY: Retina = Retina {
    screen: [12, 12],
    channels: channels([0.02, -0.25, 0.01, 0.02]),
    read: [[200.0, -150.0, 200.0, 0.0], [0.0; CHANNELS]],
    bias: [30.0, 1.0],
};

/// Channels that no stimulus silences are linear: an OFF and an ON cell of one filter each before
/// the output's softplus. The bias takes their activity at rest away.
const LINEAR: Retina = Retina {
    screen: [12, 12],
    channels: channels([-10.0; CHANNELS]),
    read: [[200.0, 0.0, 0.0, 0.0], [0.0, 150.0, 0.0, 0.0]],
    bias: [5.0 - 2000.0, 5.0 - 1500.0],
};

/// The poster's dark steps. The criterion is loose, for it is the reduction that is tested.
fn latency() -> ExperimentConfig {
    toml::from_str("phenomenon = \"latency\"\ncriteria.rank_correlation = -0.5").unwrap()
}

fn reduced(retina: &Retina, also_absent: bool) -> (ModelResponder, Reduction) {
    let config = ReductionConfig {
        shuffles: 50,
        also_absent,
        ..ReductionConfig::default()
    };
    reduced_with(retina, &config)
}

fn reduced_with(retina: &Retina, config: &ReductionConfig) -> (ModelResponder, Reduction) {
    let responder = ModelResponder::new(retina.model()).unwrap();
    let experiment = latency().prepare(responder.screen()).unwrap();
    let reduction = {
        let subject = Subject::new(&responder).unwrap();
        let reducer = Reducer {
            subject: &subject,
            source: "planted".to_owned(),
            config,
            attribution: &AttributionConfig::default(),
            known: KnownCircuits::default(),
        };
        reducer
            .run(&experiment, responder.cells(), &mut |_| {
                ControlFlow::Continue(())
            })
            .unwrap()
    };
    (responder, reduction)
}

#[test]
fn the_planted_circuit_of_a_network_is_found() {
    let (responder, reduction) = reduced(&LATENCY, false);
    let cell = &reduction.cells[0];
    assert!(cell.outcome.present, "{}", cell.outcome.reason);
    let explanation = cell.result.as_ref().unwrap();

    // Channels 0 and 2 are one type; 3 is not read, 1 inhibits.
    let types: Vec<_> = explanation
        .candidates
        .iter()
        .map(|c| c.channels.clone())
        .collect();
    assert!(types.contains(&vec![0, 2]), "{types:?}");
    assert!(
        !types.iter().any(|channels| channels.contains(&3)),
        "{types:?}"
    );
    let main = &explanation.circuit.pathways[0];
    assert_eq!(
        (&main.channels[..], main.polarity),
        (&[0, 2][..], Polarity::Off)
    );
    assert_eq!(main.sign, Sign::Excitatory);
    // The peak of the alpha function, between the third frame and the fourth.
    assert!((30.0..=40.0).contains(&main.peak.0), "{:?}", main.peak);
    for other in &explanation.circuit.pathways[1..] {
        assert_eq!(
            (other.polarity, other.sign),
            (Polarity::On, Sign::Inhibitory)
        );
    }

    // The circuit is of the network's own form, so that only the merged thresholds differ.
    assert!(
        explanation.circuit.correlation > 0.99,
        "{}",
        explanation.circuit.correlation
    );
    assert!(
        explanation.acceptance.is_good(),
        "{:?}",
        explanation.acceptance
    );
    let held_out = explanation.held_out.as_ref().unwrap();
    assert!(held_out.correlation.unwrap() > 0.98, "{held_out:?}");

    // All effective weights together are the network.
    let all = explanation.effective.channels.steps.last().unwrap();
    assert!(all.correlation > 0.999999);
    let full = explanation.metric;
    // Attributions are single precision, and weak responses have weak peaks.
    let all_metric = all.metric.unwrap();
    assert!(
        (all_metric - full).abs() <= 0.05 * full,
        "{all_metric} {full}"
    );

    // Silencing what was kept abolishes the response, silencing the rest does not.
    let effect = |name: &str| {
        explanation
            .effects
            .iter()
            .find(|e| e.lesion.name == name)
            .unwrap()
    };
    assert!(!effect("kept pathways").present);
    assert!(effect("everything else").present);

    the_circuit_answers_as_it_was_fitted(&responder, &reduction);
}

/// The circuit as a value gives the rates of the fit, for movies made anew.
fn the_circuit_answers_as_it_was_fitted(model: &ModelResponder, reduction: &Reduction) {
    let explanation = reduction.cells[0].result.as_ref().unwrap();
    let experiment = latency().prepare(model.screen()).unwrap();
    let responder = CircuitResponder::new(explanation.circuit.clone()).unwrap();
    let rates = experiment.responses(&responder, |_| ()).unwrap();
    let found: Vec<f64> = rates
        .iter()
        .flat_map(|r| r.cell(0))
        .map(|&rate| f64::from(rate))
        .collect();
    for (found, expected) in found.iter().zip(&explanation.rates) {
        // Single precision of kernels and drives.
        assert!(
            (found - expected).abs() < 1e-2 * (1.0 + expected.abs()),
            "{found} {expected}"
        );
    }
    assert!(correlation(&found, &explanation.rates).unwrap() > 0.99999);
}

/// One pathway has one latency: its metric is another, which is told, and chooses nothing.
#[test]
fn a_metric_that_is_not_kept_is_told() {
    let config = ReductionConfig {
        most_pathways: 1,
        shuffles: 1,
        ..ReductionConfig::default()
    };
    let (_, reduction) = reduced_with(&LATENCY, &config);
    let explanation = reduction.cells[0].result.as_ref().unwrap();
    assert!(
        !explanation.acceptance.is_good(),
        "{:?}",
        explanation.acceptance
    );
    let told = explanation.describe(reduction.headline);
    assert!(
        told.contains("fall_per_octave_ms is ") && told.contains("not the same"),
        "{told}"
    );
}

/// The network's metric within a millionth is beyond every circuit; the circuit stays.
#[test]
fn a_circuit_whose_metric_lies_beyond_an_edge_is_kept() {
    let chosen = |metric_tolerance: f64| {
        let config = ReductionConfig {
            metric_tolerance,
            shuffles: 1,
            ..ReductionConfig::default()
        };
        let (_, reduction) = reduced_with(&LATENCY, &config);
        let explanation = reduction.cells[0].result.as_ref().unwrap();
        (explanation.circuit.clone(), explanation.choice)
    };
    assert_eq!(chosen(0.2), chosen(1e-6));
}

#[test]
fn a_cell_without_the_phenomenon_has_nothing_to_explain() {
    let (_, reduction) = reduced(&LATENCY, false);
    let summary = serde_json::to_value(reduction.summary()).unwrap();
    let silent = &summary["cells"][1];
    assert_eq!(silent["present"], false);
    assert_eq!(silent["pathways"].as_array().unwrap().len(), 0);
    assert!(silent["correlation"].is_null());
    assert!(
        silent["description"]
            .as_str()
            .unwrap()
            .starts_with("nothing to explain: ")
    );
}

#[test]
fn linear_nonlinear_cells_reduce_to_one_pathway() {
    let (_, reduction) = reduced(&LINEAR, true);
    for (cell, polarity) in reduction.cells.iter().zip([Polarity::Off, Polarity::On]) {
        let explanation = cell.result.as_ref().unwrap();
        let circuit = &explanation.circuit;
        assert_eq!(circuit.pathways.len(), 1, "{:?}", explanation.curve);
        let only = &circuit.pathways[0];
        assert_eq!((only.polarity, only.sign), (polarity, Sign::Excitatory));
        // Of the network's own form: what is left is the pool's shape.
        assert!(circuit.correlation > 0.999, "{}", circuit.correlation);
    }
}
