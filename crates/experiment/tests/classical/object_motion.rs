//! Object-motion sensitivity of cells without and with a surround that suppresses.

use crate::cells::{History, Toy};
use crate::{refused, run_one};

const OBJECTS: &str = "
    phenomenon = \"object-motion\"
    centres = [[-500.0, 0.0], [0.0, 0.0], [500.0, 0.0]]
    radius = 250.0
    duration = 6000.0
";

/// How much the columns of a range changed, one to three frames ago.
fn change(seen: &History<'_>, columns: std::ops::Range<usize>) -> f64 {
    let count = columns.len() as f64;
    let changed = |column: usize| {
        let now_and_then = [0, 3].map(|age| f64::from(seen.frame(age)[column]));
        (now_and_then[0] - now_and_then[1]).abs()
    };
    columns.map(changed).sum::<f64>() / count
}

/// Columns 17 to 22 of 40 lie within 250 um of the centre.
fn centre(seen: &History<'_>) -> f64 {
    change(seen, 17..23)
}

fn surround(seen: &History<'_>) -> f64 {
    0.5 * (change(seen, 0..12) + change(seen, 28..40))
}

#[test]
fn a_cell_without_surround_answers_both_alike() {
    let found = run_one(OBJECTS, &Toy::one(|seen| 20.0 * centre(seen)));
    assert!(found.measurable && !found.present, "{}", found.reason);
    // The object's own pixels are the same in both.
    assert!(found.metrics.named("oms_index").abs() < 1e-6);
    assert_eq!(found.metrics.named("centre_x_um"), 0.0);
}

#[test]
fn a_suppressive_surround_makes_a_cell_sensitive_to_objects() {
    let cell = Toy::one(|seen| 20.0 * (centre(seen) - 1.5 * surround(seen)).max(0.0));
    let found = run_one(OBJECTS, &cell);
    assert!(found.present, "{}", found.reason);
    let rates = ["differential_hz", "global_hz"].map(|name| found.metrics.named(name));
    assert!(rates[0] > 3.0 * rates[1], "{rates:?}");
}

#[test]
fn a_background_that_only_excites_makes_no_cell_sensitive_to_objects() {
    // The background adds to the rate where it moves on a path of its own.
    let cell =
        Toy::one(|seen| 20.0 * centre(seen) + 60.0 * (surround(seen) - centre(seen)).max(0.0));
    let found = run_one(OBJECTS, &cell);
    assert!(found.measurable && !found.present, "{}", found.reason);
    let rate = |name| found.metrics.named(name);
    assert!(rate("oms_index") > 0.2, "{}", found.reason);
    assert!(
        rate("global_hz") >= rate("object_alone_hz"),
        "{}",
        found.reason
    );
}

#[test]
fn a_cell_that_no_object_reaches_is_not_measurable() {
    let found = run_one(OBJECTS, &Toy::one(|_| 1.0));
    assert!(!found.measurable, "{}", found.reason);
}

#[test]
fn no_walk_and_no_time_are_refused() {
    assert!(refused("phenomenon = \"object-motion\"\nwalks = 1").contains("use 2 or more"));
    let never = refused("phenomenon = \"object-motion\"\nsettle = 3000.0");
    assert!(never.contains("leaves nothing to measure"), "{never}");
}
