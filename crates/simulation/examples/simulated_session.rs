//! Simulates the recordings that a config file asks for, without the program around it.
//!
//! Run with `cargo run --release --example simulated_session -- CONFIG.toml FOLDER`.

use std::path::Path;

use ganglion_simulation::SimulationConfig;
use ganglion_simulation::session::{Quiet, simulate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [config, folder] = arguments.as_slice() else {
        println!("give a config file and a folder for the recordings");
        return Ok(());
    };
    let table: toml::Table = std::fs::read_to_string(config)?.parse()?;
    let config: SimulationConfig = table["simulation"].clone().try_into()?;
    let outcome = simulate(&config, 1, Path::new(folder), &mut Quiet)?;
    for class in outcome.classes {
        println!("{}", class.file.display());
        for cell in class.cells {
            println!(
                "  cell {}, {}: {:.1} Hz, at most {:.0} Hz, Fano factor {:.2}",
                cell.cell,
                cell.class,
                cell.mean_rate_hz,
                cell.peak_rate_hz,
                cell.fano_factor.unwrap_or(f64::NAN)
            );
        }
    }
    Ok(())
}
