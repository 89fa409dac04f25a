//! The fast path against Burn's autodiff, for every architecture and layer.

mod common;

use common::{Architecture, SHAPE, clips, map_error, maps_error};
use ganglion_attribution::{AttributionConfig, Attributor, Layer, Point, Rule};
use rstest::rstest;

fn precise(layer: Layer) -> AttributionConfig {
    AttributionConfig {
        layer,
        map_tolerance: 1e-3,
        most_intervals: 1024,
        ..AttributionConfig::default()
    }
}

/// 4e-3: the fast path's own tolerance is 1e-3, and the midpoint rule with 2048 nodes is off by up to
/// about 2e-3 on maps of networks this small, where one switch moves a whole map.
#[rstest]
fn attributions_and_weights_are_those_of_autodiff(
    #[values(
        Architecture::PerUnit,
        Architecture::PerChannel,
        Architecture::GaussianReadout,
        Architecture::ThreeStages,
        Architecture::Nips
    )]
    architecture: Architecture,
    #[values(Point::Linear, Point::Normalised, Point::Rectified)] point: Point,
    #[values(1, 2, 3)] stage: usize,
) {
    let attributor = Attributor::new(&architecture.network(3), SHAPE).unwrap();
    if stage > attributor.stages() {
        return;
    }
    let path = clips(&attributor, SHAPE, 2, 1.0);
    let layer = Layer { stage, point };
    let found = attributor.attribute(&path, &precise(layer)).unwrap();
    let rule = Rule::Midpoint { steps: 2048 };
    let expected = attributor.by_rule(&path, layer, None, rule).unwrap();
    let size = found.planes[1] * found.planes[2];
    let attributions = map_error(&found, &expected);
    let weights = maps_error(&found.effective_weights, &expected.effective_weights, size);
    println!("{architecture:?} {layer:?}: A {attributions:.1e}, G {weights:.1e}");
    assert!(attributions < 4e-3, "A differs by {attributions:e}");
    assert!(weights < 4e-3, "G differs by {weights:e}");
}

/// Where no unit switches along the path, one gradient is the gradient everywhere and the secant is
/// it: a stimulus so weak that nothing switches. 1e-4: single precision of weak drives.
#[rstest]
fn a_weak_stimulus_is_attributed_by_the_gradient(
    #[values(Architecture::PerUnit, Architecture::ThreeStages, Architecture::Nips)]
    architecture: Architecture,
) {
    let attributor = Attributor::new(&architecture.network(4), SHAPE).unwrap();
    let path = clips(&attributor, SHAPE, 1, 1e-5);
    let found = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    let expected = attributor
        .by_rule(&path, Layer::default(), None, Rule::Gradient)
        .unwrap();
    let size = found.planes[1] * found.planes[2];
    let error = maps_error(&found.effective_weights, &expected.effective_weights, size);
    assert!(error < 1e-4, "{error:e}");
}

/// The estimate bounds the error of channel sums, against 16 times as many intervals.
#[rstest]
fn the_estimated_error_is_honest(
    #[values(Architecture::PerUnit, Architecture::Nips)] architecture: Architecture,
    #[values(1e-2, 1e-3)] tolerance: f64,
) {
    let attributor = Attributor::new(&architecture.network(5), SHAPE).unwrap();
    let path = clips(&attributor, SHAPE, 6, 1.5);
    let config = AttributionConfig {
        tolerance,
        map_tolerance: f64::INFINITY,
        ..AttributionConfig::default()
    };
    let found = attributor.attribute(&path, &config).unwrap();
    let exact = AttributionConfig {
        tolerance: 1e-6,
        most_intervals: 2048,
        ..AttributionConfig::default()
    };
    let exact = attributor.attribute(&path, &exact).unwrap().by_channel();
    let sums = found.by_channel();
    let mut within = 0;
    for (row, quality) in found.quality.iter().enumerate() {
        let channels = row * sums.groups..(row + 1) * sums.groups;
        let error = channels
            .map(|i| (sums.values[i] - exact.values[i]).abs())
            .fold(0.0, f64::max);
        let range = found.response_range[row % sums.cells];
        // An estimate can be lucky once: three times the tolerance is the most seen.
        assert!(error < 3.0 * tolerance * range, "{error:e} of {range}");
        within += usize::from(error <= tolerance * range);
        assert!(quality.within_tolerance);
    }
    let share = within as f64 / found.quality.len() as f64;
    println!("{architecture:?} {tolerance:e}: {share} within");
    assert!(share >= 0.9, "only {share} within the tolerance");
}
