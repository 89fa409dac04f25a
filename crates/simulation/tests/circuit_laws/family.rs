//! Retinas drawn from a family.

use ganglion_experiment::Screen;
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{Error, PlantedFamily, Retina};
use rstest::rstest;

use crate::fixture::{CONTRAST_UNIT, FAMILY, SCREEN, family, retina};

/// The published frame size.
const PUBLISHED: Screen = Screen {
    height: 50,
    width: 50,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

fn drawn(text: &str) -> Result<Retina, Error> {
    PlantedFamily::from_toml(text)?.draw(5, SCREEN, CONTRAST_UNIT)
}

#[test]
fn a_seed_gives_one_retina_and_another_seed_another() {
    assert_eq!(retina(5).circuit(), retina(5).circuit());
    assert_ne!(retina(5).circuit().cells, retina(6).circuit().cells);
    assert_ne!(
        retina(5).circuit().interneurons,
        retina(6).circuit().interneurons
    );
}

#[test]
fn numbers_fill_their_ranges_and_values_stay() {
    let low_pass = |seed: u64| {
        let circuit = retina(seed).circuit().clone();
        let on_slow = circuit.interneuron("on-slow").unwrap().clone();
        assert_eq!(on_slow.kinetics.unwrap().high_pass.strength, 0.7);
        on_slow.kinetics.unwrap().low_pass.0
    };
    let drawn: Vec<f64> = (0..60).map(low_pass).collect();
    assert!(drawn.iter().all(|value| (30.0..=50.0).contains(value)));
    // 60 uniform draws miss a fifth of the range with a probability of 0.8^60 = 1.5e-6.
    assert!(drawn.iter().any(|&value| value < 34.0) && drawn.iter().any(|&value| value > 46.0));
}

#[test]
fn the_photoreceptor_is_shared_by_all_types_that_have_none_of_their_own() {
    let circuit = retina(5).circuit().clone();
    let photoreceptor = |name: &str| {
        circuit
            .interneuron(name)
            .unwrap()
            .kinetics
            .unwrap()
            .photoreceptor
    };
    assert_eq!(photoreceptor("on-slow"), photoreceptor("off-fast"));
    assert_eq!(
        photoreceptor("amacrine-off").time_constant,
        Milliseconds(20.0)
    );
}

#[test]
fn changing_one_number_leaves_the_others() {
    let before = drawn(FAMILY).unwrap().circuit().clone();
    let text = FAMILY.replace("weight = [0.8, 1.2]", "weight = 3.0");
    let mut after = drawn(&text).unwrap().circuit().clone();
    assert_ne!(before, after);
    for (before, after) in before.cells.iter().zip(&mut after.cells) {
        if after.class == "push-pull" {
            after.pathways[0].weight = before.pathways[0].weight;
        }
    }
    assert_eq!(before, after);
}

#[test]
fn cells_of_a_class_share_pathways_up_to_jitter() {
    let circuit = retina(5).circuit().clone();
    let weights = |class: &str| -> Vec<f64> {
        let cells = circuit.cells.iter().filter(|cell| cell.class == class);
        cells.map(|cell| cell.pathways[0].weight).collect()
    };
    assert_eq!(weights("control"), [1.0, 1.0]);
    let jittered = weights("push-pull");
    assert!(jittered.len() > 2);
    assert!(jittered.windows(2).all(|pair| pair[0] != pair[1]));
    // Six standard deviations of the jitter around the range [0.8, 1.2].
    let span = 0.8 * (-0.6f64).exp()..1.2 * 0.6f64.exp();
    assert!(jittered.iter().all(|weight| span.contains(weight)));
}

#[rstest]
fn cells_lie_inside_the_margin_and_the_central_ones_come_first(#[values(1, 2, 3, 4)] seed: u64) {
    let circuit = retina(seed).circuit().clone();
    let (width, height) = (700.0, 550.0);
    for (class, margin) in [("control", 100.0), ("push-pull", 20.0)] {
        let cells: Vec<_> = circuit
            .cells
            .iter()
            .filter(|cell| cell.class == class)
            .collect();
        let mut distances = Vec::new();
        for cell in cells {
            let (x, y) = (cell.centre.x.0, cell.centre.y.0);
            assert!((margin..=width - margin).contains(&x));
            assert!((margin..=height - margin).contains(&y));
            distances.push((x - width / 2.0).hypot(y - height / 2.0));
        }
        assert!(distances.is_sorted());
    }
}

#[test]
fn neighbours_on_a_lattice_without_jitter_are_one_spacing_apart() {
    let text = FAMILY.replace(
        "spacing = 200.0, count = 2, margin = 100.0",
        "spacing = 110.0, margin = 0.0",
    );
    let circuit = drawn(&text).unwrap().circuit().clone();
    let cells: Vec<_> = circuit
        .cells
        .iter()
        .filter(|cell| cell.class == "control")
        .collect();
    // 700 x 550 um at 110^2 * sqrt(3)/2 um^2 a cell is 36.7 cells, less or more along the edge.
    assert!((28..=46).contains(&cells.len()), "{}", cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let others = cells
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let distance = |other: &ganglion_simulation::GanglionCell| {
            (other.centre.x.0 - cell.centre.x.0).hypot(other.centre.y.0 - cell.centre.y.0)
        };
        let nearest = others
            .map(|(_, other)| distance(other))
            .fold(f64::MAX, f64::min);
        assert!((nearest - 110.0).abs() < 1e-9);
    }
}

#[rstest]
#[case(
    "count = 2",
    "count = 200",
    "classes.control.mosaic: 200 cells asked for, but"
)]
#[case("count = 2", "count = 0", "classes.control.mosaic.count = 0")]
#[case(
    "margin = 100.0",
    "margin = 400.0",
    "but 0 fit on a screen of 700 x 550 um"
)]
#[case(
    "spacing = 200.0",
    "spacing = 0.0",
    "classes.control.mosaic.spacing = 0 is not positive"
)]
#[case("spacing = 200.0", "spacing = 1e-3", "is far too small")]
#[case(
    "[30.0, 50.0]",
    "[50.0, 30.0]",
    "interneurons.on-slow.low_pass = [50.0, 30.0] is no range"
)]
#[case(
    "[30.0, 50.0]",
    "\"fast\"",
    "expected a number, or a range [low, high]"
)]
#[case(
    "[0.4, 0.7]",
    "1.0",
    "interneurons.on-slow.receptive_field.surround_strength = 1"
)]
#[case(
    "interneuron = \"amacrine-off\"",
    "interneuron = \"amacrine\"",
    "classes.push-pull.pathways.veto.interneuron = amacrine does not exist"
)]
#[case("jitter = 0.1", "jitter = -0.1", "classes.push-pull.jitter = -0.1")]
#[case("jitter = 0.1", "jiter = 0.1", "unknown field `jiter`")]
#[case(
    "phenomenon = \"latency\"",
    "phenomenon = \"lateness\"",
    "unknown variant `lateness`"
)]
#[case(
    "[photoreceptor]\norder = 4\ntime_constant = [10.0, 14.0]",
    "",
    "interneurons.off-fast.photoreceptor"
)]
fn what_makes_no_sense_is_named(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    let text = FAMILY.replacen(from, to, 1);
    assert_ne!(text, FAMILY, "{from} is not in the family");
    let message = match drawn(&text) {
        Ok(_) => panic!("accepted {to}"),
        Err(error) => error.to_string(),
    };
    assert!(message.contains(expected), "{message}");
}

