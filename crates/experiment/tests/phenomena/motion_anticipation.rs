//! Motion anticipation of made-up cells.

use ganglion_experiment::{CellOutcome, ExperimentConfig};
use rstest::rstest;

use crate::motion::{bar, darkness};
use crate::toy::{History, SCREEN, Toy, bump};

/// The reference speed only: toys are slow.
fn config(direction: &str) -> ExperimentConfig {
    let text = format!(
        "phenomenon = \"motion-anticipation\"\nspeeds = [440, 880]\nwidths = []\n\
         direction = {direction}"
    );
    toml::from_str(&text).unwrap()
}

fn run(rule: impl Fn(&History<'_>) -> f64 + Sync + 'static) -> (CellOutcome, Vec<f64>) {
    let outcome = config("\"right\"")
        .prepare(SCREEN)
        .unwrap()
        .run(&Toy::one(rule))
        .unwrap();
    let by_speed = outcome
        .curves
        .iter()
        .find(|curve| curve.name == "lead-by-speed");
    (outcome.cells[0].clone(), by_speed.unwrap().cells[0].clone())
}

/// Speed of the bar over the last frame, in um a frame.
fn velocity(seen: &History<'_>) -> f64 {
    match (bar(seen, 0), bar(seen, 1)) {
        (Some(now), Some(before)) => now - before,
        _ => 0.0,
    }
}

#[rstest]
#[case(120.0)]
#[case(-230.0)]
fn a_pure_delay_lags_by_speed_times_delay(#[case] centre: f64) {
    // The newest frame is a frame old when it is answered: 7 frames, 70 ms, 30.8 um at 440 um/s.
    let (found, by_speed) = run(move |seen| 1.0 + 40.0 * darkness(seen, 6, centre));
    assert!(!found.present && found.measurable, "{}", found.reason);
    let lead = |name: &str| found.metrics.named(name);
    // The crest is read to a fraction of the 4.4 um that the bar moves in a frame.
    assert!((lead("lead_um") + 30.8).abs() < 1.0, "{}", found.reason);
    assert!((by_speed[1] + 61.6).abs() < 2.0, "{by_speed:?}");
    // Flashes are 50 um apart; half of the profile of a bar of 160 um has five of them.
    assert!(
        (lead("centre_um") - centre).abs() < 5.0,
        "{}",
        lead("centre_um")
    );
    assert!((lead("lead_forth_um") - lead("lead_back_um")).abs() < 10.0);
}

#[test]
fn a_cell_that_fires_early_leads_by_what_it_is_made_to() {
    // Fires when the bar is 80 um before it in whatever direction it moves, and where it is flashed.
    let early = |seen: &History<'_>| {
        let speed = velocity(seen);
        let flashed = 20.0 * darkness(seen, 3, 30.0) * f64::from(speed == 0.0);
        let moving = bar(seen, 0).map_or(0.0, |at| {
            bump((at + 80.0 * speed.signum() - 30.0) / 20.0, 0.0, 30.0) * f64::from(speed != 0.0)
        });
        1.0 + flashed + moving
    };
    let (found, _) = run(early);
    assert!(found.present, "{}", found.reason);
    // A frame of delay, 4.4 um, is taken off; the middle of a bar is read off pixels.
    let lead = found.metrics.named("lead_um");
    assert!((lead - 75.6).abs() < 5.0, "{}", found.reason);
}

#[test]
fn a_lead_in_one_direction_alone_is_none() {
    let early = |seen: &History<'_>| {
        let ahead = bar(seen, 0).map_or(0.0, |at| bump((at + 80.0) / 20.0, 0.0, 30.0));
        1.0 + 0.01 * darkness(seen, 3, 0.0) + ahead
    };
    // Fires at one place, 80 um to the left, whatever the direction: that is its receptive field.
    let (found, _) = run(early);
    assert!(!found.present && found.measurable, "{}", found.reason);
    assert!(found.metrics.named("lead_um") < 0.0);
}

#[test]
fn cells_that_the_bar_misses_are_not_measurable() {
    let (found, _) = run(|_| 5.0);
    assert!(
        !found.measurable && found.reason.contains("raises the rate by"),
        "{}",
        found.reason
    );
    let (found, _) = run(|seen| 1.0 + 40.0 * darkness(seen, 6, -990.0));
    assert!(
        !found.measurable && found.reason.contains("edge of the screen"),
        "{}",
        found.reason
    );
}

#[test]
fn what_cannot_be_shown_is_refused_with_what_works() {
    let refused = |text: &str| {
        let text = format!("phenomenon = \"motion-anticipation\"\n{text}");
        let config: ExperimentConfig = toml::from_str(&text).unwrap();
        config.prepare(SCREEN).map(|_| ()).unwrap_err().to_string()
    };
    let text = refused("width = 2500");
    assert!(
        text.contains("not narrower than the screen, 2000 um"),
        "{text}"
    );
    let text = refused("speed = 1");
    assert!(
        text.contains("takes 2160 s to cross 2160 um; use 12 um/s or more"),
        "{text}"
    );
    let text = refused("flashed_positions = 2");
    assert!(text.contains("use 5 or more"), "{text}");
}
