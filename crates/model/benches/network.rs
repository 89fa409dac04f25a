//! Frames a second of training and inference at the published size.
//!
//! `cargo bench -p ganglion-model` times one step (data, forward, loss, backward, Adam) and inference
//! for both algorithms against batch size, and how the step scales with movie size, history and
//! channels. `benches/pytorch/training_step.py` times the same step in PyTorch.

use std::time::Duration;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ganglion_model::layer::{Algorithm, Mode};
use ganglion_model::loss::{PoissonLoss, Targets};
use ganglion_model::network::{ModelConfig, MovieShape, Network};
use ganglion_recording::{Movie, MovieShape as Size, Normalisation};

/// What is timed.
#[derive(Clone, Copy)]
struct Case {
    algorithm: Algorithm,
    segments: usize,
    segment_frames: usize,
    size: usize,
    history: usize,
    channels: usize,
}

const PUBLISHED: Case = Case {
    algorithm: Algorithm::Spectral,
    segments: 16,
    segment_frames: 256,
    size: 50,
    history: 40,
    channels: 8,
};

const CELLS: usize = 5;

impl Case {
    fn frames(&self) -> usize {
        self.segments * self.segment_frames
    }

    fn network(&self, device: &Device) -> Network {
        let config = ModelConfig::BnCnn {
            channels: vec![self.channels; 2],
            kernels: vec![15, 11],
            batch_norm: Default::default(),
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.01,
            noise: 0.05,
            bias: true,
            factorised: None,
            readout: Default::default(),
            algorithm: self.algorithm,
            microns_per_pixel: None,
        };
        let shape = MovieShape {
            height: self.size,
            width: self.size,
            history: self.history,
            cells: CELLS,
        };
        config
            .init(&shape, 1, device)
            .expect("the architecture is possible")
    }

    /// Byte frames, as recordings hold them.
    fn movie(&self) -> Movie {
        let frames = self.segments * (self.segment_frames + self.history);
        let shape = Size {
            frames,
            height: self.size,
            width: self.size,
        };
        let mut state = 1u32;
        let pixels = (0..shape.elements())
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        Movie::from_u8(shape, pixels)
    }

    fn input(&self, movie: &Movie, device: &Device) -> Tensor<5> {
        let normalisation = Normalisation::Global {
            mean: 127.5,
            sd: 74.0,
        };
        let frames = self.segment_frames + self.history - 1;
        let stride = self.segments * frames;
        let mut values = vec![0.0; movie.pixels() * stride];
        for segment in 0..self.segments {
            let first = segment * (frames + 1);
            movie
                .normalised_pixel_major(
                    first..first + frames,
                    &normalisation,
                    &mut values,
                    stride,
                    segment * frames,
                )
                .expect("the movie is in memory");
        }
        let dimensions = [1, self.size, self.size, self.segments, frames];
        Tensor::from_data(TensorData::new(values, dimensions), device)
    }
}

fn step(
    case: &Case,
    movie: &Movie,
    targets: &Targets,
    network: Network,
    optimiser: &mut ModuleOptimizer,
    device: &Device,
) -> Network {
    let rates = network.forward(case.input(movie, device), Mode::Training { noise_seed: 1 });
    let loss = PoissonLoss::published().forward(rates, targets);
    let mut gradients = loss.backward();
    let gradients = GradientsParams::from_module(&mut gradients, &network);
    optimiser.step(1e-3, network, gradients)
}

fn bench_step(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    id: BenchmarkId,
    case: Case,
) {
    let device = Device::flex().autodiff();
    let movie = case.movie();
    let targets = Targets::all(Tensor::ones([CELLS, case.frames()], &device));
    let mut optimiser = AdamConfig::new().with_epsilon(1e-8).init();
    let mut network = Some(case.network(&device));
    group.throughput(Throughput::Elements(case.frames() as u64));
    group.bench_function(id, |bencher| {
        bencher.iter(|| {
            let current = network.take().expect("put back after every step");
            network = Some(step(
                &case,
                &movie,
                &targets,
                current,
                &mut optimiser,
                &device,
            ));
        });
    });
}

fn training_step(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("training step");
    for segments in [1, 4, 16] {
        let case = Case {
            segments,
            ..PUBLISHED
        };
        bench_step(
            &mut group,
            BenchmarkId::new("spectral", case.frames()),
            case,
        );
    }
    let direct = Case {
        algorithm: Algorithm::Direct,
        segments: 1,
        segment_frames: 128,
        ..PUBLISHED
    };
    bench_step(
        &mut group,
        BenchmarkId::new("direct", direct.frames()),
        direct,
    );
    group.finish();
}

fn scaling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scaling of the training step");
    let base = Case {
        segments: 4,
        ..PUBLISHED
    };
    for size in [30, 50, 80] {
        bench_step(
            &mut group,
            BenchmarkId::new("frame size", size),
            Case { size, ..base },
        );
    }
    for history in [20, 80] {
        bench_step(
            &mut group,
            BenchmarkId::new("history", history),
            Case { history, ..base },
        );
    }
    for channels in [4, 16] {
        bench_step(
            &mut group,
            BenchmarkId::new("channels", channels),
            Case { channels, ..base },
        );
    }
    group.finish();
}

fn inference(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inference");
    let device = Device::flex();
    for (name, case) in [
        (
            "spectral",
            Case {
                segments: 1,
                segment_frames: 2048,
                ..PUBLISHED
            },
        ),
        (
            "direct",
            Case {
                algorithm: Algorithm::Direct,
                segments: 1,
                segment_frames: 128,
                ..PUBLISHED
            },
        ),
    ] {
        let (network, movie) = (case.network(&device), case.movie());
        group.throughput(Throughput::Elements(case.frames() as u64));
        group.bench_function(BenchmarkId::new(name, case.frames()), |bencher| {
            bencher.iter(|| {
                network
                    .forward(case.input(&movie, &device), Mode::Inference)
                    .into_data()
            });
        });
    }
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(8))
}

criterion_group! {
    name = network;
    config = quick();
    targets = training_step, scaling, inference
}
criterion_main!(network);
