//! Laws of attributions.

mod common;

use common::{Architecture, SHAPE, clips, map_error, noise, noises, with};
use ganglion_attribution::{
    Attribution, AttributionConfig, Attributor, Error, Invariance, Layer, LayerPart, Movies, Path,
    Point, Replacement, Responses, Rule, Sign, Stimuli, Study,
};
use ganglion_experiment::StimulusMovie;
use ganglion_model::network::Network;
use ganglion_model::weights::Weights;
use ganglion_recording::CellIndex;
use proptest::prelude::*;
use rstest::rstest;

fn attributor(network: &Network) -> Attributor {
    Attributor::new(network, SHAPE).expect("a network with hidden units")
}

fn attribute(network: &Network, contrast: f32) -> Attribution {
    let attributor = attributor(network);
    let path = clips(&attributor, SHAPE, 2, contrast);
    attributor
        .attribute(&path, &AttributionConfig::default())
        .expect("attributes")
}

/// Gaps are rounding: of sums of magnitudes, in single precision.
fn assert_complete(attribution: &Attribution) {
    for (row, quality) in attribution.quality.iter().enumerate() {
        let map = &attribution.attribution[row * attribution.units()..][..attribution.units()];
        let magnitude: f64 = map.iter().map(|&a| f64::from(a.abs())).sum();
        let scale = magnitude + attribution.response[row] + attribution.resting_response[row];
        let gap = quality.completeness_gap.abs();
        assert!(gap <= 2e-6 * scale, "gap {gap:e} of {scale}");
    }
}

fn architectures() -> impl Strategy<Value = Architecture> {
    prop_oneof![
        Just(Architecture::PerUnit),
        Just(Architecture::PerChannel),
        Just(Architecture::GaussianReadout),
        Just(Architecture::ThreeStages),
        Just(Architecture::Nips),
        Just(Architecture::Oblong),
        Just(Architecture::Subunits),
        Just(Architecture::Inputs),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the network, the layer, the contrast and the number of intervals.
    #[test]
    fn attributions_sum_to_the_change_of_the_response(
        architecture in architectures(),
        seed in 0..1000u64,
        contrast in prop_oneof![Just(0.0f32), 0.01..30.0f32],
        stage in 1..4usize,
        most_intervals in 2..40usize,
    ) {
        let attributor = attributor(&architecture.network(seed));
        let path = clips(&attributor, SHAPE, 2, contrast);
        let layer = Layer { stage: stage.min(attributor.stages()), point: Point::Linear };
        let config = AttributionConfig { layer, most_intervals, ..AttributionConfig::default() };
        let attribution = attributor.attribute(&path, &config).unwrap();
        assert_complete(&attribution);
        if contrast == 0.0 {
            prop_assert!(attribution.attribution.iter().all(|&a| a == 0.0));
            prop_assert_eq!(attribution.missed(), 0);
        }
    }
}

/// Shapley values sum to the change of the response, and they are what the definition says: means over all orders of
/// what adding the channel changes.
#[rstest]
#[case(Architecture::PerUnit)]
#[case(Architecture::ThreeStages)]
#[case(Architecture::Nips)]
fn shapley_values_are_means_over_orders(#[case] architecture: Architecture) {
    let attributor = attributor(&architecture.network(5));
    let path = clips(&attributor, SHAPE, 2, 2.0);
    let layer = Layer {
        stage: 1,
        point: Point::Linear,
    };
    let [channels, ..] = attributor.planes(layer).unwrap();
    let found = attributor.shapley(&path, layer).unwrap();
    let rates_of = |present: &[usize]| {
        let silenced = (0..channels)
            .filter(|channel| !present.contains(channel))
            .collect();
        let parts = [LayerPart::Channels(silenced)];
        attributor
            .without(&path, layer, &parts, Replacement::Baseline)
            .unwrap()
    };
    let orders = orders(channels);
    let cells = attributor.cells();
    let mut expected = vec![0.0; found.len()];
    for order in &orders {
        for place in 0..channels {
            let (before, after) = (rates_of(&order[..place]), rates_of(&order[..=place]));
            for (response, (before, after)) in before.iter().zip(&after).enumerate() {
                let change = f64::from(after - before) / orders.len() as f64;
                expected[response * channels + order[place]] += change;
            }
        }
    }
    for (found, expected) in found.iter().zip(&expected) {
        // Single precision of rates of some Hz.
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
    }
    for (sample, rates) in attributor.end_rates(&path).iter().enumerate() {
        for (cell, [rest, whole]) in rates.iter().enumerate() {
            let sum: f64 = found[(sample * cells + cell) * channels..][..channels]
                .iter()
                .sum();
            assert!((sum - (whole - rest)).abs() < 1e-4, "{sum} {whole} {rest}");
        }
    }
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for thing in 0..count {
        let extended = orders.iter().flat_map(|order| {
            (0..=order.len()).map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, thing);
                longer
            })
        });
        orders = extended.collect();
    }
    orders
}

