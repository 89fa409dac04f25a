//! Retinas with mechanisms.

use ganglion_experiment::StimulusMovie;
use ganglion_recording::Milliseconds;
use ganglion_simulation::mechanism::{Depression, Noise, Synapse};
use ganglion_simulation::{Circuit, Error, Family, Interneuron, Retina, Silencing};
use rstest::rstest;

use crate::direct_mechanisms;
use crate::fixture::{CONTRAST_UNIT, FAMILY, SCREEN, noise, retina};

/// Every mechanism that changes rates, with numbers at which it changes them much.
const ALL: [&str; 12] = [
    "depression = { lost = 0.6 }",
    "inhibitory_depression = { lost = 0.6 }",
    "amacrine_stage = true",
    "terminal_inhibition = { probability = 1.0 }",
    "gain_control = true",
    "light_adaptation = true",
    "subunits = { power = [1.5, 2.0] }",
    "surround_delay = true",
    "coupling = true",
    "conductances = { excitatory_reversal = 0.5 }",
    "threshold_spread = true",
    "feedback = { probability = 1.0, reciprocal = 1.0 }",
];

/// Mechanisms that change trials and no rates.
const RECORDED: [&str; 4] = [
    "spike_history = true",
    "noise = true",
    "gain_drift = true",
    "contamination = true",
];

/// A mechanism by itself, with that which it needs.
fn alone(mechanism: &str) -> String {
    match mechanism.starts_with("feedback") {
        true => format!("amacrine_stage = true\n{mechanism}"),
        false => mechanism.to_owned(),
    }
}

fn with(mechanisms: &str) -> Retina {
    let text = format!("[mechanisms]\n{mechanisms}");
    let overrides = toml::from_str(&text).unwrap();
    let family = Family::from_toml_with(FAMILY, overrides).unwrap();
    family.draw(3, SCREEN, CONTRAST_UNIT).unwrap()
}

fn with_all() -> Retina {
    with(&ALL.join("\n"))
}

/// Rates `[cell][bin - 1]` of a stream that is fed in chunks.
fn streamed(retina: &Retina, movie: &StimulusMovie, chunk: usize) -> Vec<Vec<f32>> {
    let mut stream = retina.stream();
    let mut rates = vec![Vec::new(); retina.cells().len()];
    for frames in movie.values().chunks(chunk * SCREEN.pixels()) {
        let answer = stream.push(frames).unwrap();
        for (cell, rates) in rates.iter_mut().enumerate() {
            rates.extend_from_slice(answer.cell(cell));
        }
    }
    rates
}

fn check_against_the_equations(retina: &Retina, movie: &StimulusMovie) {
    let rates = streamed(retina, movie, movie.frames());
    let expected = direct_mechanisms::rates(retina.circuit(), movie);
    for (cell, (rates, expected)) in rates.iter().zip(expected).enumerate() {
        for (bin, (&rate, expected)) in rates.iter().zip(expected).enumerate() {
            // 32-bit sums of some hundred terms in several stages, through a gain of at most 90 Hz; the
            // reference integrates its Gaussians by the midpoint rule.
            assert!(
                (f64::from(rate) - expected).abs() < 5e-3 + 5e-4 * expected,
                "cell {cell}, bin {}: {rate} against {expected}",
                bin + 1
            );
        }
    }
}

#[rstest]
fn rates_are_those_of_the_equations_of_each_mechanism(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)] mechanism: usize,
) {
    let changed = with(&alone(ALL[mechanism]));
    let movie = noise(70, 1);
    check_against_the_equations(&changed, &movie);
    assert_ne!(
        streamed(&changed, &movie, 70),
        streamed(&retina(3), &movie, 70)
    );
}

#[test]
fn rates_are_those_of_the_equations_of_all_together() {
    check_against_the_equations(&with_all(), &noise(90, 2));
}

#[test]
fn without_mechanisms_the_circuit_and_its_rates_are_the_same() {
    let off: Vec<String> = ALL
        .iter()
        .chain(&RECORDED)
        .map(|mechanism| format!("{} = false", mechanism.split(' ').next().unwrap()))
        .collect();
    let off = with(&off.join("\n"));
    assert_eq!(off.to_toml().unwrap(), retina(3).to_toml().unwrap());
    assert!(!off.to_toml().unwrap().contains("mechanisms"));
    check_against_the_equations(&off, &noise(80, 1));
}

#[rstest]
fn rates_depend_neither_on_the_chunks_nor_on_the_threads(#[values(1, 7, 64)] chunk: usize) {
    let (retina, movie) = (with_all(), noise(150, 2));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .build()
        .unwrap();
    let chunked = pool.install(|| streamed(&retina, &movie, chunk));
    assert_eq!(chunked, streamed(&retina, &movie, 150));
}

