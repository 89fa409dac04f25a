//! Polarity after a shift of the periphery, of cells with and without a switch.

use crate::cells::{History, Toy, biphasic};
use crate::{refused, run_one};

const SHIFTS: &str = "
    phenomenon = \"polarity-reversal\"
    centres = [[0.0, 0.0]]
    radius = 250.0
    shifts = 60
";

/// Drive of the flicker in the middle.
fn centre(seen: &History<'_>) -> f64 {
    (0..15)
        .map(|age| biphasic(age) * f64::from(seen.frame(age)[20]))
        .sum()
}

/// Whether the periphery changed at most 15 frames ago.
fn shifted(seen: &History<'_>) -> bool {
    (0..15).any(|age| (seen.frame(age)[1] - seen.frame(age + 1)[1]).abs() > 0.5)
}

#[test]
fn a_linear_cell_keeps_its_filter() {
    let found = run_one(SHIFTS, &Toy::one(|seen| 40.0 + 10.0 * centre(seen)));
    assert!(found.measurable && !found.present, "{}", found.reason);
    // 590 bins early, 2065 late.
    for name in ["projection", "control_projection"] {
        let value = found.metrics.named(name);
        assert!((value - 1.0).abs() < 0.15, "{name} {value}");
    }
}

#[test]
fn a_cell_that_switches_its_sign_is_reversed() {
    let cell = Toy::one(|seen| {
        let sign = if shifted(seen) { -1.0 } else { 1.0 };
        40.0 + 10.0 * sign * centre(seen)
    });
    let found = run_one(SHIFTS, &cell);
    assert!(found.present, "{}", found.reason);
    assert!((found.metrics.named("projection") + 1.0).abs() < 0.15);
    assert!((found.metrics.named("control_projection") - 1.0).abs() < 0.15);
}

#[test]
fn a_cell_that_does_not_see_the_centre_is_not_measurable() {
    let found = run_one(SHIFTS, &Toy::one(|_| 5.0));
    assert!(!found.measurable, "{}", found.reason);
}

#[test]
fn windows_that_overlap_are_refused() {
    let error = refused("phenomenon = \"polarity-reversal\"\nlate = 100.0");
    assert!(error.contains("does not end before `late`"), "{error}");
}
