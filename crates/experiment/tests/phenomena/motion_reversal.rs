//! Reversal response of made-up cells.

use ganglion_experiment::{CellOutcome, ExperimentConfig};

use crate::motion::{bar, darkness};
use crate::toy::{History, SCREEN, Toy, bump};

fn run(rule: impl Fn(&History<'_>) -> f64 + Sync + 'static) -> CellOutcome {
    let config: ExperimentConfig = toml::from_str("phenomenon = \"motion-reversal\"").unwrap();
    let outcome = config
        .prepare(SCREEN)
        .unwrap()
        .run(&Toy::one(rule))
        .unwrap();
    outcome.cells[0].clone()
}

/// Frames since the bar last turned round, and where it was.
fn turn(seen: &History<'_>) -> Option<(f64, f64)> {
    let at: Vec<f64> = (0..SCREEN.history - 1)
        .map_while(|age| bar(seen, age))
        .collect();
    at.windows(3)
        .position(|three| (three[0] - three[1]) * (three[1] - three[2]) < 0.0)
        .map(|age| (age as f64 + 2.0, at[age + 1]))
}

/// Fires 15 frames after the bar turns within 200 um of its place, and a little as it passes.
fn reversal(seen: &History<'_>) -> f64 {
    let burst = turn(seen).map_or(0.0, |(since, at)| {
        bump(since, 15.0, 40.0) * f64::from((at - 40.0).abs() < 200.0)
    });
    1.0 + burst + 10.0 * darkness(seen, 3, 40.0)
}

#[test]
fn a_reversal_cell_bursts_at_its_delay() {
    let found = run(reversal);
    assert!(found.present, "{}", found.reason);
    // The turn is read off the middle of the bar on the pixels; it is found to a frame.
    assert!(
        (found.metrics.named("latency_ms") - 150.0).abs() < 10.0,
        "{}",
        found.reason
    );
    assert!(
        found.metrics.named("latency_sd_ms") < 5.0,
        "{}",
        found.reason
    );
    assert!((found.metrics.named("centre_um") - 40.0).abs() < 5.0);
    // 150 um of reach around 40 um, every 50 um, in two directions: -100 to 150 um.
    assert_eq!(found.metrics.named("reversals"), 12.0);
}

#[test]
fn a_pure_delay_answers_when_the_bar_comes_back() {
    let found = run(|seen| 1.0 + 40.0 * darkness(seen, 4, 40.0));
    assert!(!found.present && found.measurable, "{}", found.reason);
    let metric = |name: &str| found.metrics.named(name);
    // It answers the returning bar as the first time; close to the centre the passages merge.
    assert!(
        metric("reversals") < 4.0 || metric("return_share") > 0.4,
        "{}",
        found.reason
    );
    assert!(
        (metric("burst_ratio") - 1.0).abs() < 0.05,
        "{}",
        found.reason
    );
}

#[test]
fn cells_without_reversals_near_are_not_measurable() {
    let found = run(|_| 5.0);
    assert!(
        !found.measurable && found.reason.contains("raise the rate by"),
        "{}",
        found.reason
    );
    let found = run(|seen| 1.0 + 40.0 * darkness(seen, 4, 850.0));
    assert!(
        !found.measurable && found.reason.contains("are within 150 um"),
        "{}",
        found.reason
    );
}

#[test]
fn what_cannot_be_shown_is_refused_with_what_works() {
    let refused = |text: &str| {
        let text = format!("phenomenon = \"motion-reversal\"\n{text}");
        let config: ExperimentConfig = toml::from_str(&text).unwrap();
        config.prepare(SCREEN).map(|_| ()).unwrap_err().to_string()
    };
    let text = refused("positions = [0, 1500]");
    assert!(
        text.contains("outside the screen; use -1000 to 1000 um"),
        "{text}"
    );
    let text = refused("approach = 0");
    assert!(
        text.contains("use more than 0 and at most 2160 um"),
        "{text}"
    );
    let text = refused("width = 2500");
    assert!(text.contains("not narrower than the screen"), "{text}");
}
