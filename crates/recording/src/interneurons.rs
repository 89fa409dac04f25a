//! Potentials of interneurons beside the responses of a recording.
//!
//! ```text
//! /train, /test
//!     interneurons/potential [unit, frame]        f32; any unit of a potential, 0 at rest or not
//!     interneurons/type      [unit]               which name of the attribute `names` each unit has
//!     interneurons/place     [unit, 2]            row and column in movie pixels, NaN for a unit
//!                                                 without a place
//! ```

use crate::container::{Container, Stored};
use crate::session::require_length;
use crate::{Attribute, Error, Partition, RecordingFile};

/// Name of the group in a partition.
const GROUP: &str = "interneurons";

/// Where the receptive field of an interneuron is centred, in pixels of the movie; the middle of the
/// first pixel is (0, 0).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct PixelPlace {
    /// Downwards.
    pub row: f64,
    /// To the right.
    pub column: f64,
}

/// An interneuron whose potential is known.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct InterneuronUnit {
    /// Name of its type.
    pub kind: String,
    /// Where it is, where that is known.
    pub place: Option<PixelPlace>,
}

/// Potentials `[unit, frame]` of interneurons, one value a frame of the movie.
///
/// The unit of a potential is the writer's: comparisons are by correlation, which does not ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Interneurons {
    units: Vec<InterneuronUnit>,
    frames: usize,
    potentials: Vec<f32>,
}

impl Interneurons {
    /// Potentials in memory; `potentials` is `[unit, frame]`.
    ///
    /// # Panics
    /// Where the number of values is not units x frames.
    pub fn new(units: Vec<InterneuronUnit>, frames: usize, potentials: Vec<f32>) -> Self {
        assert_eq!(
            potentials.len(),
            units.len() * frames,
            "values do not fill [unit, frame]"
        );
        Self {
            units,
            frames,
            potentials,
        }
    }

    /// The interneurons, in the order of the rows.
    pub fn units(&self) -> &[InterneuronUnit] {
        &self.units
    }

    /// Number of bins, equal to the frames of the movie.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// All bins of one unit.
    ///
    /// # Panics
    /// Where there is no such unit.
    pub fn potential(&self, unit: usize) -> &[f32] {
        &self.potentials[unit * self.frames..][..self.frames]
    }

    /// All values, `[unit, frame]`.
    pub fn potentials(&self) -> &[f32] {
        &self.potentials
    }

    /// Names of the types, each once, in the order in which they come.
    pub fn kinds(&self) -> Vec<&str> {
        let mut kinds = Vec::new();
        for unit in &self.units {
            if !kinds.contains(&unit.kind.as_str()) {
                kinds.push(unit.kind.as_str());
            }
        }
        kinds
    }
}

impl RecordingFile {
    /// Potentials of the interneurons of a partition, where the file has them.
    ///
    /// # Errors
    /// Where the partition does not exist, the potentials have another length than the movie, types or
    /// places are not one a unit, a type has no name, a potential is not finite, or reading fails.
    pub fn interneurons(&self, partition: Partition) -> Result<Option<Interneurons>, Error> {
        let frames = self.partition(partition)?.frames;
        let container = self.container();
        let Some(potential) = open_potential(container, partition, frames)? else {
            return Ok(None);
        };
        let kinds = read_kinds(container, partition, potential.shape()[0])?;
        let places = read_places(container, partition, potential.shape()[0])?;
        let units = kinds.into_iter().zip(places);
        Ok(Some(Interneurons {
            units: units
                .map(|(kind, place)| InterneuronUnit { kind, place })
                .collect(),
            frames,
            potentials: read_potentials(&potential)?,
        }))
    }
}

/// Number of interneurons of a partition, for its summary; 0 where it has none.
///
/// # Errors
/// As [`RecordingFile::interneurons`], but for the values of the potentials, which are not read.
pub(crate) fn count(
    container: &Container,
    partition: Partition,
    frames: usize,
) -> Result<usize, Error> {
    let Some(potential) = open_potential(container, partition, frames)? else {
        return Ok(0);
    };
    let units = potential.shape()[0];
    read_kinds(container, partition, units)?;
    read_places(container, partition, units)?;
    Ok(units)
}

fn path(partition: Partition, name: &str) -> String {
    partition.path(&format!("{GROUP}/{name}"))
}

