//! Each class of the preset family shows what was planted in it, and the controls show nothing.

mod anticipation;
mod fixture;
mod latency;
mod omission;
mod reversal;

use ganglion_simulation::PlantedPhenomenon;
use rstest::rstest;

use fixture::{Specimen, specimen};

/// Seeds that no number of the family was chosen with.
#[rstest]
fn what_was_planted_is_there(#[values(101, 202, 303)] seed: u64) {
    let specimen = specimen(seed);
    let delay = |class| omission::slope(&specimen, class);
    let (slope, error) = delay("omitted-stimulus").expect("responds to omissions");
    assert!(
        (0.7..1.3).contains(&slope) && error < 0.2,
        "{slope} +- {error}"
    );
    let (fall, rank) = latency::fall(&specimen, "latency").expect("responds to steps");
    assert!(
        fall > 30.0 && rank < -0.9,
        "{fall} ms, rank correlation {rank}"
    );
    for lead in anticipation::leads(&specimen, "motion-anticipation") {
        assert!(lead > 20.0, "{lead} um");
    }
    let bursts = reversal::bursts(&specimen, "motion-reversal");
    assert!(
        bursts.positions >= 5 && bursts.deviation < 30.0,
        "{bursts:?}"
    );
}

#[rstest]
fn the_controls_show_nothing(
    #[values(101, 202, 303)] seed: u64,
    #[values("plain-on", "plain-off")] class: &str,
) {
    let specimen = specimen(seed);
    if let Some((slope, _)) = omission::slope(&specimen, class) {
        assert!(!(0.5..1.5).contains(&slope), "{slope}");
    }
    if let Some((fall, _)) = latency::fall(&specimen, class) {
        assert!(fall < 5.0, "{fall} ms");
    }
    for lead in anticipation::leads(&specimen, class) {
        assert!(lead < 0.0, "{lead} um");
    }
    let bursts = reversal::bursts(&specimen, class);
    assert!(
        bursts.positions < 3 || bursts.deviation > 30.0,
        "{bursts:?}"
    );
}

#[test]
fn every_phenomenon_is_planted_once_and_two_classes_are_controls() {
    let Specimen { retina, .. } = specimen(1);
    let classes = &retina.circuit().classes;
    for phenomenon in [
        PlantedPhenomenon::OmittedStimulus,
        PlantedPhenomenon::Latency,
        PlantedPhenomenon::MotionAnticipation,
        PlantedPhenomenon::MotionReversal,
    ] {
        assert_eq!(
            classes
                .iter()
                .filter(|class| class.shows(phenomenon))
                .count(),
            1
        );
    }
    assert_eq!(
        classes
            .iter()
            .filter(|class| class.planted.is_empty())
            .count(),
        2
    );
}

/// The numbers of docs/results.md. Takes a minute:
/// `cargo test -p ganglion-simulation --test phenomena -- --ignored --no-capture`.
#[test]
#[ignore = "prints numbers for the docs"]
fn numbers_over_twenty_four_seeds() {
    let mut tables: Vec<(&str, Vec<[f64; 8]>)> = Vec::new();
    for class in [
        "omitted-stimulus",
        "latency",
        "motion-anticipation",
        "motion-reversal",
        "plain-on",
        "plain-off",
    ] {
        let rows = (1..=24)
            .map(|seed| numbers(&specimen(seed), class))
            .collect();
        tables.push((class, rows));
    }
    println!("class: median (least to most) over 24 seeds, of those that can be measured");
    for (class, rows) in tables {
        println!("{class}");
        for (index, name) in NUMBERS.iter().enumerate() {
            let mut column: Vec<f64> = rows
                .iter()
                .map(|row| row[index])
                .filter(|v| v.is_finite())
                .collect();
            column.sort_by(f64::total_cmp);
            if let [least, .., most] = column.as_slice() {
                let median = column[column.len() / 2];
                println!(
                    "  {name}: {median:.2} ({least:.2} to {most:.2}), n = {}",
                    column.len()
                );
            }
        }
    }
}

const NUMBERS: [&str; 8] = [
    "omission slope",
    "its standard error",
    "latency fall in ms",
    "its rank correlation",
    "lead in um",
    "reversals followed by a burst, of 7",
    "time of the burst in ms",
    "its standard deviation in ms",
];

fn numbers(specimen: &Specimen, class: &str) -> [f64; 8] {
    let (slope, error) = omission::slope(specimen, class).unwrap_or((f64::NAN, f64::NAN));
    let (fall, rank) = latency::fall(specimen, class).unwrap_or((f64::NAN, f64::NAN));
    let leads = anticipation::leads(specimen, class);
    let bursts = reversal::bursts(specimen, class);
    let lead = 0.5 * (leads[0] + leads[1]);
    [
        slope,
        error,
        fall,
        rank,
        lead,
        bursts.positions as f64,
        bursts.latency,
        bursts.deviation,
    ]
}
