//! The circuit as a file.

use ganglion_experiment::Responder;
use ganglion_simulation::{Circuit, Retina};
use proptest::prelude::*;
use rstest::rstest;

use crate::fixture::{noise, retina};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_circuit_is_read_back_exactly(seed: u64) {
        let drawn = retina(seed);
        let text = drawn.to_toml().unwrap();
        prop_assert_eq!(&Circuit::from_toml(&text).unwrap(), drawn.circuit());
        prop_assert_eq!(Retina::from_toml(&text).unwrap().to_toml().unwrap(), text);
    }
}

#[test]
fn a_retina_read_back_answers_with_the_same_bits() {
    let drawn = retina(5);
    let read = Retina::from_toml(&drawn.to_toml().unwrap()).unwrap();
    let movie = [noise(50, 1)];
    assert_eq!(
        drawn.respond(&movie).unwrap(),
        read.respond(&movie).unwrap()
    );
}

#[test]
fn the_file_says_what_it_is_and_holds_the_truth() {
    let text = retina(5).to_toml().unwrap();
    assert!(text.starts_with("# The circuit of a simulated retina"));
    let table: toml::Table = toml::from_str(&text).unwrap();
    for interneuron in table["interneurons"].as_array().unwrap() {
        assert_eq!(interneuron["kernel"].as_array().unwrap().len(), 40);
    }
    let planted = &table["classes"][1]["planted"][0];
    assert_eq!(planted["phenomenon"].as_str(), Some("latency"));
    let cells = table["cells"].as_array().unwrap();
    let pathway = &cells.last().unwrap()["pathways"][2];
    assert_eq!(pathway["interneuron"].as_str(), Some("amacrine-off"));
    assert_eq!(pathway["polarity"].as_str(), Some("off"));
    assert_eq!(pathway["sign"].as_str(), Some("inhibitory"));
}

/// The file with one line changed.
fn changed(from: &str, to: &str) -> String {
    let text = retina(5).to_toml().unwrap();
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed, "{from} is not in the file");
    changed
}

#[rstest]
#[case("strength = 0.9", "strength = 0.8", "is not the kernel of `kinetics`")]
#[case("kernel = [", "kernel = [1.0, ", "[41 taps] is not the kernel")]
#[case(
    "sign = \"excitatory\"",
    "sign = \"exciting\"",
    "unknown variant `exciting`"
)]
#[case(
    "class = \"control\"",
    "class = \"plain\"",
    "use one of control, push-pull"
)]
#[case(
    "interneuron = \"on-slow\"",
    "interneuron = \"on-fast\"",
    "use one of amacrine-off, off-fast"
)]
#[case(
    "polarity = \"on\"\nsign",
    "polarity = \"off\"\nsign",
    "is not that of on-slow"
)]
#[case("seed = 5", "sed = 5", "unknown field `sed`")]
#[case(
    "weight = 1.0",
    "weight = -1.0",
    "cells[0].pathways[0].weight = -1 is not positive"
)]
#[case(
    "softness = 0.05",
    "softness = 0.0",
    "cells[0].output.softness = 0 is not positive"
)]
#[case(
    "contrast_unit = 0.35",
    "contrast_unit = 0.0",
    "contrast_unit = 0 is not positive"
)]
#[case("history = 40", "history = 0", "screen.history = 0 is not positive")]
#[case(
    "name = \"push-pull\"",
    "name = \"control\"",
    "classes = control comes twice"
)]
fn a_file_that_makes_no_sense_is_refused(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &str,
) {
    let message = match Retina::from_toml(&changed(from, to)) {
        Ok(_) => panic!("accepted {to}"),
        Err(error) => error.to_string(),
    };
    assert!(message.contains(expected), "{message}");
}
