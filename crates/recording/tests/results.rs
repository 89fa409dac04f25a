//! Result files hold named arrays with dimensions and units.

use ganglion_recording::*;

#[test]
fn arrays_carry_their_dimensions_and_units() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("response.h5");
    let info = ArrayInfo {
        shape: &[2, 3],
        dimensions: &["frame", "cell"],
        units: "Hz",
    };
    let gap = ArrayInfo {
        shape: &[2],
        dimensions: &["frame"],
        units: "",
    };
    ResultFile::new()
        .attribute("program", "ganglion")
        .f32("response", info, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        .f64("completeness/gap", gap, vec![1e-12, 2e-12])
        .write(&path)
        .unwrap();

    let file = hdf5_pure::File::open(&path).unwrap();
    let response = file.dataset("response").unwrap();
    assert_eq!(response.shape().unwrap(), [2, 3]);
    assert_eq!(response.read_f32().unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let attributes = response.attrs().unwrap();
    assert_eq!(attributes["units"].as_str(), Some("Hz"));
    let dimensions = attributes["dimensions"].as_strings().unwrap();
    assert_eq!(dimensions, ["frame", "cell"]);
    let gap = file.dataset("completeness/gap").unwrap();
    assert_eq!(gap.read_f64().unwrap(), [1e-12, 2e-12]);
    assert_eq!(
        file.root().attrs().unwrap()["program"].as_str(),
        Some("ganglion")
    );
}

#[test]
fn a_split_is_written_as_a_configuration_file_has_it() {
    let split: Split = toml::from_str("fraction = 0.1\nsplit = \"random-windows\"").unwrap();
    assert_eq!(
        split,
        Split {
            fraction: 0.1,
            split: SplitRule::RandomWindows,
            segments: 5
        }
    );
    assert!(toml::from_str::<Split>("part = 0.1").is_err());
}

#[test]
fn normalisation_survives_a_configuration_file() {
    let constants = Normalisation::PerPixel {
        height: 1,
        width: 2,
        mean: vec![0.1, 1.0 / 3.0],
        sd: vec![2.0, 1e-7],
    };
    let text = toml::to_string(&constants).unwrap();
    assert!(text.contains("rule = \"per-pixel\""), "{text}");
    assert_eq!(toml::from_str::<Normalisation>(&text).unwrap(), constants);
}

#[test]
fn what_is_spooled_reads_back_as_if_it_had_been_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.h5");
    // Longer than a piece of a hole, and with zeros of its own.
    let values: Vec<f32> = (0..100_000).map(|i| (i % 1000) as f32).collect();
    let info = |shape: &'static [usize], dimensions: &'static [&'static str]| ArrayInfo {
        shape,
        dimensions,
        units: "Hz",
    };
    let mut spools = [Spool::beside(&path).unwrap(), Spool::beside(&path).unwrap()];
    for values in values.chunks(30_000) {
        spools[0].append(values).unwrap();
    }
    spools[1].append(&[1.0, 2.0]).unwrap();
    let [large, small] = spools;
    ResultFile::new()
        .f32("first", info(&[3], &["x"]), vec![1.0, 2.0, 3.0])
        .spooled("large", info(&[1000, 100], &["y", "x"]), large)
        .spooled("group/small", info(&[2], &["x"]), small)
        .f32("last", info(&[1], &["x"]), vec![9.0])
        .write(&path)
        .unwrap();
    let file = hdf5_pure::File::open(&path).unwrap();
    let read = |name: &str| file.dataset(name).unwrap().read_f32().unwrap();
    assert_eq!(file.dataset("large").unwrap().shape().unwrap(), [1000, 100]);
    assert_eq!(read("large"), values);
    assert_eq!(read("group/small"), [1.0, 2.0]);
    assert_eq!(read("first"), [1.0, 2.0, 3.0]);
    assert_eq!(read("last"), [9.0]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
