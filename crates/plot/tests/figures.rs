//! Every figure, drawn from sensible and from awkward data.

mod checks;
mod made_up;

use checks::check;
use ganglion_plot::{Error, Figure, Format, LearningCurve};
use made_up::{building_blocks, cell_scores, filters, learning_curve, psth, rasters};
use rstest::rstest;

const NAN: f64 = f64::NAN;

#[rstest]
#[case::empty(vec![], vec![])]
#[case::one_epoch(vec![1.0], vec![0.5])]
#[case::constant(vec![1.0, 2.0, 3.0], vec![0.5; 3])]
#[case::zero(vec![1.0, 2.0, 3.0], vec![0.0; 3])]
#[case::missing(vec![1.0, 2.0, 3.0], vec![NAN, 0.5, f64::INFINITY])]
#[case::all_missing(vec![1.0, 2.0], vec![NAN; 2])]
#[case::diverged(vec![1.0, 2.0, 3.0], vec![1e-12, 1e30, 4.0])]
fn learning_curves_are_drawn(#[case] epochs: Vec<f64>, #[case] values: Vec<f64>) {
    check(&learning_curve(&epochs, &values));
}

#[test]
fn without_validation_there_is_no_panel_for_it() {
    let whole = learning_curve(&[1.0, 2.0], &[0.5, 0.4]);
    let mut bare = whole.clone();
    bare.validation_loss.clear();
    bare.validation_correlation.clear();
    bare.best_epoch = None;
    check(&bare);
    // The label of each panel's x axis.
    let panels = |curve: &LearningCurve| {
        let scene = curve.scene().unwrap();
        scene.texts().filter(|text| text.text == "Epoch").count()
    };
    assert_eq!((panels(&whole), panels(&bare)), (3, 2));
    let csv = String::from_utf8(bare.table().to_csv().unwrap()).unwrap();
    assert!(csv.starts_with("epoch,train_loss,learning_rate\n"), "{csv}");
}

#[rstest]
#[case::usual(800, 20)]
#[case::no_repeats(800, 0)]
#[case::one_frame(1, 1)]
#[case::empty(0, 0)]
#[case::an_hour(360_000, 0)]
fn psths_are_drawn(#[case] frames: usize, #[case] repeats: usize) {
    check(&psth(frames, repeats, 1.0));
}

#[rstest]
#[case::silent(0.0)]
#[case::missing(f32::NAN)]
fn psths_of_awkward_cells_are_drawn(#[case] scale: f32) {
    check(&psth(100, 3, scale));
}

#[rstest]
fn rasters_are_drawn(
    #[values(0, 1, 2, 3)] cells: usize,
    #[values(0, 2, 20)] trials: usize,
    #[values(1.0, 150.0, NAN)] scale: f64,
) {
    check(&rasters(cells, trials, scale));
}

#[test]
fn rates_of_rasters_must_be_as_long_as_their_times() {
    let mut figure = rasters(1, 2, 1.0);
    figure.cells[0].simulated_hz.pop();
    assert!(matches!(
        figure.scene(),
        Err(Error::Length {
            expected: 180,
            found: 179,
            ..
        })
    ));
}

#[rstest]
fn filters_are_drawn(#[values(0, 1, 2, 5, 8, 32)] count: usize) {
    check(&filters(count, 15, 1.0));
}

#[rstest]
#[case::zero(15, 0.0)]
#[case::missing(15, f32::NAN)]
#[case::one_pixel(1, 1.0)]
#[case::no_pixel(0, 1.0)]
fn awkward_filters_are_drawn(#[case] side: usize, #[case] scale: f32) {
    check(&filters(3, side, scale));
}

/// Filters of bars: a picture of space and time in place of the map.
#[test]
fn filters_of_one_row_are_drawn_as_pictures() {
    let mut figure = filters(3, 1, 1.0);
    for channel in &mut figure.channels {
        let (width, frames) = (31, channel.temporal.len());
        channel.width = width;
        channel.spatial = vec![0.5; width];
        channel.space_time = Some((0..width * frames).map(|at| at as f32 - 20.0).collect());
    }
    check(&figure);
    let note = "Space across, time down to the response";
    let scene = figure.scene().unwrap();
    assert!(scene.texts().any(|text| text.text == note));
    let csv = String::from_utf8(figure.table().to_csv().unwrap()).unwrap();
    assert_eq!(csv.matches(",space-time,").count(), 3 * 31 * 2);
    figure.channels[1].space_time = Some(vec![0.0; 31]);
    assert!(matches!(
        figure.scene(),
        Err(Error::Length {
            expected: 62,
            found: 31,
            ..
        })
    ));
}

/// Filters of one pixel have no map, and no key to its colours.
#[test]
fn filters_of_time_alone_are_curves() {
    let figure = filters(2, 1, 1.0);
    check(&figure);
    let scene = figure.scene().unwrap();
    let texts: Vec<&str> = scene.texts().map(|text| text.text.as_str()).collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Time before response"))
    );
    assert!(
        !texts
            .iter()
            .any(|text| text.contains("peak of each map") || text.contains('%'))
    );
}

#[rstest]
fn cell_scores_are_drawn(
    #[values(0, 1, 40, 41, 1000)] count: usize,
    #[values(0.6, -0.4, NAN)] score: f64,
) {
    check(&cell_scores(count, score));
}

#[rstest]
fn building_blocks_are_drawn(
    #[values(0, 1, 2, 30)] count: usize,
    #[values(1.0, 0.0, NAN)] scale: f64,
) {
    check(&building_blocks(count, scale));
}

#[test]
fn contradicting_lengths_are_refused() {
    let error = learning_curve(&[1.0, 2.0], &[0.5]).scene().unwrap_err();
    assert_eq!(error.to_string(), "train_loss: expected 2 values, found 1");
    let mut figure = filters(1, 15, 1.0);
    figure.channels[0].width = 14;
    assert!(matches!(
        figure.scene(),
        Err(Error::Length {
            expected: 210,
            found: 225,
            ..
        })
    ));
    figure.channels[0].width = 15;
    figure.channels[0].frame_period_ms = 0.0;
    assert!(matches!(figure.scene(), Err(Error::NotPositive { .. })));
}

#[test]
fn the_numbers_are_those_of_the_figure() {
    let csv = |figure: &dyn Figure| String::from_utf8(figure.table().to_csv().unwrap()).unwrap();
    let curve = csv(&learning_curve(&[1.0, 2.0], &[0.5, NAN]));
    let header = "epoch,train_loss,validation_loss,validation_correlation,learning_rate,best";
    assert_eq!(
        curve,
        format!("{header}\n1,0.5,0.5,0.5,0.5,true\n2,,,,,false\n")
    );
    let scores = csv(&cell_scores(1, 0.25));
    assert_eq!(scores, "cell,pearson,ceiling,LN\n0,0.25,0.5,0.125\n");
    let mut late = psth(1, 1, 0.0);
    let psth = csv(&late);
    assert!(psth.starts_with("cell,panel,trace,repeat,time_s,rate_hz\n4,best,recorded,,0.005,0\n"));
    assert!(psth.contains("4,best,spike,1,0.005,\n"));
    late.panels[0].start_s = 0.5;
    assert!(csv(&late).contains("4,best,recorded,,0.505,0\n"));
}

#[test]
fn a_path_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = cell_scores(3, 0.5)
        .save(&file.join("figure"), Format::Svg)
        .unwrap_err();
    assert!(error.to_string().contains("cannot write"), "{error}");
}
