//! Golden tests on fixtures of our own (`tests/golden/make.py`): the integral and Captum's estimate
//! of it, for saturated and dead units, a grey clip, no batch normalisation, and every layer.

mod common;

use std::path::PathBuf;

use burn::tensor::Device;
use common::maps_error;
use ganglion_attribution::{Attribution, AttributionConfig, Attributor, Layer, Path, Point, Rule};
use ganglion_model::model::Model;
use rstest::rstest;

struct Fixture {
    folder: PathBuf,
    attributor: Attributor,
    path: Path,
}

impl Fixture {
    fn open(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name);
        let model = Model::open(&folder, &Device::flex()).unwrap();
        let shape = model.description.movie;
        let attributor = Attributor::new(&model.network, shape).unwrap();
        let stimulus = dataset(&folder, "stimulus");
        let clips = stimulus.len() / (shape.history * shape.height * shape.width);
        let clips = [clips, shape.history, shape.height, shape.width];
        let path = attributor.clips(clips, &stimulus, None).unwrap();
        Self {
            folder,
            attributor,
            path,
        }
    }

    fn reference(&self, layer: Layer, kind: &str) -> Vec<f32> {
        dataset(&self.folder, &format!("{}/{kind}", name(layer)))
    }

    fn attribute(&self, config: &AttributionConfig) -> Attribution {
        self.attributor.attribute(&self.path, config).unwrap()
    }
}

fn dataset(folder: &std::path::Path, name: &str) -> Vec<f32> {
    let file = hdf5_pure::File::open(folder.join("reference.h5")).unwrap();
    file.dataset(name).unwrap().read_f32().unwrap()
}

fn name(layer: Layer) -> String {
    let point = match layer.point {
        Point::Linear => "linear",
        Point::Normalised => "normalised",
        Point::Rectified => "rectified",
    };
    format!("{}-{point}", layer.stage)
}

fn at(stage: usize, point: Point) -> Layer {
    Layer { stage, point }
}

fn size(attribution: &Attribution) -> usize {
    attribution.planes[1] * attribution.planes[2]
}

/// Largest difference of a channel's sum, as a share of the map's summed magnitude.
fn sums_error(found: &Attribution, expected: &[f32]) -> f64 {
    let size = size(found);
    let sum = |map: &[f32]| map.iter().map(|&a| f64::from(a)).sum::<f64>();
    let maps = found.attribution.chunks(size).zip(expected.chunks(size));
    maps.map(|(found, expected)| {
        let magnitude: f64 = expected.iter().map(|&a| f64::from(a.abs())).sum();
        let difference = (sum(found) - sum(expected)).abs();
        if difference == 0.0 {
            0.0
        } else {
            difference / magnitude
        }
    })
    .fold(0.0, f64::max)
}

/// 1e-3 for every map of every clip, cell and channel, at the settings of `ganglion attribute`.
#[rstest]
#[case("saturated", at(1, Point::Linear))]
#[case("nips", at(1, Point::Linear))]
#[case("points", at(1, Point::Linear))]
#[case("points", at(1, Point::Normalised))]
#[case("points", at(1, Point::Rectified))]
#[case("points", at(2, Point::Linear))]
#[case("points", at(2, Point::Normalised))]
#[case("points", at(2, Point::Rectified))]
fn attributions_are_the_integral(#[case] fixture: &str, #[case] layer: Layer) {
    let fixture = Fixture::open(fixture);
    let found = fixture.attribute(&AttributionConfig {
        layer,
        map_tolerance: 1e-3,
        ..AttributionConfig::default()
    });
    let expected = fixture.reference(layer, "integral");
    let maps = maps_error(&found.attribution, &expected, size(&found));
    let sums = sums_error(&found, &expected);
    let nodes: Vec<usize> = found.quality.iter().map(|quality| quality.nodes).collect();
    println!(
        "{}: maps {maps:.1e}, sums {sums:.1e}, gap {:.1e} Hz, {nodes:?} nodes",
        name(layer),
        found.largest_gap()
    );
    assert_eq!(found.missed(), 0, "{:?}", found.quality);
    assert!(sums < 1e-3, "{sums:e}");
    assert!(maps < 1e-3, "{maps:e}");
}

/// Captum's own rule, step for step. 1e-3: single precision at the switches of units.
#[rstest]
#[case("saturated", at(1, Point::Linear))]
#[case("nips", at(1, Point::Linear))]
#[case("points", at(1, Point::Rectified))]
#[case("points", at(2, Point::Linear))]
fn captums_rule_is_captum(#[case] fixture: &str, #[case] layer: Layer) {
    let fixture = Fixture::open(fixture);
    let rule = Rule::LayerConductance { steps: 1000 };
    let found = fixture
        .attributor
        .by_rule(&fixture.path, layer, None, rule)
        .unwrap();
    let error = maps_error(
        &found.attribution,
        &fixture.reference(layer, "captum"),
        size(&found),
    );
    println!("{}: {error:.1e}", name(layer));
    assert!(error < 1e-3, "{error:e}");
}

/// Responses in double precision: 1e-5 of single precision.
#[rstest]
fn responses_are_pytorchs(#[values("saturated", "nips", "points")] name: &str) {
    let fixture = Fixture::open(name);
    let found = fixture.attribute(&AttributionConfig::default());
    for (found, name) in [
        (&found.response, "response"),
        (&found.resting_response, "resting_response"),
    ] {
        for (found, expected) in found.iter().zip(dataset(&fixture.folder, name)) {
            let close = 1e-5 * f64::from(expected).max(1.0);
            assert!(
                (found - f64::from(expected)).abs() < close,
                "{found} {expected}"
            );
        }
    }
}
