//! The numbers of `docs/results.md`.

use ganglion_experiment::{CellOutcome, ExperimentConfig, Metric, Phenomenon, Protocol};

use crate::{outcomes, retina};

const SEEDS: u64 = 24;

/// Takes some minutes:
/// `cargo test -p ganglion-simulation --test phenomena -- --ignored --no-capture`.
#[test]
#[ignore = "prints numbers for the docs"]
fn over_twenty_four_seeds() {
    println!("median (least to most) over seeds 1 to {SEEDS}, one cell of each class a seed");
    for phenomenon in Phenomenon::ALL {
        let seeds = (1..=SEEDS).map(|seed| outcomes(&retina(seed), phenomenon));
        let seeds: Vec<_> = seeds.collect();
        for (index, (class, _)) in seeds[0].iter().enumerate() {
            let cells: Vec<&CellOutcome> = seeds.iter().map(|seed| &seed[index].1).collect();
            let present = cells.iter().filter(|cell| cell.present).count();
            println!("{phenomenon}, {class}: present in {present} of {SEEDS}");
            for &metric in ExperimentConfig::from(phenomenon).metrics() {
                println!("    {}: {}", metric.key, spread(&cells, metric));
            }
        }
    }
}

fn spread(cells: &[&CellOutcome], metric: Metric) -> String {
    let values = cells.iter().map(|cell| cell.metrics.get(metric));
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    match values.as_slice() {
        [] => "not measurable".to_owned(),
        [least, ..] => format!(
            "{:.2} ({least:.2} to {:.2}), n = {}",
            values[values.len() / 2],
            values[values.len() - 1],
            values.len()
        ),
    }
}
