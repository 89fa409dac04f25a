//! Every command that opens a recording tells the same of it.

use ganglion_recording::{
    Milliseconds, Partition, PixelType, RecordingFile, SessionOptions, SessionWriter,
};
use hdf5_pure::FileBuilder;
use rstest::rstest;

use crate::harness::Scratch;

const FRAMES: usize = 240;

/// A recording whose clock stops every 20 frames, and disagrees with the attribute.
fn write_gaps(scratch: &Scratch) {
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: None,
        overwrite: false,
    };
    let mut writer = SessionWriter::create(scratch.path("odd.h5"), options).unwrap();
    for partition in Partition::ALL {
        writer
            .begin_movie(partition, 12, 12, PixelType::U8)
            .unwrap();
        let movie: Vec<u8> = (0..FRAMES * 144)
            .map(|pixel| (pixel * pixel % 251) as u8)
            .collect();
        writer.append_u8(partition, &movie).unwrap();
        let rates = (0..3 * FRAMES).map(|bin| (bin % 23) as f32).collect();
        writer
            .responses(partition, "firing_rate_10ms", 3, rates)
            .unwrap();
        let times = (0..FRAMES).map(|frame| frame as f64 * 0.011 + (frame / 20) as f64);
        writer.times(partition, times.collect()).unwrap();
    }
    writer.finish().unwrap();
}

/// A recording whose times are too few, and one of whose responses is of another length.
fn write_lengths(scratch: &Scratch) {
    let mut builder = FileBuilder::new();
    builder.set_attr("frame_period_s", hdf5_pure::AttrValue::F64(0.01));
    for partition in ["train", "test"] {
        let mut group = builder.create_group(partition);
        let movie: Vec<u8> = (0..FRAMES * 144)
            .map(|pixel| (pixel * pixel % 251) as u8)
            .collect();
        group
            .create_dataset("stimulus")
            .with_u8_data(&movie)
            .with_shape(&[FRAMES as u64, 12, 12]);
        let times: Vec<f64> = (0..FRAMES - 7).map(|frame| frame as f64 * 0.01).collect();
        group.create_dataset("time").with_f64_data(&times);
        let mut response = group.create_group("response");
        for (name, bins) in [("firing_rate_10ms", FRAMES), ("binned", FRAMES + 5)] {
            let rates: Vec<f32> = (0..3 * bins).map(|bin| (bin % 23) as f32).collect();
            response
                .create_dataset(name)
                .with_f32_data(&rates)
                .with_shape(&[3, bins as u64]);
        }
        group.add_group(response.finish());
        builder.add_group(group.finish());
    }
    builder.write(scratch.path("odd.h5")).unwrap();
}

#[rstest]
#[case::gaps(write_gaps, 6)]
#[case::lengths(write_lengths, 4)]
fn every_command_tells_the_same_of_a_recording(
    #[case] write: fn(&Scratch),
    #[case] expected: usize,
) {
    let scratch = Scratch::with_run();
    write(&scratch);
    let notes = RecordingFile::open(scratch.path("odd.h5"))
        .unwrap()
        .notes()
        .to_vec();
    assert_eq!(notes.len(), expected, "{notes:?}");
    scratch.succeeds("export run --format safetensors --out weights.safetensors");
    let inspected = scratch.succeeds("inspect odd.h5").stdout;
    let lines = [
        "train tiny.toml --set recording.files=[\"odd.h5\"] --set training.epochs=1 --out other",
        "evaluate run --recording odd.h5",
        "evaluate run --recording odd.h5 --partition train",
        "plot run --recording odd.h5 --out plots",
        "import weights.safetensors --frame-size 12x12 --check odd.h5 --out imported",
        "respond run --raw --stimulus odd.h5:test/stimulus --out rates.h5",
    ];
    for note in &notes {
        assert!(inspected.contains(&format!("note: {note}")), "{inspected}");
    }
    for line in lines {
        let done = scratch.succeeds(line);
        for note in &notes {
            // Where the config names the file, its path is whole.
            let told = format!("odd.h5: {note}\n");
            let count = done.stderr.matches(&told).count();
            assert_eq!(count, 1, "`{line}`, `{note}`: {}", done.stderr);
        }
    }
}
