//! A network is trained on a simulated retina, asked for a phenomenon, and reduced to its circuit.

use std::path::Path;

use ganglion::stages::{Attribute, Experiment, Reduce, Simulate, Train};
use ganglion::{Result, Runner, from_toml};

/// From a simulated retina to the circuit behind a phenomenon, with all files in one folder.
pub fn circuits(folder: &Path) -> Result<()> {
    let (runner, run) = (Runner::default(), folder.join("run"));
    // A recording of one's own is named in place of the simulated one, in `recording.files`.
    Simulate::new(from_toml(RETINA, folder)?, folder.join("retina")).run(&runner)?;
    Train::new(from_toml(TRAINING, folder)?, &run).run(&runner)?;
    let shown = Experiment::preset(&run, "latency")?.run(&runner)?;
    println!("{} cells show latency coding", shown[0].summary.present);
    for cell in &Attribute::preset(&run, "latency")?.run(&runner)?[0].cells {
        let shares: Vec<f64> = cell.channels.iter().map(|one| one.share).collect();
        println!("shares of the channels in cell {}: {shares:.2?}", cell.cell);
    }
    let mut reduce = Reduce::preset(&run, "latency")?;
    reduce.tables.reduction.also_absent = true;
    reduce.tables.reduction.most_cells = Some(1);
    for cell in &reduce.run(&runner)?[0].reduction.cells {
        if let Ok(explanation) = &cell.result {
            println!("{}", explanation.circuit.describe());
        }
    }
    Ok(())
}

const RETINA: &str = r#"
[simulation]
repeats = 2
screen = { height = 14, width = 16 }
mosaic = { count = 1, spacing = 150, margin = 250 }
natural = { train_seconds = 8, test_seconds = 2 }
"#;

const TRAINING: &str = r#"
recording = { files = ["retina/naturalscene.h5"], history_frames = 40 }
model = { kind = "bn-cnn", channels = [3, 2], kernels = [5, 3] }
training = { epochs = 4, batch_frames = 128, segment_frames = 32 }
"#;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or("pipeline".into());
    circuits(Path::new(&folder))
}
