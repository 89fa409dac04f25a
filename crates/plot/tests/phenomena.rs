//! The figures of experiments, attributions and circuits, from sensible and from awkward data.

#[path = "../examples/gallery/cells.rs"]
mod cells;
mod checks;
#[path = "../examples/gallery/circuits.rs"]
mod circuits;
#[path = "../examples/gallery/noise.rs"]
mod noise;
#[path = "../examples/gallery/phenomena.rs"]
mod phenomena;

use checks::check;
use ganglion_plot::{Figure, FilterFigure};
use rstest::rstest;

const NAN: f64 = f64::NAN;

#[rstest]
fn omitted_stimuli_are_drawn(
    #[values(0, 1, 6, 12)] periods: usize,
    #[values(1.0, 0.0, NAN, 1e4)] scale: f64,
) {
    check(&phenomena::omitted_stimulus(periods, scale));
}

#[rstest]
fn latencies_are_drawn(
    #[values(0, 1, 8, 40)] contrasts: usize,
    #[values(1.0, 0.0, NAN, 1e4)] scale: f64,
) {
    check(&phenomena::latency(contrasts, scale));
}

#[rstest]
fn anticipation_is_drawn(
    #[values(0, 1, 5, 9)] speeds: usize,
    #[values(1.0, 0.0, -1.0, NAN)] scale: f64,
) {
    check(&phenomena::anticipation(speeds, scale));
}

#[rstest]
fn reversals_are_drawn(
    #[values(0, 1, 12, 24)] positions: usize,
    #[values(1.0, 0.0, NAN)] scale: f64,
) {
    check(&phenomena::reversal(positions, scale));
}

#[rstest]
fn traces_are_drawn(
    #[values(0, 1, 6)] cells: usize,
    #[values(0, 1, 9)] conditions: usize,
    #[values(1.0, NAN, 1e4)] scale: f64,
) {
    check(&cells::traces(cells, conditions, scale));
}

#[rstest]
fn receptive_fields_are_drawn(#[values(0, 1, 3)] count: usize, #[values(1.0, 0.0)] scale: f32) {
    check(&cells::receptive_fields(count, scale));
}

#[rstest]
fn attributions_are_drawn(
    #[values(0, 1, 8, 16)] channels: usize,
    #[values(1.0, 0.0, NAN, 1e4)] scale: f64,
) {
    check(&circuits::attribution(channels, scale));
}

#[rstest]
fn matrices_are_drawn(#[values(0, 1, 8, 16)] channels: usize, #[values(1.0, 0.0, NAN)] scale: f64) {
    check(&circuits::matrix(channels, scale));
}

#[rstest]
fn attribution_sweeps_are_drawn(
    #[values(0, 1, 8, 16)] channels: usize,
    #[values(0, 1, 6)] courses: usize,
    #[values(1.0, 0.0, NAN)] scale: f64,
) {
    check(&circuits::sweep(channels, courses, scale));
}

#[test]
fn the_numbers_of_a_sweep_are_means_then_courses() {
    let sweep = circuits::sweep(2, 2, 1.0);
    let table = sweep.table();
    let header = table.header();
    assert_eq!(header[3], "channel 1 OFF kept (Hz)");
    assert_eq!(header[4], "channel 2 ON (Hz)");
    let bins: usize = sweep.courses.iter().map(|one| one.time_s.len()).sum();
    assert_eq!(table.rows().len(), sweep.conditions.len() + bins);
    // The second condition has no course, the third is course b.
    assert_eq!(table.rows()[1][0], "");
    assert_eq!(table.rows()[2][0], "b");
    let first = &table.rows()[sweep.conditions.len()];
    assert_eq!(first[..2], ["a".to_owned(), sweep.conditions[0].clone()]);
    assert_eq!(first[3], sweep.courses[0].attribution_hz[0].to_string());
    let mut short = sweep;
    short.courses[1].attribution_hz.pop();
    assert!(short.scene().is_err());
}

#[rstest]
fn attribution_maps_are_drawn(
    #[values(0, 1, 3, 8)] count: usize,
    #[values(true, false)] square: bool,
    #[values(1.0, 0.0, NAN)] scale: f64,
) {
    check(&circuits::maps(count, square, scale));
}

#[rstest]
fn circuits_are_drawn(#[values(0, 1, 2, 4, 8)] inputs: usize, #[values(1.0, 0.0)] scale: f64) {
    check(&circuits::circuit(inputs, scale));
}

#[test]
fn responses_of_another_length_are_refused() {
    let mut omitted = phenomena::omitted_stimulus(6, 1.0);
    omitted.responses_hz[2].pop();
    assert!(omitted.scene().is_err());
    let mut latency = phenomena::latency(8, 1.0);
    latency.first_peak_ms.values.pop();
    assert!(latency.scene().is_err());
    let mut traces = cells::traces(3, 2, 1.0);
    traces.stimuli[0].1.pop();
    assert!(traces.scene().is_err());
}

#[test]
fn filters_of_the_gallery_are_drawn() {
    let channels = (0..8).map(cells::filter).collect();
    check(&FilterFigure {
        channels,
        microns_per_pixel: None,
    });
}
