//! Omitted-stimulus response of made-up cells.

use ganglion_experiment::{CellOutcome, ExperimentConfig, Phenomenon};
use rstest::rstest;

use crate::toy::{History, SCREEN, Toy, bump, linear_nonlinear};

fn run(toy: &Toy, preset: &str) -> CellOutcome {
    let name = Phenomenon::OmittedStimulus.name();
    let config = ExperimentConfig::preset(name, Some(preset)).unwrap();
    let outcome = config.prepare(SCREEN).unwrap().run(toy).unwrap();
    outcome.cells[0].clone()
}

/// Ages of the flashes' first frames, the newest first.
fn flashes(seen: &History<'_>) -> Vec<usize> {
    let dark = |age: usize| seen.mean(age) < 0.0;
    (0..SCREEN.history - 1)
        .filter(|&age| dark(age) && !dark(age + 1))
        .collect()
}

/// Fires 4 frames after a flash was due, if it did not come: the clock starts with two flashes.
fn resonator(seen: &History<'_>) -> f64 {
    let [last, before, ..] = flashes(seen)[..] else {
        return 1.0;
    };
    // The newest frame is `last` frames after the last flash began, the rate a bin later.
    let since = last as f64 + 1.0;
    1.0 + bump(since, (before - last) as f64 + 4.0, 30.0)
}

/// Fires 16 frames after the last flash, whatever the period.
fn rebound(seen: &History<'_>) -> f64 {
    let since = flashes(seen)
        .first()
        .map_or(f64::INFINITY, |last| *last as f64 + 1.0);
    1.0 + bump(since, 16.0, 30.0)
}

/// Follows each flash after 5 frames.
fn delay(seen: &History<'_>) -> f64 {
    20.0 * seen.mean(4).abs()
}

#[test]
fn a_resonator_has_slope_1_and_its_own_delay() {
    let found = run(&Toy::one(resonator), "poster-2019");
    assert!(found.present, "{}", found.reason);
    // The bump is symmetric about a whole frame: the parabola finds it to rounding of f32.
    assert!(
        (found.metrics.named("slope") - 1.0).abs() < 1e-4,
        "{}",
        found.reason
    );
    assert!((found.metrics.named("delay_ms") - 40.0).abs() < 1e-2);
    assert_eq!(found.metrics.named("periods"), 10.0);
    assert!((found.metrics.named("omission_hz") - 31.0).abs() < 1e-3);
    assert!((found.metrics.named("single_flash_hz") - 1.0).abs() < 1e-3);
}

#[test]
fn a_rebound_has_slope_0() {
    let found = run(&Toy::one(rebound), "poster-2019");
    assert!(!found.present && found.measurable, "{}", found.reason);
    assert!(
        found.metrics.named("slope").abs() < 1e-3,
        "{}",
        found.reason
    );
}

#[rstest]
fn a_linear_nonlinear_cell_predicts_nothing(
    #[values(1.0, -1.0)] sign: f64,
    #[values("poster-2019", "later-code")] preset: &str,
) {
    let found = run(&Toy::one(linear_nonlinear(sign)), preset);
    assert!(!found.present && found.measurable, "{}", found.reason);
    let slope = found.metrics.named("slope");
    assert!(slope.is_nan() || slope.abs() < 0.3, "{}", found.reason);
}

#[test]
fn a_pure_delay_does_not_answer_what_is_missing() {
    let found = run(&Toy::one(delay), "poster-2019");
    assert!(!found.present && found.measurable, "{}", found.reason);
    assert_eq!(found.metrics.named("periods"), 0.0);
    assert_eq!(found.metrics.named("going_on_hz"), 40.0);
}

#[test]
fn silent_and_capped_cells_are_not_measurable() {
    let found = run(&Toy::one(|_| 3.0), "poster-2019");
    assert!(!found.present && !found.measurable);
    assert!(found.reason.starts_with("not measurable: no train moves"));
    // The bump is above 2 Hz for seven frames.
    let capped = |seen: &History<'_>| 50.0 * f64::from(resonator(seen) > 3.0);
    let found = run(&Toy::one(capped), "poster-2019");
    assert!(
        !found.measurable && found.reason.contains("capped"),
        "{}",
        found.reason
    );
}
