//! Links are followed or refused by name, and numbers that cannot be read exactly are refused, not
//! mis-scaled. The files are made by `fixtures/make_odd_files.py`.

mod common;

use common::fixture;
use ganglion_recording::*;
use hdf5_pure::{AttrValue, FileBuilder};
use rstest::rstest;

const FRAMES: usize = 40;

/// A group in the older form, in the newer one, and one whose links are in a heap and a tree.
#[rstest]
#[case("links_old.h5", 2)]
#[case("links_new.h5", 2)]
#[case("links_many.h5", 300)]
fn a_recording_that_is_reached_by_links(#[case] name: &str, #[case] aliases: usize) {
    let file = RecordingFile::open(fixture(name)).unwrap();
    for partition in Partition::ALL {
        let movie = file
            .load_movie(partition, LoadOptions::MEMORY_LIMIT)
            .unwrap();
        let mut values = Vec::new();
        movie.read_frames(0..FRAMES, &mut values).unwrap();
        let expected = |pixel: usize| {
            let (frame, y, x) = (pixel / 6, pixel / 3 % 2, pixel % 3);
            ((7 * frame + 3 * y + x) % 251) as f32
        };
        let expected: Vec<f32> = (0..FRAMES * 6).map(expected).collect();
        assert_eq!(values, expected, "{partition}");
    }
    let options = LoadOptions::evaluation(CellSelection::All, "firing_rate_10ms");
    let test = file.load(Partition::Test, &options).unwrap();
    let repeats = test.repeats.unwrap();
    assert_eq!(repeats.cell(0).unwrap().values(), [1.0; 3 * FRAMES]);
    assert_eq!(repeats.cell(0), repeats.cell(1));
    let summary = inspect(fixture(name)).unwrap();
    assert!(
        summary.to_string().contains("ready for training"),
        "{summary}"
    );
    let names = ArrayFile::open(fixture(name)).unwrap();
    let listed = names.datasets_below("held_out");
    assert_eq!(listed.len(), 1 + 1 + 1 + 2 + aliases);
}

/// A link to a group that holds it must not be followed for ever.
#[test]
fn listing_a_circle_ends() {
    let items = ArrayFile::open(fixture("links_old.h5")).unwrap().contents();
    let circle = items.iter().filter(|item| item.path.starts_with("circle"));
    assert_eq!(circle.count(), 1);
}

#[rstest]
#[case("soft", "`/gone`")]
#[case("circle", "`/circle`")]
#[case("outside", "`/movie` of the file gone.h5")]
fn a_link_that_leads_nowhere_is_named(#[case] link: &str, #[case] target: &str) {
    let error = read_array(fixture("broken_links.h5"), link).unwrap_err();
    assert!(matches!(error, Error::BrokenLink { .. }), "{error}");
    let text = error.to_string();
    for part in [
        "broken_links.h5",
        &format!("`{link}` is a link to {target}"),
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_link_into_another_file_is_followed() {
    let array = read_array(fixture("broken_links.h5"), "beside").unwrap();
    assert_eq!(array.shape, [FRAMES, 2, 3]);
}

/// Every other file that is read with one, whether its links are looked at or followed.
#[test]
fn files_behind_links_are_named() {
    let file = ArrayFile::open(fixture("broken_links.h5")).unwrap();
    assert_eq!(file.linked_files(), [fixture("links_old.h5")]);
    let alone = ArrayFile::open(fixture("links_old.h5")).unwrap();
    assert!(alone.linked_files().is_empty());

    let folder = tempfile::tempdir().unwrap();
    let [path, target] = ["linked.h5", "target.h5"].map(|name| folder.path().join(name));
    std::fs::copy(fixture("linked_session.h5"), &path).unwrap();
    std::fs::copy(fixture("links_old.h5"), &target).unwrap();
    let recording = RecordingFile::open(&path).unwrap();
    assert_eq!(recording.partitions().len(), 2);
    assert_eq!(recording.linked_files(), [target]);
    let alone = RecordingFile::open(fixture("links_old.h5")).unwrap();
    assert!(alone.linked_files().is_empty());
}

#[rstest]
#[case("half")]
#[case("half_big")]
#[case("single_big")]
#[case("double_big")]
fn ieee_floats_of_any_size_and_order_are_exact(#[case] name: &str) {
    let array = read_array(fixture("formats.h5"), name).unwrap();
    let expected: Vec<f32> = (0..24u8).map(|value| f32::from(value) / 8.0).collect();
    assert_eq!((array.shape, array.values), (vec![4, 2, 3], expected));
}

#[rstest]
#[case(
    "bfloat16",
    "floats of an unusual format (16 bits, 8 of them exponent and 7 mantissa)"
)]
#[case(
    "biased",
    "floats of an unusual format (32 bits, 8 of them exponent and 23 mantissa)"
)]
#[case("extended", "floats of an unusual format (80 bits")]
#[case("raw", "keeps its values elsewhere")]
#[case("virtual", "keeps its values elsewhere")]
fn other_numbers_are_refused(#[case] name: &str, #[case] part: &str) {
    let text = read_array(fixture("formats.h5"), name)
        .unwrap_err()
        .to_string();
    let named = format!("`{name}`");
    for part in ["formats.h5", &named, part] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

/// A good file of the newest format is not called damaged.
#[test]
fn one_compressed_chunk_in_the_newest_format() {
    let text = read_array(fixture("one_chunk.h5"), "noise")
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("layout version 5") && text.contains("h5repack"),
        "{text}"
    );
}

