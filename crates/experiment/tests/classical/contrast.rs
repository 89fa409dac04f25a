//! LN cells do not adapt; cells that divide by the contrast they saw do.

use crate::cells::{History, SCREEN, Toy, biphasic};
use crate::{refused, run_one};

const CHANGE: &str = "phenomenon = \"contrast-adaptation\"\npreset = \"fast\"\nrepeats = 40";
const GAIN: &str = "phenomenon = \"contrast-gain\"\nduration = 30000.0";

fn drive(seen: &History<'_>) -> f64 {
    (0..12).map(|age| biphasic(age) * seen.mean(age)).sum()
}

/// Root mean square of the frames seen.
fn contrast(seen: &History<'_>) -> f64 {
    let squares: f64 = (0..SCREEN.history).map(|age| seen.mean(age).powi(2)).sum();
    (squares / SCREEN.history as f64).sqrt()
}

fn linear_nonlinear(threshold: f64) -> Toy {
    Toy::one(move |seen| 30.0 * (drive(seen) - threshold).max(0.0))
}

/// Rate by the drive in units of the contrast of the last 300 ms.
fn normalising() -> Toy {
    Toy::one(|seen| 30.0 * (drive(seen) / (contrast(seen) + 1e-9)).max(0.0))
}

#[test]
fn an_ln_cell_does_not_adapt_to_a_change() {
    let found = run_one(CHANGE, &linear_nonlinear(0.0));
    assert!(found.measurable && !found.present, "{}", found.reason);
    let index = found.metrics.named("adaptation_index");
    // Frames from before the rise make it a little negative.
    assert!((-0.2..=0.01).contains(&index), "{index}");
}

#[test]
fn a_cell_that_divides_by_past_contrast_adapts() {
    let found = run_one(CHANGE, &normalising());
    assert!(found.present, "{}", found.reason);
    let rates =
        ["early_high_hz", "late_high_hz", "control_hz"].map(|name| found.metrics.named(name));
    assert!(rates[0] > 1.2 * rates[1], "{rates:?}");
    assert!((rates[1] / rates[2] - 1.0).abs() < 0.15, "{rates:?}");
    assert!(found.metrics.named("recovery_index") > 0.05);
}

#[test]
fn an_ln_cell_has_one_gain_wherever_its_threshold_is() {
    for threshold in [-0.2, 0.0, 0.2] {
        let found = run_one(GAIN, &linear_nonlinear(threshold));
        assert!(found.measurable && !found.present, "{}", found.reason);
        let ratio = found.metrics.named("gain_ratio");
        assert!((ratio - 1.0).abs() < 0.1, "threshold {threshold}: {ratio}");
        assert!(found.metrics.named("peak_lag_change_ms").abs() < 1.0);
    }
}

#[test]
fn a_normalising_cell_has_gain_inverse_to_contrast() {
    let found = run_one(GAIN, &normalising());
    assert!(found.present, "{}", found.reason);
    // Contrasts 0.5 and 2.
    let ratio = found.metrics.named("gain_ratio");
    assert!((ratio - 0.25).abs() < 0.02, "{ratio}");
}

#[test]
fn a_filter_that_speeds_up_is_seen_to() {
    let cell = Toy::one(|seen| {
        let shift = if contrast(seen) > 1.0 { 0 } else { 2 };
        let drive: f64 = (0..12)
            .map(|age| biphasic(age) * seen.mean(age + shift))
            .sum();
        30.0 * drive.max(0.0)
    });
    let found = run_one(GAIN, &cell);
    let change = found.metrics.named("peak_lag_change_ms");
    // Two frames of 10 ms.
    assert!((change + 20.0).abs() < 1.0, "{change}");
}

#[test]
fn contrasts_that_make_no_sense_are_refused() {
    let falling = refused("phenomenon = \"contrast-gain\"\ncontrasts = [2.0, 0.5]");
    assert!(falling.contains("rising contrasts above 0"), "{falling}");
    let same = refused("phenomenon = \"contrast-adaptation\"\nhigh = 0.1");
    assert!(same.contains("is not above `low`"), "{same}");
}
