//! Golden tests: Captum's layer conductance.

mod common;
#[path = "../../model/tests/golden/fixture.rs"]
mod fixture;

use burn::tensor::Device;
use common::{map_error, maps_error};
use fixture::Fixture;
use ganglion_attribution::{Attribution, AttributionConfig, Attributor, Layer, Path, Rule};
use ganglion_model::layer::Algorithm;
use rstest::rstest;

/// A network, and what Captum says of it.
struct Reference {
    fixture: Fixture,
    /// The finest reference, and its steps.
    finest: &'static str,
    steps: usize,
}

const SMALL: Reference = Reference {
    fixture: fixture::SMALL,
    finest: "attribution/riemann_middle_1024",
    steps: 1024,
};
const FULL: Reference = Reference {
    fixture: fixture::FULL,
    finest: "attribution/riemann_middle_400",
    steps: 400,
};

impl Reference {
    fn attributor(&self) -> (Attributor, Path) {
        let Fixture { size, .. } = self.fixture;
        let network = self.fixture.network(Algorithm::default(), &Device::flex());
        let attributor = Attributor::new(&network, self.fixture.shape()).unwrap();
        let stimulus = self.fixture.dataset("stimulus");
        let clips = stimulus.len() / (40 * size * size);
        let path = attributor
            .clips([clips, 40, size, size], &stimulus, None)
            .unwrap();
        (attributor, path)
    }
}

/// Sums of maps as a share of their summed magnitudes, the largest difference of any clip, cell and
/// channel.
fn channel_error(found: &Attribution, expected: &[f32]) -> f64 {
    let size = found.planes[1] * found.planes[2];
    let sum = |map: &[f32]| map.iter().map(|&a| f64::from(a)).sum::<f64>();
    found
        .attribution
        .chunks(size)
        .zip(expected.chunks(size))
        .map(|(found, expected)| {
            let magnitude: f64 = expected.iter().map(|&a| f64::from(a.abs())).sum();
            (sum(found) - sum(expected)).abs() / magnitude
        })
        .fold(0.0, f64::max)
}

/// Captum's own sum, its gradients from Burn's autodiff: every unit of every clip, cell and channel.
/// 1e-3: a node so near a switch that single precision falls on its other side changes a unit by one
/// part in the number of steps.
#[rstest]
#[case::small(SMALL)]
#[case::full(FULL)]
fn captums_rule_gives_captums_attributions(#[case] reference: Reference) {
    let (attributor, path) = reference.attributor();
    let steps = reference.steps;
    let rule = Rule::LayerConductance { steps };
    let found = attributor
        .by_rule(&path, Layer::default(), None, rule)
        .unwrap();
    let size = found.planes[1] * found.planes[2];
    let error = maps_error(
        &found.attribution,
        &reference.fixture.dataset(reference.finest),
        size,
    );
    println!("{}: maps differ by {error:.1e}", reference.fixture.name);
    assert!(error < 1e-3, "{error:e}");
}

/// Channels: 1e-3 of their magnitude. Maps: 5e-3, the reference's own error, which has left out one
/// part in `steps + 1` of the path and stepped over every switch.
#[rstest]
#[case::small(SMALL)]
#[case::full(FULL)]
fn attributions_are_captums_to_captums_error(#[case] reference: Reference) {
    let (attributor, path) = reference.attributor();
    let config = AttributionConfig {
        map_tolerance: 5e-4,
        ..AttributionConfig::default()
    };
    let found = attributor.attribute(&path, &config).unwrap();
    let expected = reference.fixture.dataset(reference.finest);
    let size = found.planes[1] * found.planes[2];
    let channels = channel_error(&found, &expected);
    let maps = maps_error(&found.attribution, &expected, size);
    let nodes = found.quality.iter().map(|quality| quality.nodes).max();
    println!(
        "{}: channels differ by {channels:.1e}, maps by {maps:.1e}; gap {:.1e} Hz, at most {nodes:?} nodes",
        reference.fixture.name,
        found.largest_gap()
    );
    assert_eq!(found.missed(), 0);
    assert!(channels < 1e-3, "{channels:e}");
    assert!(maps < 5e-3, "{maps:e}");
    assert!(found.largest_gap() < 1e-5, "{:e}", found.largest_gap());
}

/// The integral itself, by 4096 middles of equal intervals. 1e-3: error of the attribution 5e-4 by
/// its own estimate, of the midpoint rule about 3e-4.
#[test]
fn attributions_are_the_integral() {
    let (attributor, path) = SMALL.attributor();
    let config = AttributionConfig {
        map_tolerance: 5e-4,
        ..AttributionConfig::default()
    };
    let found = attributor.attribute(&path, &config).unwrap();
    let rule = Rule::Midpoint { steps: 4096 };
    let expected = attributor
        .by_rule(&path, Layer::default(), None, rule)
        .unwrap();
    let error = map_error(&found, &expected);
    println!("maps differ by {error:.1e}");
    assert!(error < 1e-3, "{error:e}");
}

#[test]
fn responses_are_pytorchs() {
    for reference in [SMALL, FULL] {
        let fixture = reference.fixture;
        let (attributor, path) = reference.attributor();
        let found = attributor
            .attribute(&path, &AttributionConfig::default())
            .unwrap();
        for (found, expected) in found.response.iter().zip(fixture.dataset("eval/response")) {
            assert!((found - f64::from(expected)).abs() < 1e-5);
        }
        let resting = fixture.dataset("eval/response_at_zero");
        for (found, expected) in found.resting_response.iter().zip(&resting) {
            assert!((found - f64::from(*expected)).abs() < 1e-5);
        }
        assert_eq!(found.missed(), 0);
        let nodes: Vec<usize> = found.quality.iter().map(|quality| quality.nodes).collect();
        println!("{}: nodes at the default tolerance {nodes:?}", fixture.name);
    }
}
