//! A mapping file: the layers of a network in order, where names and shapes do not tell.
//!
//! ```toml
//! [[layer]]
//! kind = "convolution"
//! weight = "conv1.w"          # names in the weights file
//! bias = "conv1.b"            # may be left out
//! layout = "oihw"             # or "hwio"; "oihw" if left out
//!
//! [[layer]]
//! kind = "normalisation"
//! mean = "bn1.mean"
//! variance = "bn1.var"
//! gain = "bn1.g"              # may be left out: 1
//! offset = "bn1.b"            # may be left out: 0
//! epsilon = 1e-3              # may be left out
//! absolute = false            # whether the gain is the magnitude of `gain`
//!
//! [[layer]]
//! kind = "dense"
//! weight = "out.w"
//! bias = "out.b"              # may be left out
//! layout = "cell-unit"        # or "unit-cell"
//! ```
//!
//! What holds for the whole network is given by options: the order of the units that the dense layer
//! reads (`--flatten-order`), and whether hidden units are normalised before or after their
//! nonlinearity (`--batch-norm-order`).

use std::fs;
use std::path::Path;

use ganglion_model::weights::WeightArray;
use serde::Deserialize;

use super::convolution::Convolution;
use super::error::ImportError;
use super::finite::refuse_not_finite;
use super::layer::{Dense, FileLayer, FileNormalisation, LayerKind};
use super::source::WeightsSource;
use super::transpose::transposed;
use super::units::CHANNELS_FIRST;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    layer: Vec<MappingEntry>,
}

/// A layer and the names of its arrays.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum MappingEntry {
    Convolution {
        weight: String,
        bias: Option<String>,
        #[serde(default)]
        layout: KernelLayout,
    },
    Normalisation {
        mean: String,
        variance: String,
        gain: Option<String>,
        offset: Option<String>,
        epsilon: Option<f64>,
        #[serde(default)]
        absolute: bool,
    },
    Dense {
        weight: String,
        bias: Option<String>,
        #[serde(default)]
        layout: DenseLayout,
    },
}

/// Order of a kernel's axes: o for channels out, i for channels in, h for rows, w for columns.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KernelLayout {
    #[default]
    Oihw,
    Hwio,
}

/// Order of a read-out's axes.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DenseLayout {
    #[default]
    CellUnit,
    UnitCell,
}

/// The layers that a mapping file lists; arrays that it does not name are ignored.
pub(super) fn layers(
    path: &Path,
    source: &mut WeightsSource,
) -> Result<Vec<FileLayer>, ImportError> {
    let malformed = |message: String| ImportError::Mapping {
        path: path.display().to_string(),
        message,
    };
    let text = fs::read_to_string(path).map_err(|error| malformed(error.to_string()))?;
    let mapping: MappingFile =
        toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    let entries = mapping.layer.iter();
    let layers: Vec<FileLayer> = entries
        .map(|entry| entry.layer(source))
        .collect::<Result<_, _>>()?;
    for (name, _) in std::mem::take(&mut source.arrays) {
        source.ignore(&name, "not in the mapping file");
    }
    for found in std::mem::take(&mut source.unreadable) {
        source.ignore(&found.name, "not in the mapping file");
    }
    Ok(layers)
}

