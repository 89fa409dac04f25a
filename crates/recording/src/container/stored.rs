//! One dataset of a file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use hdf5_pure::{DType, Layout};

use super::format::{Format, halves};
use super::{Container, Located, PIECE_BYTES};
use crate::Error;

/// One dataset of a file.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    path: PathBuf,
    name: String,
    dataset: hdf5_pure::Dataset,
    shape: Vec<usize>,
    dtype: DType,
    format: Format,
    /// Whether every stored byte is the value of an element.
    plain_bytes: bool,
    /// Whether the elements are in a raw file beside.
    elsewhere: bool,
    /// Bytes of the file.
    file_size: u64,
}

/// Bytes that one stored byte can stand for: the best that deflate does with a long run of zeros.
const BEST_COMPRESSION: u64 = 1032;

impl Stored {
    /// Opens what `name` was found to be; errors name `container` and `name`.
    pub(super) fn open(container: &Container, at: &Located, name: &str) -> Result<Self, Error> {
        let failed = |error| Error::hdf5(&container.path, format!("dataset `{name}`"), error);
        let dataset = at.container.file.dataset(&at.path).map_err(failed)?;
        let stored = Self::of(container, at, dataset, name.to_owned())?;
        Ok(Self {
            elsewhere: at.is_stored_elsewhere(),
            ..stored
        })
    }

