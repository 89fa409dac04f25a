//! `ganglion attribute`

use std::path::{Path, PathBuf};

use ganglion_recording::{ArrayInfo, ResultFile};
use serde_json::Value;

use crate::harness::{Scratch, listing};

/// The model and stimulus of a fixture: 4 channels of 14 x 12 units, 3 cells, history 12, 18 x 16
/// pixels.
fn fixture() -> Scratch {
    let scratch = Scratch::empty();
    let from =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/attribution/tests/golden/saturated");
    std::fs::create_dir(scratch.path("model")).unwrap();
    for name in ["model.toml", "model.safetensors", "reference.h5"] {
        let to = match name {
            "reference.h5" => scratch.path(name),
            name => scratch.path("model").join(name),
        };
        std::fs::copy(from.join(name), to).unwrap();
    }
    scratch
}

const CLIPS: &str = "attribute model --stimulus reference.h5:stimulus --out out";

/// Shape and values of a dataset.
fn read(path: &Path, name: &str) -> (Vec<u64>, Vec<f64>) {
    let file = hdf5_pure::File::open(path).unwrap();
    let dataset = file.dataset(name).unwrap();
    (dataset.shape().unwrap(), dataset.read_f64().unwrap())
}

fn write(scratch: &Scratch, name: &str, shape: &[usize], value: impl Fn(usize) -> f32) {
    let dimensions = ["clip", "frame", "y", "x"];
    let info = ArrayInfo {
        shape,
        dimensions: &dimensions[4 - shape.len()..],
        units: "",
    };
    let values = (0..shape.iter().product()).map(value).collect();
    ResultFile::new()
        .f32("movie", info, values)
        .write(scratch.path(name))
        .unwrap();
}

fn noise(index: usize) -> f32 {
    ((index * 7919 + 13) % 1009) as f32 / 252.0 - 2.0
}

#[test]
fn clips_are_attributed_as_the_reference_says() {
    let scratch = fixture();
    let report = scratch.succeeds(&format!("{CLIPS} --json")).json();
    let out = scratch.path("out/attribution.h5");
    let (shape, found) = read(&out, "attribution");
    assert_eq!(shape, [3, 3, 4, 14, 12]);
    assert_eq!(read(&out, "effective_weight").0, shape);
    let (_, expected) = read(&scratch.path("reference.h5"), "1-linear/integral");
    for (found, expected) in found.chunks(14 * 12).zip(expected.chunks(14 * 12)) {
        let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
        let off = squares(&mut found.iter().zip(expected).map(|(f, e)| f - e)).sqrt();
        // The grey clip has no attributions at all.
        assert!(
            off <= 1e-3 * squares(&mut expected.iter().copied()).sqrt(),
            "{off:e}"
        );
    }
    let (shape, gaps) = read(&out, "completeness_gap");
    assert_eq!(shape, [3, 3]);
    // 1e-5 Hz: single precision of responses of up to 10 Hz.
    assert!(gaps.iter().all(|gap| gap.abs() < 1e-5), "{gaps:?}");
    let (response, resting) = (read(&out, "response").1, read(&out, "resting_response").1);
    let sums = read(&out, "attribution_by_channel").1;
    for (row, sums) in sums.chunks(4).enumerate() {
        let change = response[row] - resting[row];
        assert!((sums.iter().sum::<f64>() - change).abs() < 1e-5);
    }
    let kinds = read(&out, "attribution_by_kind").1;
    assert!((kinds.iter().sum::<f64>() - sums.iter().sum::<f64>()).abs() < 1e-9);
    assert_eq!(read(&out, "attribution_by_channel_and_x").0, [3, 3, 4, 12]);
    assert!(
        read(&out, "within_tolerance")
            .1
            .iter()
            .all(|&within| within == 1.0)
    );
    assert_eq!(report["phenomenon"], "stimulus");
    assert_eq!(report["cells"].as_array().unwrap().len(), 3);
    assert_eq!(report["cells"][0]["missed"], 0);
    assert_eq!(report["cells"][0]["channels"].as_array().unwrap().len(), 4);
}

#[test]
fn numbers_and_figures_stand_beside_each_other() {
    let scratch = fixture();
    let done = scratch.succeeds(&format!("{CLIPS} --cells 2,0 --format png"));
    assert!(
        done.stdout.contains("all within tolerance"),
        "{}",
        done.stdout
    );
    assert!(
        done.stderr.contains("stimulus: 3 clips in"),
        "{}",
        done.stderr
    );
    let expected = [
        "attribution.h5",
        "channels.csv",
        "figures/channels-cell-0.csv",
        "figures/channels-cell-0.png",
        "figures/channels-cell-2.csv",
        "figures/channels-cell-2.png",
        "figures/maps-cell-0.csv",
        "figures/maps-cell-0.png",
        "figures/maps-cell-2.csv",
        "figures/maps-cell-2.png",
        "responses.csv",
        "summary.json",
    ];
    assert_eq!(listing(&scratch.path("out")), expected);
    let summary: Value = serde_json::from_str(&scratch.read("out/summary.json")).unwrap();
    assert_eq!(summary["cells"][0]["cell"], 2);
    assert_eq!(scratch.read("out/channels.csv").lines().count(), 1 + 2 * 4);
    assert_eq!(scratch.read("out/responses.csv").lines().count(), 1 + 3 * 2);
}