/// A session whose frame period is given by `attribute`, and `train/time` by `time`.
fn session(attribute: Option<AttrValue>, time: Option<&[f64]>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.h5");
    let frames = time.map_or(50, <[f64]>::len);
    let mut builder = FileBuilder::new();
    if let Some(value) = attribute {
        builder.set_attr("frame_period_s", value);
    }
    let mut train = builder.create_group("train");
    let movie: Vec<f32> = (0..frames).map(|frame| (frame % 7) as f32).collect();
    train
        .create_dataset("stimulus")
        .with_f32_data(&movie)
        .with_shape(&[frames as u64, 1, 1]);
    if let Some(time) = time {
        train.create_dataset("time").with_f64_data(time);
    }
    builder.add_group(train.finish());
    builder.write(&path).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

#[rstest]
#[case(AttrValue::F64(0.02), 20.0)]
#[case(AttrValue::F32(0.02), 20.0)]
#[case(AttrValue::F64Array(vec![0.02]), 20.0)]
#[case(AttrValue::F32Array(vec![0.02]), 20.0)]
#[case(AttrValue::I32(1), 1000.0)]
#[case(AttrValue::U8Array(vec![1]), 1000.0)]
#[case(AttrValue::String("0.02".into()), 20.0)]
#[case(AttrValue::VarLenString(" 0.02 ".into()), 20.0)]
#[case(AttrValue::StringArray(vec!["0.02".into()]), 20.0)]
fn a_frame_period_of_any_type_is_read(#[case] value: AttrValue, #[case] expected: f64) {
    let (_folder, path) = session(Some(value), None);
    let period = RecordingFile::open(path).unwrap().frame_period();
    assert_eq!(period.source, FramePeriodSource::Attribute);
    assert!((period.period.0 - expected).abs() < 1e-9, "{period:?}");
}

/// Half precision, which the HDF5 library leaves out: 0.125 s; and a format that is refused.
#[test]
fn half_precision_is_a_number_and_other_formats_are_none() {
    let open = |name: &str| RecordingFile::open(fixture(name));
    for name in ["half.h5", "half_big_array.h5"] {
        let period = open(name).unwrap().frame_period();
        assert_eq!(
            (period.period.0, period.source),
            (125.0, FramePeriodSource::Attribute)
        );
    }
    let text = open("bfloat16.h5").unwrap_err().to_string();
    assert!(
        text.contains("`frame_period_s`") && text.contains("unusual format"),
        "{text}"
    );
}

#[rstest]
#[case(AttrValue::String("10 ms".into()), "the text \"10 ms\"")]
#[case(AttrValue::F64Array(vec![0.01, 0.02]), "[0.01, 0.02]")]
#[case(AttrValue::F64(0.0), "no time above 0")]
#[case(AttrValue::F64(f64::NAN), "NaN")]
#[case(AttrValue::I64(-10), "-10")]
fn a_frame_period_that_is_none_is_an_error(#[case] value: AttrValue, #[case] part: &str) {
    // Stamps beside do not excuse it, and nothing becomes 10 ms.
    let time: Vec<f64> = (0..50).map(|frame| f64::from(frame) * 0.02).collect();
    let (_folder, path) = session(Some(value), Some(&time));
    let text = RecordingFile::open(&path).unwrap_err().to_string();
    for part in ["session.h5", "`frame_period_s`", part] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

fn stamps(frames: u32, period: f64) -> Vec<f64> {
    (0..frames).map(|frame| f64::from(frame) * period).collect()
}

fn gap(mut time: Vec<f64>, frame: usize, by: f64) -> Vec<f64> {
    time[frame..].iter_mut().for_each(|stamp| *stamp += by);
    time
}

/// The period is that of the frames, whatever happened to the clock; gaps are where it jumped.
#[rstest]
#[case::regular(stamps(600, 1.0 / 60.0), &[])]
#[case::a_minute(gap(stamps(600, 1.0 / 60.0), 300, 60.0), &[300])]
#[case::restart(gap(stamps(600, 1.0 / 60.0), 300, -5.0), &[300])]
#[case::one_frame(gap(stamps(600, 1.0 / 60.0), 100, 1.0 / 60.0), &[100])]
#[case::milliseconds(stamps(600, 1000.0 / 60.0), &[])]
#[case::microseconds(stamps(600, 1e6 / 60.0), &[])]
#[case::rounded(stamps(600, 1.0 / 60.0).iter().map(|t| (t * 1e3).round() / 1e3).collect(), &[])]
#[case::single(
    stamps(600, 1.0 / 60.0).iter().map(|t| f64::from((t + 40_000.0) as f32)).collect(), &[]
)]
fn stamps_give_the_frame_period(#[case] time: Vec<f64>, #[case] gaps: &[usize]) {
    let (_folder, path) = session(None, Some(&time));
    let file = RecordingFile::open(&path).unwrap();
    let period = file.frame_period();
    assert_eq!(period.source, FramePeriodSource::Time);
    assert!((period.period.0 * 0.06 - 1.0).abs() < 1e-3, "{period:?}");
    let train = file.partition(Partition::Train).unwrap();
    let found: Vec<usize> = train.gaps.iter().map(|gap| gap.bin).collect();
    assert_eq!(found, gaps);
    assert_eq!(train.runs().len(), gaps.len() + 1);
    let told = inspect(&path).unwrap().warnings.concat();
    assert_eq!(
        told.contains("no window of frames spans it"),
        !gaps.is_empty(),
        "{told}"
    );
}