    /// A dataset of the file where `at` is.
    pub(super) fn of(
        container: &Container,
        at: &Located,
        dataset: hdf5_pure::Dataset,
        name: String,
    ) -> Result<Self, Error> {
        let path = &container.path;
        let failed = |error| Error::hdf5(path, format!("dataset `{name}`"), error);
        let shape = dataset.shape().map_err(failed)?;
        let dtype = dataset.dtype().map_err(failed)?;
        let datatype = dataset.datatype().map_err(failed)?;
        Ok(Self {
            path: path.clone(),
            name,
            dataset,
            shape: shape.into_iter().map(|extent| extent as usize).collect(),
            dtype,
            format: Format::of(&datatype),
            plain_bytes: Format::is_plain_byte(&datatype),
            elsewhere: false,
            file_size: at.container.file.file_size(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Element type in words, such as `u8` or `f64`.
    pub(crate) fn type_name(&self) -> String {
        match self.format {
            Format::Half { .. } => "f16".into(),
            _ => self.dtype.to_string(),
        }
    }

    pub(crate) fn is_u8(&self) -> bool {
        self.plain_bytes
    }

    pub(crate) fn is_integer(&self) -> bool {
        use DType::{I8, I16, I32, I64, U8, U16, U32, U64};
        matches!(self.dtype, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
    }

    /// Storage in words: layout, then filters.
    pub(crate) fn storage(&self) -> Result<String, Error> {
        let layout = match self.dataset.layout().map_err(|error| self.failed(error))? {
            Layout::Compact { .. } => "compact".to_owned(),
            Layout::Contiguous { .. } => "contiguous".to_owned(),
            Layout::Chunked { chunk_shape, .. } => format!("chunked {chunk_shape:?}"),
            other => other.to_string(),
        };
        let filters = self.dataset.filter_pipeline();
        let names = filters.iter().map(ToString::to_string);
        Ok(std::iter::once(layout)
            .chain(names)
            .collect::<Vec<_>>()
            .join(", "))
    }

    /// File offset of the first byte, where the data lie in one run.
    pub(crate) fn contiguous_offset(&self) -> Result<Option<u64>, Error> {
        match self.dataset.layout().map_err(|error| self.failed(error))? {
            Layout::Contiguous { address, .. } => Ok(address),
            _ => Ok(None),
        }
    }

    /// Refuses another rank than `ranks` (`expected` says them in words), any type that is not a
    /// real number, and a dataset without elements.
    pub(crate) fn require(&self, ranks: &[usize], expected: &'static str) -> Result<(), Error> {
        if !ranks.contains(&self.shape.len()) {
            return Err(Error::WrongRank {
                path: self.path.clone(),
                dataset: self.name.clone(),
                shape: self.shape.clone(),
                expected,
            });
        }
        self.require_numbers()?;
        if self.shape.contains(&0) {
            return Err(Error::Empty {
                path: self.path.clone(),
                dataset: self.name.clone(),
                shape: self.shape.clone(),
            });
        }
        self.require_countable()
    }

    /// A damaged shape must neither overflow the arithmetic done with it nor fill the memory with
    /// values that the file cannot hold.
    fn require_countable(&self) -> Result<(), Error> {
        let bytes = self
            .shape
            .iter()
            .try_fold(size_of::<f64>(), |n, &extent| n.checked_mul(extent));
        match bytes {
            Some(bytes) if bytes <= isize::MAX as usize => self.require_stored(),
            _ => Err(self.too_large()),
        }
    }

    /// What the file cannot hold was never written, or is written in a way that cannot be read.
    fn require_stored(&self) -> Result<(), Error> {
        let is_virtual = matches!(self.dataset.layout(), Ok(Layout::Virtual));
        if self.elsewhere || is_virtual {
            return Err(Error::StoredElsewhere {
                path: self.path.clone(),
                dataset: self.name.clone(),
            });
        }
        // A layout that is too new for the library is no damage.
        let chunk = self
            .dataset
            .chunk_shape()
            .map_err(|error| self.failed(error))?;
        let element = self.dataset.element_size().unwrap_or(1);
        let claimed = self
            .shape
            .iter()
            .fold(element, |n, &extent| n.saturating_mul(extent as u64));
        let possible = match chunk {
            Some(_) => self.file_size.saturating_mul(BEST_COMPRESSION),
            None => self.file_size,
        };
        if claimed <= possible || chunk.is_some_and(|chunk| self.has_every_chunk(&chunk)) {
            return Ok(());
        }
        Err(Error::NotStored {
            path: self.path.clone(),
            dataset: self.name.clone(),
            shape: self.shape.clone(),
            file: self.file_size,
            never_written: self.is_never_written(),
        })
    }

    /// Whether the file keeps no bytes of the dataset at all.
    fn is_never_written(&self) -> bool {
        match self.dataset.layout() {
            Ok(Layout::Contiguous { address, .. }) => address.is_none(),
            Ok(Layout::Chunked { .. }) => self.dataset.chunks().is_ok_and(|all| all.is_empty()),
            _ => false,
        }
    }

    /// Whether every chunk was written: filters such as scale-offset keep a constant picture of
    /// any size in no byte at all.
    fn has_every_chunk(&self, chunk: &[u64]) -> bool {
        let needed = self
            .shape
            .iter()
            .zip(chunk)
            .try_fold(1u64, |n, (&all, &one)| {
                n.checked_mul((all as u64).div_ceil(one.max(1)))
            });
        let written = self.dataset.chunks().map(|chunks| chunks.len() as u64);
        written.is_ok_and(|written| needed == Some(written))
    }

    /// A vector of `rows` rows of zeros, or an error where memory cannot hold it.
    pub(crate) fn zeros<T: Copy + Default>(&self, rows: usize) -> Result<Vec<T>, Error> {
        let count = rows * self.row_elements();
        // Asks first, since `vec!` aborts; but lets `vec!` allocate, since it gets zeros for free.
        let possible = Vec::<T>::new().try_reserve_exact(count);
        possible.map_err(|_| self.too_large())?;
        Ok(vec![T::default(); count])
    }

    fn too_large(&self) -> Error {
        let (path, dataset) = (self.path.clone(), self.name.clone());
        Error::TooLarge {
            path,
            dataset,
            shape: self.shape.clone(),
        }
    }

    fn require_numbers(&self) -> Result<(), Error> {
        match &self.format {
            Format::Library | Format::Half { .. } => Ok(()),
            Format::Unreadable(what) => Err(Error::NotNumeric {
                path: self.path.clone(),
                dataset: self.name.clone(),
                found: what.clone(),
            }),
        }
    }

    /// Elements of one entry of the first dimension.
    pub(crate) fn row_elements(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// Rows that fill about [`PIECE_BYTES`], whole chunks of them so that none is decoded twice.
    pub(crate) fn rows_per_piece(&self) -> usize {
        let bytes = self.row_elements().max(1) * self.dataset.element_size().unwrap_or(8) as usize;
        let chunk = match self.dataset.chunk_shape() {
            Ok(Some(shape)) => shape.first().map_or(1, |&rows| rows.max(1) as usize),
            _ => 1,
        };
        (PIECE_BYTES / bytes / chunk).max(1) * chunk
    }

    /// Rows as `f32`, whatever real type they are stored in.
    pub(crate) fn rows_f32(&self, rows: Range<usize>) -> Result<Vec<f32>, Error> {
        if let Format::Half { big_endian } = self.format {
            return self.rows_of_halves(rows, big_endian);
        }
        let read = self
            .dataset
            .read_f32_rows(rows.start as u64, rows.len() as u64);
        self.complete(read, rows.len())
    }

    /// Rows of a `u8` dataset as stored.
    pub(crate) fn rows_u8(&self, rows: Range<usize>) -> Result<Vec<u8>, Error> {
        let read = self
            .dataset
            .read_raw_rows(rows.start as u64, rows.len() as u64);
        self.complete(read, rows.len())
    }

    /// The one value of a scalar dataset.
    pub(crate) fn scalar(&self) -> Result<f64, Error> {
        self.require_numbers()?;
        let values = match self.format {
            Format::Half { big_endian } => {
                let bytes = self.dataset.read_raw();
                bytes.map(|bytes| halves(&bytes, big_endian).map(f64::from).collect())
            }
            _ => self.dataset.read_f64(),
        };
        let values: Vec<f64> = values.map_err(|error| self.failed(error))?;
        values.first().copied().ok_or_else(|| Error::Empty {
            path: self.path.clone(),
            dataset: self.name.clone(),
            shape: self.shape.clone(),
        })
    }

    /// Rows as `f64`.
    pub(crate) fn rows_f64(&self, rows: Range<usize>) -> Result<Vec<f64>, Error> {
        if let Format::Half { big_endian } = self.format {
            let values = self.rows_of_halves(rows, big_endian)?;
            return Ok(values.into_iter().map(f64::from).collect());
        }
        let read = self
            .dataset
            .read_f64_rows(rows.start as u64, rows.len() as u64);
        self.complete(read, rows.len())
    }

    fn rows_of_halves(&self, rows: Range<usize>, big_endian: bool) -> Result<Vec<f32>, Error> {
        let read = self
            .dataset
            .read_raw_rows(rows.start as u64, rows.len() as u64);
        let values = read.map(|bytes| halves(&bytes, big_endian).collect());
        self.complete(values, rows.len())
    }

    /// The library clamps a window to the dataset; a short one must not pass for the whole.
    fn complete<T>(
        &self,
        read: Result<Vec<T>, hdf5_pure::Error>,
        rows: usize,
    ) -> Result<Vec<T>, Error> {
        let values = read.map_err(|error| self.failed(error))?;
        let expected = rows * self.row_elements();
        if values.len() == expected {
            return Ok(values);
        }
        let detail = format!("`{}` gave {} values of {expected}", self.name, values.len());
        Err(Error::Truncated {
            path: self.path.clone(),
            detail,
        })
    }

    fn failed(&self, error: hdf5_pure::Error) -> Error {
        Error::hdf5(&self.path, format!("dataset `{}`", self.name), error)
    }
}
