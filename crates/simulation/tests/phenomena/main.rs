//! Each class of the preset family shows what was planted in it, and the controls show nothing.

mod numbers;

use ganglion_experiment::{CellOutcome, ExperimentConfig, Phenomenon, Screen};
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{PlantedFamily, Retina};
use rstest::rstest;

/// The published frames.
const SCREEN: Screen = Screen {
    height: 50,
    width: 50,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

/// Weber contrast of a standard deviation of the natural movies, as measured on them.
const CONTRAST_UNIT: f64 = 0.35;

/// A retina with the central cell of every class.
fn retina(seed: u64) -> Retina {
    let family = PlantedFamily::preset("salamander").unwrap();
    let family = family.with_mosaics(Some(1), None, None);
    family.draw(seed, SCREEN, CONTRAST_UNIT).unwrap()
}

/// What the published experiment finds on every class of a retina.
fn outcomes(retina: &Retina, phenomenon: Phenomenon) -> Vec<(String, CellOutcome)> {
    let experiment = ExperimentConfig::from(phenomenon).prepare(SCREEN).unwrap();
    let found = experiment.run(retina).unwrap().cells;
    let classes = retina.cells().iter().map(|cell| cell.class.clone());
    classes.zip(found).collect()
}

/// Seeds that no number of the family was chosen with.
#[rstest]
fn what_was_planted_is_there_and_the_controls_show_nothing(
    #[values(101, 202)] seed: u64,
    #[values(
        Phenomenon::OmittedStimulus,
        Phenomenon::Latency,
        Phenomenon::MotionAnticipation,
        Phenomenon::MotionReversal
    )]
    phenomenon: Phenomenon,
) {
    let retina = retina(seed);
    for (name, outcome) in outcomes(&retina, phenomenon) {
        let class = retina.circuit().class(&name).unwrap();
        if class.shows(phenomenon) {
            assert!(outcome.present, "{name}: {}", outcome.reason);
        }
        if class.planted.is_empty() {
            assert!(!outcome.present, "{name}: {}", outcome.reason);
        }
    }
}

#[test]
fn every_phenomenon_is_planted_once_and_two_classes_are_controls() {
    let retina = retina(1);
    let classes = &retina.circuit().classes;
    for phenomenon in Phenomenon::ALL {
        let showing = classes.iter().filter(|class| class.shows(phenomenon));
        assert_eq!(showing.count(), 1, "{phenomenon}");
    }
    let controls = classes.iter().filter(|class| class.planted.is_empty());
    assert_eq!(controls.count(), 2);
}
