//! Laws: every family learns from bars, one row high, and from full fields, one pixel, as it does from planes.

mod white_noise;

use std::path::Path;

use burn::tensor::Device;
use ganglion_model::Error;
use ganglion_model::evaluation::evaluate;
use ganglion_model::model::Model;
use ganglion_model::training::{
    HistoryRow, RunDirectory, SilentTraining, TrainOptions, TrainingPlan, TrainingProgress,
    read_history, train,
};
use ganglion_model::weights::Weights;
use ganglion_recording::Partition;
use rstest::rstest;
use white_noise::{NORMALISATION, Session, config, run};

const HISTORY: usize = 6;

/// Two cells that follow the newest frame in the middle, one brightening, one darkening.
fn session(folder: &Path, size: [usize; 2]) -> std::path::PathBuf {
    let session = Session {
        size,
        train: 900,
        test: 200,
        cells: 2,
    };
    let pixels = size[0] * size[1];
    session.write(folder, |contrasts, _| {
        let middle = contrasts.iter().skip(pixels / 2).step_by(pixels);
        let before: Vec<f32> = std::iter::once(0.0).chain(middle.copied()).collect();
        let frames = before.len() - 1;
        let rate = |sign: f32| {
            before[..frames]
                .iter()
                .map(move |s| (1.0 + sign * s).max(0.0))
        };
        rate(1.0).chain(rate(-1.0)).collect()
    })
}

/// Stops after the first epoch.
#[derive(Default)]
struct OneEpoch {
    done: bool,
}

impl TrainingProgress for OneEpoch {
    fn started(&mut self, _plan: &TrainingPlan) {}
    fn step(&mut self, _epoch: usize, _step: usize, _loss: f64) {}
    fn epoch(&mut self, _row: &HistoryRow) {
        self.done = true;
    }
    fn stops(&self) -> bool {
        self.done
    }
}

const TRAINING: &str = "epochs = 2\nbatch_frames = 128\nsegment_frames = 32\nequalise_cells = true\n\
     smoothness = { spatial = 1e-3, temporal = 1e-3 }\nlocality = 1e-4\nl2 = { kernels = 1e-4, readout = 1e-4 }\n\
     anchor = { centre = 0.01, deviation = 0.01 }\ngradient_clip = 10.0";

const FACTORISED: &str = "factorised = { rank = 2, temporal_basis = 3 }";

/// A family's settings for a movie of this size, `K` standing for a small kernel within it.
fn settings(template: &str, size: [usize; 2]) -> String {
    let kernel = size.map(|extent| extent.min(5));
    template
        .replace('K', &format!("[{}, {}]", kernel[0], kernel[1]))
        .replace("FACTORISED", FACTORISED)
}

