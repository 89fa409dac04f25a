//! Frames a second of training and inference at the published size.
//!
//! `cargo bench -p ganglion-model` times one step (data, forward, loss, backward, Adam) and inference
//! for both algorithms against batch size, and how the step scales with movie size, history and
//! channels. `benches/pytorch/training_step.py` times the same step in PyTorch. `GANGLION_DEVICE=wgpu`
//! (or another backend that was built) computes all of it there.

use std::time::Duration;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ganglion_model::device::BackendKind;
use ganglion_model::layer::{Algorithm, Mode};
use ganglion_model::loss::PoissonLoss;
use ganglion_model::memory::keep_freed_memory;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{BnCnn, ModelConfig, Network, NetworkShape};
use ganglion_model::targets::TrainingTargets;
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

/// Flex, or the backend that the environment names.
fn device() -> Device {
    let name = std::env::var("GANGLION_DEVICE").unwrap_or_else(|_| BackendKind::Flex.to_string());
    let kind: BackendKind = name.parse().expect("a backend's name");
    kind.device().expect("a backend of this build")
}

impl Case {
    fn frames(&self) -> usize {
        self.segments * self.segment_frames
    }

    fn config(&self) -> ModelConfig {
        ModelConfig::BnCnn(BnCnn {
            channels: vec![self.channels; 2],
            kernels: vec![15.into(), 11.into()],
            batch_norm: Default::default(),
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.01,
            noise: 0.05,
            bias: true,
            factorised: None,
            readout: Default::default(),
            algorithm: self.algorithm,
            microns_per_pixel: None,
        })
    }

    fn network(&self, device: &Device) -> Network {
        let shape = NetworkShape {
            height: self.size,
            width: self.size,
            history: self.history,
            cells: CELLS,
        };
        self.config()
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
        let pixels: Vec<u8> = (0..shape.elements())
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
    targets: &TrainingTargets,
    network: Network,
    optimiser: &mut ModuleOptimizer,
    device: &Device,
) -> Network {
    let rates = network.forward(case.input(movie, device), Mode::training(1));
    let loss = PoissonLoss::published().forward(rates, targets);
    let mut gradients = loss.backward();
    let gradients = GradientsParams::from_module(&mut gradients, &network);
    let network = optimiser.step(1e-3, network, gradients);
    device.sync().expect("the step is computed");
    network
}

fn bench_step(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    id: BenchmarkId,
    case: Case,
) {
    let device = device().autodiff();
    let movie = case.movie();
    let targets = TrainingTargets::rates(Tensor::ones([CELLS, case.frames()], &device));
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

/// From byte frames in memory to the rates of a whole movie, as `respond` and `evaluate` do it.
fn inference(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inference");
    let device = device();
    for (name, algorithm, segment_frames) in [
        ("spectral", Algorithm::Spectral, 4096),
        ("direct", Algorithm::Direct, 256),
    ] {
        let case = Case {
            algorithm,
            segments: 1,
            segment_frames,
            ..PUBLISHED
        };
        let movie = case.movie();
        let normalisation = Normalisation::Global {
            mean: 127.5,
            sd: 74.0,
        };
        let shape = NetworkShape {
            height: 50,
            width: 50,
            history: 40,
            cells: CELLS,
        };
        let description = ModelDescription::new(
            case.config(),
            shape,
            (0..CELLS).collect(),
            10.0,
            normalisation.clone(),
        );
        let model = Model::new(description, &case.network(&device), &device);
        group.throughput(Throughput::Elements(case.frames() as u64));
        group.bench_function(BenchmarkId::new(name, case.frames()), |bencher| {
            bencher.iter(|| {
                model
                    .respond(&movie, &normalisation)
                    .expect("the movie fits")
            });
        });
    }
    group.finish();
}

/// Prints the process's peak memory after one step of each batch size, smallest first: the peak only
/// ever grows, so each figure belongs to its own batch.
fn peak_memory(_: &mut Criterion) {
    keep_freed_memory();
    for segments in [1, 4, 16, 32] {
        let case = Case {
            segments,
            ..PUBLISHED
        };
        let device = device().autodiff();
        let movie = case.movie();
        let targets = TrainingTargets::rates(Tensor::ones([CELLS, case.frames()], &device));
        let mut optimiser = AdamConfig::new().with_epsilon(1e-8).init();
        let network = case.network(&device);
        step(&case, &movie, &targets, network, &mut optimiser, &device);
        match peak_mebibytes() {
            Some(peak) => println!("peak memory after a step of {}: {peak} MiB", case.frames()),
            None => println!("peak memory is only known on Linux"),
        }
    }
}

/// The kernel's own count for this process.
fn peak_mebibytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? / 1024)
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
    targets = peak_memory, training_step, inference, scaling
}
criterion_main!(network);
