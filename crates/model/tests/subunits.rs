//! Laws of models with several nonlinear inputs a cell: they are the networks that they say they are, find the
//! inputs of made-up cells, and find no more than there are.

mod white_noise;

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::layer::Mode;
use ganglion_model::model::Model;
use ganglion_model::network::{ModelConfig, Network, NetworkShape, ReceptiveFieldPeak};
use ganglion_model::training::RunDirectory;
use ganglion_model::weights::Weights;
use ganglion_recording::Partition;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};
use rstest::rstest;
use white_noise::{NORMALISATION, Session, config, run};

const SHAPE: NetworkShape = NetworkShape {
    height: 6,
    width: 9,
    history: 4,
    cells: 3,
};

/// A network with weights that are all different, its windows at different places.
fn network(settings: &str) -> Network {
    let config: ModelConfig = toml::from_str(settings).expect("a model config");
    let device = Device::flex();
    let network = config.init(&SHAPE, 3, &device).expect("a possible network");
    let mut weights = Weights::of(&network);
    let mut generator = ChaCha8Rng::seed_from_u64(4);
    for (name, array) in &mut weights.0 {
        if !["corner", "output.scale"].contains(&name.as_str()) {
            let draw = |value: &mut f32| *value += generator.random_range(-0.3..0.3);
            array.values.iter_mut().for_each(draw);
        }
    }
    let network = weights.load_into(network).expect("the same architecture");
    let peaks = [[0.0, 8.0], [2.0, 4.0], [5.0, 1.0]]
        .map(|position| ReceptiveFieldPeak { position, on: true });
    network.place(&peaks, &SHAPE)
}

fn rates(rates: Tensor<2>) -> Vec<f32> {
    rates.into_data().iter::<f32>().collect()
}

/// As hidden stages and a dense read-out the rates are the same. 1e-5: other sums of single precision.
#[rstest]
fn inputs_are_the_hidden_units_of_a_network(
    #[values(
        "kind = \"ln-ln\"",
        "kind = \"ln-ln\"\nwindow = [3, 4]",
        "kind = \"ln-ln\"\nwindow = [3, 4]\nshared = true",
        "kind = \"ln-ln\"\nwindow = [3, 4]\nconvolutional = 2",
        "kind = \"ln-ln\"\nconvolutional = [2, 3]\nshared = true",
        "kind = \"nonlinear-input\"\nexcitatory = 2\nwindow = 5"
    )]
    settings: &str,
) {
    let network = network(settings);
    let stages = network.stages().expect("inputs are rectified");
    let shape = [1, SHAPE.height, SHAPE.width, 2, 11];
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    let movie: Vec<f32> = (0..shape.iter().product::<usize>())
        .map(|_| generator.random_range(-2.0..2.0))
        .collect();
    let movie: Tensor<5> = Tensor::from_data(TensorData::new(movie, shape), &Device::flex());
    let expected = rates(network.forward(movie.clone(), Mode::Inference));
    let found = rates(stages.forward(movie, Mode::Inference));
    assert_eq!(found.len(), 3 * 2 * 8);
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            (found - expected).abs() < 1e-5 * (1.0 + expected),
            "{found} {expected}"
        );
    }
    let varied = expected
        .iter()
        .fold(0.0f32, |most, rate| most.max((rate - expected[0]).abs()));
    assert!(varied > 0.01, "the rates vary");
}

#[test]
fn inputs_that_are_not_rectified_are_no_hidden_units() {
    for settings in [
        "kind = \"ln-ln\"\nsubunit_nonlinearity = \"softplus\"",
        "kind = \"ln-ln\"\nnonlinearity = \"exp\"",
        "kind = \"nonlinear-input\"\ninput_nonlinearity = \"rectified-square\"",
    ] {
        assert!(network(settings).stages().is_none(), "{settings}");
    }
}

#[rstest]
#[case("kind = \"ln-ln\"\nsubunits = 0", "model.subunits")]
#[case("kind = \"ln-ln\"\nsubunits = 9", "model.subunits")]
#[case("kind = \"nonlinear-input\"\nexcitatory = 0", "model.excitatory")]
#[case("kind = \"nonlinear-input\"\ninhibitory = 9", "model.inhibitory")]
fn numbers_of_inputs_have_limits(#[case] settings: &str, #[case] key: &str) {
    let config: ModelConfig = toml::from_str(settings).expect("a model config");
    let error = config.check().unwrap_err().to_string();
    assert!(error.contains(key), "{error}");
}

/// Weights of subunits are squares: whatever the parameters, none inhibits.
#[test]
fn signs_of_inputs_are_what_they_were_made_as() {
    let signed = |settings: &str| -> Vec<f32> {
        let weights = match network(settings) {
            Network::LnLn(inputs) | Network::NonlinearInput(inputs) => inputs.signed_weights(),
            other => panic!("{other:?}"),
        };
        weights.into_data().iter::<f32>().collect()
    };
    let subunits = signed("kind = \"ln-ln\"\nsubunits = 8");
    assert!(subunits.len() == 24 && subunits.iter().all(|weight| *weight >= 0.0));
    let inputs = signed("kind = \"nonlinear-input\"\nexcitatory = 2\ninhibitory = 1");
    assert_eq!(inputs, [1.0, 1.0, -1.0].repeat(3));
}

