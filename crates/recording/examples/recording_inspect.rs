//! Prints what an HDF5 file holds and what training on it would lack, as `ganglion inspect` does.
//!
//! Run with `cargo run --example recording_inspect -- FILE.h5`.

use ganglion_recording::{Error, inspect};

fn main() -> Result<(), Error> {
    match std::env::args().nth(1) {
        Some(path) => print!("{}", inspect(path)?),
        None => println!("give the path of an HDF5 file"),
    }
    Ok(())
}