#[test]
fn what_comes_later_changes_nothing_before_it() {
    let retina = with_all();
    let mut values = noise(100, 5).values().to_vec();
    let movie = StimulusMovie::new(SCREEN.height, SCREEN.width, values.clone());
    values[60 * SCREEN.pixels()..].fill(1.5);
    let other = StimulusMovie::new(SCREEN.height, SCREEN.width, values);
    let (one, other) = (
        streamed(&retina, &movie, 100),
        streamed(&retina, &other, 100),
    );
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one[..60], other[..60]);
        assert_ne!(one[60..], other[60..]);
    }
}

#[test]
fn grey_gives_the_resting_rates_for_ever() {
    let retina = with_all();
    let grey = StimulusMovie::new(
        SCREEN.height,
        SCREEN.width,
        vec![0.0; 300 * SCREEN.pixels()],
    );
    let rates = streamed(&retina, &grey, 300);
    for (rates, resting) in rates.iter().zip(retina.resting_rates()) {
        // The fixed point of depression in 32 bits, through a gain of 90 Hz.
        assert!(
            rates
                .iter()
                .all(|rate| (rate - resting).abs() < 1e-3 * (1.0 + resting))
        );
    }
}

#[test]
fn a_retina_that_remembers_has_no_finite_memory() {
    assert!(retina(3).finite_memory().is_some());
    for (mechanism, forgets) in [
        (ALL[0], false),
        (ALL[2], false),
        (ALL[3], true),
        (ALL[4], false),
        (ALL[5], false),
        (ALL[6], true),
        (ALL[7], false),
        (ALL[8], true),
        (ALL[9], true),
        (ALL[10], true),
        (ALL[11], false),
    ] {
        let finite = with(&alone(mechanism)).finite_memory().is_some();
        assert_eq!(finite, forgets, "{mechanism}");
    }
}

#[test]
fn the_circuit_survives_being_written() {
    let retina = with(&format!("{}\n{}", ALL.join("\n"), RECORDED.join("\n")));
    let text = retina.to_toml().unwrap();
    let read = Retina::from_toml(&text).unwrap();
    assert_eq!(read.circuit(), retina.circuit());
}

#[test]
fn all_silenced_is_rest_and_inhibition_is_silenced_at_every_synapse() {
    let retina = with_all();
    let without = |retina: &Retina, text: &str| {
        let silencing = Silencing::of(text, retina.circuit()).unwrap();
        retina.without(&silencing).unwrap()
    };
    let movie = noise(120, 3);
    let silent = streamed(&without(&without(&retina, "on"), "off"), &movie, 120);
    for (rates, resting) in silent.iter().zip(retina.resting_rates()) {
        assert!(rates.iter().all(|&rate| rate == resting));
    }
    let mut circuit = retina.circuit().clone();
    for interneuron in &mut circuit.interneurons {
        interneuron.mechanisms.terminal_inhibition.clear();
        interneuron.mechanisms.feedback.clear();
        if let Some(drive) = &mut interneuron.drive {
            let excites = |sign| sign == ganglion_simulation::Sign::Excitatory;
            drive.synapses.retain(|synapse| excites(synapse.sign));
        }
    }
    // A pathway that is held gives a constant: that of the resting drive.
    let bare = without(&Retina::new(circuit).unwrap(), "inhibition");
    let expected = streamed(&bare, &movie, 120);
    assert_eq!(
        streamed(&without(&retina, "inhibition"), &movie, 120),
        expected
    );
    assert_ne!(streamed(&retina, &movie, 120), expected);
}

#[test]
fn a_type_is_silenced_with_all_that_it_drives() {
    let retina = with(ALL[2]);
    let silencing = Silencing::of("off-fast", retina.circuit()).unwrap();
    let amacrine = Silencing::of("amacrine-off", retina.circuit()).unwrap();
    let movie = noise(90, 3);
    let both = retina
        .without(&silencing)
        .unwrap()
        .without(&amacrine)
        .unwrap();
    let one = retina.without(&silencing).unwrap();
    // The only bipolar type of its polarity drives the amacrine type.
    assert_eq!(streamed(&one, &movie, 90), streamed(&both, &movie, 90));
    let all = one.with_all_interneurons();
    assert_eq!(streamed(&all, &movie, 90), streamed(&both, &movie, 90));
}

