//! Weights as a state dict.

use std::str::FromStr;

use ganglion::exchange::export::state_dict;
use ganglion::exchange::import::{ImportOptions, Imported, import_arrays};
use ganglion::model::device::BackendKind;
use ganglion::model::model::Model;
use ganglion::model::network::OutputNonlinearity;
use ganglion::model::weights::WeightArray;
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::arrays::shaped;
use crate::error::{Kind, of_kind, raised_for_value};

/// The arrays of a model by their names in PyTorch.
///
/// # Errors
/// Where memory does not suffice.
pub fn state<'py>(py: Python<'py>, model: &Model) -> PyResult<Bound<'py, PyDict>> {
    let state = PyDict::new(py);
    for array in state_dict(model) {
        let values = array.array.values;
        let length = values.len();
        let flat = shaped(py, values, [length])?.into_any();
        let shape = PyTuple::new(py, &array.array.shape)?;
        state.set_item(array.name, flat.call_method1("reshape", (shape,))?)?;
    }
    Ok(state)
}

/// A model of arrays; options are those of `ganglion import`.
///
/// # Errors
/// Those of the import, and where an option is none.
pub fn imported(
    py: Python<'_>,
    arrays: &Bound<'_, PyDict>,
    description: Option<String>,
    options: &Bound<'_, PyDict>,
) -> PyResult<Imported> {
    let mut all = Vec::with_capacity(arrays.len());
    for (name, array) in arrays {
        let array: PyReadonlyArrayDyn<'_, f32> = array.extract()?;
        let weights = WeightArray {
            shape: array.shape().to_vec(),
            values: array.as_slice()?.to_vec(),
        };
        all.push((name.extract()?, weights));
    }
    let options = self::options(py, options)?;
    let imported = py.detach(|| {
        let device = BackendKind::default().device()?;
        Ok::<_, anyhow::Error>(import_arrays(all, description, &options, &device)?)
    });
    imported.map_err(|error| raised_for_value(py, error))
}

fn options(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<ImportOptions> {
    let mut options = ImportOptions::default();
    for (name, value) in given {
        let name: String = name.extract()?;
        match name.as_str() {
            "microns_per_pixel" => options.microns_per_pixel = value.extract()?,
            "cells" => options.cells = value.extract()?,
            "frame_period_ms" => options.frame_period_ms = value.extract()?,
            "frame_size" => options.frame_size = value.extract()?,
            "normalisation" => options.normalisation = value.extract()?,
            "response" => options.response = value.extract()?,
            "batch_norm_epsilon" => options.batch_norm_epsilon = value.extract()?,
            "hidden_activation" => options.hidden_activation = chosen(&value)?,
            "output_activation" => {
                options.output_activation = match value.extract::<Option<&str>>()? {
                    None => None,
                    Some("softplus") => Some(OutputNonlinearity::Softplus),
                    Some("exponential" | "exp") => Some(OutputNonlinearity::Exp),
                    Some(_) => {
                        let sentence = "output_activation: choose softplus or exponential";
                        return Err(of_kind(py, Kind::Value, sentence));
                    }
                }
            }
            "batch_norm_order" => options.batch_norm_order = chosen(&value)?,
            "flatten_order" => options.flatten_order = chosen(&value)?,
            _ => {
                return Err(of_kind(
                    py,
                    Kind::Value,
                    &format!("there is no option {name}"),
                ));
            }
        }
    }
    Ok(options)
}

/// An option that is one of several words.
fn chosen<T: FromStr<Err = String>>(value: &Bound<'_, PyAny>) -> PyResult<Option<T>> {
    let word: Option<String> = value.extract()?;
    let chosen = word.map(|word| word.parse::<T>()).transpose();
    chosen.map_err(|text| of_kind(value.py(), Kind::Value, &text))
}
