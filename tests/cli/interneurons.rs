//! `ganglion interneurons`

use ganglion_model::device::BackendKind;
use ganglion_model::model::Model;
use ganglion_recording::{
    InterneuronUnit, Interneurons, LoadOptions, Microns, Milliseconds, Partition, PixelPlace,
    PixelType, RecordingFile, SessionOptions, SessionWriter,
};

use serde_json::Value;

use crate::harness::{Scratch, listing};
use crate::reduce::CONFIG;

/// A network, and a recording of the same movie in which one interneuron is a unit of the network, one is
/// the light of a pixel some frames ago, and one is noise.
pub fn with_potentials() -> Scratch {
    let scratch = Scratch::with_session();
    scratch.write("network.toml", CONFIG);
    scratch.succeeds("train network.toml --out net --quiet");
    let file = RecordingFile::open(scratch.path("tiny.h5")).unwrap();
    let movie = file
        .load_movie(Partition::Train, LoadOptions::MEMORY_LIMIT)
        .unwrap();
    let (frames, history) = (movie.frames(), 8);
    let mut pixels = Vec::new();
    movie.read_frames(0..frames, &mut pixels).unwrap();
    let model = Model::open(
        scratch.path("net"),
        &BackendKind::default().device().unwrap(),
    )
    .unwrap();
    let normalisation = model.normalisation_of(&movie).unwrap();
    let mut unit = vec![0.0; history];
    let all = history..frames;
    model
        .hidden_units(&movie, &normalisation, all, |units| {
            let bins = units.bins.len();
            if units.layer == 1 {
                unit.extend_from_slice(&units.values[5 * bins..6 * bins]);
            }
        })
        .unwrap();
    let pixel = |frame: usize| pixels[frame * 144 + 6 * 12 + 5];
    let light = (0..frames).map(|bin| {
        if bin < 4 {
            0.0
        } else {
            pixel(bin - 3) - 0.5 * pixel(bin - 4)
        }
    });
    let noise = (0..frames).map(|bin| (bin * 7919 % 1009) as f32 * (bin * 31 % 17) as f32);
    let named = |kind: &str, place| InterneuronUnit {
        kind: kind.into(),
        place,
    };
    let units = vec![
        named("unit", None),
        named(
            "light",
            Some(PixelPlace {
                row: 6.0,
                column: 5.0,
            }),
        ),
        named("noise", None),
    ];
    let potentials = unit.into_iter().chain(light).chain(noise).collect();
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: false,
    };
    let mut writer = SessionWriter::create(scratch.path("inside.h5"), options).unwrap();
    writer
        .begin_movie(Partition::Train, 12, 12, PixelType::U8)
        .unwrap();
    let bytes: Vec<u8> = pixels.iter().map(|&pixel| pixel as u8).collect();
    writer.append_u8(Partition::Train, &bytes).unwrap();
    let interneurons = Interneurons::new(units, frames, potentials);
    writer.interneurons(Partition::Train, interneurons).unwrap();
    writer.finish().unwrap();
    scratch
}

#[test]
fn a_unit_that_is_the_potential_scores_1_and_noise_no_more_than_the_nulls() {
    let scratch = with_potentials();
    scratch.succeeds(
        "train network.toml --set recording.shift_responses=100 --set seed=1003 --out null --quiet",
    );
    let found = scratch
        .succeeds("interneurons net inside.h5 --null null --out found --json")
        .json();
    assert_eq!(found["partition"], "train");
    let one = |index: usize| found["interneurons"][index].clone();
    let network = |index: usize| {
        let best = &one(index)["networks"][0];
        best["correlation"].as_f64().unwrap()
    };
    assert!(network(0) > 0.9999, "{}", one(0));
    // Counted from 1: the library's layer 1 is the second.
    assert_eq!(one(0)["networks"][0]["layer"], 2);
    let rows = scratch.read("found/correlations.csv");
    assert!(
        rows.lines().nth(1).unwrap().starts_with("0,unit,,,2,"),
        "{rows}"
    );
    let numbers = |of: &Value| -> Vec<f64> {
        let all = of.as_array().unwrap().iter();
        all.map(|value| value.as_f64().unwrap()).collect()
    };
    let untrained = numbers(&one(0)["untrained"]);
    assert_eq!(untrained.len(), 5);
    assert!(untrained.iter().all(|&r| r < 0.95), "{}", one(0));
    // 296 bins judge, so that chance has an error of 0.06: four of them.
    let noise = [
        numbers(&one(2)["untrained"]),
        numbers(&one(2)["shifted"]),
        vec![one(2)["ln_model"].as_f64().unwrap()],
    ];
    assert!(noise.concat().iter().all(|r| r.abs() < 0.25), "{}", one(2));
    assert!(network(2).abs() < 0.25, "{}", one(2));
    // A linear filter of one pixel is what the model of the interneuron itself can be.
    assert!(one(1)["ln_model"].as_f64().unwrap() > 0.9, "{}", one(1));
    let means = found["means"].as_array().unwrap();
    assert_eq!(means.len(), 7);
    assert!(
        means
            .iter()
            .all(|mean| mean["types"] == 3 && mean["interval"].is_array())
    );
    // Only the place of the light is known.
    assert!(one(1)["covered"] == true && one(0)["covered"].is_null());
    assert_eq!(found["means_of_covered"][0]["interneurons"], 1);
    let files = listing(&scratch.path("found"));
    let expected = [
        "correlations.csv",
        "interneurons.csv",
        "interneurons.svg",
        "summary.json",
    ];
    assert_eq!(files, expected);
    let told = scratch.succeeds("interneurons net inside.h5");
    assert!(told.stdout.contains("LN model"), "{}", told.stdout);
    assert!(told.stdout.contains("layer 2 channel"), "{}", told.stdout);
}

