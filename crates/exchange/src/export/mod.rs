//! Models and predictions for other programs: safetensors, NumPy's npz and HDF5, in PyTorch's naming, and ONNX.
//!
//! Arrays are named and shaped as in torch-deep-retina's `BNCNN`, so that its `load_state_dict`
//! takes them as they are. What that program does not know is written as the layer that it equals:
//! factorised kernels as full ones, Gaussian read-outs as dense ones with a bias. A file of ONNX has the
//! same arrays and what is computed with them: it takes normalised clips `[batch, history, y, x]`, the
//! oldest frame first, and gives rates `[batch, cell]`, Hz.

mod hdf5;
mod npz;
mod onnx;
mod safetensors;
mod sensorium;
mod state;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use ganglion_model::model::Model;

use crate::Error;
pub use crate::description::DESCRIPTION;
pub use sensorium::{ClipPrediction, ClipPredictions, write_sensorium};
pub use state::{NamedArray, state_dict};

/// Formats that models are exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Safetensors.
    Safetensors,
    /// NumPy's archive of arrays, not compressed.
    Npz,
    /// HDF5.
    Hdf5,
    /// ONNX, opset 17: the network with its weights.
    Onnx,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Safetensors, Self::Npz, Self::Hdf5, Self::Onnx];
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safetensors => "safetensors",
            Self::Npz => "npz",
            Self::Hdf5 => "h5",
            Self::Onnx => "onnx",
        })
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL
            .into_iter()
            .find(|format| format.to_string() == text);
        found.ok_or_else(|| "choose safetensors, npz, h5 or onnx".into())
    }
}

/// Whether a file is what [`export`] wrote, in any of its formats: it holds [`DESCRIPTION`].
pub fn is_export(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else {
        return false;
    };
    let is_known = bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"\x89HDF\r\n\x1a\n")
        || safetensors_header(&bytes).is_some();
    let searched = safetensors_header(&bytes).unwrap_or(&bytes);
    let name = DESCRIPTION.as_bytes();
    let is_named = || searched.windows(name.len()).any(|part| part == name);
    (is_known && is_named()) || onnx::is_export(&bytes)
}

/// The header of a file of safetensors: its length in eight bytes, then JSON.
fn safetensors_header(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let header = rest.get(..length)?;
    header.starts_with(b"{").then_some(header)
}

/// Writes a model's weights and description, aside and then renamed. Returns the arrays written.
///
/// # Errors
/// If the file cannot be written, or ONNX has no form for a part of the network.
pub fn export(model: &Model, format: ExportFormat, path: &Path) -> Result<Vec<NamedArray>, Error> {
    let sequential = model.network.sequential(&model.description.movie);
    let description = model.description.to_toml()?;
    let arrays = sequential.arrays();
    match format {
        ExportFormat::Safetensors => safetensors::write(arrays, &description, path)?,
        ExportFormat::Npz => npz::write(arrays, &description, path)?,
        ExportFormat::Hdf5 => hdf5::write(arrays, &description, path)?,
        ExportFormat::Onnx => {
            onnx::write(model, &sequential, &description, path)?;
            return Ok(onnx::arrays(sequential));
        }
    }
    Ok(sequential.into_arrays())
}