/// Rows of a movie are those of `respond`, and a baseline of its own length or one clip is taken.
#[test]
fn movies_are_answered_as_respond_does() {
    let scratch = fixture();
    write(&scratch, "movie.h5", &[40, 18, 16], noise);
    write(&scratch, "grey.h5", &[40, 18, 16], |_| 0.0);
    write(&scratch, "clip.h5", &[1, 12, 18, 16], |_| 0.0);
    write(&scratch, "short.h5", &[30, 18, 16], |_| 0.0);
    scratch.succeeds("respond model --stimulus movie.h5:movie --out respond.h5");
    let attribute = "attribute model --stimulus movie.h5:movie --map-tolerance inf --quiet";
    scratch.succeeds(&format!("{attribute} --out plain"));
    let attributed = |name: &str| read(&scratch.path(name).join("attribution.h5"), "attribution");
    let (shape, plain) = attributed("plain");
    assert_eq!(shape, [28, 3, 4, 14, 12]);
    let (responded, response) = read(&scratch.path("respond.h5"), "response");
    assert_eq!(responded, [28, 3]);
    for (a, b) in read(&scratch.path("plain/attribution.h5"), "response")
        .1
        .iter()
        .zip(&response)
    {
        // 1e-5: two ways through single precision.
        assert!((a - b).abs() < 1e-5 * b.max(1.0), "{a} {b}");
    }
    for baseline in ["grey", "clip"] {
        scratch.succeeds(&format!(
            "{attribute} --baseline {baseline}.h5:movie --out {baseline}"
        ));
        let (_, same) = attributed(baseline);
        let largest = plain.iter().fold(0.0f64, |most, a| most.max(a.abs()));
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-4 * largest;
        assert!(same.iter().zip(&plain).all(close), "{baseline}");
    }
    let short = format!("{attribute} --baseline short.h5:movie --out short");
    scratch.refuses(&short, 1, &["30 frames", "40", "single clip"]);
}

/// A movie that repeats itself is attributed once, and written as often as it is shown: the same as
/// with a baseline that changes from frame to frame, where nothing is shared.
#[test]
fn what_is_shown_twice_is_attributed_once() {
    let scratch = fixture();
    let frame = 18 * 16;
    write(&scratch, "twice.h5", &[60, 18, 16], |index| {
        noise(index % (20 * frame))
    });
    write(&scratch, "grey.h5", &[60, 18, 16], |_| 0.0);
    let attribute = "attribute model --stimulus twice.h5:movie --map-tolerance inf --cells 0,2";
    let once = scratch.succeeds(&format!("{attribute} --out once"));
    assert!(
        once.stderr.contains("20 distinct frames"),
        "{}",
        once.stderr
    );
    let every = scratch.succeeds(&format!("{attribute} --baseline grey.h5:movie --out every"));
    assert!(every.stderr.contains("48 frames"), "{}", every.stderr);
    for name in [
        "attribution",
        "effective_weight",
        "attribution_by_channel",
        "attribution_by_channel_and_x",
        "response",
        "time",
    ] {
        let [once, every] = ["once", "every"]
            .map(|folder| read(&scratch.path(folder).join("attribution.h5"), name));
        assert_eq!(once.0, every.0, "{name}");
        let largest = every.1.iter().fold(0.0f64, |most, a| most.max(a.abs()));
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-4 * largest;
        assert!(once.1.iter().zip(&every.1).all(close), "{name}");
    }
    for method in ["ablation", "unit-ablation"] {
        let command = format!("{attribute} --quiet --method {method}");
        scratch.succeeds(&format!("{command} --out {method}"));
        scratch.succeeds(&format!(
            "{command} --baseline grey.h5:movie --out {method}-every"
        ));
        let [once, every] = [method.to_owned(), format!("{method}-every")]
            .map(|folder| read(&scratch.path(&folder).join("effects.h5"), "effect"));
        assert_eq!(once.0, every.0);
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-4;
        assert!(once.1.iter().zip(&every.1).all(close), "{method}");
    }
}

