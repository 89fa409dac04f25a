//! Time of the fields of an hour of recording.
//!
//! `cargo bench -p ganglion-reverse-correlation` finds the fields of 20 cells from 360,000 frames of 50 x 50 pixels with
//! a history of 40, once as averages and once without the movie's correlations; `-- average` and `-- decorrelated` do
//! one of these, a number changes that of cells. Under `/usr/bin/time -v` it tells the memory as well, 0.9 GB of which
//! is the movie.

use std::time::Instant;

use ganglion_recording::{
    CellIndex, Milliseconds, Movie, MovieShape, Normalisation, NormalisationRule,
};
use ganglion_reverse_correlation::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SHAPE: MovieShape = MovieShape {
    frames: 360_000,
    height: 50,
    width: 50,
};
const HISTORY: usize = 40;

/// Noise in which neighbouring pixels are alike.
fn movie(random: &mut ChaCha8Rng) -> Movie {
    let mut pixels = vec![0u8; SHAPE.elements()];
    random.fill(&mut pixels[..]);
    for place in 0..pixels.len() - SHAPE.width - 1 {
        let near = [0, 1, SHAPE.width, SHAPE.width + 1];
        let sum: u32 = near
            .iter()
            .map(|step| u32::from(pixels[place + step]))
            .sum();
        pixels[place] = (sum / 4) as u8;
    }
    Movie::from_u8(SHAPE, pixels)
}

/// About ten spikes a second, in Hz in bins of 10 ms.
fn cell(random: &mut ChaCha8Rng) -> Vec<f32> {
    let bins = (0..SHAPE.frames).map(|_| if random.random_bool(0.1) { 100.0 } else { 0.0 });
    bins.collect()
}

fn main() {
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| !one.starts_with("--"))
        .collect();
    let is_wanted = |name: &str| {
        given.iter().all(|one| one.parse::<usize>().is_ok()) || given.iter().any(|one| one == name)
    };
    let cells = given.iter().find_map(|one| one.parse().ok()).unwrap_or(20);
    let random = &mut ChaCha8Rng::seed_from_u64(1);
    let movie = movie(random);
    let whole = 0..SHAPE.frames;
    let normalisation = Normalisation::fit(
        NormalisationRule::Global,
        &movie,
        std::slice::from_ref(&whole),
    );
    let shown = ShownMovie {
        movie: &movie,
        normalisation: &normalisation.expect("a movie that changes"),
    };
    let responses = CellResponses {
        cells: (0..cells).map(CellIndex).collect(),
        kind: ResponseKind::Spikes,
        rates: (0..cells).map(|_| cell(random)).collect(),
    };
    let estimates = [
        ("average", FieldEstimate::Average),
        ("decorrelated", FieldEstimate::Decorrelated),
    ];
    for (name, estimate) in estimates.into_iter().filter(|(name, _)| is_wanted(name)) {
        let settings = FieldSettings {
            history: HISTORY,
            frame_period: Milliseconds(10.0),
            estimate: Some(estimate),
        };
        let start = Instant::now();
        let fields = find(
            shown,
            &responses,
            std::slice::from_ref(&(HISTORY..SHAPE.frames)),
            settings,
        );
        let fields = fields.expect("enough of everything");
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name}: {seconds:.1} s, {} cells, {} threads",
            fields.cells.len(),
            rayon::current_num_threads()
        );
    }
}
