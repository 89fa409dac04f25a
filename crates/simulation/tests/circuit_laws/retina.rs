//! Rates of a retina.

use ganglion_experiment::{Responder, StimulusMovie};
use ganglion_recording::CellIndex;
use ganglion_simulation::{Error, Retina};
use rstest::rstest;

use crate::direct;
use crate::fixture::{SCREEN, noise, retina};

/// Rates of all bins but bin 0, `[cell][bin - 1]`, from a stream fed in chunks.
fn streamed(retina: &Retina, movie: &StimulusMovie, chunk: usize) -> Vec<Vec<f32>> {
    let mut stream = retina.stream();
    let mut rates = vec![Vec::new(); retina.cells().len()];
    for frames in movie.values().chunks(chunk * SCREEN.pixels()) {
        let first = stream.frames();
        let answer = stream.push(frames).unwrap();
        assert_eq!(answer.bins(), first + 1..stream.frames() + 1);
        for (cell, rates) in rates.iter_mut().enumerate() {
            rates.extend_from_slice(answer.cell(cell));
        }
    }
    rates
}

#[test]
fn rates_are_those_of_the_equations() {
    let retina = retina(3);
    let movie = noise(150, 1);
    let rates = streamed(&retina, &movie, 150);
    for (index, cell) in retina.cells().iter().enumerate() {
        // Before the history is full, at the ends of the blocks of 64 frames, and at the end.
        for bin in [1, 2, 39, 40, 64, 65, 129, 150] {
            let expected = direct::rate(retina.circuit(), cell, &movie, bin);
            let rate = f64::from(rates[index][bin - 1]);
            // 32-bit sums of some hundred terms, through a gain of at most 90 Hz.
            assert!(
                (rate - expected).abs() < 1e-3 + 1e-5 * expected,
                "cell {index}, bin {bin}: {rate} against {expected}"
            );
        }
    }
}

#[test]
fn the_test_movie_drives_every_cell() {
    let retina = retina(3);
    for rates in streamed(&retina, &noise(150, 1), 150) {
        let highest = rates.iter().copied().fold(f32::MIN, f32::max);
        let lowest = rates.iter().copied().fold(f32::MAX, f32::min);
        assert!(highest > 2.0 * lowest, "{lowest} to {highest} Hz");
    }
}

#[rstest]
fn rates_do_not_depend_on_the_chunks(#[values(1, 7, 63, 64, 65, 150)] chunk: usize) {
    let retina = retina(1);
    let movie = noise(200, 2);
    assert_eq!(
        streamed(&retina, &movie, chunk),
        streamed(&retina, &movie, 200)
    );
}

#[rstest]
fn rates_do_not_depend_on_the_number_of_threads(#[values(2, 3, 8)] threads: usize) {
    let retina = retina(1);
    let movie = noise(200, 2);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| streamed(&retina, &movie, 90))
    };
    assert_eq!(on(threads), on(1));
}

#[test]
fn a_responder_answers_the_bins_that_depend_on_the_movie_only() {
    let retina = retina(1);
    let movie = noise(60, 3);
    let rates = &retina.respond(std::slice::from_ref(&movie)).unwrap()[0];
    assert_eq!(rates.bins(), 40..61);
    assert_eq!(Responder::cells(&retina).len(), retina.cells().len());
    assert_eq!(Responder::cells(&retina)[1], CellIndex(1));
    let streamed = streamed(&retina, &movie, 60);
    for (cell, streamed) in streamed.iter().enumerate() {
        assert_eq!(rates.cell(cell), &streamed[39..]);
    }
}

#[test]
fn a_bin_depends_on_the_frames_of_its_history_only() {
    let retina = retina(1);
    let movie = noise(41, 3);
    let mut earlier_and_later_changed = movie.values().to_vec();
    let pixels = SCREEN.pixels();
    earlier_and_later_changed[..pixels].fill(5.0);
    let other = StimulusMovie::new(SCREEN.height, SCREEN.width, earlier_and_later_changed);
    let rates = retina.respond(&[movie, other]).unwrap();
    for cell in 0..rates[0].cells() {
        assert_eq!(rates[0].at(cell, 41), rates[1].at(cell, 41));
    }
    let changed = |cell: usize| rates[0].at(cell, 40) != rates[1].at(cell, 40);
    assert!((0..rates[0].cells()).any(changed));
}

#[test]
fn movies_do_not_influence_each_other() {
    let retina = retina(1);
    let movies = [noise(70, 4), noise(45, 5), noise(70, 4)];
    let together = retina.respond(&movies).unwrap();
    assert_eq!(together[0], together[2]);
    for (movie, rates) in movies.iter().zip(&together) {
        assert_eq!(
            &retina.respond(std::slice::from_ref(movie)).unwrap()[0],
            rates
        );
    }
}

#[test]
fn grey_gives_the_resting_rates() {
    let retina = retina(1);
    let grey = StimulusMovie::new(SCREEN.height, SCREEN.width, vec![0.0; 45 * SCREEN.pixels()]);
    let rates = &retina.respond(&[grey]).unwrap()[0];
    for (cell, resting) in retina.resting_rates().into_iter().enumerate() {
        // The same sums of the same terms in another order than that of a block's last pixels.
        assert!(rates.cell(cell).iter().all(|&rate| rate == resting));
    }
}

#[test]
fn what_is_no_movie_of_the_screen_is_refused() {
    let retina = retina(1);
    let mut stream = retina.stream();
    assert!(matches!(
        stream.push(&[]),
        Err(Error::FrameSize { values: 0, .. })
    ));
    assert!(matches!(
        stream.push(&[0.0; 15]),
        Err(Error::FrameSize { values: 15, .. })
    ));
    stream.push(noise(3, 1).values()).unwrap();
    let mut broken = noise(3, 1).values().to_vec();
    broken[SCREEN.pixels() + 4] = f32::NAN;
    assert!(matches!(
        stream.push(&broken),
        Err(Error::NotFinite { frame: 4 })
    ));
    let turned = StimulusMovie::new(14, 11, vec![0.0; 50 * 14 * 11]);
    let message = retina.respond(&[turned]).unwrap_err().to_string();
    assert!(message.contains("11x14"), "{message}");
    let message = retina.respond(&[noise(39, 1)]).unwrap_err().to_string();
    assert!(
        message.contains("39 frames") && message.contains("history of 40"),
        "{message}"
    );
}