/// Everything that others do is there for comparison.
#[test]
fn other_methods_are_within_reach() {
    let scratch = fixture();
    let with = |method: &str| {
        let out = method.replace(':', "-");
        let name = out.split(' ').next().unwrap().to_owned();
        let command = "attribute model --stimulus reference.h5:stimulus --cells 0 --quiet";
        scratch.succeeds(&format!("{command} --method {method} --out {name}"));
        scratch.path(&name)
    };
    for method in [
        "gradient",
        "midpoint:20",
        "right-endpoint:20",
        "layer-conductance:20",
    ] {
        let (shape, _) = read(&with(method).join("attribution.h5"), "attribution");
        assert_eq!(shape, [3, 1, 4, 14, 12], "{method}");
    }
    let (shape, effects) = read(&with("ablation").join("effects.h5"), "effect");
    assert_eq!(shape, [3, 1, 4]);
    let (shape, occluded) = read(
        &with("occlusion --pathways 0,1+2,0+1+2+3").join("effects.h5"),
        "effect",
    );
    assert_eq!(shape, [3, 1, 3]);
    assert!((effects[0] - occluded[0]).abs() < 1e-9);
    let responses = scratch.path("gradient/attribution.h5");
    let change = read(&responses, "response").1[0] - read(&responses, "resting_response").1[0];
    // Without any channel the rate is the resting rate. 1e-5: single precision.
    assert!(
        (occluded[2] - change).abs() < 1e-5,
        "{} {change}",
        occluded[2]
    );
    let (shape, pixels) = read(&with("pixels").join("pixels.h5"), "attribution");
    assert_eq!(shape, [3, 1, 12, 18, 16]);
    let sum: f64 = pixels[..12 * 18 * 16].iter().sum();
    assert!((sum - change).abs() < 1e-4, "{sum} {change}");
}

#[test]
fn an_experiment_is_attributed_where_it_matters() {
    let scratch = fixture();
    scratch.write(
        "config.toml",
        "[attribution]\nmap_tolerance = inf\n\n[[experiments]]\nphenomenon = \"omitted-stimulus\"\n",
    );
    let run = "attribute model config.toml --cells 1 --json --out out";
    let report = scratch.succeeds(run).json();
    assert_eq!(report["phenomenon"], "omitted-stimulus");
    let which = report["attributed"].as_str().unwrap();
    assert!(which.contains("from the stimulus' zero on"), "{which}");
    let out = scratch.path("out/attribution.h5");
    let samples = report["samples"].as_u64().unwrap();
    assert_eq!(read(&out, "attribution_by_channel").0, [samples, 1, 4]);
    // Maps of every unit are left out unless asked for, but for those of the largest responses.
    assert!(
        hdf5_pure::File::open(&out)
            .unwrap()
            .dataset("attribution")
            .is_err()
    );
    let (shape, maps) = read(&out, "attribution_at_peak");
    assert_eq!(shape[1..], [1, 4, 14, 12]);
    let (_, sums) = read(&out, "attribution_by_channel");
    let largest = sums.iter().fold(0.0f64, |most, a| most.max(a.abs()));
    for (peak, maps) in read(&out, "peak").1.iter().zip(maps.chunks(4 * 14 * 12)) {
        for (channel, map) in maps.chunks(14 * 12).enumerate() {
            let expected = sums[*peak as usize * 4 + channel];
            // 1e-6: maps are stored in single precision.
            assert!((map.iter().sum::<f64>() - expected).abs() < 1e-6 * largest.max(1.0));
        }
    }
    let named = "attribute model --phenomenon omitted-stimulus --cells 1 --json --out named";
    assert_eq!(scratch.succeeds(named).json()["cells"], report["cells"]);
}

#[test]
fn what_cannot_be_attributed_is_refused() {
    let scratch = fixture();
    let refuses = |arguments: &str, code: i32, parts: &[&str]| {
        scratch.refuses(&format!("attribute model {arguments}"), code, parts);
    };
    let stimulus = "--stimulus reference.h5:stimulus";
    refuses(
        &format!("{stimulus} --cells 7"),
        1,
        &["no cell 7", "[0, 1, 2]"],
    );
    refuses(
        &format!("{stimulus} --layer 3"),
        1,
        &["layer.stage = 3", "1 to 2"],
    );
    refuses(
        &format!("{stimulus} --tolerance 0"),
        1,
        &["attribution.tolerance = 0", "above 0"],
    );
    refuses(
        &format!("{stimulus} --method occlusion"),
        2,
        &["--pathways"],
    );
    let pathways = format!("{stimulus} --method occlusion --pathways");
    refuses(&format!("{pathways} 0+x"), 2, &["\"0+x\"", "0+3,1"]);
    refuses(&format!("{pathways} 9"), 1, &["channel 9 does not exist"]);
    refuses(
        &format!("{stimulus} --method pixels --layer 2"),
        1,
        &["--layer"],
    );
    refuses(
        "--phenomenon latncy",
        2,
        &["latncy", "omitted-stimulus", "all"],
    );
    refuses(
        "--stimulus reference.h5:nothing",
        1,
        &["reference.h5", "nothing"],
    );
    scratch.write("empty.toml", "[attribution]\n");
    refuses("empty.toml", 1, &["empty.toml", "[[experiments]]"]);
    scratch.write("wrong.toml", "[attribution]\ntolerence = 1\n");
    refuses("wrong.toml", 1, &["wrong.toml:2", "tolerence", "tolerance"]);
    std::fs::copy(scratch.path("reference.h5"), scratch.path("attribution.h5")).unwrap();
    refuses(
        "--stimulus attribution.h5:stimulus --out .",
        2,
        &["read by this very command"],
    );
}

/// A model without hidden units says what it needs instead.
#[test]
fn a_linear_model_has_nothing_to_attribute() {
    let scratch = Scratch::with_run();
    let arguments = "attribute run --raw --stimulus tiny.h5:test/stimulus --out out";
    scratch.refuses(arguments, 1, &["LN model", "bn-cnn"]);
}
