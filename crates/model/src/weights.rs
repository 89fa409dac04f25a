//! A network's weights by name, as written to safetensors files.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use ganglion_recording::write_atomically;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::error::Error;
use crate::initialisation::with_values;

/// One array of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightArray {
    /// Size of each axis.
    pub shape: Vec<usize>,
    /// Values, last axis fastest.
    pub values: Vec<f32>,
}

/// All weights of a network, running statistics included, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(pub BTreeMap<String, WeightArray>);

impl Weights {
    /// Reads the weights of a module; names are its fields joined by dots, such as
    /// `stages.0.convolution.kernel`.
    pub fn of<M: Module>(module: &M) -> Self {
        let mut reader = Reader::default();
        // Settles running statistics that a training step may have left pending.
        module.valid().visit(&mut reader);
        Self(reader.arrays)
    }

    /// Replaces an array's values.
    ///
    /// # Errors
    /// If there is no such array, or it has another number of values.
    pub(crate) fn replace(&mut self, name: &str, values: Vec<f32>) -> Result<(), Error> {
        let Some(array) = self.0.get_mut(name) else {
            return Err(Error::UnknownWeights { name: name.into() });
        };
        if array.values.len() != values.len() {
            return Err(Error::WeightsShape {
                name: name.into(),
                expected: array.shape.clone(),
                found: vec![values.len()],
            });
        }
        array.values = values;
        Ok(())
    }

    /// Puts the weights into a module of the same architecture.
    ///
    /// # Errors
    /// Where an array is missing, unknown or of another shape.
    pub fn load_into<M: Module>(&self, module: M) -> Result<M, Error> {
        self.check_against(&Self::of(&module))?;
        let mut writer = Writer {
            path: ModulePath::default(),
            weights: self,
        };
        Ok(module.map(&mut writer))
    }

    fn check_against(&self, expected: &Self) -> Result<(), Error> {
        for (name, array) in &expected.0 {
            match self.0.get(name) {
                None => return Err(Error::MissingWeights { name: name.clone() }),
                Some(found) if found.shape != array.shape => {
                    return Err(Error::WeightsShape {
                        name: name.clone(),
                        expected: array.shape.clone(),
                        found: found.shape.clone(),
                    });
                }
                Some(_) => {}
            }
        }
        match self.0.keys().find(|name| !expected.0.contains_key(*name)) {
            Some(name) => Err(Error::UnknownWeights { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Writes a safetensors file, aside and then renamed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let views = self.0.iter().map(|(name, array)| {
            let bytes = bytemuck::cast_slice(&array.values);
            let view = TensorView::new(Dtype::F32, array.shape.clone(), bytes)
                .expect("an array's values fill its shape");
            (name.as_str(), view)
        });
        let bytes = safetensors::serialize(views, None).map_err(|error| Error::Safetensors {
            path: path.into(),
            message: error.to_string(),
        })?;
        Ok(write_atomically(path, |file| {
            std::io::Write::write_all(file, &bytes)
        })?)
    }

    /// Reads a safetensors file.
    ///
    /// # Errors
    /// If the file is missing, malformed or holds anything but single precision.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::File {
            path: path.into(),
            source,
        })?;
        let malformed = |message: String| Error::Safetensors {
            path: path.into(),
            message,
        };
        let file =
            SafeTensors::deserialize(&bytes).map_err(|error| malformed(error.to_string()))?;
        file.iter()
            .map(|(name, view)| match view.dtype() {
                Dtype::F32 => Ok((name.to_string(), array(&view))),
                other => Err(malformed(format!("{name} is {other:?}, expected F32"))),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn array(view: &TensorView<'_>) -> WeightArray {
    let values = view
        .data()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    WeightArray {
        shape: view.shape().to_vec(),
        values,
    }
}

/// Where a traversal is.
#[derive(Default)]
struct ModulePath(Vec<String>);

impl ModulePath {
    /// The fields on the way here; the names of enum variants say nothing that shapes don't.
    fn name(&self) -> String {
        let is_field = |part: &&String| !part.starts_with(|c: char| c.is_ascii_uppercase());
        self.0
            .iter()
            .filter(is_field)
            .cloned()
            .collect::<Vec<_>>()
            .join(".")
    }
}

#[derive(Default)]
struct Reader {
    path: ModulePath,
    arrays: BTreeMap<String, WeightArray>,
}

impl ModuleVisitor for Reader {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let tensor = parameter.val();
        let shape = tensor.dims().to_vec();
        let values = tensor.into_data().iter::<f32>().collect();
        self.arrays
            .insert(self.path.name(), WeightArray { shape, values });
    }
}

/// Gradients under the names of the parameters that they belong to.
pub fn gradients_by_name<M: Module>(module: &M, gradients: &GradientsParams) -> Weights {
    let mut reader = GradientReader {
        path: ModulePath::default(),
        gradients,
        arrays: BTreeMap::new(),
    };
    module.visit(&mut reader);
    Weights(reader.arrays)
}

struct GradientReader<'a> {
    path: ModulePath,
    gradients: &'a GradientsParams,
    arrays: BTreeMap<String, WeightArray>,
}

impl ModuleVisitor for GradientReader<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            let shape = gradient.dims().to_vec();
            let values = gradient.into_data().iter::<f32>().collect();
            self.arrays
                .insert(self.path.name(), WeightArray { shape, values });
        }
    }
}

struct Writer<'a> {
    path: ModulePath,
    weights: &'a Weights,
}

impl ModuleMapper for Writer<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(array) = self.weights.0.get(&self.path.name()) else {
            return parameter;
        };
        with_values(parameter, array.values.clone())
    }
}
