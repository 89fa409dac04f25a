//! What is drawn of experiments.

use ganglion_experiment::{ExperimentConfig, Protocol};

use crate::motion::darkness;
use crate::toy::{History, SCREEN, Toy};

/// A cell that answers flicker of the whole screen and bars at its place.
fn cell(seen: &History<'_>) -> f64 {
    1.0 + seen.mean(4).abs() + 10.0 * darkness(seen, 3, 40.0)
}

#[test]
fn every_experiment_is_drawn_under_its_name_and_without_gaps() {
    for name in ExperimentConfig::NAMES {
        let config = ExperimentConfig::preset(name, None).unwrap();
        let outcome = config
            .prepare(SCREEN)
            .unwrap()
            .run(&Toy::one(cell))
            .unwrap();
        let figures = config.figures(&outcome);
        assert_eq!(figures.first().map(|one| &one.name[..]), Some(*name));
        for one in figures {
            assert!(one.name.starts_with(name), "{}", one.name);
            one.figure.scene().unwrap();
        }
    }
}