/// Trains for two epochs, evaluates, responds, and goes on after a stop as if there had been none.
#[rstest]
fn every_family_learns_evaluates_and_resumes(
    #[values([1, 31], [31, 1], [1, 1])] size: [usize; 2],
    #[values(
        "kind = \"bn-cnn\"\nchannels = [2, 2]\nkernels = [K, 1]",
        "kind = \"bn-cnn\"\nchannels = [4]\nkernels = [K]\nbatch_norm = \"per-channel\"\nFACTORISED\n\
         readout = { kind = \"gaussian\" }",
        "kind = \"nips-cnn\"\nchannels = [2]\nkernels = [K]",
        "kind = \"ln\"\nwindow = K\nFACTORISED",
        "kind = \"ln\"",
        "kind = \"ln-ln\"\nsubunits = 2\nwindow = K",
        "kind = \"ln-ln\"\nsubunits = 2\nshared = true\nFACTORISED",
        "kind = \"ln-ln\"\nsubunits = 2\nconvolutional = K\nsubunit_nonlinearity = \"softplus\"",
        "kind = \"nonlinear-input\"\nwindow = K\ninput_nonlinearity = \"rectified-square\""
    )]
    template: &str,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = session(folder.path(), size);
    let recording =
        format!("history_frames = {HISTORY}\nvalidation = {{ fraction = 0.1, segments = 2 }}");
    let config = config(&file, &recording, &settings(template, size), TRAINING);
    let whole = RunDirectory::new(folder.path().join("whole"));
    run(&config, &whole).expect("it trains");
    let rows = read_history(&whole.history()).expect("a history");
    assert!(
        rows.iter().all(|row| row.train_loss.is_finite()),
        "{rows:?}"
    );

    let cut = RunDirectory::new(folder.path().join("cut"));
    let stopped = train(
        &config,
        &cut,
        &TrainOptions::default(),
        &mut OneEpoch::default(),
    );
    assert!(matches!(stopped, Err(Error::Stopped)));
    let resume = TrainOptions {
        resume: true,
        ..TrainOptions::default()
    };
    train(&config, &cut, &resume, &mut SilentTraining).expect("it goes on");
    let open = |directory: &RunDirectory| {
        Model::open(directory.root(), &Device::flex()).expect("a model was kept")
    };
    let (model, resumed) = (open(&whole), open(&cut));
    assert_eq!(Weights::of(&model.network), Weights::of(&resumed.network));

    let evaluation = evaluate(&model, &file, Partition::Test).expect("it is judged");
    assert!(
        evaluation
            .cells
            .iter()
            .all(|cell| cell.rmse.is_some_and(f64::is_finite))
    );
    let movie = Session {
        size,
        train: 0,
        test: 0,
        cells: 2,
    }
    .movie(50, 3);
    let rates = model.respond(&movie, &NORMALISATION).expect("it responds");
    let all = rates.iter().flatten();
    assert!(rates[0].len() == 50 - HISTORY && all.clone().all(|rate| rate.is_finite()));
    let names = model.network.filter_names(&model.description.cells);
    assert_eq!(names.len(), model.network.first_kernel().value().dims()[0]);
}

/// On maps of one row, windows of Gaussian read-outs stay on it.
#[test]
fn a_gaussian_window_stays_in_its_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = session(folder.path(), [1, 31]);
    let model = "kind = \"bn-cnn\"\nchannels = [4]\nkernels = [[1, 5]]\nbatch_norm = \"per-channel\"\n\
         readout = { kind = \"gaussian\" }";
    let training = "epochs = 3\nbatch_frames = 64\nsegment_frames = 16\n\
         optimiser = { kind = \"adam\", learning_rate = 0.05 }";
    let config = config(&file, "history_frames = 6", model, training);
    let directory = RunDirectory::new(folder.path().join("run"));
    run(&config, &directory).expect("it trains");
    let model = Model::open(directory.root(), &Device::flex()).expect("a model was kept");
    let weights = Weights::of(&model.network);
    let centres = &weights.0["readout.centre"].values;
    for centre in centres.chunks(2) {
        assert_eq!(centre[0], 0.0, "{centres:?}");
    }
    assert!(
        centres
            .iter()
            .skip(1)
            .step_by(2)
            .any(|column| *column != 13.0),
        "{centres:?}"
    );
}

/// A square kernel does not fit a bar; the message has the kernel that does.
#[rstest]
#[case("kind = \"bn-cnn\"\nkernels = [9, 7]", &["model.kernels", "9x9", "1x31", "[1, 9]"])]
#[case("kind = \"nips-cnn\"\nkernels = [[1, 9], 7]", &["stage 2", "7x7", "1x23", "[1, 7]"])]
#[case("kind = \"ln\"\nwindow = 11", &["model.window", "11x11", "1x31", "[1, 11]"])]
#[case("kind = \"ln-ln\"\nwindow = [1, 11]\nconvolutional = 5", &["model.convolutional", "5x5", "1x11", "[1, 5]"])]
#[case("kind = \"nonlinear-input\"\nwindow = [1, 40]", &["model.window", "1x40", "1x31", "[1, 31]"])]
fn a_size_that_does_not_fit_is_told_with_one_that_does(
    #[case] model: &str,
    #[case] parts: &[&str],
) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = session(folder.path(), [1, 31]);
    let config = config(&file, "history_frames = 6", model, "epochs = 1");
    let directory = RunDirectory::new(folder.path().join("run"));
    let error = run(&config, &directory).unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "{error}");
    }
}
