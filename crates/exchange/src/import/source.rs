//! What a weights file holds, whatever its format.

use ganglion_model::network::OutputNonlinearity;
use ganglion_model::weights::WeightArray;
use serde::Serialize;

use super::ImportError;
use super::keras::Description;
use super::numbers;
use super::options::FlattenOrder;

/// Formats of weights files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A checkpoint of PyTorch, zip or legacy.
    Torch,
    /// A model or its weights, saved by Keras as HDF5.
    Keras,
    /// Safetensors, in PyTorch's layout.
    Safetensors,
    /// Arrays in HDF5, in PyTorch's layout, as [`crate::export`] writes them.
    Hdf5,
}

/// The arrays and settings of a weights file.
#[derive(Clone, Debug)]
pub struct WeightsSource {
    /// The file's format.
    pub format: Format,
    /// Arrays in the order of the network's layers, in PyTorch's layout and with its names.
    pub arrays: Vec<(String, WeightArray)>,
    /// What the file says beside its arrays.
    pub said: Said,
    /// What the file holds that is not used.
    pub ignored: Vec<Ignored>,
    /// Arrays whose values cannot be read, and why.
    pub unreadable: Vec<Ignored>,
    /// Layers as a file of Keras describes them.
    pub(super) keras: Option<Description>,
}

/// Something in the file that is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Its name in the file.
    pub name: String,
    /// What it is, or why it is not used.
    pub reason: String,
}

/// What a weights file says beside its arrays; often little.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Frames of history, rows and columns that the network sees.
    pub image: Option<[usize; 3]>,
    /// Cells, 0-based within the recording.
    pub cells: Option<Vec<usize>>,
    /// Number of cells.
    pub units: Option<usize>,
    /// Standard deviation of the noise in training.
    pub noise: Option<f64>,
    /// Whether the output is a softplus.
    pub softplus: Option<bool>,
    /// From drive to rate.
    pub output: Option<OutputNonlinearity>,
    /// Whether the file says the nonlinearities of hidden layers and their place beside batch
    /// normalisation.
    pub nonlinearities: bool,
    /// Whether the file says in which order units become one row.
    pub unit_order: bool,
    /// The order of the movie's axes in a linear-nonlinear model, assumed: no layer says it.
    pub movie_order: Option<FlattenOrder>,
    /// Whether the order of the layers was guessed.
    pub guessed_layers: bool,
    /// What the hidden layers do that ours cannot, such as padding.
    pub unsupported: Option<String>,
    /// What the output does that ours cannot.
    pub unsupported_output: Option<String>,
    /// Mean and standard deviation of the training movie.
    pub normalisation: Option<[f64; 2]>,
    /// Added to variances, by layer's name.
    pub epsilons: Vec<(String, f64)>,
    /// Epochs of training.
    pub epoch: Option<usize>,
    /// The network's name in its own program.
    pub kind: Option<String>,
    /// The `model.toml` of the model that ganglion exported.
    pub description: Option<String>,
}

impl WeightsSource {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            arrays: Vec::new(),
            said: Said::default(),
            ignored: Vec::new(),
            unreadable: Vec::new(),
            keras: None,
        }
    }

    /// Adds an array whose numbers are of this type; whole numbers are noted as unreadable where they
    /// do not count, see [`numbers`].
    pub(super) fn add(&mut self, name: &str, array: WeightArray, kind: &str) {
        match numbers::is_whole(kind) && !numbers::is_count(name) {
            true => self.cannot_read(name, numbers::refused(kind)),
            false => self.arrays.push((name.to_owned(), array)),
        }
    }

    /// Notes an array that cannot be read: the network may need it.
    pub(super) fn cannot_read(&mut self, name: &str, reason: impl Into<String>) {
        self.unreadable.push(Ignored {
            name: name.to_owned(),
            reason: reason.into(),
        });
    }

    /// Refuses a file with arrays that cannot be read.
    pub(super) fn refuse_unreadable(&self) -> Result<(), ImportError> {
        match self.unreadable.first() {
            None => Ok(()),
            Some(Ignored { name, reason }) => Err(ImportError::Unreadable {
                name: name.clone(),
                reason: reason.clone(),
            }),
        }
    }

    pub(super) fn ignore(&mut self, name: &str, reason: impl Into<String>) {
        self.ignored.push(Ignored {
            name: name.to_owned(),
            reason: reason.into(),
        });
    }

    /// Sets aside the counts of averaged networks that `AveragedModel` adds to its averages.
    pub(super) fn set_aside_counts(&mut self) {
        let is_count = |name: &str| name.rsplit('.').next() == Some("n_averaged");
        let arrays = std::mem::take(&mut self.arrays);
        for (name, array) in arrays {
            if is_count(&name) && array.values.len() == 1 {
                let count = array.values[0];
                let reason = match count > 0.0 {
                    true => format!("the weights are averages of {count} networks (AveragedModel)"),
                    false => "AveragedModel that has averaged nothing yet".into(),
                };
                self.ignore(&name, reason);
            } else {
                self.arrays.push((name, array));
            }
        }
    }

    /// The array of a name, taken out.
    pub(super) fn take(&mut self, name: &str) -> Result<WeightArray, ImportError> {
        let place = self.arrays.iter().position(|(found, _)| found == name);
        if let Some(found) = self.unreadable.iter().find(|found| found.name == name) {
            return Err(ImportError::Unreadable {
                name: name.into(),
                reason: found.reason.clone(),
            });
        }
        let place = place.ok_or_else(|| ImportError::NoArray {
            name: name.into(),
            found: self.names(),
        })?;
        Ok(self.arrays.remove(place).1)
    }

    fn names(&self) -> String {
        let names = self.arrays.iter().map(|(name, _)| format!("`{name}`"));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Sorts arrays by name, numbers in names by value: layer 10 comes after layer 2.
    pub(super) fn sort_by_name(&mut self) {
        self.arrays.sort_by_cached_key(|(name, _)| natural(name));
    }
}

/// A name cut into texts and numbers.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0)];
    let mut digits = String::new();
    for character in name.chars().chain(['\0']) {
        if character.is_ascii_digit() && digits.len() < 18 {
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            let last = parts.len() - 1;
            parts[last].1 = digits.parse().unwrap_or(0);
            parts.push((String::new(), 0));
            digits.clear();
        }
        let last = parts.len() - 1;
        parts[last].0.push(character);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_sorted_by_their_numbers() {
        let mut source = WeightsSource::new(Format::Safetensors);
        for name in [
            "sequential.10.sigma",
            "sequential.2.weight",
            "sequential.2.bias",
        ] {
            let array = WeightArray {
                shape: vec![],
                values: vec![],
            };
            source.arrays.push((name.into(), array));
        }
        source.sort_by_name();
        let names: Vec<&str> = source
            .arrays
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "sequential.2.bias",
                "sequential.2.weight",
                "sequential.10.sigma"
            ]
        );
    }
}
