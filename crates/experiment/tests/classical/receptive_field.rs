//! Planted filters are found again.

use ganglion_experiment::receptive_field::{
    FieldProperties, Polarity, WhiteNoise, instantaneous, mean_gradient, recorded,
};
use ganglion_experiment::{Responder, StimulusMovie};
use ganglion_recording::{
    Attributes, CellIndex, FramePeriod, FramePeriodSource, Microns, Milliseconds, Movie,
    MovieShape, Normalisation, Partition, Recording, Responses,
};
use rstest::rstest;

use crate::toy::{LinearNonlinear, Output, course, map, screen};

fn noise() -> WhiteNoise {
    WhiteNoise {
        duration: Milliseconds(60_000.0),
        ..WhiteNoise::default()
    }
}

fn cell(sign: f32, output: Output) -> LinearNonlinear {
    LinearNonlinear::new(map(1.5, [9.0, 4.5]), course(sign), output)
}

#[rstest]
#[case(1.0, Polarity::On)]
#[case(-1.0, Polarity::Off)]
fn white_noise_finds_the_planted_filter(#[case] sign: f32, #[case] polarity: Polarity) {
    let cell = cell(
        sign,
        Output::Rectified {
            threshold: 0.0,
            gain: 4.0,
        },
    );
    let found = noise().measure(&cell).unwrap().remove(0);
    // Of 3840 weights, each with an error of sd(rate) / sqrt(5772 bins): a half-wave rectifier has a
    // mean gain of 1/2 and a standard deviation of sqrt(1/2 - 1/2pi), which makes 0.72.
    let similarity = found.field.similarity(&cell.kernel());
    assert!((similarity - 0.72).abs() < 0.03, "{similarity}");
    let properties = FieldProperties::of(&found.field, Milliseconds(10.0), Microns(50.0));
    assert_eq!(properties.polarity, polarity);
    assert_eq!(properties.kinetics.peak_lag, Milliseconds(50.0));
    assert!(
        (properties.centre[0].0 - 75.0).abs() < 10.0,
        "{:?}",
        properties.centre
    );
    assert!(
        (properties.centre[1].0 + 50.0).abs() < 10.0,
        "{:?}",
        properties.centre
    );
    assert!(
        (properties.diameter.0 / 150.0 - 1.0).abs() < 0.1,
        "{:?}",
        properties.diameter
    );
    assert!((properties.kinetics.biphasic_index - 0.4).abs() < 0.08);
    assert!((found.nonlinearity.rectification - 1.0).abs() < 0.1);
    assert!(properties.signal_to_noise > 10.0);
}

#[test]
fn the_gain_of_a_linear_cell_is_in_its_weights() {
    let cell = cell(
        1.0,
        Output::Linear {
            rest: 5.0,
            gain: 2.0,
        },
    );
    let found = noise().measure(&cell).unwrap().remove(0);
    let (weights, planted) = (found.field.values(), cell.kernel());
    let dot: f32 = weights
        .iter()
        .zip(planted.values())
        .map(|(a, b)| a * b)
        .sum();
    let squares: f32 = planted.values().iter().map(|b| b * b).sum();
    // The least-squares factor of the planted kernel; its error is that of one weight.
    assert!((dot / squares - 2.0).abs() < 0.1, "{}", dot / squares);
    assert!(found.nonlinearity.rectification.abs() < 0.1);
    assert!((found.mean_rate - 5.0).abs() < 0.3);
    let explained = found.nonlinearity.explained_variance;
    // A linear cell has no noise: what is missing is the error of the filter.
    assert!(explained > 0.85, "{explained}");
}

#[test]
fn the_mean_gradient_is_what_reverse_correlation_estimates() {
    let cell = cell(
        -1.0,
        Output::Rectified {
            threshold: 0.5,
            gain: 4.0,
        },
    );
    let segment = noise().prepare(screen()).unwrap().remove(0);
    let movie = segment.movie();
    let bins: Vec<usize> = (segment.zero() + 20..movie.frames()).step_by(3).collect();
    let (index, mean) = mean_gradient(&cell, &movie, &bins).unwrap().remove(0);
    assert_eq!(index, CellIndex(0));
    assert!((mean.similarity(&cell.kernel()) - 1.0).abs() < 1e-5);
    let correlated = noise().measure(&cell).unwrap().remove(0).field;
    let dot: f32 = (correlated.values().iter().zip(mean.values()))
        .map(|(a, b)| a * b)
        .sum();
    let squares: f32 = mean.values().iter().map(|b| b * b).sum();
    // Stein's lemma; the mean gradient is over 320 moments, active in about half of them.
    assert!((dot / squares - 1.0).abs() < 0.15, "{}", dot / squares);
}