impl MappingEntry {
    fn layer(&self, source: &mut WeightsSource) -> Result<FileLayer, ImportError> {
        let mut taken = Taken {
            source,
            arrays: Vec::new(),
        };
        let kind = match self {
            Self::Convolution {
                weight,
                bias,
                layout,
            } => taken.convolution(weight, bias.as_deref(), *layout)?,
            Self::Dense {
                weight,
                bias,
                layout,
            } => taken.dense(weight, bias.as_deref(), *layout)?,
            Self::Normalisation {
                mean,
                variance,
                gain,
                offset,
                epsilon,
                absolute,
            } => {
                let mean = taken.vector(mean, None)?;
                let groups = mean.len();
                let variance = taken.vector(variance, Some(groups))?;
                if variance.iter().any(|value| *value < 0.0) {
                    let name = taken.last();
                    return Err(ImportError::NotFinite { name });
                }
                let gain = taken.optional(gain.as_deref(), groups)?;
                let offset = taken.optional(offset.as_deref(), groups)?;
                let mut gain = gain.unwrap_or_else(|| vec![1.0; groups]);
                if *absolute {
                    gain.iter_mut().for_each(|value| *value = value.abs());
                }
                LayerKind::Normalisation(FileNormalisation {
                    gain,
                    offset: offset.unwrap_or_else(|| vec![0.0; groups]),
                    mean,
                    variance,
                    epsilon: *epsilon,
                    ..FileNormalisation::new(groups)
                })
            }
        };
        let name = taken
            .arrays
            .first()
            .map_or(String::new(), |(name, _)| name.clone());
        let arrays = taken.arrays;
        Ok(FileLayer { name, arrays, kind })
    }
}

/// Arrays taken out of the file for one layer.
struct Taken<'a> {
    source: &'a mut WeightsSource,
    arrays: Vec<(String, Vec<usize>)>,
}

impl Taken<'_> {
    fn array(&mut self, name: &str) -> Result<WeightArray, ImportError> {
        let array = self.source.take(name)?;
        refuse_not_finite(name, &array)?;
        self.arrays.push((name.to_owned(), array.shape.clone()));
        Ok(array)
    }

    fn last(&self) -> String {
        self.arrays
            .last()
            .map_or(String::new(), |(name, _)| name.clone())
    }

    fn vector(&mut self, name: &str, length: Option<usize>) -> Result<Vec<f32>, ImportError> {
        let array = self.array(name)?;
        let found = array.values.len();
        match length {
            Some(length) if found != length => Err(does_not_fit(
                name,
                format!("it holds {found} values, expected {length}"),
            )),
            _ if found == 0 => Err(does_not_fit(name, "it is empty".into())),
            _ => Ok(array.values),
        }
    }

    fn optional(
        &mut self,
        name: Option<&str>,
        length: usize,
    ) -> Result<Option<Vec<f32>>, ImportError> {
        name.map(|name| self.vector(name, Some(length))).transpose()
    }

    fn convolution(
        &mut self,
        weight: &str,
        bias: Option<&str>,
        layout: KernelLayout,
    ) -> Result<LayerKind, ImportError> {
        let array = self.array(weight)?;
        let wrong = || {
            does_not_fit(
                weight,
                format!("its shape is {:?}, expected 4 axes", array.shape),
            )
        };
        if array.shape.len() != 4 || array.values.is_empty() {
            return Err(wrong());
        }
        let array = match layout {
            KernelLayout::Oihw => array,
            KernelLayout::Hwio => transposed(&array, &[3, 2, 0, 1]),
        };
        let shape = [
            array.shape[0],
            array.shape[1],
            array.shape[2],
            array.shape[3],
        ];
        Ok(LayerKind::Convolution(Convolution {
            kernel: array.values,
            shape,
            bias: self.optional(bias, shape[0])?,
            stacked: 1,
        }))
    }

    fn dense(
        &mut self,
        weight: &str,
        bias: Option<&str>,
        layout: DenseLayout,
    ) -> Result<LayerKind, ImportError> {
        let array = self.array(weight)?;
        if array.shape.len() != 2 || array.values.is_empty() {
            let problem = format!("its shape is {:?}, expected 2 axes", array.shape);
            return Err(does_not_fit(weight, problem));
        }
        let array = match layout {
            DenseLayout::CellUnit => array,
            DenseLayout::UnitCell => transposed(&array, &[1, 0]),
        };
        let (outputs, inputs) = (array.shape[0], array.shape[1]);
        Ok(LayerKind::Dense(Dense {
            weight: array.values,
            outputs,
            inputs,
            bias: self.optional(bias, outputs)?,
            order: CHANNELS_FIRST,
        }))
    }
}

fn does_not_fit(name: &str, problem: String) -> ImportError {
    let name = name.to_owned();
    ImportError::DoesNotFit { name, problem }
}
