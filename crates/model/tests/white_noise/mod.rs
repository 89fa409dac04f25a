//! Sessions of white noise of any shape, with the responses of made-up cells.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use ganglion_model::error::Error;
use ganglion_model::training::{
    RunConfig, RunDirectory, SilentTraining, TrainOptions, TrainingOutcome, train,
};
use ganglion_recording::{
    Microns, Milliseconds, Movie, MovieShape, Normalisation, Partition, PixelType, SessionOptions,
    SessionWriter,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Contrast of uniform bytes, nearly of mean 0 and standard deviation 1.
pub const NORMALISATION: Normalisation = Normalisation::Global {
    mean: 127.5,
    sd: 73.9,
};

/// Frames of training and test.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    pub size: [usize; 2],
    pub train: usize,
    pub test: usize,
    pub cells: usize,
}

impl Session {
    /// Bytes `[frame, y, x]` that are as likely as any other.
    pub fn pixels(&self, frames: usize, seed: u64) -> Vec<u8> {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        (0..frames * self.size[0] * self.size[1])
            .map(|_| generator.random())
            .collect()
    }

    pub fn movie(&self, frames: usize, seed: u64) -> Movie {
        let [height, width] = self.size;
        let shape = MovieShape {
            frames,
            height,
            width,
        };
        Movie::from_u8(shape, self.pixels(frames, seed))
    }

    /// Writes a session with the responses `[cell, frame]`, Hz, that cells have to contrasts `[frame, pixel]`.
    pub fn write(
        &self,
        folder: &Path,
        mut rates: impl FnMut(&[f32], Partition) -> Vec<f32>,
    ) -> PathBuf {
        let path = folder.join("session.h5");
        let options = SessionOptions {
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Some(Microns(50.0)),
            overwrite: false,
        };
        let mut writer = SessionWriter::create(&path, options).expect("a new file");
        for (partition, frames, seed) in [
            (Partition::Train, self.train, 1),
            (Partition::Test, self.test, 2),
        ] {
            let pixels = self.pixels(frames, seed);
            let contrasts: Vec<f32> = (pixels.iter())
                .map(|&pixel| (f32::from(pixel) - 127.5) / 73.9)
                .collect();
            let [height, width] = self.size;
            (writer.begin_movie(partition, height, width, PixelType::U8)).expect("once");
            writer.append_u8(partition, &pixels).expect("whole frames");
            let responses = rates(&contrasts, partition);
            (writer.responses(partition, "firing_rate_10ms", self.cells, responses))
                .expect("one a frame");
        }
        writer.finish().expect("room on the disk");
        path
    }
}

/// A run of these settings on a session.
pub fn config(session: &Path, recording: &str, model: &str, training: &str) -> RunConfig {
    let text = format!(
        "seed = 5\n[recording]\nfiles = [{:?}]\n{recording}\n[model]\n{model}\n[training]\n{training}\n",
        session.display().to_string()
    );
    toml::from_str(&text).expect("a run config")
}

pub fn run(config: &RunConfig, directory: &RunDirectory) -> Result<TrainingOutcome, Error> {
    let options = TrainOptions::default();
    train(config, directory, &options, &mut SilentTraining)
}
