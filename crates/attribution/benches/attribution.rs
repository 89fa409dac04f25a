//! Attributing the published network's responses: milliseconds a clip and cell.
//!
//! `benches/pytorch/attribution.py` times Captum's layer conductance on the same shapes.

use burn::tensor::Device;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ganglion_attribution::{AttributionConfig, Attributor};
use ganglion_model::layer::Grouping;
use ganglion_model::network::{BnCnn, ModelConfig, NetworkShape, ReadoutKind};

const SHAPE: NetworkShape = NetworkShape {
    height: 50,
    width: 50,
    history: 40,
    cells: 5,
};

fn attributor() -> Attributor {
    let config = ModelConfig::BnCnn(BnCnn {
        channels: vec![8, 8],
        kernels: vec![15.into(), 11.into()],
        batch_norm: Grouping::PerUnit,
        batch_norm_epsilon: 1e-3,
        batch_norm_momentum: 0.01,
        noise: 0.05,
        bias: true,
        factorised: None,
        readout: ReadoutKind::Dense,
        algorithm: Default::default(),
        microns_per_pixel: None,
    });
    let network = config
        .init(&SHAPE, 1, &Device::flex())
        .expect("the published network");
    Attributor::new(&network, SHAPE).expect("a network with hidden units")
}

/// White noise of unit deviation, near enough: sums of three uniform numbers.
fn noise(count: usize) -> Vec<f32> {
    let mut state = 1u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / (1u64 << 24) as f32 * 2.0 - 1.0
    };
    (0..count)
        .map(|_| uniform() + uniform() + uniform())
        .collect()
}

fn attribution(criterion: &mut Criterion) {
    let attributor = attributor();
    let mut group = criterion.benchmark_group("attribution");
    group.sample_size(10);
    for clips in [1, 16] {
        let shape = [clips, SHAPE.history, SHAPE.height, SHAPE.width];
        let stimulus = noise(shape.iter().product());
        for (name, map_tolerance) in [("channels", f64::INFINITY), ("maps", 1e-3)] {
            let config = AttributionConfig {
                map_tolerance,
                ..AttributionConfig::default()
            };
            let path = attributor.clips(shape, &stimulus, None).expect("clips fit");
            let found = attributor.attribute(&path, &config).expect("attributes");
            let (gap, range) = (found.largest_gap(), found.response_range.iter());
            let range = range.copied().fold(f64::INFINITY, f64::min);
            println!("largest completeness gap {gap:.1e} Hz of at least {range:.2} Hz");
            let id = BenchmarkId::new(name, format!("{clips}-clips-5-cells"));
            group.bench_function(id, |bencher| {
                bencher.iter(|| {
                    let path = attributor.clips(shape, &stimulus, None).expect("clips fit");
                    attributor.attribute(&path, &config).expect("attributes")
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, attribution);
criterion_main!(benches);