/// Cells far in saturation and far below threshold, units that never and always fire.
#[rstest]
#[case::saturated_cells("readout_normalisation.offset", 60.0)]
#[case::silent_cells("readout_normalisation.offset", -60.0)]
#[case::dead_first_stage("stages.0.normalisation.offset", -1000.0)]
#[case::linear_first_stage("stages.0.normalisation.offset", 1000.0)]
#[case::dead_second_stage("stages.1.normalisation.offset", -1000.0)]
#[case::no_gain("stages.0.normalisation.gain", 0.0)]
fn extreme_networks_are_complete(#[case] name: &str, #[case] value: f32) {
    let network = with(Architecture::PerUnit.network(1), name, |_, _| value);
    let attribution = attribute(&network, 3.0);
    assert!(attribution.attribution.iter().all(|a| a.is_finite()));
    assert!(attribution.effective_weights.iter().all(|g| g.is_finite()));
    assert_complete(&attribution);
    assert_eq!(attribution.missed(), 0, "{:?}", attribution.quality);
    if name.starts_with("stages") && value <= 0.0 {
        assert!(attribution.attribution.iter().all(|&a| a == 0.0));
    }
}

/// In the first layer before normalisation, A is G times the change. 1e-5: single precision.
#[rstest]
fn attribution_is_effective_weight_times_drive(
    #[values(Architecture::PerUnit, Architecture::Nips)] architecture: Architecture,
) {
    let attributor = attributor(&architecture.network(2));
    let path = clips(&attributor, SHAPE, 2, 1.0);
    let attribution = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    for sample in 0..2 {
        let change = path.change(sample);
        for cell in 0..SHAPE.cells {
            let map = attribution.map(sample, cell);
            let largest = map.iter().fold(0.0f32, |most, a| most.max(a.abs()));
            for ((a, g), d) in map
                .iter()
                .zip(attribution.weights(sample, cell))
                .zip(&change)
            {
                assert!((a - g * d).abs() < 1e-5 * largest, "{a} {g} {d}");
            }
        }
    }
}

/// Where the output is linear (softplus far above zero), a read-out of summed weights has summed
/// attributions. 1e-5: single precision.
#[test]
fn attributions_are_linear_in_the_readout() {
    let linear =
        |name: &'static str, value: f32| move |network| with(network, name, move |_, _| value);
    let network = Architecture::PerUnit.network(6);
    let network = linear("readout_normalisation.gain", 1.0)(network);
    let network = linear("readout_normalisation.running_mean", 0.0)(network);
    let network = linear("readout_normalisation.running_variance", 0.999)(network);
    let network = linear("readout_normalisation.offset", 100.0)(network);
    let weights = Weights::of(&network).0["readout.weight"].clone();
    let units = weights.shape[1];
    // The third cell reads twice the first minus the second.
    let network = with(network, "readout.weight", |index, value| {
        let unit = index % units;
        if index / units == 2 {
            2.0 * weights.values[unit] - weights.values[units + unit]
        } else {
            value
        }
    });
    let attributor = attributor(&network);
    let path = clips(&attributor, SHAPE, 1, 1.0);
    // All cells with the same intervals.
    let config = AttributionConfig {
        tolerance: 1e-9,
        most_intervals: 16,
        ..AttributionConfig::default()
    };
    let attribution = attributor.attribute(&path, &config).unwrap();
    let [first, second, third] = [0, 1, 2].map(|cell| attribution.map(0, cell));
    let largest = third.iter().fold(0.0f32, |most, a| most.max(a.abs()));
    for ((a, b), c) in first.iter().zip(second).zip(third) {
        assert!((2.0 * a - b - c).abs() < 1e-5 * largest, "{a} {b} {c}");
    }
}

