//! Writes a recording of flickering noise piece by piece, in little memory.
//!
//! Run with `cargo run --release --example recording_write -- OUT.h5 [FRAMES]`.

use ganglion_recording::{
    Error, Microns, Milliseconds, Partition, PixelType, SessionOptions, SessionWriter,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SIDE: usize = 50;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        println!("give the path of the recording to write");
        return Ok(());
    };
    let frames = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1000);
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: true,
    };
    let mut writer = SessionWriter::create(path, options)?;
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for (partition, frames) in [
        (Partition::Train, frames),
        (Partition::Test, frames / 10 + 1),
    ] {
        writer.begin_movie(partition, SIDE, SIDE, PixelType::U8)?;
        let mut frame = [0; SIDE * SIDE];
        for _ in 0..frames {
            random.fill_bytes(&mut frame);
            writer.append_u8(partition, &frame)?;
        }
        let rate = |bin| if bin % 3 == 0 { 10.0 } else { 0.0 };
        writer.responses(
            partition,
            "firing_rate_10ms",
            1,
            (0..frames).map(rate).collect(),
        )?;
    }
    writer.finish()
}