#[rstest]
fn every_preset_gives_retinas_on_the_published_screen(#[values(1, 2, 3, 4, 5)] seed: u64) {
    for name in PlantedFamily::presets() {
        let retina = PlantedFamily::preset(name)
            .unwrap()
            .draw(seed, PUBLISHED, CONTRAST_UNIT)
            .unwrap();
        assert_eq!(retina.circuit().family, name);
        for class in &retina.circuit().classes {
            assert!(retina.cells().iter().any(|cell| cell.class == class.name));
        }
    }
}

#[test]
fn a_preset_can_be_changed_in_part() {
    let text = "[interneurons.off-fast]\nlow_pass = 3.0";
    let changed = PlantedFamily::preset_with("salamander", toml::from_str(text).unwrap()).unwrap();
    let retina = changed.draw(1, PUBLISHED, CONTRAST_UNIT).unwrap();
    let original = PlantedFamily::preset("salamander")
        .unwrap()
        .draw(1, PUBLISHED, CONTRAST_UNIT)
        .unwrap();
    let kinetics = |retina: &Retina| {
        let interneuron = retina.circuit().interneuron("off-fast").unwrap();
        interneuron.kinetics.unwrap()
    };
    assert_eq!(kinetics(&retina).low_pass, Milliseconds(3.0));
    assert_eq!(
        kinetics(&retina).photoreceptor,
        kinetics(&original).photoreceptor
    );
    assert_eq!(retina.cells(), original.cells());
}

#[test]
fn an_unknown_preset_is_refused_with_the_known_ones() {
    let message = PlantedFamily::preset("axolotl").unwrap_err().to_string();
    assert!(
        message.contains("axolotl") && message.contains("salamander"),
        "{message}"
    );
}

#[test]
fn a_family_survives_being_written() {
    let written = toml::to_string(&family()).unwrap();
    assert_eq!(PlantedFamily::from_toml(&written).unwrap(), family());
}
