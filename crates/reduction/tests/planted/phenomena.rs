//! The motion phenomena and the omitted stimulus, from the sweep to the circuit.

use std::ops::{ControlFlow, RangeInclusive};

use ganglion_attribution::{AttributionConfig, Polarity, Sign};
use ganglion_experiment::{ExperimentConfig, Responder};
use ganglion_model::responder::ModelResponder;
use ganglion_reduction::known::KnownCircuits;
use ganglion_reduction::{Explanation, Invariance, Reducer, Reduction, ReductionConfig, Subject};

use crate::network::{CHANNELS, Channel, Retina};

/// A transient OFF, a slow sustained ON, the OFF at half strength, and an ON that nothing reads.
const OFF: [usize; 2] = [0, 2];
const ON: usize = 1;
const UNREAD: usize = 3;

const fn channel(peak: f32, polarity: f32, strength: f32, threshold: f32) -> Channel {
    Channel {
        peak,
        polarity,
        strength,
        // Nothing of what lasts is left of an OFF: it fires at the front of a dark bar.
        transience: if polarity < 0.0 { 1.0 } else { 0.0 },
        threshold,
    }
}

/// Cell 0 is excited by OFF and inhibited by an ON that is active at rest; cell 1 sees nothing.
const fn retina(screen: [usize; 2]) -> Retina {
    Retina {
        screen,
        channels: [
            channel(3.0, -1.0, 1.0, 0.02),
            channel(10.0, 1.0, 1.0, -0.25),
            channel(3.0, -1.0, 0.5, 0.01),
            channel(4.0, 1.0, 1.0, 0.02),
        ],
        read: [[400.0, -150.0, 400.0, 0.0], [0.0; CHANNELS]],
        bias: [40.0, 1.0],
    }
}

/// 1.5 mm across, so that a bar comes and goes; 0.4 mm high.
const WIDE: Retina = retina([8, 30]);
const SMALL: Retina = retina([8, 8]);

/// The reduction of cell 0; whether it shows the phenomenon does not matter.
fn reduced(retina: &Retina, experiment: &str) -> Reduction {
    let experiment: ExperimentConfig = toml::from_str(experiment).unwrap();
    let responder = ModelResponder::new(retina.model()).unwrap();
    let experiment = experiment.prepare(responder.screen()).unwrap();
    let config = ReductionConfig {
        shuffles: 1,
        also_absent: true,
        ..ReductionConfig::default()
    };
    let subject = Subject::new(&responder).unwrap();
    let reducer = Reducer {
        subject: &subject,
        source: "planted".to_owned(),
        config: &config,
        attribution: &AttributionConfig::default(),
        known: KnownCircuits::default(),
    };
    let cells = &responder.cells()[..1];
    reducer
        .run(&experiment, cells, &mut |_| ControlFlow::Continue(()))
        .unwrap()
}

/// The pathways of a reduction are those that were planted, and make the network's rate.
fn the_pathways_are_those_planted(explanation: &Explanation) {
    let circuit = &explanation.circuit;
    let main = &circuit.pathways[0];
    assert_eq!(main.channels, OFF, "{circuit:?}");
    // The peak of the alpha function less three times slower, in frames of 10 ms.
    assert_in(main.peak.0, 20.0..=40.0);
    for pathway in &circuit.pathways {
        let expected = match pathway.channels[..] {
            [ON] => (Polarity::On, Sign::Inhibitory),
            _ => (Polarity::Off, Sign::Excitatory),
        };
        assert_eq!((pathway.polarity, pathway.sign), expected, "{pathway:?}");
        assert!(!pathway.channels.contains(&UNREAD), "{pathway:?}");
    }
    // Of the network's own form: what is left is the pool's shape and merged thresholds.
    assert!(circuit.correlation > 0.98, "{}", circuit.correlation);
    // What was kept makes the response, what was not does not.
    let without = |name: &str| {
        let mut effects = explanation.effects.iter();
        effects.find(|one| one.lesion.name == name).unwrap()
    };
    let correlation = |name: &str| without(name).correlation.unwrap_or(0.0);
    assert!(
        correlation("kept pathways") < correlation("everything else"),
        "{:?}",
        explanation.effects
    );
}

fn assert_in(value: f64, range: RangeInclusive<f64>) {
    assert!(range.contains(&value), "{value} is not in {range:?}");
}

/// Bars are the same along y: terms are columns, and pools have a place.
fn the_pools_are_in_the_middle(reduction: &Reduction, explanation: &Explanation) {
    assert_eq!(reduction.invariance, Some(Invariance::AlongY));
    for pathway in &explanation.circuit.pathways {
        // The middle of 30 pixels of 50 um, to a pixel.
        assert_in(pathway.pool.centre.x.0, 700.0..=800.0);
    }
    // A standard deviation of sqrt(2) pixels was planted.
    let pool = explanation.circuit.pathways[0].pool.sd.0;
    assert_in(pool, 35.0..=140.0);
}

#[test]
fn motion_anticipation_is_made_by_the_planted_pathways() {
    let reduction = reduced(
        &WIDE,
        r#"
        phenomenon = "motion-anticipation"
        speeds = [440.0, 880.0]
        widths = [160.0]
        flashed_positions = 15
        "#,
    );
    let cell = &reduction.cells[0];
    let explanation = cell.result.as_ref().unwrap();
    // A transient cell fires at the front of the bar, before its middle is there.
    assert!(cell.outcome.present, "{}", cell.outcome.reason);
    the_pathways_are_those_planted(explanation);
    the_pools_are_in_the_middle(&reduction, explanation);
}

#[test]
fn motion_reversal_is_made_by_the_planted_pathways() {
    let reduction = reduced(
        &WIDE,
        r#"
        phenomenon = "motion-reversal"
        positions = [-150.0, -100.0, -50.0, 0.0, 50.0, 100.0, 150.0]
        "#,
    );
    let explanation = reduction.cells[0].result.as_ref().unwrap();
    the_pathways_are_those_planted(explanation);
    the_pools_are_in_the_middle(&reduction, explanation);
}

#[test]
fn the_response_to_an_omission_is_made_by_the_planted_pathways() {
    let reduction = reduced(
        &SMALL,
        r#"
        phenomenon = "omitted-stimulus"
        periods = [60.0, 80.0, 100.0, 120.0]
        flashes = 4
        "#,
    );
    let explanation = reduction.cells[0].result.as_ref().unwrap();
    assert_eq!(reduction.invariance, Some(Invariance::FullField));
    the_pathways_are_those_planted(explanation);
}
