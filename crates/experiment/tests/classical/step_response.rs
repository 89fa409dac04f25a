//! ON, OFF and ON-OFF cells answer steps as they must.

use rstest::rstest;

use crate::cells::{History, SCREEN, Toy, biphasic};
use crate::{refused, run_one};

const STEPS: &str = "phenomenon = \"step-response\"";

/// Drive of a filter that sums to 0: only changes count.
fn transient(seen: &History<'_>) -> f64 {
    let sum: f64 = (0..SCREEN.history).map(biphasic).sum();
    let weight = |age: usize| biphasic(age) - sum / SCREEN.history as f64;
    (0..SCREEN.history)
        .map(|age| weight(age) * seen.mean(age))
        .sum()
}

#[rstest]
#[case::on(Toy::one(|seen| 30.0 * transient(seen).max(0.0)), 1.0)]
#[case::off(Toy::one(|seen| 30.0 * (-transient(seen)).max(0.0)), -1.0)]
#[case::both(Toy::one(|seen| 30.0 * transient(seen).abs()), 0.0)]
fn the_index_tells_on_from_off(#[case] cell: Toy, #[case] index: f64) {
    let found = run_one(STEPS, &cell);
    assert!(found.present, "{}", found.reason);
    // The filter has a second lobe, whose rebound is smaller than the first but not 0: it comes
    // after the response to the other step's first lobe, within the window.
    let rebound = found
        .metrics
        .named("bright_hz")
        .min(found.metrics.named("dark_hz"));
    if index != 0.0 {
        assert!((found.metrics.named("on_off_index") - index).abs() < 1.0);
        assert_eq!(found.metrics.named("on_off_index").signum(), index);
        assert!(
            rebound
                < found
                    .metrics
                    .named("bright_hz")
                    .max(found.metrics.named("dark_hz"))
        );
    } else {
        assert!(found.metrics.named("on_off_index").abs() < 1e-6);
    }
    assert!(found.metrics.named("sustained_index").abs() < 1e-3);
}

#[test]
fn a_cell_that_copies_the_stimulus_is_sustained_and_silent_otherwise() {
    let cell = Toy::one(|seen| 2.0 + 10.0 * seen.mean(4).max(0.0));
    let found = run_one(STEPS, &cell);
    assert_eq!(found.metrics.named("on_off_index"), 1.0);
    assert_eq!(found.metrics.named("bright_hz"), 10.0);
    assert_eq!(found.metrics.named("dark_hz"), 0.0);
    assert_eq!(found.metrics.named("sustained_index"), 1.0);
    assert_eq!(found.metrics.named("offset_hz"), 10.0);
    assert_eq!(found.metrics.named("rest_hz"), 2.0);
}

#[test]
fn a_silent_cell_does_not_respond() {
    let found = run_one(STEPS, &Toy::one(|_| 3.0));
    assert!(!found.present && found.metrics.named("on_off_index").is_nan());
}

#[test]
fn steps_of_one_sign_are_refused() {
    let error = refused("phenomenon = \"step-response\"\ncontrasts = [-1.0, -0.5]");
    assert!(error.contains("not on both sides of 0"), "{error}");
}