/// Neighbours share the noise of the bipolar cells that both pool from: where all is linear, their drives
/// correlate as `sum g g' / sqrt(sum g^2 sum g'^2)`.
#[test]
fn noise_is_shared_by_neighbours_as_their_pools_overlap() {
    let mut circuit = retina(3).circuit().clone();
    circuit.mechanisms.noise = Some(Noise {
        photoreceptor: 0.0,
        bipolar: 0.05,
        bipolar_time_constant: Milliseconds(1.0),
        gain_variance: 0.0,
        gain_time: Milliseconds(1000.0),
    });
    circuit.cells.retain(|cell| cell.class == "push-pull");
    for cell in &mut circuit.cells {
        cell.pathways.truncate(1);
        cell.pathways[0].threshold = -2.0;
        cell.output.threshold = -10.0;
    }
    let retina = Retina::new(circuit).unwrap();
    let grey = vec![0.0; 6000 * SCREEN.pixels()];
    let rates = retina.noisy_stream(1, "trial").push(&grey).unwrap();
    let again = retina.noisy_stream(1, "trial").push(&grey).unwrap();
    let other = retina.noisy_stream(1, "another").push(&grey).unwrap();
    assert_eq!(rates, again);
    assert_ne!(rates, other);
    let (mut near, mut far) = (0.0f64, 1.0f64);
    for one in 0..rates.cells() {
        for other in 0..one {
            let expected = overlap(retina.circuit(), one, other);
            let (a, b) = (rates.cell(one), rates.cell(other));
            let found = ganglion_numerics::correlation(a, b).unwrap();
            // 6000 bins that are nearly independent: an error of 0.013.
            assert!((found - expected).abs() < 0.06, "{found}, not {expected}");
            (near, far) = (near.max(expected), far.min(expected));
        }
    }
    assert!(near > 0.1 && far < 0.02, "{near} {far}: near and far cells");
}

