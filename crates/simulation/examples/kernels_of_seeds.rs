//! How alike kernels of one name are between retinas of random topology, and what their cells' rates are:
//!
//! ```sh
//! cargo run --release -p ganglion-simulation --example kernels_of_seeds -- 100
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use ganglion_experiment::Screen;
use ganglion_numerics::correlation;
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{Family, Retina};

const SCREEN: Screen = Screen {
    height: 20,
    width: 20,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

fn main() -> Result<(), Box<dyn Error>> {
    let seeds = match std::env::args().nth(1) {
        Some(count) => count.parse()?,
        None => 20,
    };
    let family = Family::preset("random-topology")?;
    let mut refused = 0;
    let mut retinas = Vec::new();
    for seed in 1..=seeds {
        match family.draw(seed, SCREEN, 0.35) {
            Ok(retina) => retinas.push(retina),
            Err(error) => {
                eprintln!("seed {seed}: {error}");
                refused += 1;
            }
        }
    }
    println!("{seeds} seeds, {refused} refused");
    let by_name = kernels_by_name(&retinas);
    let mut all = Vec::new();
    for (name, kernels) in &by_name {
        let correlations = pairs(kernels);
        let (below, above) = outside(&correlations);
        println!("{name:16} {below:.3} below 0.5, {above:.3} above 0.95");
        all.extend(correlations);
    }
    let (below, above) = outside(&all);
    println!("all: {below:.3} below 0.5, {above:.3} above 0.95");
    print_quantiles("correlations", all);
    print_quantiles("energy beyond the history", beyond(&retinas)?);
    print_quantiles("mean rates, Hz", mean_rates(&retinas)?);
    Ok(())
}

fn kernels_by_name(retinas: &[Retina]) -> BTreeMap<&str, Vec<&Vec<f64>>> {
    let mut by_name: BTreeMap<&str, Vec<&Vec<f64>>> = BTreeMap::new();
    let types = retinas
        .iter()
        .flat_map(|retina| &retina.circuit().interneurons);
    for interneuron in types {
        by_name
            .entry(&interneuron.name)
            .or_default()
            .push(&interneuron.kernel);
    }
    by_name
}

fn pairs(kernels: &[&Vec<f64>]) -> Vec<f64> {
    let before = |(index, one): (usize, &&Vec<f64>)| {
        let others = kernels[..index].iter();
        others
            .filter_map(|other| correlation(one, other))
            .collect::<Vec<_>>()
    };
    kernels.iter().enumerate().flat_map(before).collect()
}

/// Shares below 0.5 and above 0.95.
fn outside(correlations: &[f64]) -> (f64, f64) {
    let share = |is: fn(&f64) -> bool| {
        let chosen = correlations.iter().filter(|r| is(r)).count();
        chosen as f64 / correlations.len().max(1) as f64
    };
    (share(|&r| r < 0.5), share(|&r| r > 0.95))
}

/// Share of each kernel's squares that comes after the screen's history.
fn beyond(retinas: &[Retina]) -> Result<Vec<f64>, Box<dyn Error>> {
    let types = retinas
        .iter()
        .flat_map(|retina| &retina.circuit().interneurons);
    let mut shares = Vec::new();
    for kinetics in types.filter_map(|interneuron| interneuron.kinetics) {
        let taps = kinetics.kernel(SCREEN.frame_period, 4 * SCREEN.history)?;
        let squares = |taps: &[f64]| taps.iter().map(|tap| tap * tap).sum::<f64>();
        shares.push(squares(&taps[SCREEN.history..]) / squares(&taps));
    }
    Ok(shares)
}

/// Rates of all cells at random steps of contrast of large checks.
fn mean_rates(retinas: &[Retina]) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let mut field = [0.0f32; 25];
    let mut movie = Vec::new();
    for _ in 0..3000 {
        for value in &mut field {
            *value = 0.9 * *value + 1.5 * next();
        }
        for y in 0..SCREEN.height {
            movie.extend((0..SCREEN.width).map(|x| field[y / 4 * 5 + x / 4]));
        }
    }
    let mut means = Vec::new();
    for retina in retinas {
        let rates = retina.stream().push(&movie)?;
        let mean = |cell: usize| {
            let rates = rates.cell(cell);
            rates.iter().map(|&rate| f64::from(rate)).sum::<f64>() / rates.len() as f64
        };
        means.extend((0..rates.cells()).map(mean));
    }
    Ok(means)
}

fn print_quantiles(name: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share) as usize];
    let quantiles =
        [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0].map(|share| format!("{:.4}", at(share)));
    println!(
        "{name}: 0, 5, 25, 50, 75, 95, 100 %: {}",
        quantiles.join(", ")
    );
}