fn open_potential(
    container: &Container,
    partition: Partition,
    frames: usize,
) -> Result<Option<Stored>, Error> {
    let name = path(partition, "potential");
    if !container
        .groups(partition.group())
        .iter()
        .any(|group| group == GROUP)
    {
        return Ok(None);
    }
    let potential = container.dataset(&name)?;
    potential.require(&[2], "two dimensions [unit, frame]")?;
    require_length(&potential, 1, frames)?;
    Ok(Some(potential))
}

/// The name of each unit's type.
fn read_kinds(
    container: &Container,
    partition: Partition,
    units: usize,
) -> Result<Vec<String>, Error> {
    let stored = container.dataset(&path(partition, "type"))?;
    stored.require(&[1], "one dimension [unit]")?;
    require_units(&stored, units, partition)?;
    let names = match container.dataset_attributes(stored.name()).remove("names") {
        Some(Attribute::Texts(names)) => names,
        Some(Attribute::Text(name)) => vec![name],
        _ => Vec::new(),
    };
    let numbers = stored.rows_f64(0..units)?;
    let named = numbers.iter().enumerate().map(|(unit, &number)| {
        let is_place = number >= 0.0 && number.fract() == 0.0;
        let name = names.get(number as usize).filter(|_| is_place);
        name.cloned().ok_or_else(|| Error::NoInterneuronType {
            path: container.path().to_owned(),
            dataset: stored.name().to_owned(),
            unit,
            number,
            names: names.len(),
        })
    });
    named.collect()
}

fn read_places(
    container: &Container,
    partition: Partition,
    units: usize,
) -> Result<Vec<Option<PixelPlace>>, Error> {
    let stored = container.dataset(&path(partition, "place"))?;
    stored.require(&[2], "two dimensions [unit, 2]: row and column in pixels")?;
    require_units(&stored, units, partition)?;
    if stored.shape()[1] != 2 {
        return Err(Error::WrongRank {
            path: container.path().to_owned(),
            dataset: stored.name().to_owned(),
            shape: stored.shape().to_vec(),
            expected: "[unit, 2]: row and column in pixels",
        });
    }
    let values = stored.rows_f64(0..units)?;
    let place = |pair: &[f64]| {
        let (row, column) = (pair[0], pair[1]);
        (row.is_finite() && column.is_finite()).then_some(PixelPlace { row, column })
    };
    Ok(values.chunks_exact(2).map(place).collect())
}

fn require_units(stored: &Stored, units: usize, partition: Partition) -> Result<(), Error> {
    let found = stored.shape()[0];
    if found == units {
        return Ok(());
    }
    Err(Error::InterneuronCount {
        path: stored.path().to_owned(),
        dataset: stored.name().to_owned(),
        found,
        potential: path(partition, "potential"),
        units,
    })
}

fn read_potentials(stored: &Stored) -> Result<Vec<f32>, Error> {
    let values = crate::array::load(stored)?.values;
    let Some(place) = values.iter().position(|value| !value.is_finite()) else {
        return Ok(values);
    };
    let frames = stored.shape()[1];
    Err(Error::BadPotential {
        path: stored.path().to_owned(),
        dataset: stored.name().to_owned(),
        value: values[place],
        unit: place / frames,
        bin: place % frames,
    })
}

/// Adds the group to a partition that is being written.
pub(crate) fn fill(group: &mut hdf5_pure::GroupBuilder, interneurons: &Interneurons) {
    let units = interneurons.units.len() as u64;
    let kinds = interneurons.kinds();
    let number = |unit: &InterneuronUnit| {
        let place = kinds.iter().position(|kind| *kind == unit.kind);
        place.unwrap_or_default() as i32
    };
    let numbers: Vec<i32> = interneurons.units.iter().map(number).collect();
    let places: Vec<f64> = (interneurons.units.iter())
        .flat_map(|unit| {
            let place = unit.place.map(|place| [place.row, place.column]);
            place.unwrap_or([f64::NAN; 2])
        })
        .collect();
    let mut inner = group.create_group(GROUP);
    inner
        .create_dataset("potential")
        .with_f32_data(&interneurons.potentials)
        .with_shape(&[units, interneurons.frames as u64]);
    let names = kinds.iter().map(ToString::to_string).collect();
    inner
        .create_dataset("type")
        .with_i32_data(&numbers)
        .set_attr("names", Attribute::Texts(names).to_hdf5());
    inner
        .create_dataset("place")
        .with_f64_data(&places)
        .with_shape(&[units, 2]);
    group.add_group(inner.finish());
}
