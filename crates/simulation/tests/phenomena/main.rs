//! Each class of the preset family shows what was planted in it, and the controls show nothing.

mod numbers;

use ganglion_experiment::{CellOutcome, ExperimentConfig, Phenomenon, Screen};
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{PlantedFamily, Retina, Silencing};
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

/// Phenomena that a class of the family is made for.
const PLANTED: [Phenomenon; 4] = [
    Phenomenon::OmittedStimulus,
    Phenomenon::Latency,
    Phenomenon::MotionAnticipation,
    Phenomenon::MotionReversal,
];

#[test]
fn what_is_planted_is_planted_once_and_two_classes_are_controls() {
    let retina = retina(1);
    let classes = &retina.circuit().classes;
    for phenomenon in Phenomenon::ALL {
        let showing = classes.iter().filter(|class| class.shows(phenomenon));
        let planted = usize::from(PLANTED.contains(&phenomenon));
        assert_eq!(showing.count(), planted, "{phenomenon}");
    }
    let controls = classes.iter().filter(|class| class.planted.is_empty());
    assert_eq!(controls.count(), 2);
}

/// Circuits of the literature that are drawn where a config asks for them, and the pathway without which
/// the published experiment, or its preset, finds nothing. Seeds that no number was chosen with.
#[rstest]
#[case::two_excitations(
    ("fast-off-slow-on", "latency", "later-code-flash"),
    "fast-off-slow-on/on-slow"
)]
#[case::anticipation_with_an_on_pathway(
    ("motion-anticipation-on", "motion-anticipation", "poster-2019"),
    "inhibition"
)]
fn circuits_of_the_literature_show_what_they_were_proposed_for(
    #[case] (class, phenomenon, preset): (&str, &str, &str),
    #[case] needed: &str,
    #[values(101, 202, 303)] seed: u64,
) {
    let family = PlantedFamily::preset("salamander").unwrap();
    let family = family.with_mosaics(Some(1), None, None);
    let family = family.with_optional_classes(&[class.to_owned()]).unwrap();
    let retina = family.draw(seed, SCREEN, CONTRAST_UNIT).unwrap();
    let row = retina.cells().iter().position(|cell| cell.class == class);
    let row = row.unwrap();
    let experiment = ExperimentConfig::preset(phenomenon, Some(preset)).unwrap();
    let experiment = experiment.prepare(SCREEN).unwrap();
    let found = |retina: &Retina| experiment.run(retina).unwrap().cells.swap_remove(row);

    let whole = found(&retina);
    assert!(whole.present, "{class}: {}", whole.reason);
    let silencing = Silencing::of(needed, retina.circuit()).unwrap();
    let without = found(&retina.without(&silencing).unwrap());
    assert!(
        !without.present,
        "{class} without {needed}: {}",
        without.reason
    );
}
