//! What is refused, and how an experiment is shown.

use ganglion_experiment::{ExperimentConfig, Phenomenon, Protocol, Rates, Role};
use ganglion_recording::CellIndex;
use rstest::rstest;

use crate::toy::{History, Rule, SCREEN, Toy};

#[rstest]
fn every_preset_can_be_shown_and_has_tests_and_distinct_labels() {
    for name in ExperimentConfig::NAMES {
        for preset in ExperimentConfig::presets(name).unwrap() {
            let config = ExperimentConfig::preset(name, Some(preset)).unwrap();
            let prepared = config.prepare(SCREEN).unwrap();
            let conditions = prepared.conditions();
            assert!(
                conditions.iter().any(|one| one.role == Role::Test),
                "{name} {preset}"
            );
            let mut labels: Vec<_> = conditions.iter().map(|one| &one.label).collect();
            labels.sort();
            labels.dedup();
            assert_eq!(labels.len(), conditions.len(), "{name} {preset}");
        }
    }
}

#[rstest]
fn every_experiment_measures_the_metrics_that_it_declares_and_one_stands_for_it() {
    let toy = Toy::one(|seen| seen.mean(4).abs());
    for name in ExperimentConfig::NAMES {
        let config = ExperimentConfig::preset(name, None).unwrap();
        let declared = config.metrics();
        let primary = declared.iter().filter(|metric| metric.primary);
        assert_eq!(primary.count(), 1, "{name}");
        let outcome = config.prepare(SCREEN).unwrap().run(&toy).unwrap();
        let measured: Vec<&str> = (outcome.cells[0].metrics.iter())
            .map(|(key, _)| key)
            .collect();
        let declared: Vec<&str> = declared.iter().map(|metric| metric.key).collect();
        assert_eq!(measured, declared, "{name}");
    }
}

/// What circuits are compared by is the number that is told, whether or not the experiment gives its error.
#[test]
fn the_headline_of_every_experiment_is_its_primary_metric() {
    // The second cell is silent: nothing can be measured on it.
    let toy = Toy::new([
        Box::new(|seen: &History<'_>| seen.mean(4).abs()) as Rule,
        Box::new(|_: &History<'_>| 0.0) as Rule,
    ]);
    for name in ExperimentConfig::NAMES {
        let config = ExperimentConfig::preset(name, None).unwrap();
        let outcome = config.prepare(SCREEN).unwrap().run(&toy).unwrap();
        for cell in &outcome.cells {
            let (headline, metric) = (cell.headline.value, cell.metrics.get(config.primary()));
            let same = headline == metric || (headline.is_nan() && metric.is_nan());
            let none = !cell.measurable && headline.is_nan();
            assert!(same || none, "{name}: {headline}, not {metric}");
        }
    }
}

#[test]
fn showing_in_batches_and_measuring_apart_is_running() {
    let toy = Toy::one(|seen| seen.mean(4).abs());
    let prepared = ExperimentConfig::from(Phenomenon::OmittedStimulus)
        .prepare(SCREEN)
        .unwrap();
    let mut frames = 0;
    let rates = prepared.responses(&toy, |more| frames += more).unwrap();
    assert_eq!(frames, prepared.frames());
    let apart = prepared.measure(&rates, &[CellIndex(0)]).unwrap();
    let together = prepared.run(&toy).unwrap();
    let json = |outcome| serde_json::to_string(outcome).unwrap();
    assert_eq!(json(&apart), json(&together));
}

#[test]
fn rates_that_are_no_answer_are_refused() {
    let prepared = ExperimentConfig::from(Phenomenon::Latency)
        .prepare(SCREEN)
        .unwrap();
    let answers = |value: f32, cells: usize, short: usize| -> Vec<Rates> {
        let answer = |condition: &ganglion_experiment::Condition| {
            let bins = condition.stimulus.frames() + 1 - SCREEN.history - short;
            Rates::new(SCREEN.history, bins, vec![value; bins * cells])
        };
        prepared.conditions().iter().map(answer).collect()
    };
    let refused = |rates: &[Rates]| {
        let error = prepared.measure(rates, &[CellIndex(0)]).unwrap_err();
        error.to_string()
    };
    assert!(
        prepared
            .measure(&answers(1.0, 1, 0), &[CellIndex(0)])
            .is_ok()
    );
    assert!(refused(&answers(1.0, 1, 0)[1..]).contains("20 answers to 21 stimuli"));
    assert!(refused(&answers(1.0, 2, 0)).contains("2 cells answer, not 1"));
    assert!(refused(&answers(f32::NAN, 1, 0)).contains("no number"));
    assert!(refused(&answers(1.0, 1, 20)).contains("which the measures need"));
}

#[test]
fn too_few_periods_or_contrasts_are_refused_with_what_works() {
    let refused = |text: &str| {
        let config: ExperimentConfig = toml::from_str(text).unwrap();
        config.prepare(SCREEN).map(|_| ()).unwrap_err().to_string()
    };
    let text = refused("phenomenon = \"omitted-stimulus\"\nperiods = [50, 60]");
    assert!(text.contains("give 4 or more"), "{text}");
    let text = refused("phenomenon = \"latency\"\ncontrasts = [0, -1, -2, -1]");
    assert!(text.contains("give 5 or more"), "{text}");
    let text = refused("phenomenon = \"omitted-stimulus\"\nperiods = [10, 60, 70, 80]");
    assert!(
        text.contains("leaves no gap between flashes of 20 ms; use 30 ms"),
        "{text}"
    );
}