const BARS: usize = 16;
const HISTORY: usize = 5;

/// A filter `[frame, pixel]` of unit length: one bump in space times one course in time.
fn planted(centre: f32, course: [f32; HISTORY]) -> Vec<f32> {
    let bump = |pixel: usize| (-((pixel as f32 - centre) / 0.9).powi(2) / 2.0).exp();
    let filter: Vec<f32> = (course.iter())
        .flat_map(|time| (0..BARS).map(move |pixel| time * bump(pixel)))
        .collect();
    let length = filter
        .iter()
        .map(|weight| weight * weight)
        .sum::<f32>()
        .sqrt();
    filter.iter().map(|weight| weight / length).collect()
}

const BIPHASIC: [f32; HISTORY] = [0.0, -0.3, -0.6, 1.0, 0.7];
/// The same, a frame later.
const DELAYED: [f32; HISTORY] = [-0.3, -0.6, 1.0, 0.7, 0.0];

/// Spikes a second in every bin of a cell with these inputs, `[frame]`.
fn simulated(inputs: &[(f32, Vec<f32>)], bias: f32, contrasts: &[f32]) -> Vec<f32> {
    let frames = contrasts.len() / BARS;
    (0..frames)
        .map(|bin| {
            let Some(first) = bin.checked_sub(HISTORY) else {
                return 0.0;
            };
            let seen = &contrasts[first * BARS..bin * BARS];
            let drive = inputs.iter().map(|(weight, filter)| {
                let filtered: f32 = filter.iter().zip(seen).map(|(w, s)| w * s).sum();
                weight * filtered.max(0.0)
            });
            (bias + drive.sum::<f32>()).exp().ln_1p() * 10.0
        })
        .collect()
}

/// Spike counts drawn from rates, as rates in Hz.
fn spikes(rates: &[f32], seed: u64) -> Vec<f32> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    (rates.iter())
        .map(|&rate| match rate > 0.0 {
            true => {
                Poisson::new(rate * 0.01)
                    .expect("positive")
                    .sample(&mut generator)
                    * 100.0
            }
            false => 0.0,
        })
        .collect()
}

const TRAINING: &str = "epochs = 25\nbatch_frames = 512\nsegment_frames = 64\ncosine = {}\nequalise_cells = true\n\
     optimiser = { kind = \"adam\", learning_rate = 0.02 }\nselect = \"last\"";

/// Trains a model on a session and opens it.
fn trained(folder: &Path, session: &Path, name: &str, model: &str) -> Model {
    let recording = format!("history_frames = {HISTORY}\nvalidation = {{ fraction = 0.0 }}");
    let config = config(session, &recording, model, TRAINING);
    let directory = RunDirectory::new(folder.join(name));
    run(&config, &directory).expect("it trains");
    Model::open(directory.root(), &Device::flex()).expect("a model was kept")
}

