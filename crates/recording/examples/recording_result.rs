//! Writes a result file: named arrays with dimensions and units.
//!
//! Run with `cargo run --example recording_result -- OUT.h5`.

use ganglion_recording::{ArrayInfo, Error, ResultFile};

fn main() -> Result<(), Error> {
    let Some(path) = std::env::args().nth(1) else {
        println!("give the path of the file to write");
        return Ok(());
    };
    let response = ArrayInfo {
        shape: &[2, 3],
        dimensions: &["frame", "cell"],
        units: "Hz",
    };
    let gap = ArrayInfo {
        shape: &[2],
        dimensions: &["frame"],
        units: "Hz",
    };
    ResultFile::new()
        .attribute("program", "ganglion")
        .f32("response", response, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        .f64("diagnostics/completeness_gap", gap, vec![1e-12, 2e-12])
        .write(path)
}
