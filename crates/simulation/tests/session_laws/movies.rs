//! Movies.

use ganglion_experiment::Screen;
use ganglion_experiment::stimulus::Distribution;
use ganglion_numerics::correlation;
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::movie::{
    BarMovie, BarOptions, DeadLeaves, Drift, FixationTime, Moments, Movie, NaturalMovie,
    NaturalOptions, NoiseMovie, NoiseOptions, Photographs,
};

const SCREEN: Screen = Screen {
    height: 12,
    width: 16,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

fn options(frames: usize, name: &str) -> NaturalOptions {
    NaturalOptions {
        screen: SCREEN,
        frames,
        fixation: FixationTime::Same(Milliseconds(200.0)),
        drift: Drift {
            step: Microns(15.0),
            reach: Microns(150.0),
        },
        contrast: 0.4,
        illumination: 0.0,
        seed: 3,
        name: name.to_owned(),
    }
}

fn natural(frames: usize, name: &str) -> NaturalMovie {
    of_leaves(options(frames, name))
}

fn of_leaves(options: NaturalOptions) -> NaturalMovie {
    let leaves = DeadLeaves::new(SCREEN.microns_per_pixel);
    NaturalMovie::new(options, Box::new(leaves)).unwrap()
}

fn with_fixations_of_all_lengths(frames: usize) -> NaturalMovie {
    of_leaves(NaturalOptions {
        fixation: FixationTime::Between([Milliseconds(20.0), Milliseconds(500.0)]),
        ..options(frames, "train")
    })
}

fn in_changing_light(frames: usize) -> NaturalMovie {
    of_leaves(NaturalOptions {
        illumination: 0.3,
        ..options(frames, "train")
    })
}

fn noise(check: Option<Microns>) -> NoiseMovie {
    let options = NoiseOptions {
        screen: SCREEN,
        frames: 600,
        distribution: Distribution::Gaussian,
        contrast: 0.3,
        update: Milliseconds(1000.0 / 30.0),
        check,
        seed: 3,
        name: "noise".to_owned(),
    };
    NoiseMovie::new(&options).unwrap()
}

fn bar_options(name: &str) -> BarOptions {
    BarOptions {
        screen: SCREEN,
        frames: 6000,
        contrast: 0.3,
        hold: FixationTime::Between([Milliseconds(20.0), Milliseconds(500.0)]),
        width: Microns(100.0),
        seed: 3,
        name: name.to_owned(),
    }
}

fn bars(name: &str) -> BarMovie {
    BarMovie::new(&bar_options(name))
}

#[test]
fn a_frame_does_not_depend_on_the_range_it_is_asked_for_in() {
    for movie in [
        &natural(130, "train") as &dyn Movie,
        &with_fixations_of_all_lengths(130),
        &in_changing_light(130),
        &noise(None),
        &noise(Some(Microns(100.0))),
        &bars("train"),
    ] {
        let whole = movie.bytes(0..130);
        for range in [0..1, 19..21, 37..64, 100..130] {
            let bytes = range.start * SCREEN.pixels()..range.end * SCREEN.pixels();
            assert_eq!(movie.bytes(range), whole[bytes]);
        }
    }
}

#[test]
fn movies_of_different_names_have_different_pictures() {
    assert_ne!(
        natural(20, "train").bytes(0..20),
        natural(20, "test").bytes(0..20)
    );
    assert_eq!(
        natural(20, "train").bytes(0..20),
        natural(20, "train").bytes(0..20)
    );
}

#[test]
fn natural_movies_have_the_contrast_asked_for_and_a_new_picture_each_fixation() {
    let movie = natural(6000, "train");
    let moments = Moments::of(&movie);
    // 300 pictures of leaves as large as the frame: their mean wanders by a few percent; clipping
    // at white takes some contrast away.
    assert!((moments.mean - 100.0).abs() < 10.0, "{moments:?}");
    assert!(
        (0.3..0.45).contains(&moments.contrast_unit()),
        "{moments:?}"
    );
    let difference = |frame: usize| -> f64 {
        let bytes = movie.bytes(frame - 1..frame + 1);
        let (before, after) = bytes.split_at(SCREEN.pixels());
        let sum: f64 = before
            .iter()
            .zip(after)
            .map(|(a, b)| f64::from(a.abs_diff(*b)))
            .sum();
        sum / SCREEN.pixels() as f64
    };
    let mean =
        |frames: &[usize]| frames.iter().map(|&f| difference(f)).sum::<f64>() / frames.len() as f64;
    let jumps: Vec<usize> = (1..100).map(|picture| 20 * picture).collect();
    let drifts: Vec<usize> = jumps.iter().map(|frame| frame + 10).collect();
    assert!(
        mean(&jumps) > 4.0 * mean(&drifts),
        "{} {}",
        mean(&jumps),
        mean(&drifts)
    );
    assert!(mean(&drifts) > 0.5, "{}", mean(&drifts));
}

#[test]
fn noise_keeps_each_pattern_for_its_time_and_flicker_fills_the_field() {
    let movie = noise(Some(Microns(100.0)));
    let frames: Vec<Vec<u8>> = movie
        .bytes(0..60)
        .chunks(SCREEN.pixels())
        .map(<[u8]>::to_vec)
        .collect();
    let changes = frames.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // 60 frames of 10 ms hold 18 patterns of 33.3 ms.
    assert_eq!(changes, 17);
    assert_eq!(frames[0][0], frames[0][SCREEN.width + 1]);
    let flicker = noise(None).bytes(0..60);
    assert!(
        flicker
            .chunks(SCREEN.pixels())
            .all(|frame| frame.iter().all(|level| *level == frame[0]))
    );
    let contrast = Moments::of(&movie).contrast_unit();
    // 9600 squares have a sampling error of 1 %; nothing is clipped within three deviations.
    assert!((contrast - 0.3).abs() < 0.02, "{contrast}");
}

#[test]
fn bars_take_contrasts_of_their_own_for_times_of_their_own() {
    let movie = bars("train");
    let frames = movie.bytes(0..6000);
    let at = |frame: usize, y: usize, x: usize| {
        f64::from(frames[frame * SCREEN.pixels() + y * SCREEN.width + x])
    };
    let course = |x: usize| -> Vec<f64> { (0..6000).map(|frame| at(frame, 0, x)).collect() };
    for frame in [0, 77, 5999] {
        for x in 0..SCREEN.width {
            // Two pixels of 50 um are a bar, from top to bottom.
            assert_eq!(at(frame, 11, x), at(frame, 0, x / 2 * 2));
        }
    }
    let changes = |course: &[f64]| -> Vec<usize> {
        (1..course.len())
            .filter(|&frame| course[frame] != course[frame - 1])
            .collect()
    };
    let (one, next) = (course(4), course(6));
    let holds: Vec<usize> = (changes(&one).windows(2))
        .map(|pair| pair[1] - pair[0])
        .collect();
    // Two neighbours in time that are of one level make a hold longer; 1 in 80 are.
    assert!(holds.iter().all(|hold| *hold >= 2));
    assert!(holds.iter().filter(|hold| **hold <= 50).count() > holds.len() * 9 / 10);
    assert_ne!(changes(&one), changes(&next));
    // Some 400 holds: a correlation of independent bars is within 3 standard errors of 0.05.
    assert!(correlation(&one, &next).unwrap().abs() < 0.15);
    assert!(bars("test").bytes(0..600) != frames[..600 * SCREEN.pixels()]);
    let contrast = Moments::of(&movie).contrast_unit();
    // 8 bars of some 400 holds of unequal lengths: 2 % of sampling error.
    assert!((contrast - 0.3).abs() < 0.03, "{contrast}");
}

/// What is common to both sets and what is different are two courses of their own, each of the contrast asked for.
#[test]
fn stripes_are_two_sets_that_flicker_together_and_against_each_other() {
    let movie = BarMovie::of_two_sets(&bar_options("train"));
    let frames = movie.bytes(0..6000);
    let at = |frame: usize, x: usize| f64::from(frames[frame * SCREEN.pixels() + x]);
    for frame in [0, 77, 5999] {
        for pixel in 0..SCREEN.pixels() {
            // Two pixels of 50 um are a stripe, and every other stripe is of one set.
            let set = pixel % SCREEN.width / 2 % 2;
            assert_eq!(at(frame, pixel), at(frame, 2 * set));
        }
    }
    let both = |sign: f64| -> Vec<f64> {
        (0..6000)
            .map(|frame| at(frame, 0) + sign * at(frame, 2))
            .collect()
    };
    let (common, difference) = (both(1.0), both(-1.0));
    // Some 400 holds each: within 3 standard errors of 0.05.
    assert!(correlation(&common, &difference).unwrap().abs() < 0.15);
    let one: Vec<f64> = (0..6000).map(|frame| at(frame, 0)).collect();
    let other: Vec<f64> = (0..6000).map(|frame| at(frame, 2)).collect();
    assert!(correlation(&one, &other).unwrap().abs() < 0.15);
    let contrast = Moments::of(&movie).contrast_unit();
    // Two courses of some 400 holds of unequal lengths: 5 % of sampling error.
    assert!((contrast - 0.3).abs() < 0.04, "{contrast}");
}

#[test]
fn bars_wider_than_the_screen_for_longer_than_the_movie_are_one_picture() {
    let movie = BarMovie::new(&BarOptions {
        hold: FixationTime::Same(Milliseconds(1e300)),
        width: Microns(1e300),
        ..bar_options("train")
    });
    let bytes = movie.bytes(0..6000);
    assert_eq!(bytes.len(), 6000 * SCREEN.pixels());
    assert!(bytes.iter().all(|level| *level == bytes[0]));
}

#[test]
fn photographs_of_a_folder_make_a_movie_and_what_is_wrong_with_them_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = |error: ganglion_simulation::Error| error.to_string();
    let none = told(Photographs::read(folder.path()).unwrap_err());
    assert!(none.contains("holds no photographs"), "{none}");
    let gradient: Vec<u8> = (0..40 * 30)
        .map(|pixel| (pixel % 40 * 5 + pixel / 40 * 3) as u8)
        .collect();
    let file = std::fs::File::create(folder.path().join("small.png")).unwrap();
    let mut encoder = png::Encoder::new(file, 40, 30);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut small = encoder.write_header().unwrap();
    small.write_image_data(&gradient).unwrap();
    small.finish().unwrap();
    let photographs = Photographs::read(folder.path()).unwrap();
    let file = std::fs::File::create(folder.path().join("tiny.png")).unwrap();
    let mut tiny = png::Encoder::new(file, 4, 3).write_header().unwrap();
    tiny.write_image_data(&[9; 12]).unwrap();
    tiny.finish().unwrap();
    let two = Box::new(Photographs::read(folder.path()).unwrap());
    assert_eq!(two.count(), 2);
    let with_tiny = NaturalMovie::new(options(100, "train"), two).unwrap();
    let note = with_tiny.note().unwrap();
    assert!(note.contains("left out: tiny.png; "), "{note}");
    assert!(with_tiny.source_name().starts_with("1 photograph"));
    let movie = NaturalMovie::new(options(100, "train"), Box::new(photographs.clone())).unwrap();
    assert_eq!(movie.bytes(0..100).len(), 100 * SCREEN.pixels());
    assert_eq!(movie.note(), None);
    assert_eq!(movie.bytes(0..100), with_tiny.bytes(0..100));
    let far = Drift {
        step: Microns(15.0),
        reach: Microns(1000.0),
    };
    let wide = NaturalOptions {
        drift: far,
        ..options(100, "train")
    };
    let small = NaturalMovie::new(wide, Box::new(photographs))
        .map(|_| ())
        .unwrap_err();
    assert!(told(small).contains("at least 53x57 pixels"));
    std::fs::write(folder.path().join("broken.png"), "no picture").unwrap();
    let broken = told(Photographs::read(folder.path()).unwrap_err());
    assert!(
        broken.contains("broken.png") && broken.contains("convert it"),
        "{broken}"
    );
}
