//! Linear, LN and subunit cells answer reversing gratings as they must.

use crate::cells::{History, Toy, biphasic};
use crate::{refused, run, run_one};

const GRATINGS: &str = "phenomenon = \"frequency-doubling\"";

/// Drive of one column, over time.
fn column(seen: &History<'_>, column: usize) -> f64 {
    (0..20)
        .map(|age| biphasic(age) * f64::from(seen.frame(age)[column]))
        .sum()
}

/// Drive of a Gaussian receptive field of columns.
fn field(seen: &History<'_>) -> f64 {
    (10..30)
        .map(|at| (-((at as f64 - 19.7) / 3.0).powi(2)).exp() * column(seen, at))
        .sum()
}

/// A pool of rectified columns.
fn subunits(seen: &History<'_>) -> f64 {
    (10..30)
        .map(|at| (-((at as f64 - 19.7) / 3.0).powi(2)).exp() * column(seen, at).max(0.0))
        .sum()
}

#[test]
fn a_linear_cell_has_no_second_harmonic() {
    let found = run_one(GRATINGS, &Toy::one(|seen| 40.0 + 3.0 * field(seen)));
    assert!(found.measurable && !found.present, "{}", found.reason);
    // Odd harmonics only, in 32-bit rates.
    assert!(found.metrics.named("f2_f1") < 1e-3, "{}", found.reason);
}

#[test]
fn a_rectified_cell_with_one_filter_does_not_double() {
    let found = run_one(GRATINGS, &Toy::one(|seen| 10.0 * field(seen).max(0.0)));
    assert!(found.measurable && !found.present, "{}", found.reason);
    // F1 and F2 share their null; with phases 20 degrees apart one lies within 10 of it, where both
    // are sin(10 degrees) / (2 / pi) = 0.27 of their means at most.
    assert!(
        found.metrics.named("null_f2_share") < 0.28,
        "{}",
        found.reason
    );
}

#[test]
fn a_pool_of_rectified_subunits_doubles_at_every_phase() {
    // Subunits are a pixel: bars of a pixel vanish at phases that put their edges inside pixels.
    let wider = format!("{GRATINGS}\nbar_widths = [150.0, 250.0, 400.0]");
    let outcome = run(&wider, &Toy::one(|seen| 10.0 * subunits(seen)));
    let found = &outcome.cells[0];
    assert!(found.present, "{}", found.reason);
    assert!(found.metrics.named("f2_f1") > 3.0, "{}", found.reason);
    let share = found.metrics.named("null_f2_share");
    assert!((share - 1.0).abs() < 0.15, "{share}");
    // Bars as wide as the field leave its halves unbalanced: the ratio falls with width.
    let ratios = &outcome
        .curves
        .iter()
        .find(|c| c.name == "ratio-by-bar-width")
        .unwrap()
        .cells[0];
    assert!(ratios[0] > ratios[2], "{ratios:?}");
}

#[test]
fn an_unresponsive_cell_is_not_measurable() {
    let found = run_one(GRATINGS, &Toy::one(|_| 3.0));
    assert!(!found.measurable && found.metrics.named("f2_f1").is_nan());
}

#[test]
fn nothing_to_show_is_refused() {
    let error = refused("phenomenon = \"frequency-doubling\"\nphases = []");
    assert!(error.contains("phases = [] is empty"), "{error}");
    assert!(refused("phenomenon = \"frequency-doubling\"\nperiods = 0").contains("use 1 or more"));
}
