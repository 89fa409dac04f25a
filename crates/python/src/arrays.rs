//! Arrays from and to NumPy without copies of large ones.

use std::path::PathBuf;

use ganglion::recording::{
    ArrayFile, ArrayInfo, Attribute, Movie, MovieShape, ResultFile, SharedPixels,
};
use numpy::ndarray::{ArrayView, IntoDimension};
use numpy::{
    Element, PyArray, PyArray1, PyArray2, PyArray3, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn,
    PyUntypedArrayMethods,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::error::raised;
use crate::work;

/// Pixels of a NumPy array, which is kept as long as they are in use.
struct Lent<T> {
    pointer: *const T,
    length: usize,
    /// Keeps the memory.
    _array: Py<PyAny>,
}

// SAFETY: the memory is only read, and lives as long as the array that is kept. Python code that writes into
// it from another thread meanwhile spoils numbers, as everywhere in NumPy.
unsafe impl<T: Sync> Send for Lent<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Lent<T> {}

impl<T> AsRef<[T]> for Lent<T> {
    fn as_ref(&self) -> &[T] {
        // SAFETY: pointer and length are those of a C-contiguous array that is kept.
        unsafe { std::slice::from_raw_parts(self.pointer, self.length) }
    }
}

fn lent<T>(array: &Bound<'_, PyArray3<T>>) -> PyResult<SharedPixels<T>>
where
    T: Element + Send + Sync + 'static,
{
    if !array.is_c_contiguous() {
        return Err(PyTypeError::new_err("the movie is not C-contiguous"));
    }
    Ok(SharedPixels::lent(Lent {
        pointer: array.data(),
        length: array.len(),
        _array: array.clone().into_any().unbind(),
    }))
}

/// A movie of a C-contiguous array `[frame, y, x]` of bytes or single floats, not copied.
///
/// # Errors
/// Where it is another kind of array.
pub fn movie(array: &Bound<'_, PyAny>) -> PyResult<Movie> {
    let shape_of = |shape: &[usize]| MovieShape {
        frames: shape[0],
        height: shape[1],
        width: shape[2],
    };
    if let Ok(bytes) = array.cast::<PyArray3<u8>>() {
        return Ok(Movie::from_u8(shape_of(bytes.shape()), lent(bytes)?));
    }
    let floats = array.cast::<PyArray3<f32>>()?;
    Ok(Movie::from_f32(shape_of(floats.shape()), lent(floats)?))
}

/// Rows of one length as an array `[row, column]`.
///
/// # Errors
/// Where they are not of one length.
pub fn rows<'py, T: Element + Copy>(
    py: Python<'py>,
    rows: &[Vec<T>],
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let columns = rows.first().map_or(0, Vec::len);
    shaped(py, rows.concat(), [rows.len(), columns])
}

/// Values as an array of a shape, not copied.
///
/// # Errors
/// Where they do not fill it.
pub fn shaped<'py, T: Element, D: IntoDimension>(
    py: Python<'py>,
    values: Vec<T>,
    shape: D,
) -> PyResult<Bound<'py, PyArray<T, D::Dim>>> {
    PyArray1::from_vec(py, values).reshape(shape)
}

/// Values that `owner` keeps as an array that cannot be written to, not copied.
///
/// # Errors
/// Where they do not fill the shape.
///
/// # Safety
/// The values must live, at their place and unchanged, as long as `owner`.
pub unsafe fn borrowed<'py, T: Element, D: IntoDimension>(
    values: &[T],
    shape: D,
    owner: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyArray<T, D::Dim>>> {
    let view = ArrayView::from_shape(shape.into_dimension(), values)
        .map_err(|error| PyTypeError::new_err(error.to_string()))?;
    // SAFETY: the caller's.
    let array = unsafe { PyArray::borrow_from_array(&view, owner) };
    array.getattr("flags")?.setattr("writeable", false)?;
    Ok(array)
}

/// Datasets of an HDF5 file with their attributes `dimensions` and `units`, and those of the file.
#[pyfunction]
pub fn array_names<'py>(py: Python<'py>, path: PathBuf) -> PyResult<Bound<'py, PyDict>> {
    let file = ArrayFile::open(&path).map_err(|error| raised(py, error))?;
    let names = PyDict::new(py);
    for dataset in file.datasets_below("") {
        let attributes = file.dataset_attributes(&dataset);
        let dimensions = match attributes.get("dimensions") {
            Some(Attribute::Texts(names)) => names.clone(),
            Some(attribute) => attribute
                .as_str()
                .map(ToOwned::to_owned)
                .into_iter()
                .collect(),
            None => Vec::new(),
        };
        let units = attributes.get("units").and_then(Attribute::as_str);
        let told = (dimensions, units.map(ToOwned::to_owned));
        names.set_item(dataset, told)?;
    }
    Ok(names)
}

/// A dataset of an HDF5 file.
#[pyfunction]
pub fn read_array<'py>(
    py: Python<'py>,
    path: PathBuf,
    dataset: &str,
) -> PyResult<Bound<'py, PyArrayDyn<f32>>> {
    let array = work::brief(py, || Ok(ArrayFile::open(&path)?.read(dataset)?))?;
    let shape = PyTuple::new(py, &array.shape)?;
    let flat = PyArray1::from_vec(py, array.values).into_any();
    Ok(flat.call_method1("reshape", (shape,))?.cast_into()?)
}

/// Writes a dataset of an HDF5 file that is new.
#[pyfunction]
pub fn write_array(
    py: Python<'_>,
    path: PathBuf,
    dataset: &str,
    array: PyReadonlyArrayDyn<'_, f32>,
) -> PyResult<()> {
    let shape = array.shape().to_vec();
    let names = ["frame", "y", "x"];
    let dimensions: Vec<&str> = match shape.len() {
        4 => std::iter::once("clip").chain(names).collect(),
        _ => names.to_vec(),
    };
    let values = array.as_slice()?.to_vec();
    work::brief(py, || {
        let info = ArrayInfo {
            shape: &shape,
            dimensions: &dimensions,
            units: "",
        };
        Ok(ResultFile::new().f32(dataset, info, values).write(&path)?)
    })
}
