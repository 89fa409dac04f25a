//! The size of a pixel that an NWB file says, in files made here.

use ganglion_recording::{Microns, NwbConfig, NwbConversion, RecordingFile, inspect, read_nwb};
use hdf5_pure::{AttrValue, FileBuilder};
use rstest::rstest;
use tempfile::TempDir;

const ROWS: usize = 4;
const COLUMNS: usize = 5;
const FRAMES: usize = 30;

/// An NWB file with one movie of frames of 10 ms and one unit.
fn file(
    folder: &TempDir,
    field_of_view: Option<&[f64]>,
    dimension: Option<&[f64]>,
) -> std::path::PathBuf {
    let mut builder = FileBuilder::new();
    builder.set_attr("nwb_version", AttrValue::String("2.7.0".into()));
    let mut units = builder.create_group("units");
    units
        .create_dataset("spike_times")
        .with_f64_data(&[0.05, 0.1, 0.2]);
    units
        .create_dataset("spike_times_index")
        .with_f64_data(&[3.0]);
    builder.add_group(units.finish());
    let mut stimulus = builder.create_group("stimulus");
    let mut presentation = stimulus.create_group("presentation");
    let mut movie = presentation.create_group("movie");
    let pixels: Vec<u8> = (0..FRAMES * ROWS * COLUMNS)
        .map(|pixel| (pixel * 37 % 251) as u8)
        .collect();
    movie
        .create_dataset("data")
        .with_u8_data(&pixels)
        .with_shape(&[FRAMES as u64, ROWS as u64, COLUMNS as u64]);
    let times: Vec<f64> = (0..FRAMES).map(|frame| frame as f64 * 0.01).collect();
    movie.create_dataset("timestamps").with_f64_data(&times);
    if let Some(values) = field_of_view {
        movie.create_dataset("field_of_view").with_f64_data(values);
    }
    if let Some(values) = dimension {
        movie.create_dataset("dimension").with_f64_data(values);
    }
    presentation.add_group(movie.finish());
    stimulus.add_group(presentation.finish());
    builder.add_group(stimulus.finish());
    let path = folder.path().join("session.nwb");
    builder.write(&path).unwrap();
    path
}

fn imported(folder: &TempDir, path: &std::path::Path, stated: Option<f64>) -> NwbConversion {
    let config = NwbConfig {
        microns_per_pixel: stated,
        ..NwbConfig::default()
    };
    let out = folder.path().join("recording.h5");
    let report = read_nwb(path, &config, &out).unwrap();
    let written = RecordingFile::open(&out).unwrap().microns_per_pixel();
    assert_eq!(written, report.microns_per_pixel);
    report
}

#[rstest]
#[case::frames(&[250e-6, 200e-6], None, Some(50.0), "a pixel has 50.0000 um, by field_of_view")]
#[case::depth(&[250e-6, 200e-6, 1e-6], None, Some(50.0), "field_of_view")]
#[case::binned(&[250e-6, 200e-6], Some(&[10.0, 8.0][..]), Some(25.0), "25.0000 um")]
#[case::monitor(&[0.5, 0.4], None, None, "as on a monitor")]
#[case::not_square(&[250e-6, 250e-6], None, None, "50.0000 um by 62.5000 um")]
#[case::nothing(&[0.0, 200e-6], None, None, "two or three numbers above 0")]
fn a_field_of_view_in_metres_gives_the_size_of_a_pixel(
    #[case] field_of_view: &[f64],
    #[case] dimension: Option<&[f64]>,
    #[case] expected: Option<f64>,
    #[case] told: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, Some(field_of_view), dimension);
    let report = imported(&folder, &path, None);
    match (report.microns_per_pixel, expected) {
        // Rounding of a quotient of two doubles.
        (Some(Microns(found)), Some(expected)) => assert!((found / expected - 1.0).abs() < 1e-12),
        (found, expected) => assert_eq!(found.map(|size| size.0), expected),
    }
    let warnings = report.warnings.join("\n");
    assert!(warnings.contains(told), "{warnings}");
}

#[test]
fn a_size_that_is_given_is_used_and_one_that_differs_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, Some(&[250e-6, 200e-6]), None);
    for (stated, is_told) in [(50.2, false), (55.0, true)] {
        let out = tempfile::tempdir().unwrap();
        let report = imported(&out, &path, Some(stated));
        assert_eq!(report.microns_per_pixel, Some(Microns(stated)));
        let told = report.warnings.iter().any(|text| {
            text.contains("nwb.microns_per_pixel = 55 is used") && text.contains("50.0000 um")
        });
        assert_eq!(told, is_told, "{:?}", report.warnings);
    }
}

#[test]
fn a_file_that_leaves_nothing_open_needs_no_config() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, Some(&[250e-6, 200e-6]), None);
    assert_eq!(inspect(&path).unwrap().import_config, None);
    let without = tempfile::tempdir().unwrap();
    let path = file(&without, None, None);
    let config = inspect(&path).unwrap().import_config.unwrap();
    assert!(config.starts_with("[nwb]\n# microns_per_pixel"), "{config}");
    let _: NwbConfig = toml::from_str(&config.replace("[nwb]", "")).unwrap();
}