/// A channel that nothing above reads has exactly no attribution, no sign and no effect.
#[test]
fn an_ignored_channel_has_exactly_zero() {
    let network = Architecture::PerUnit.network(7);
    // [channel_out, channel_in, 1, y, x]: nobody reads channel 1 of 3.
    let network = with(network, "stages.1.convolution.kernel", |index, value| {
        if index / 16 % 3 == 1 { 0.0 } else { value }
    });
    let attribution = attribute(&network, 1.0);
    let sums = attribution.by_channel();
    let size = attribution.planes[1] * attribution.planes[2];
    for sample in 0..2 {
        for cell in 0..SHAPE.cells {
            // The Fourier domain leaves rounding where zeros meet other channels, so the weights are
            // zero to rounding of the largest; the convolution's own zeros are exact.
            let map = attribution.map(sample, cell);
            assert!(map[size..2 * size].iter().all(|&a| a == 0.0));
            assert!(map[..size].iter().any(|&a| a != 0.0));
            assert_eq!(sums.at(sample, cell, 1), 0.0);
        }
    }
    assert!(
        attribution
            .signs()
            .iter()
            .all(|signs| signs[1] == Sign::None)
    );
}

/// Channels in another order have attributions in that order. 1e-4: sums in another order, and units
/// that switch elsewhere by rounding.
#[test]
fn permuting_channels_permutes_attributions() {
    let original = attribute(&Architecture::PerUnit.network(8), 1.0);
    let network = Architecture::PerUnit.network(8);
    let order = [2usize, 0, 1];
    let before = Weights::of(&network);
    let permute = |name: &str, run: usize, network: Network| {
        let values = before.0[name].values.clone();
        with(network, name, move |index, _| {
            let (group, rest) = (index / run, index % run);
            values[(group / 3 * 3 + order[group % 3]) * run + rest]
        })
    };
    let kernel = SHAPE.history * 25;
    let plane = 10 * 9;
    let mut permuted = permute("stages.0.convolution.kernel", kernel, network);
    permuted = permute("stages.0.convolution.bias", 1, permuted);
    for name in ["gain", "offset", "running_mean", "running_variance"] {
        permuted = permute(&format!("stages.0.normalisation.{name}"), plane, permuted);
    }
    permuted = permute("stages.1.convolution.kernel", 16, permuted);
    let permuted = attribute(&permuted, 1.0);
    for (original, permuted) in original
        .attribution
        .chunks(3 * plane)
        .zip(permuted.attribution.chunks(3 * plane))
    {
        let largest = original.iter().fold(0.0f32, |most, a| most.max(a.abs()));
        for (index, a) in permuted.iter().enumerate() {
            let expected = original[order[index / plane] * plane + index % plane];
            assert!((a - expected).abs() < 1e-4 * largest, "{a} {expected}");
        }
    }
}

