//! Retinas with random wiring.

use std::collections::HashSet;
use std::sync::OnceLock;

use ganglion_experiment::Screen;
use ganglion_numerics::{correlation, median};
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{Error, Family, Interneuron, InterneuronKind, Pathway, Retina, Sign};
use rstest::rstest;

/// That of the quick start.
const SCREEN: Screen = Screen {
    height: 20,
    width: 20,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

const CONTRAST_UNIT: f64 = 0.35;

/// A family whose calibration is short.
fn family(overrides: &str) -> Result<Family, Error> {
    let text = Family::preset_text("random-topology")?;
    let text = text.replace("seconds = 20.0", "seconds = 2.0");
    Family::from_toml_with(&text, toml::from_str(overrides).unwrap())
}

fn drawn(overrides: &str, seed: u64) -> Result<Retina, Error> {
    let family = family(overrides)?;
    family.draw(seed, SCREEN, CONTRAST_UNIT)
}

/// Sixteen retinas whose calibration is too short for their rates to matter.
fn retinas() -> &'static [Retina] {
    static RETINAS: OnceLock<Vec<Retina>> = OnceLock::new();
    let short = "[calibration]\nseconds = 0.6";
    RETINAS.get_or_init(|| (1..=16).map(|seed| drawn(short, seed).unwrap()).collect())
}

#[test]
fn a_seed_gives_one_retina_and_another_seed_another_topology() {
    assert_eq!(
        drawn("", 5).unwrap().circuit(),
        drawn("", 5).unwrap().circuit()
    );
    let topologies: HashSet<String> = retinas()
        .iter()
        .map(|retina| {
            let cells = retina.cells().iter();
            let names = cells.flat_map(|cell| &cell.pathways);
            let names: Vec<&str> = names.map(|pathway| pathway.interneuron.as_str()).collect();
            names.join(" ")
        })
        .collect();
    assert_eq!(topologies.len(), 16);
}

#[test]
fn types_of_a_retina_differ_and_those_of_one_name_differ_between_retinas() {
    let retinas = retinas();
    for retina in retinas {
        let types = &retina.circuit().interneurons;
        for (index, one) in types.iter().enumerate() {
            for other in types[..index]
                .iter()
                .filter(|other| other.polarity == one.polarity)
            {
                let r = correlation(&one.kernel, &other.kernel).unwrap();
                assert!(r <= 0.95, "{} and {}: {r}", one.name, other.name);
            }
        }
        let count = |kind| types.iter().filter(|known| known.kind == kind).count();
        assert!((4..=6).contains(&count(InterneuronKind::Bipolar)));
        assert!((3..=4).contains(&count(InterneuronKind::Amacrine)));
    }
    let correlations = same_names(retinas);
    let share = |is: &dyn Fn(f64) -> bool| {
        let chosen = correlations.iter().filter(|&&r| is(r)).count();
        chosen as f64 / correlations.len() as f64
    };
    // 90 % over 100 seeds (docs/simulated-retina.md); 16 retinas have fewer pairs, of fewer profiles.
    let within = share(&|r| (0.5..=0.95).contains(&r));
    assert!(within > 0.86, "{within}");
    let middle = median(correlations.iter().copied()).unwrap();
    assert!((0.7..0.9).contains(&middle), "{middle}");
    assert!(share(&|r| r < 0.4) < 0.01);
}

/// Correlations of kernels of one name between any two retinas.
fn same_names(retinas: &[Retina]) -> Vec<f64> {
    let mut correlations = Vec::new();
    for (index, one) in retinas.iter().enumerate() {
        for other in &retinas[..index] {
            for interneuron in &one.circuit().interneurons {
                if let Some(known) = other.circuit().interneuron(&interneuron.name) {
                    correlations.extend(correlation(&interneuron.kernel, &known.kernel));
                }
            }
        }
    }
    correlations
}

/// What a longer history would add: taps beyond it, as a share of the squares of all.
#[test]
fn kernels_end_within_the_history() {
    let beyond = |interneuron: &Interneuron| {
        let kinetics = interneuron.kinetics.unwrap();
        let taps = kinetics.kernel(SCREEN.frame_period, 4 * SCREEN.history);
        let squares: Vec<f64> = taps.unwrap().iter().map(|tap| tap * tap).collect();
        squares[SCREEN.history..].iter().sum::<f64>() / squares.iter().sum::<f64>()
    };
    let types = retinas()
        .iter()
        .flat_map(|retina| &retina.circuit().interneurons);
    for interneuron in types {
        let share = beyond(interneuron);
        assert!(share < 0.04, "{}: {share}", interneuron.name);
    }
}

/// Pathways of the first cell of every class of some retinas.
fn pathways(retinas: &[Retina]) -> Vec<Vec<Pathway>> {
    let first_cells = |retina: &Retina| -> Vec<Vec<Pathway>> {
        let classes = retina.circuit().classes.iter();
        let cell = |name: &str| retina.cells().iter().find(|cell| cell.class == name);
        classes
            .map(|class| cell(&class.name).unwrap().pathways.clone())
            .collect()
    };
    retinas.iter().flat_map(first_cells).collect()
}