/// Two trainings and the results of another recording are taken together; the command that is told trains a
/// null of them.
#[test]
fn several_networks_and_recordings_are_taken_together() {
    let scratch = with_potentials();
    scratch.succeeds("train network.toml --set seed=4 --out other --quiet");
    std::fs::copy(scratch.path("inside.h5"), scratch.path("second.h5")).unwrap();
    let told = scratch
        .succeeds("interneurons net second.h5 --out second")
        .stdout;
    for part in ["not over trainings, retinas", "name it with --null"] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
    let advice = told.lines().map(str::trim);
    let advice = advice.filter_map(|line| line.strip_prefix("ganglion train "));
    let advice: Vec<&str> = advice.collect();
    // 600 frames: a sixth of them.
    assert!(
        advice[0].contains("recording.shift_responses=100 --set seed=1003 --out net-shifted"),
        "{advice:?}"
    );
    scratch.succeeds(&format!("train {} --quiet", advice[0]));
    let line = "interneurons net other inside.h5 --null net-shifted";
    let both = scratch
        .succeeds(&format!("{line} --with second --json --out both"))
        .json();
    let one = &both["interneurons"][0];
    assert_eq!(one["networks"].as_array().unwrap().len(), 2);
    let mean = |all: &str, what: &str| {
        let all = both[all].as_array().unwrap();
        let found = all.iter().find(|one| one["what"] == what).unwrap();
        (found["mean"].as_f64().unwrap(), found["recordings"].clone())
    };
    let (own, recordings) = mean("means", "network");
    assert_eq!(recordings, 1);
    let (over, recordings) = mean("means_over_recordings", "network");
    assert_eq!(recordings, 2);
    let second: Value = serde_json::from_str(&scratch.read("second/summary.json")).unwrap();
    let alone = second["means"][0]["mean"].as_f64().unwrap();
    // Rounding of a mean of two.
    assert!((over - 0.5 * (own + alone)).abs() < 1e-12);
    let rows = scratch.read("both/correlations.csv");
    assert_eq!(rows.lines().count(), 1 + 2 * 3);
    scratch.refuses(
        "interneurons net net inside.h5",
        1,
        &["net: is the network of net", "give each network once"],
    );
    scratch.refuses(
        "interneurons net inside.h5 --with both",
        1,
        &["both: is of inside.h5", "different recordings"],
    );
}

#[test]
fn a_null_that_is_none_is_refused() {
    let scratch = with_potentials();
    let refuses = |null: &str, parts: &[&str]| {
        scratch.refuses(
            &format!("interneurons net inside.h5 --null {null}"),
            1,
            parts,
        );
    };
    scratch.succeeds("train network.toml --set seed=1003 --out straight --quiet");
    refuses(
        "straight",
        &[
            "straight/config.toml: recording.shift_responses is 0",
            "--set",
        ],
    );
    scratch.succeeds("train network.toml --set recording.shift_responses=100 --out twin --quiet");
    let seed = [
        "twin/config.toml: seed = 3",
        "is that of net",
        "--set seed=1003",
    ];
    refuses("twin", &seed);
    let shifted = "recording.shift_responses=100 --set seed=1003";
    let line =
        format!("train network.toml --set {shifted} --set training.epochs=1 --out short --quiet");
    scratch.succeeds(&line);
    refuses(
        "short",
        &["short/config.toml: `training` is not that of net"],
    );
    scratch.write(
        "short/config.toml",
        &scratch
            .read("short/config.toml")
            .replace("shift_responses = 100", "shift_responses = 9"),
    );
    refuses("short", &["shift_responses is 9", "at least 80"]);
    scratch.write("twin/config.toml", "seed = ");
    refuses("twin", &["twin/config.toml"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let scratch = with_potentials();
    scratch.refuses(
        "interneurons net tiny.h5",
        1,
        &[
            "tiny.h5",
            "no potentials of interneurons",
            "test/interneurons/potential",
        ],
    );
    scratch.succeeds("train tiny.toml --out ln --quiet");
    scratch.refuses("interneurons ln inside.h5", 1, &["ln: has no hidden units"]);
    scratch.refuses(
        "train network.toml --set recording.shift_responses=600 --out far",
        1,
        &[
            "recording.shift_responses",
            "600",
            "below the number of frames",
        ],
    );
}