/// Per-channel normalisation folds into the kernels: attributions stay, effective weights shrink by
/// the gain. Per-unit normalisation folds into no kernel: attributions are the same before and after
/// it all the same, but drives after it are not the same across space. 1e-4: another rounding.
#[test]
fn folding_normalisation_changes_what_it_should_and_no_more() {
    let original = attribute(&Architecture::PerChannel.network(9), 1.0);
    let network = Architecture::PerChannel.network(9);
    let weights = Weights::of(&network);
    let of = |name: &str, channel: usize| {
        weights.0[&format!("stages.0.normalisation.{name}")].values[channel]
    };
    let scale = |channel| of("gain", channel) / (of("running_variance", channel) + 1e-3).sqrt();
    let shift = |channel| of("offset", channel) - scale(channel) * of("running_mean", channel);
    let kernel = SHAPE.history * 25;
    let mut folded = with(network, "stages.0.convolution.kernel", |index, value| {
        scale(index / kernel) * value
    });
    folded = with(folded, "stages.0.convolution.bias", |channel, value| {
        scale(channel) * value + shift(channel)
    });
    for (name, value) in [
        ("gain", 1.0),
        ("offset", 0.0),
        ("running_mean", 0.0),
        ("running_variance", 0.999),
    ] {
        folded = with(folded, &format!("stages.0.normalisation.{name}"), |_, _| {
            value
        });
    }
    let folded = attribute(&folded, 1.0);
    let error = map_error(&folded, &original);
    assert!(error < 1e-4, "attributions differ by {error:e}");
    let size = original.planes[1] * original.planes[2];
    for (index, (g, folded)) in original
        .effective_weights
        .iter()
        .zip(&folded.effective_weights)
        .enumerate()
    {
        let expected = g / scale(index / size % 3);
        assert!(
            (folded - expected).abs() < 1e-3 * expected.abs().max(1e-3),
            "{folded} {expected}"
        );
    }
}

#[test]
fn attributions_are_the_same_at_all_points_of_a_stage() {
    let attributor = attributor(&Architecture::PerUnit.network(10));
    let path = clips(&attributor, SHAPE, 2, 1.0);
    let at = |point| {
        let config = AttributionConfig {
            layer: Layer { stage: 1, point },
            // Maps of effective weights differ, and would ask for other numbers of intervals.
            map_tolerance: f64::INFINITY,
            ..AttributionConfig::default()
        };
        attributor.attribute(&path, &config).unwrap()
    };
    let (linear, normalised, rectified) = (
        at(Point::Linear),
        at(Point::Normalised),
        at(Point::Rectified),
    );
    assert_eq!(linear.attribution, normalised.attribution);
    assert_eq!(linear.attribution, rectified.attribution);
    assert_ne!(linear.effective_weights, normalised.effective_weights);
    assert_ne!(linear.effective_weights, rectified.effective_weights);
}

fn movie(value: impl Fn(usize, usize, usize) -> f32) -> StimulusMovie {
    let (height, width) = (SHAPE.height, SHAPE.width);
    let values = (0..20 * height * width)
        .map(|i| value(i / (height * width), i / width % height, i % width))
        .collect();
    StimulusMovie::new(height, width, values)
}

/// 1e-5 of the largest drive, at the point before normalisation: rounding of single precision.
#[test]
fn full_field_stimuli_reduce_to_channels_and_bars_to_columns() {
    let attributor = attributor(&Architecture::PerUnit.network(11));
    let flicker = movie(|frame, _, _| 2.0 * noise(5, frame));
    let path = attributor.movie(&flicker, None).unwrap();
    let drive = path.change_by_channel(1e-5).unwrap();
    let attribution = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    let (weights, sums) = (
        attribution.effective_weights_by_channel(),
        attribution.by_channel(),
    );
    for sample in 0..path.samples() {
        for cell in 0..SHAPE.cells {
            // r - r_0 = sum_c G_c (W_c * s). 1e-4 of the response range: thousands of units' rounding.
            let reduced: f64 = (0..3)
                .map(|c| weights.at(sample, cell, c) * f64::from(drive[sample * 3 + c]))
                .sum();
            let row = sample * SHAPE.cells + cell;
            let change = attribution.response[row] - attribution.resting_response[row];
            let range = attribution.response_range[cell];
            assert!(
                (reduced - change).abs() < 1e-4 * range,
                "{reduced} {change}"
            );
            let total: f64 = (0..3).map(|c| sums.at(sample, cell, c)).sum();
            assert!((total - change).abs() < 1e-4 * range);
        }
    }
    let bar = movie(|frame, _, x| if x == frame % 13 { -1.0 } else { 0.0 });
    let path = attributor.movie(&bar, None).unwrap();
    path.change_by_channel_and_column(1e-5).unwrap();
    let refused = path.change_by_channel(1e-5).unwrap_err();
    assert!(matches!(
        refused,
        Error::NotInvariant {
            along: "across space",
            ..
        }
    ));
}