#[test]
fn a_rectified_cell_has_no_instantaneous_field_below_threshold() {
    let cell = cell(
        1.0,
        Output::Rectified {
            threshold: 0.0,
            gain: 4.0,
        },
    );
    let segment = noise().prepare(screen()).unwrap().remove(0);
    let movie = segment.movie();
    let rates = cell
        .respond(std::slice::from_ref(&movie))
        .unwrap()
        .remove(0);
    let bins: Vec<usize> = (200..300).collect();
    let fields = instantaneous(&cell, &movie, &bins, 0).unwrap();
    for (bin, field) in bins.iter().zip(fields) {
        let silent = field.values().iter().all(|&weight| weight == 0.0);
        assert_eq!(silent, rates.at(0, *bin) == 0.0);
    }
}

#[test]
fn a_recording_gives_the_field_that_the_movie_gives() {
    let cell = cell(
        -1.0,
        Output::Rectified {
            threshold: 0.0,
            gain: 4.0,
        },
    );
    let segment = noise().prepare(screen()).unwrap().remove(0);
    let movie = segment.movie();
    let recording = recording(&cell, &movie);
    let identity = Normalisation::identity();
    let whole = 0..movie.frames();
    let (index, field) = recorded(&recording, &identity, &[whole], 20)
        .unwrap()
        .remove(0);
    assert_eq!(index, CellIndex(7));
    // As above, with 981 bins: 0.40.
    assert!((field.similarity(&cell.kernel()) - 0.4).abs() < 0.05);
    let found = FieldProperties::of(&field, Milliseconds(10.0), Microns(50.0));
    assert_eq!(
        (found.polarity, found.kinetics.peak_lag.0),
        (Polarity::Off, 50.0)
    );
}

/// A recording in memory of this movie and the cell's rates, as cell 7.
fn recording(cell: &LinearNonlinear, movie: &StimulusMovie) -> Recording {
    let rates = cell.respond(std::slice::from_ref(movie)).unwrap().remove(0);
    let frames = movie.frames();
    let answered = rates.bins().start..frames;
    let mut values = vec![0.0; frames];
    values[answered.clone()].copy_from_slice(&rates.cell(0)[..answered.len()]);
    let shape = MovieShape {
        frames,
        height: movie.height(),
        width: movie.width(),
    };
    Recording {
        path: "(memory)".into(),
        partition: Partition::Train,
        movie: Movie::from_f32(shape, movie.values().to_vec()),
        responses: Responses::new(vec![CellIndex(7)], frames, values),
        repeats: None,
        gaps: Vec::new(),
        frame_period: FramePeriod {
            period: Milliseconds(10.0),
            source: FramePeriodSource::Attribute,
        },
        microns_per_pixel: Some(Microns(50.0)),
        attributes: Attributes::default(),
    }
}

#[test]
fn impossible_noise_is_refused_with_what_works() {
    let short = WhiteNoise {
        segment: Milliseconds(100.0),
        ..noise()
    };
    let error = short.prepare(screen()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("use 400 to 60000 ms"), "{error}");
    let flat = WhiteNoise {
        contrast: ganglion_experiment::Contrast(0.0),
        ..noise()
    };
    assert!(flat.prepare(screen()).is_err());
}

#[test]
fn the_experiment_tells_what_the_tools_tell() {
    let cell = cell(
        -1.0,
        Output::Rectified {
            threshold: 0.0,
            gain: 4.0,
        },
    );
    let table = "phenomenon = \"receptive-field\"\nduration = 60000.0";
    let outcome = crate::run(table, &cell);
    let found = &outcome.cells[0];
    assert!(found.present, "{}", found.reason);
    let direct = noise().measure(&cell).unwrap().remove(0);
    let properties = FieldProperties::of(&direct.field, Milliseconds(10.0), Microns(50.0));
    assert_eq!(found.metrics.named("on"), 0.0);
    assert_eq!(found.metrics.named("diameter_um"), properties.diameter.0);
    assert_eq!(outcome.maps[0].cells[0].len(), 12 * 16);
    assert_eq!(outcome.curves[0].at[19], 10.0);
}