/// For each planted input the largest correlation with a filter that was found, each used once, from the best.
fn matched(model: &Model, planted: &[(f32, Vec<f32>)]) -> Vec<f32> {
    let filters = model.network.first_kernel().value();
    let values: Vec<f32> = filters.into_data().iter::<f32>().collect();
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (place, filter) in values.chunks(HISTORY * BARS).enumerate() {
        let length = filter
            .iter()
            .map(|weight| weight * weight)
            .sum::<f32>()
            .sqrt();
        for (number, (_, planted)) in planted.iter().enumerate() {
            let product: f32 = filter.iter().zip(planted).map(|(a, b)| a * b).sum();
            pairs.push((product / length, place, number));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut used, mut found) = (Vec::new(), vec![f32::NAN; planted.len()]);
    for (similarity, place, number) in pairs {
        if !used.contains(&place) && found[number].is_nan() {
            used.push(place);
            found[number] = similarity;
        }
    }
    found
}

/// Held-out bins of one cell.
const TEST: usize = 16_000;

fn one_cell(train: usize) -> Session {
    Session {
        size: [1, BARS],
        train,
        test: TEST,
        cells: 1,
    }
}

/// Three subunits side by side, of a cell that spikes.
#[test]
fn planted_subunits_are_recovered() {
    let subunits: Vec<(f32, Vec<f32>)> = [4.0, 7.5, 11.0]
        .map(|centre| (2.0, planted(centre, BIPHASIC)))
        .to_vec();
    let folder = tempfile::tempdir().expect("a folder");
    let session = one_cell(40_000).write(folder.path(), |contrasts, _| {
        spikes(&simulated(&subunits, -2.0, contrasts), 8)
    });
    let model = trained(
        folder.path(),
        &session,
        "run",
        "kind = \"ln-ln\"\nsubunits = 3",
    );
    let found = matched(&model, &subunits);
    assert!(
        found.iter().all(|similarity| *similarity > 0.9),
        "{found:?}"
    );
}

/// Mean and standard error of what `more` subunits add to the log-likelihood of a held-out bin of a cell, against
/// `fewer`, or against a constant rate.
fn gain(truth: &[(f32, Vec<f32>)], bias: f32, fewer: Option<usize>, more: usize) -> (f64, f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut held_out = Vec::new();
    let session = one_cell(20_000).write(folder.path(), |contrasts, partition| {
        let spikes = spikes(&simulated(truth, bias, contrasts), 10);
        if partition == Partition::Test {
            held_out.clone_from(&spikes);
        }
        spikes
    });
    let held_out = &held_out[HISTORY..];
    let likelihoods = |rates: &[f32]| -> Vec<f64> {
        let pairs = rates.iter().zip(held_out);
        pairs
            .map(|(rate, spikes)| f64::from(spikes * rate.max(1e-6).ln() - rate))
            .collect()
    };
    let of_subunits = |subunits: usize| {
        let settings = format!("kind = \"ln-ln\"\nsubunits = {subunits}");
        let name = format!("run{subunits}");
        let model = trained(folder.path(), &session, &name, &settings);
        let movie = one_cell(0).movie(TEST, 2);
        let rates = model.respond(&movie, &NORMALISATION).expect("it responds");
        likelihoods(&rates[0])
    };
    let constant = held_out.iter().sum::<f32>() / held_out.len() as f32;
    let before = match fewer {
        Some(subunits) => of_subunits(subunits),
        None => likelihoods(&vec![constant; held_out.len()]),
    };
    let after = of_subunits(more);
    let gains: Vec<f64> = (after.iter().zip(&before))
        .map(|(after, before)| after - before)
        .collect();
    let count = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / count;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

/// Excitation, and inhibition a frame later from the same place.
#[test]
fn planted_inhibition_is_recovered() {
    let inputs = [(3.0, planted(7.5, BIPHASIC)), (-3.0, planted(8.5, DELAYED))];
    let folder = tempfile::tempdir().expect("a folder");
    let session = one_cell(40_000).write(folder.path(), |contrasts, _| {
        spikes(&simulated(&inputs, -0.5, contrasts), 9)
    });
    let model = trained(folder.path(), &session, "run", "kind = \"nonlinear-input\"");
    let filters = model.network.first_kernel().value();
    assert_eq!(filters.dims()[0], 2);
    // The first filter excites, the second inhibits.
    let values: Vec<f32> = filters.into_data().iter::<f32>().collect();
    for (filter, (_, planted)) in values.chunks(HISTORY * BARS).zip(&inputs) {
        let length = filter
            .iter()
            .map(|weight| weight * weight)
            .sum::<f32>()
            .sqrt();
        let product: f32 = filter.iter().zip(planted).map(|(a, b)| a * b).sum();
        assert!(product / length > 0.9, "{}", product / length);
    }
}

/// A cell with one filter: one subunit predicts it, and more do so no better than chance lets them. A cell with
/// three is predicted better by three.
#[test]
fn a_cell_is_worth_as_many_subunits_as_it_has() {
    let one = [(3.0, planted(7.5, BIPHASIC))];
    let (mean, error) = gain(&one, -1.0, None, 1);
    assert!(mean > 5.0 * error, "one subunit adds {mean}, error {error}");
    let (mean, error) = gain(&one, -1.0, Some(1), 4);
    assert!(mean < 2.0 * error, "three more add {mean}, error {error}");
    let three = [4.0, 7.5, 11.0].map(|centre| (2.0, planted(centre, BIPHASIC)));
    let (mean, error) = gain(&three, -2.0, Some(1), 3);
    assert!(mean > 3.0 * error, "two more add {mean}, error {error}");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let inputs = [(3.0, planted(7.5, BIPHASIC)), (-2.0, planted(7.5, DELAYED))];
    let folder = tempfile::tempdir().expect("a folder");
    let session = one_cell(2_000).write(folder.path(), |contrasts, _| {
        simulated(&inputs, 0.0, contrasts)
    });
    let with_threads = |threads: usize, kind: &str| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let model = format!("kind = \"{kind}\"\nwindow = [1, 9]");
        let training = "epochs = 1\nbatch_frames = 256\nsegment_frames = 64\nlocality = 1e-3";
        let recording = format!("history_frames = {HISTORY}");
        let config = config(&session, &recording, &model, training);
        let directory = RunDirectory::new(folder.path().join(format!("{kind}-{threads}")));
        pool.expect("threads")
            .install(|| run(&config, &directory))
            .expect("it trains");
        let model = Model::open(directory.root(), &Device::flex()).expect("a model was kept");
        Weights::of(&model.network)
    };
    for kind in ["ln-ln", "nonlinear-input"] {
        assert_eq!(with_threads(1, kind), with_threads(2, kind), "{kind}");
    }
}