#[test]
fn stamps_and_attribute_that_disagree_are_told() {
    let time = stamps(600, 1.0 / 60.0);
    let told = |seconds: f64| {
        let (_folder, path) = session(Some(AttrValue::F64(seconds)), Some(&time));
        let file = RecordingFile::open(path).unwrap();
        assert!((file.frame_period().period.seconds() - seconds).abs() < 1e-12);
        file.notes().concat()
    };
    assert_eq!(told(1.0 / 60.0), "");
    let text = told(0.01);
    for part in [
        "`train/time` steps by 16.6667 ms",
        "frame_period_s says 10.0000 ms",
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    assert!(told(16.6667).contains("must be in seconds"));
}

#[test]
fn stamps_that_say_nothing_do_not_become_ten_milliseconds() {
    for time in [vec![1.0; 50], vec![f64::NAN; 50]] {
        let (_folder, path) = session(None, Some(&time));
        let text = RecordingFile::open(&path).unwrap_err().to_string();
        assert!(
            text.contains("`train/time`") && text.contains("frame_period_s"),
            "{text}"
        );
        let (_folder, path) = session(Some(AttrValue::F64(0.02)), Some(&time));
        let file = RecordingFile::open(&path).unwrap();
        assert!(
            file.notes()[0].contains("it is not used"),
            "{:?}",
            file.notes()
        );
    }
}

/// A recording of 200 frames of one pixel whose `train/time` is given.
fn with_times(times: &[f64]) -> (tempfile::TempDir, RecordingFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.h5");
    let mut builder = FileBuilder::new();
    builder.set_attr("frame_period_s", AttrValue::F64(0.01));
    let mut train = builder.create_group("train");
    train
        .create_dataset("stimulus")
        .with_f32_data(&[0.5; 200])
        .with_shape(&[200, 1, 1]);
    train.create_dataset("time").with_f64_data(times);
    builder.add_group(train.finish());
    builder.write(&path).unwrap();
    let file = RecordingFile::open(path).unwrap();
    (folder, file)
}

#[rstest]
#[case::shorter(190)]
#[case::longer(210)]
fn times_of_another_length_are_noted(#[case] count: u32) {
    let (_folder, file) = with_times(&stamps(count, 0.01));
    let notes = file.notes();
    assert_eq!(notes.len(), 1, "{notes:?}");
    let parts = [
        format!("`train/time` has {count} time bins but the movie has 200 frames"),
        "gaps are not known".to_owned(),
    ];
    for part in parts {
        assert!(notes[0].contains(&part), "`{part}` is not in: {notes:?}");
    }
    assert_eq!(file.inspect().warnings[0], notes[0]);
}

/// Published networks see 40 frames: a window is 41 bins long.
#[rstest]
#[case(10, Some("stretch of `train` between gaps has 10 frames"))]
#[case(40, Some("stretch of `train` between gaps has 40 frames"))]
#[case(50, None)]
fn gaps_that_leave_no_window_are_noted(#[case] run: usize, #[case] expected: Option<&str>) {
    let times: Vec<f64> = (0..200)
        .map(|frame| frame as f64 * 0.01 + (frame / run) as f64)
        .collect();
    let (_folder, file) = with_times(&times);
    let notes = file.notes().join("\n");
    assert!(notes.contains("no window of frames spans one"), "{notes}");
    match expected {
        Some(part) => assert!(notes.contains(part), "`{part}` is not in: {notes}"),
        None => assert!(!notes.contains("finds no window"), "{notes}"),
    }
}