#[test]
fn wiring_fills_its_ranges_and_nothing_is_planted() {
    let retinas = retinas();
    let classes = pathways(retinas);
    for count in 1..=5 {
        // 96 classes: one count misses with a probability of 0.8^96.
        assert!(
            classes.iter().any(|pathways| pathways.len() == count),
            "{count}"
        );
    }
    let all: Vec<&Pathway> = classes.iter().flatten().collect();
    let share = |is: &dyn Fn(&Pathway) -> bool| {
        all.iter().filter(|pathway| is(pathway)).count() as f64 / all.len() as f64
    };
    let tonic = share(&|pathway| pathway.threshold < 0.0);
    // 290 pathways of probability 0.4: an error of 0.03.
    assert!((tonic - 0.4).abs() < 0.1, "{tonic}");
    let inhibitory = share(&|pathway| pathway.sign == Sign::Inhibitory);
    assert!((0.2..0.45).contains(&inhibitory), "{inhibitory}");
    assert!(share(&|pathway| pathway.offset.is_some()) > 0.3);
    let sizes = all.iter().map(|pathway| pathway.pool_sd.0);
    assert!(sizes.clone().all(|size| (40.0..=200.0).contains(&size)));
    assert!(sizes.clone().any(|size| size < 60.0) && sizes.clone().any(|size| size > 150.0));
    for retina in retinas {
        assert!(
            retina
                .circuit()
                .classes
                .iter()
                .all(|class| class.planted.is_empty())
        );
        assert_eq!(retina.cells().len(), 12);
    }
}

/// Rates over another movie than that of the calibration: noise that is blurred in time, of the contrast
/// of one unit.
fn mean_rates(retina: &Retina) -> Vec<f64> {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let mut field = vec![0.0f32; 25];
    let mut movie = Vec::new();
    for _ in 0..1500 {
        for value in &mut field {
            *value = 0.9 * *value + 1.5 * next();
        }
        for y in 0..20 {
            movie.extend((0..20).map(|x| field[y / 4 * 5 + x / 4]));
        }
    }
    let rates = retina.stream().push(&movie).unwrap();
    let mean = |cell: usize| {
        let rates = rates.cell(cell);
        rates.iter().map(|&rate| f64::from(rate)).sum::<f64>() / rates.len() as f64
    };
    (0..rates.cells()).map(mean).collect()
}

#[rstest]
#[case("")]
#[case("[mechanisms]\ndepression = true\namacrine_stage = true\nterminal_inhibition = true")]
fn rates_are_physiological_and_weak_pathways_are_among_others(#[case] mechanisms: &str) {
    let overrides = format!("[calibration]\nseconds = 10.0\n{mechanisms}");
    let retinas: Vec<Retina> = (1..=3)
        .map(|seed| drawn(&overrides, seed).unwrap())
        .collect();
    let rates: Vec<f64> = retinas.iter().flat_map(mean_rates).collect();
    let within = rates
        .iter()
        .filter(|rate| (0.3..60.0).contains(*rate))
        .count();
    assert!(within * 10 >= rates.len() * 9, "{rates:?}");
    let movie = ganglion_experiment::StimulusMovie::new(20, 20, {
        let period = |frame: usize| (frame as f32 * 0.11).sin() + (frame as f32 * 0.37).sin();
        (0..400)
            .flat_map(|frame| vec![period(frame); 400])
            .collect()
    });
    let shares: Vec<f64> = retinas
        .iter()
        .flat_map(|retina| retina.pathway_shares(std::slice::from_ref(&movie)).unwrap())
        .flatten()
        .collect();
    let weak = shares
        .iter()
        .filter(|share| (0.01..0.12).contains(*share))
        .count();
    assert!(weak * 20 > shares.len(), "{weak} of {}", shares.len());
}

#[test]
fn mosaics_and_mechanisms_are_those_asked_for() {
    let family = family("[mechanisms]\nnoise = true\namacrine_stage = true").unwrap();
    let family = family.with_mosaics(Some(1), None, None);
    let off = toml::from_str("noise = false").unwrap();
    let retina = family
        .with_mechanisms(&off)
        .draw(2, SCREEN, CONTRAST_UNIT)
        .unwrap();
    assert_eq!(retina.cells().len(), 6);
    assert_eq!(retina.circuit().mechanisms.noise, None);
    let interneurons = retina.circuit().interneurons.iter();
    for interneuron in interneurons {
        let is_amacrine = interneuron.kind == InterneuronKind::Amacrine;
        assert_eq!(interneuron.drive.is_some(), is_amacrine);
    }
}

#[rstest]
#[case("[types]\nmost_alike = 0.1", "types do not all correlate below")]
#[case(
    "[types.bipolar]\ncount = [3, 2]",
    "types.bipolar.count = [3, 2] is no range"
)]
#[case(
    "[classes]\ninhibitory = 2.0",
    "classes.inhibitory = 2 is no probability"
)]
#[case("[classes]\ncount = 0", "cells = [] is empty")]
#[case("[types.kinetics]\npace = [0.0, 5.0]", "give two numbers above 0")]
#[case(
    "[types.kinetics]\nprofiles = []",
    "types.kinetics.profiles = [] is empty"
)]
#[case(
    "[types.kinetics]\nspread = -0.1",
    "types.kinetics.spread = -0.1 is negative"
)]
#[case(
    "[calibration]\nseconds = -1.0",
    "calibration.seconds = -1 is not positive"
)]
#[case("kind = \"random\"", "unknown variant `random`")]
fn what_makes_no_sense_is_named(#[case] overrides: &str, #[case] expected: &str) {
    let message = match drawn(overrides, 1) {
        Ok(_) => panic!("accepted {overrides}"),
        Err(error) => error.to_string(),
    };
    assert!(message.contains(expected), "{message}");
}
