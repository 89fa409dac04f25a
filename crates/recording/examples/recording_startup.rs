//! Times what a training run does before its first step: open, load, normalise, hash.
//!
//! Run with `cargo run --release --example recording_startup -- FILE.h5`.

use std::time::Instant;

use ganglion_recording::{
    CellSelection, Error, LoadOptions, Normalisation, NormalisationRule, Partition, RecordingFile,
};

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let start = Instant::now();
    let result = work()?;
    println!("{what:<24} {:.3} s", start.elapsed().as_secs_f64());
    Ok(result)
}

fn main() -> Result<(), Error> {
    let Some(path) = std::env::args().nth(1) else {
        println!("give the path of a recording");
        return Ok(());
    };
    let options = LoadOptions::training(CellSelection::All, "firing_rate_10ms");
    let file = timed("open", || RecordingFile::open(&path))?;
    let recording = timed("load train", || file.load(Partition::Train, &options))?;
    let movie = &recording.movie;
    for rule in [NormalisationRule::Global, NormalisationRule::PerPixel] {
        let all = 0..movie.frames();
        timed(&format!("normalise {rule:?}"), || {
            Normalisation::fit(rule, movie, &[all])
        })?;
    }
    let all = Normalisation::identity();
    let frames = movie.frames().min(4096);
    let mut clip = vec![0.0; frames * movie.pixels()];
    timed("transpose 4096 frames", || {
        movie.normalised_pixel_major(0..frames, &all, &mut clip, frames, 0)
    })?;
    println!("{}", timed("sha-256", || recording.sha256())?);
    Ok(())
}
