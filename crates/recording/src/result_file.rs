//! Small HDF5 files of named arrays, as results are kept.

use std::io;
use std::path::Path;

use hdf5_pure::{FileBuilder, GroupBuilder, make_f32_type};

use crate::atomic::{publish, temporary_beside, write_atomically};
use crate::attributes::Attribute;
use crate::container::Container;
use crate::error::Error;
use crate::sparse::Sparse;
use crate::spool::Spool;

/// What an array of a [`ResultFile`] holds.
#[derive(Clone, Copy, Debug)]
pub struct ArrayInfo<'a> {
    /// Extent of each dimension.
    pub shape: &'a [usize],
    /// Name of each dimension, such as `["frame", "cell"]`; attribute `dimensions`.
    pub dimensions: &'a [&'a str],
    /// Unit of the values, such as `"Hz"`, `""` for none; attribute `units`.
    pub units: &'a str,
}

/// Builds an HDF5 file of named arrays and writes it atomically.
///
/// Arrays are in memory, or in a [`Spool`].
///
/// Each array carries the attributes `dimensions` and `units`. A name may hold one `/`: the part
/// before it is a group.
#[derive(Debug, Default)]
pub struct ResultFile {
    arrays: Vec<NamedArray>,
    spools: Vec<(String, Spool)>,
    attributes: Vec<(String, Attribute)>,
}

#[derive(Debug)]
struct NamedArray {
    name: String,
    shape: Vec<u64>,
    dimensions: Vec<String>,
    units: String,
    values: Values,
}

#[derive(Debug)]
enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
    /// So many values of 32 bits that are written later.
    Later(usize),
}

impl ResultFile {
    /// An empty file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute of the file.
    pub fn attribute(mut self, name: &str, value: impl Into<Attribute>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// Adds an array of 32-bit floats.
    ///
    /// # Panics
    /// Where the values do not fill the shape, or the dimensions do not name each of its extents.
    pub fn f32(self, name: &str, info: ArrayInfo<'_>, values: Vec<f32>) -> Self {
        self.array(name, info, values.len(), Values::F32(values))
    }

    /// Adds an array of 64-bit floats.
    ///
    /// # Panics
    /// As [`f32`](Self::f32).
    pub fn f64(self, name: &str, info: ArrayInfo<'_>, values: Vec<f64>) -> Self {
        self.array(name, info, values.len(), Values::F64(values))
    }

    /// Adds an array of 32-bit floats that is too large for memory.
    ///
    /// # Panics
    /// As [`f32`](Self::f32).
    pub fn spooled(mut self, name: &str, info: ArrayInfo<'_>, spool: Spool) -> Self {
        let count = spool.len();
        if !spool.is_empty() {
            self.spools.push((name.to_owned(), spool));
        }
        self.array(name, info, count, Values::Later(count))
    }

    fn array(mut self, name: &str, info: ArrayInfo<'_>, count: usize, values: Values) -> Self {
        let shape = info.shape;
        assert_eq!(
            count,
            shape.iter().product::<usize>(),
            "`{name}`: values do not fill {shape:?}"
        );
        assert_eq!(
            shape.len(),
            info.dimensions.len(),
            "`{name}`: a name for each dimension"
        );
        self.arrays.push(NamedArray {
            name: name.to_owned(),
            shape: shape.iter().map(|&extent| extent as u64).collect(),
            dimensions: info.dimensions.iter().map(ToString::to_string).collect(),
            units: info.units.to_owned(),
            values,
        });
        self
    }

    /// Writes the file, replacing one that is there.
    ///
    /// # Errors
    /// [`Error::Write`], see [`write_atomically`].
    pub fn write(mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let spools = std::mem::take(&mut self.spools);
        let builder = self.build();
        if spools.is_empty() {
            return write_atomically(path, |writer| finish(builder, writer));
        }
        write_around(builder, spools, path)
    }

    fn build(self) -> FileBuilder {
        let mut builder = FileBuilder::new();
        for (name, value) in &self.attributes {
            builder.set_attr(name, value.to_hdf5());
        }
        let mut groups: Vec<(String, GroupBuilder)> = Vec::new();
        for array in self.arrays {
            match array.name.clone().split_once('/') {
                None => array.fill(builder.create_dataset(&array.name)),
                Some((group, name)) => {
                    let group = group_named(&mut groups, &mut builder, group);
                    array.fill(group.create_dataset(name));
                }
            }
        }
        groups
            .into_iter()
            .for_each(|(_, group)| builder.add_group(group.finish()));
        builder
    }
}

/// Writes zeros where spools go, as holes, and then the spools.
fn write_around(
    builder: FileBuilder,
    spools: Vec<(String, Spool)>,
    path: &Path,
) -> Result<(), Error> {
    let failed = |error| Error::writing(path, error);
    let aside = temporary_beside(path).map_err(failed)?;
    let mut sparse = Sparse::new(aside.as_file());
    finish(builder, &mut sparse).map_err(failed)?;
    sparse.finish().map_err(failed)?;
    let container = Container::open(aside.path())?;
    for (name, spool) in spools {
        let offset = container.dataset(&name)?.contiguous_offset()?;
        let offset = offset.ok_or_else(|| Error::Inconsistent {
            path: path.into(),
            problem: format!("`{name}` was not laid out in one run (a bug of this program)"),
        })?;
        spool.copy_to(aside.as_file(), offset).map_err(failed)?;
    }
    publish(aside, path).map_err(failed)
}

fn group_named<'a>(
    groups: &'a mut Vec<(String, GroupBuilder)>,
    builder: &mut FileBuilder,
    name: &str,
) -> &'a mut GroupBuilder {
    let place = groups
        .iter()
        .position(|(known, _)| known == name)
        .unwrap_or_else(|| {
            groups.push((name.to_owned(), builder.create_group(name)));
            groups.len() - 1
        });
    &mut groups[place].1
}

impl NamedArray {
    fn fill(&self, dataset: &mut hdf5_pure::DatasetBuilder) {
        match &self.values {
            Values::F32(values) => dataset.with_f32_data(values),
            Values::F64(values) => dataset.with_f64_data(values),
            Values::Later(count) => {
                let zeros = vec![0; count * size_of::<f32>()];
                dataset.with_raw_data(make_f32_type(), zeros, *count as u64)
            }
        };
        dataset
            .with_shape(&self.shape)
            .set_attr(
                "dimensions",
                Attribute::Texts(self.dimensions.clone()).to_hdf5(),
            )
            .set_attr("units", Attribute::Text(self.units.clone()).to_hdf5());
    }
}

/// Writes the assembled file, as an I/O error where that fails.
pub(crate) fn finish(builder: FileBuilder, writer: &mut impl io::Write) -> io::Result<()> {
    builder.finish_to(writer).map_err(|error| match error {
        hdf5_pure::Error::Io(error) => error,
        other => io::Error::other(other),
    })
}
