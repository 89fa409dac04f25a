//! Potentials of interneurons are written and read bit by bit; what does not fit together is refused,
//! and the rest of the file stays usable.

use std::path::{Path, PathBuf};

use ganglion_recording::*;
use hdf5_pure::FileBuilder;

const FRAMES: usize = 30;

fn interneurons(frames: usize) -> Interneurons {
    let unit = |kind: &str, place| InterneuronUnit {
        kind: kind.into(),
        place,
    };
    let at = |row, column| Some(PixelPlace { row, column });
    let units = vec![
        unit("OFF bipolar", at(0.5, 1.0)),
        unit("wide amacrine", None),
        unit("OFF bipolar", at(2.0, 0.0)),
    ];
    let potentials = (0..3 * frames).map(|bin| (bin as f32 * 0.37).sin());
    Interneurons::new(units, frames, potentials.collect())
}

fn session(folder: &Path, interneurons: Option<Interneurons>) -> Result<PathBuf, Error> {
    let path = folder.join("session.h5");
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: true,
    };
    let mut writer = SessionWriter::create(&path, options)?;
    writer.begin_movie(Partition::Train, 2, 2, PixelType::U8)?;
    if let Some(interneurons) = interneurons {
        writer.interneurons(Partition::Train, interneurons)?;
    }
    writer.append_u8(Partition::Train, &[7; 4 * FRAMES])?;
    writer.responses(Partition::Train, "firing_rate_10ms", 1, vec![5.0; FRAMES])?;
    writer.finish()?;
    Ok(path)
}

#[test]
fn what_was_written_is_read_and_the_rest_of_the_file_knows_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = session(folder.path(), Some(interneurons(FRAMES))).unwrap();
    let file = RecordingFile::open(&path).unwrap();
    let read = file.interneurons(Partition::Train).unwrap().unwrap();
    assert_eq!(read, interneurons(FRAMES));
    assert_eq!(read.kinds(), ["OFF bipolar", "wide amacrine"]);
    assert_eq!(file.notes(), [""; 0]);
    assert_eq!(file.partition(Partition::Train).unwrap().interneurons, 3);
    assert!(
        file.inspect()
            .to_string()
            .contains("interneurons 3 potentials")
    );
    let options = LoadOptions::training(CellSelection::All, "firing_rate_10ms");
    let with = file.load(Partition::Train, &options).unwrap();
    let without = session(folder.path(), None).unwrap();
    let without = Recording::load(without, Partition::Train, &options).unwrap();
    assert_eq!(with.responses, without.responses);
    assert_eq!(with.movie.shape(), without.movie.shape());
}

#[test]
fn a_file_without_potentials_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = session(folder.path(), None).unwrap();
    let file = RecordingFile::open(&path).unwrap();
    assert_eq!(file.interneurons(Partition::Train).unwrap(), None);
    assert!(!file.inspect().to_string().contains("interneurons"));
}

#[test]
fn the_writer_refuses_potentials_of_another_length() {
    let folder = tempfile::tempdir().unwrap();
    let error = session(folder.path(), Some(interneurons(FRAMES - 1))).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("29 bins but the movie 30 frames"), "{text}");
    let error = session(
        folder.path(),
        Some(Interneurons::new(vec![], FRAMES, vec![])),
    );
    assert!(error.unwrap_err().to_string().contains("no interneuron"));
}

/// Stored by the HDF5 library itself, so that it may be wrong.
struct Wrong {
    bins: usize,
    types: Vec<i32>,
    names: Vec<&'static str>,
    places: usize,
    value: f32,
}

impl Wrong {
    fn none() -> Self {
        Self {
            bins: 10,
            types: vec![0, 1],
            names: vec!["a", "b"],
            places: 2,
            value: 0.0,
        }
    }

    fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("wrong.h5");
        let mut builder = FileBuilder::new();
        let mut train = builder.create_group("train");
        let movie = train.create_dataset("stimulus");
        movie.with_f32_data(&[1.0; 10]).with_shape(&[10, 1, 1]);
        let mut inner = train.create_group("interneurons");
        let mut potentials = vec![0.0; 2 * self.bins];
        potentials[self.bins + 3] = self.value;
        let potential = inner.create_dataset("potential");
        potential
            .with_f32_data(&potentials)
            .with_shape(&[2, self.bins as u64]);
        let names = self.names.iter().map(ToString::to_string).collect();
        let names = hdf5_pure::AttrValue::VarLenStringArray(names);
        let types = inner.create_dataset("type");
        types.with_i32_data(&self.types).set_attr("names", names);
        let places = inner.create_dataset("place");
        let shape = [self.places as u64, 2];
        places
            .with_f64_data(&vec![0.5; 2 * self.places])
            .with_shape(&shape);
        train.add_group(inner.finish());
        builder.add_group(train.finish());
        builder.write(&path).unwrap();
        path
    }
}

#[test]
fn what_does_not_fit_is_refused_by_file_dataset_and_fix() {
    let cases = [
        (Wrong::none(), None),
        (
            Wrong {
                bins: 9,
                ..Wrong::none()
            },
            Some([
                "interneurons/potential` has 9 time bins but the movie has 10",
                "trim",
            ]),
        ),
        (
            Wrong {
                types: vec![0],
                ..Wrong::none()
            },
            Some(["interneurons/type` has 1 entries", "2 units"]),
        ),
        (
            Wrong {
                names: vec!["a"],
                ..Wrong::none()
            },
            Some(["interneurons/type` is 1 at unit 1", "add the name"]),
        ),
        (
            Wrong {
                places: 3,
                ..Wrong::none()
            },
            Some(["interneurons/place` has 3 entries", "remove entries"]),
        ),
        (
            Wrong {
                value: f32::NAN,
                ..Wrong::none()
            },
            Some([
                "interneurons/potential` is NaN at unit 1, bin 3",
                "correct it",
            ]),
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (wrong, expected) in cases {
        let path = wrong.write(folder.path());
        let file = RecordingFile::open(&path).unwrap();
        let read = file.interneurons(Partition::Train);
        let Some(parts) = expected else {
            let read = read.unwrap().unwrap();
            assert_eq!(read.kinds(), ["a", "b"]);
            continue;
        };
        let text = read.unwrap_err().to_string();
        for part in ["wrong.h5", parts[0], parts[1]] {
            assert!(text.contains(part), "`{part}` is not in: {text}");
        }
    }
}