/// From a to b and from b to a, and from a stimulus to itself.
#[test]
fn baselines_exchange_signs() {
    let attributor = attributor(&Architecture::PerUnit.network(12));
    let shape = [1, SHAPE.history, SHAPE.height, SHAPE.width];
    let [a, b] = [1, 2].map(|seed| noises(seed, shape.iter().product()));
    let config = AttributionConfig {
        map_tolerance: 1e-3,
        ..AttributionConfig::default()
    };
    let between = |end: &[f32], start: &[f32]| {
        let path = attributor.clips(shape, end, Some(start)).unwrap();
        attributor.attribute(&path, &config).unwrap()
    };
    let (mut there, back) = (between(&a, &b), between(&b, &a));
    there.attribution.iter_mut().for_each(|a| *a = -*a);
    // Each map is exact to 1e-3 by its own estimate.
    assert!(map_error(&there, &back) < 3e-3);
    // 1e-6: other numbers of nodes, other rounding.
    for (a, b) in there.response.iter().zip(&back.resting_response) {
        assert!((a - b).abs() < 1e-6 * a.max(1.0), "{a} {b}");
    }
    assert!(between(&a, &a).attribution.iter().all(|&a| a == 0.0));
}

/// Pixels sum to the change, and are what autodiff says of the first layer's transpose. 1e-5: rounding.
#[test]
fn pixels_sum_to_the_change_of_the_response() {
    let attributor = attributor(&Architecture::PerUnit.network(13));
    let shape = [1, SHAPE.history, SHAPE.height, SHAPE.width];
    let clip = noises(9, shape.iter().product());
    let path = attributor.clips(shape, &clip, None).unwrap();
    let attribution = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    for cell in 0..SHAPE.cells {
        let pixels = attributor.pixels(&attribution, 0, cell, &clip).unwrap();
        let sum: f64 = pixels.attribution.iter().map(|&a| f64::from(a)).sum();
        let change = attribution.response[cell] - attribution.resting_response[cell];
        assert!((sum - change).abs() < 1e-5, "{sum} {change}");
        // A pixel's weight is the first layer's answer to that pixel, weighed by G.
        for pixel in [0, 371, 1000] {
            let mut one = vec![0.0; clip.len()];
            one[pixel] = 1.0;
            let answer = attributor.clips(shape, &one, None).unwrap().change(0);
            let weights = attribution.weights(0, cell);
            let expected: f32 = answer.iter().zip(weights).map(|(d, g)| d * g).sum();
            let found = pixels.effective_weights[pixel];
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }
}

#[test]
fn silencing_everything_leaves_the_resting_rate() {
    let attributor = attributor(&Architecture::PerUnit.network(14));
    let path = clips(&attributor, SHAPE, 3, 1.0);
    let parts = [
        LayerPart::Channels(vec![]),
        LayerPart::Channels(vec![0, 1, 2]),
        LayerPart::Channels(vec![1]),
        LayerPart::Units((90..180).collect()),
    ];
    let rates = attributor
        .without(&path, Layer::default(), &parts, Replacement::Baseline)
        .unwrap();
    let attribution = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    let count = 3 * SHAPE.cells;
    for row in 0..count {
        assert!((f64::from(rates[row]) - attribution.response[row]).abs() < 1e-5);
        let resting = attribution.resting_response[row];
        assert!((f64::from(rates[count + row]) - resting).abs() < 1e-5);
    }
    assert_eq!(rates[2 * count..3 * count], rates[3 * count..]);
    assert_ne!(rates[..count], rates[2 * count..3 * count]);
}

#[test]
fn chunks_give_what_the_whole_gives_and_cells_can_be_chosen() {
    let attributor = attributor(&Architecture::PerUnit.network(15));
    let path = clips(&attributor, SHAPE, 5, 1.0);
    let config = AttributionConfig {
        cells: Some([2, 0].map(CellIndex).to_vec()),
        ..AttributionConfig::default()
    };
    let whole = attributor.attribute(&path, &config).unwrap();
    let mut pieces = Vec::new();
    attributor
        .attribute_in_chunks(&path, &config, 2, |_, chunk| {
            pieces.extend(chunk.attribution)
        })
        .unwrap();
    // 1e-4: other batches round otherwise.
    for (a, b) in whole.attribution.iter().zip(&pieces) {
        assert!((a - b).abs() < 1e-4 * b.abs().max(1e-4), "{a} {b}");
    }
    let all = attributor
        .attribute(&path, &AttributionConfig::default())
        .unwrap();
    assert!((all.map(1, 2)[40] - whole.map(1, 0)[40]).abs() < 1e-6);
}

#[test]
fn what_is_asked_in_vain_is_refused() {
    let attributor = attributor(&Architecture::PerUnit.network(16));
    let path = clips(&attributor, SHAPE, 1, 1.0);
    let refused = |config: AttributionConfig| {
        attributor
            .attribute(&path, &config)
            .unwrap_err()
            .to_string()
    };
    let config = AttributionConfig::default;
    assert!(
        refused(AttributionConfig {
            cells: Some(vec![CellIndex(3)]),
            ..config()
        })
        .contains("0, 1, 2")
    );
    assert!(
        refused(AttributionConfig {
            tolerance: 0.0,
            ..config()
        })
        .contains("above 0")
    );
    let layer = Layer {
        stage: 3,
        point: Point::Linear,
    };
    assert!(refused(AttributionConfig { layer, ..config() }).contains("1 to 2"));
    let rule = Rule::RightEndpoint { steps: 1 };
    assert!(
        attributor
            .by_rule(&path, Layer::default(), None, rule)
            .is_err()
    );
    let part = [LayerPart::Channels(vec![3])];
    assert!(
        attributor
            .without(&path, Layer::default(), &part, Replacement::Zero)
            .is_err()
    );
    let short = StimulusMovie::new(14, 13, vec![0.0; 5 * 14 * 13]);
    assert!(matches!(
        attributor.movie(&short, None),
        Err(Error::TooShort { .. })
    ));
    let odd = StimulusMovie::new(13, 14, vec![0.0; 9 * 14 * 13]);
    assert!(matches!(
        attributor.movie(&odd, None),
        Err(Error::FrameSize { .. })
    ));
}

/// Movies that repeat themselves and each other, with and without sharing what is the same. 1e-5 of
/// the largest attribution: transforms of movies that begin elsewhere round elsewhere.
#[rstest]
fn shared_histories_have_the_same_attributions(
    #[values(Architecture::PerUnit, Architecture::ThreeStages)] architecture: Architecture,
) {
    let attributor = attributor(&architecture.network(14));
    let bar = |turn: usize| {
        let at = move |frame: usize| {
            if frame < turn {
                frame
            } else {
                2 * turn - frame
            }
        };
        movie(move |frame, _, x| {
            if frame > 7 && at(frame) % 13 == x {
                -2.0
            } else {
                0.0
            }
        })
    };
    let movies = [bar(12), bar(15), movie(|_, _, _| 0.0)];
    let (path, histories) = attributor.movies(&movies, None).unwrap();
    assert_eq!(histories.index().len(), 3 * (20 + 1 - SHAPE.history));
    // Three grey histories, and the way of the second bar up to the turn of the first.
    assert!(
        path.samples() + 20 < histories.index().len(),
        "{}",
        path.samples()
    );
    let config = AttributionConfig {
        response_ranges: Some(vec![1.0; SHAPE.cells]),
        map_tolerance: 1e-2,
        ..AttributionConfig::default()
    };
    let shared = attributor.attribute(&path, &config).unwrap();
    let largest = shared
        .attribution
        .iter()
        .fold(0.0f32, |most, a| most.max(a.abs()));
    let mut index = histories.index().iter();
    for movie in &movies {
        let alone = attributor.movie(movie, None).unwrap();
        let alone = attributor.attribute(&alone, &config).unwrap();
        for sample in 0..alone.samples {
            let &distinct = index.next().unwrap();
            for cell in 0..SHAPE.cells {
                let maps = alone
                    .map(sample, cell)
                    .iter()
                    .zip(shared.map(distinct, cell));
                assert!(maps.clone().all(|(a, b)| (a - b).abs() < 1e-5 * largest));
                let (own, other) = (
                    alone.quality_of(sample, cell),
                    shared.quality_of(distinct, cell),
                );
                assert_eq!(own.within_tolerance, other.within_tolerance);
                let row = [sample, distinct].map(|sample| sample * SHAPE.cells + cell);
                let difference = alone.response[row[0]] - shared.response[row[1]];
                assert!(difference.abs() < 1e-5, "{difference}");
            }
        }
    }
    // A study walks through the same responses, a few at a time.
    let stimuli = Movies::new(&attributor, &movies).unwrap();
    let studies = [
        Study::new(&attributor, &stimuli, 5),
        Study::in_memory(&attributor, &stimuli, 5),
    ];
    for study in studies {
        assert_eq!(study.index(), histories.index());
        let mut first = 0;
        let told = study.attribute(None, &config, |piece| {
            assert_eq!(piece.first, first);
            for sample in 0..piece.attribution.samples {
                for cell in 0..SHAPE.cells {
                    let expected = shared.map(first + sample, cell);
                    let maps = piece.attribution.map(sample, cell).iter().zip(expected);
                    // Products of other sizes are summed in another order.
                    assert!(maps.clone().all(|(a, b)| (a - b).abs() < 1e-5 * largest));
                }
            }
            first += piece.attribution.samples;
            Ok(())
        });
        told.unwrap();
        assert_eq!(first, study.distinct());
        let all: usize = study.occurrences().iter().sum();
        assert_eq!(all, histories.index().len());
    }
}

/// Movies each of whose responses is one of its own, as with baselines that change.
struct OnTheirOwn<'a>(Movies<'a>);

