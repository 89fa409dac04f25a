//! Latency coding of made-up cells.

use ganglion_experiment::{CellOutcome, ExperimentConfig, Outcome, Phenomenon};
use rstest::rstest;

use crate::toy::{History, SCREEN, Toy, bump, linear_nonlinear};

fn outcome(toy: &Toy, preset: &str) -> Outcome {
    let name = Phenomenon::Latency.name();
    let config = ExperimentConfig::preset(name, Some(preset)).unwrap();
    config.prepare(SCREEN).unwrap().run(toy).unwrap()
}

fn run(toy: &Toy, preset: &str) -> CellOutcome {
    outcome(toy, preset).cells[0].clone()
}

/// Frames since the screen last became darker, and by how much.
fn darkening(seen: &History<'_>) -> Option<(f64, f64)> {
    (0..SCREEN.history - 1).find_map(|age| {
        let by = seen.mean(age + 1) - seen.mean(age);
        (by > 1e-3).then_some((age as f64 + 1.0, by))
    })
}

/// Answers darkening `10 - 3 * strength` frames later: 30 ms sooner for each unit of contrast.
fn coder(seen: &History<'_>) -> f64 {
    let response = |(since, by)| bump(since, 10.0 - 3.0 * by, 20.0 * by);
    2.0 + darkening(seen).map_or(0.0, response)
}

#[rstest]
#[case("poster-2019", 0.3, 2.0)]
#[case("later-code", 0.25, 2.0)]
fn a_coder_has_its_fall(#[case] preset: &str, #[case] weakest: f64, #[case] strongest: f64) {
    let found = run(&Toy::one(coder), preset);
    assert!(found.present, "{}", found.reason);
    // Contrasts count from a tenth of the strongest response on, which is that at 0.2: there the
    // sampled peak may be just below. A parabola through three samples of a Gaussian of sd 1.4
    // frames misses its centre by up to 0.2 frames.
    let expected = 30.0 * (strongest - weakest);
    let fall = found.metrics.named("fall_ms");
    assert!((fall - expected).abs() < 7.0, "{fall}, not {expected}");
    assert!(found.metrics.named("rank_correlation") < -0.99);
    assert!((found.metrics.named("strongest_ms") - 40.0).abs() < 0.1);
}

#[rstest]
#[case("poster-2019", -1.0)]
#[case("later-code", -1.0)]
#[case("later-code-flash", -1.0)]
#[case("later-code-flash", 1.0)]
fn a_linear_nonlinear_cell_has_one_latency(#[case] preset: &str, #[case] sign: f64) {
    let found = run(&Toy::one(linear_nonlinear(sign)), preset);
    assert!(!found.present && found.measurable, "{}", found.reason);
    // The peak of the drive stays; only the parabola's reading of it moves with the soft knee.
    assert!(
        found.metrics.named("fall_ms").abs() < 3.0,
        "{}",
        found.reason
    );
    let reason = &found.reason;
    assert!(
        reason.contains("no two latencies differ by a frame"),
        "{reason}"
    );
    assert!(!reason.contains("NaN"), "{reason}");
}

#[test]
fn a_pure_delay_has_its_latency() {
    let found = run(
        &Toy::one(|seen| 10.0 * seen.mean(6).abs()),
        "later-code-flash",
    );
    assert!(!found.present && found.measurable, "{}", found.reason);
    // A flash of two frames, from 70 to 80 ms.
    assert_eq!(found.metrics.named("strongest_ms"), 75.0);
    assert_eq!(found.metrics.named("weakest_ms"), 75.0);
    assert_eq!(found.metrics.named("centre_of_mass_fall_ms"), 0.0);
}

#[test]
fn the_sign_with_the_stronger_response_counts() {
    let on = |seen: &History<'_>| 5.0 * seen.mean(6).max(0.0) + (-seen.mean(9)).max(0.0);
    let outcome = outcome(&Toy::one(on), "original");
    let peaks = &outcome.curves[0];
    let counted = |index: usize| peaks.cells[0][index].is_finite();
    for (index, contrast) in peaks.at.iter().enumerate() {
        assert!(*contrast > 0.0 || !counted(index), "contrast {contrast}");
    }
    assert!(peaks.at.iter().any(|contrast| *contrast > 0.0));
}

#[test]
fn silent_cells_are_not_measurable() {
    let found = run(&Toy::one(|_| 3.0), "poster-2019");
    assert!(!found.present && !found.measurable);
    assert!(found.metrics.named("fall_ms").is_nan());
}