fn overlap(circuit: &Circuit, one: usize, other: usize) -> f64 {
    let pool = |cell: usize| {
        let cell = &circuit.cells[cell];
        crate::direct::pool(circuit, cell, cell.pathways[0].pool_sd.0)
    };
    let product = |one: usize, other: usize| -> f64 {
        let (one, other) = (pool(one), pool(other));
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        pairs
            .filter(|(a, b)| a.0 == b.0)
            .map(|(a, b)| a.1 * b.1)
            .sum()
    };
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

#[test]
fn a_trial_without_noise_is_the_stream() {
    let (retina, movie) = (with_all(), noise(70, 1));
    let trial = retina
        .noisy_stream(1, "trial")
        .push(movie.values())
        .unwrap();
    assert_eq!(trial, retina.stream().push(movie.values()).unwrap());
}

#[test]
fn a_depressing_retina_answers_a_second_flash_less() {
    let mut circuit = retina(3).circuit().clone();
    for interneuron in &mut circuit.interneurons {
        interneuron.mechanisms.depression =
            Some(Depression::losing(0.7, 0.05, Milliseconds(800.0)));
    }
    let depressing = Retina::new(circuit).unwrap();
    let flashes = |gap: usize| {
        let mut values = vec![0.0; 200 * SCREEN.pixels()];
        for start in [10, 10 + gap] {
            let pixels = start * SCREEN.pixels()..(start + 5) * SCREEN.pixels();
            values[pixels].fill(2.0);
        }
        StimulusMovie::new(SCREEN.height, SCREEN.width, values)
    };
    let ratio = |retina: &Retina, gap: usize| {
        // The control class has one pathway, an ON type.
        let control = retina
            .cells()
            .iter()
            .position(|cell| cell.class == "control");
        let rates = &streamed(retina, &flashes(gap), 200)[control.unwrap()];
        let peak = |from: usize| rates[from..from + 25].iter().copied().fold(0.0, f32::max);
        peak(10 + gap) / peak(10)
    };
    assert!(ratio(&depressing, 30) < 0.9 * ratio(&retina(3), 30));
    assert!(ratio(&depressing, 30) < ratio(&depressing, 120));
}

/// Two amacrine types that inhibit each other and the bipolar type that drives both.
fn with_two_amacrine_types() -> Circuit {
    let mut circuit = with(&alone(ALL[11])).circuit().clone();
    let is_driven = |known: &Interneuron| known.drive.is_some();
    let first = circuit.interneurons.iter().position(is_driven).unwrap();
    let mut second = circuit.interneurons[first].clone();
    second.name = "amacrine-two".to_owned();
    let bipolar = circuit.interneurons.iter_mut();
    let mut bipolar = bipolar.filter(|known| !known.mechanisms.feedback.is_empty());
    let from_first = bipolar.next().unwrap().mechanisms.feedback[0].clone();
    let from_second = Synapse {
        interneuron: second.name.clone(),
        weight: 0.4,
        threshold: -0.02,
        ..from_first.clone()
    };
    second.mechanisms.feedback.push(Synapse {
        weight: 0.6,
        ..from_first
    });
    let first = &mut circuit.interneurons[first];
    first.mechanisms.feedback.push(from_second);
    circuit.interneurons.push(second);
    let types = circuit.interneurons.iter_mut();
    for synapse in types.flat_map(|known| &mut known.mechanisms.feedback) {
        // Three loops together are stronger than the one that the family allows.
        synapse.weight *= 0.7;
    }
    circuit
}

#[test]
fn amacrine_types_inhibit_each_other() {
    let circuit = with_two_amacrine_types();
    let movie = noise(90, 6);
    let mutual = Retina::new(circuit.clone()).unwrap();
    check_against_the_equations(&mutual, &movie);
    let mut one_way = circuit;
    let second = one_way.interneurons.last_mut().unwrap();
    second.mechanisms.feedback.clear();
    let one_way = Retina::new(one_way).unwrap();
    assert_ne!(
        streamed(&mutual, &movie, 90),
        streamed(&one_way, &movie, 90)
    );
}

#[test]
fn what_goes_round_a_loop_dies_out_and_one_that_is_too_strong_is_refused() {
    let strong = "amacrine_stage = true\nfeedback = { probability = 1.0, weight = 50.0 }";
    let retina = with(strong);
    let mut values = vec![0.0; 300 * SCREEN.pixels()];
    values[..10 * SCREEN.pixels()].fill(-2.0);
    let flash = StimulusMovie::new(SCREEN.height, SCREEN.width, values);
    for (rates, resting) in streamed(&retina, &flash, 300)
        .iter()
        .zip(retina.resting_rates())
    {
        let later = |bin: usize| (rates[bin] - resting).abs();
        assert!((200..300).all(|bin| later(bin) < 1e-3 * (1.0 + resting)));
    }
    let message = refused_of(retina.circuit().clone(), |circuit| {
        let types = circuit.interneurons.iter_mut();
        for synapse in types.flat_map(|known| &mut known.mechanisms.feedback) {
            synapse.weight *= 3.0;
        }
    });
    // The weights of the family are lowered to a gain of 0.8 a synapse, and each second synapse is three times
    // as strong: 0.8 * sqrt(3).
    assert!(message.contains("a loop of gain 1.386"), "{message}");
    let overrides = toml::from_str("[mechanisms]\nfeedback = true").unwrap();
    let family = Family::from_toml_with(FAMILY, overrides).unwrap();
    let refused = family.draw(3, SCREEN, CONTRAST_UNIT).map(|_| ());
    let message = refused.unwrap_err().to_string();
    assert!(
        message.contains("switch on mechanisms.amacrine_stage"),
        "{message}"
    );
}

fn refused(change: impl FnOnce(&mut Circuit)) -> String {
    refused_of(with_all().circuit().clone(), change)
}

fn refused_of(mut circuit: Circuit, change: impl FnOnce(&mut Circuit)) -> String {
    change(&mut circuit);
    match Retina::new(circuit) {
        Ok(_) => panic!("accepted"),
        Err(error @ Error::Circuit(_)) => error.to_string(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_makes_no_sense_is_named() {
    let driven = |circuit: &Circuit| {
        let is_driven = |known: &Interneuron| known.drive.is_some();
        circuit.interneurons.iter().position(is_driven).unwrap()
    };
    let message = refused(|circuit| {
        let index = driven(circuit);
        circuit.interneurons.swap(0, index);
    });
    assert!(
        message.contains("comes earlier in the circuit"),
        "{message}"
    );
    let message = refused(|circuit| {
        let index = driven(circuit);
        circuit.interneurons[index].drive = None;
    });
    assert!(
        message.contains("leaves open what the type answers"),
        "{message}"
    );
    let message = refused(|circuit| {
        circuit.interneurons[0]
            .mechanisms
            .depression
            .as_mut()
            .unwrap()
            .depletion = -1.0;
    });
    assert!(
        message.contains("mechanisms.depression.depletion = -1"),
        "{message}"
    );
    let message = refused(|circuit| {
        let index = driven(circuit);
        circuit.interneurons[index].kernel[3] += 0.5;
    });
    assert!(message.contains("kernel"), "{message}");
    let message = refused(|circuit| {
        circuit.interneurons[0].mechanisms.terminal_inhibition[0].interneuron = "none".to_owned();
    });
    assert!(
        message.contains("terminal_inhibition[0].interneuron = none"),
        "{message}"
    );
    let overrides = toml::from_str("[mechanisms.depression]\nlos = 0.5").unwrap();
    let message = Family::from_toml_with(FAMILY, overrides)
        .unwrap_err()
        .to_string();
    assert!(message.contains("unknown field `los`"), "{message}");
}