impl Stimuli for OnTheirOwn<'_> {
    type Error = Error;

    fn history(&self) -> usize {
        self.0.history()
    }

    fn bins(&self) -> Vec<std::ops::Range<usize>> {
        self.0.bins()
    }

    fn movie(&self, _: &Responses) -> Option<StimulusMovie> {
        None
    }

    fn path(&self, attributor: &Attributor, piece: &[Responses]) -> Result<Path, Error> {
        assert_eq!(piece.len(), 1, "two stimuli in one path");
        self.0.path(attributor, piece)
    }
}

#[test]
fn responses_of_their_own_are_all_attributed_stimulus_by_stimulus() {
    let attributor = attributor(&Architecture::PerUnit.network(1));
    let movies = [movie(|_, _, _| 0.0), movie(|_, _, _| 0.0)];
    let stimuli = OnTheirOwn(Movies::new(&attributor, &movies).unwrap());
    let study = Study::new(&attributor, &stimuli, 8);
    let responses = 2 * (20 + 1 - SHAPE.history);
    assert_eq!(study.distinct(), responses);
    assert!(study.index().iter().copied().eq(0..responses));
    let survey = study.survey(Invariance::ROUNDING).unwrap();
    assert_eq!(survey.rates.len(), responses);
    assert_eq!(survey.invariance(), Some(Invariance::FullField));
}

#[test]
fn a_survey_of_no_response_says_what_a_response_needs() {
    let attributor = attributor(&Architecture::PerUnit.network(1));
    let stimuli = Movies::new(&attributor, &[]).unwrap();
    let survey = Study::new(&attributor, &stimuli, 8).survey(Invariance::ROUNDING);
    let message = match survey {
        Ok(_) => panic!("a survey of nothing"),
        Err(refused) => refused.to_string(),
    };
    let frames = format!("at least {} frames", SHAPE.history);
    assert!(
        message.contains("no response") && message.contains(&frames),
        "{message}"
    );
}

#[test]
fn no_movie_has_no_path() {
    let attributor = attributor(&Architecture::PerUnit.network(1));
    let refused = attributor.movies(&[], None).unwrap_err();
    assert!(matches!(refused, Error::NoResponses { .. }), "{refused}");
}
