//! What is known of a network beside its arrays.

use ganglion_model::model::{ModelDescription, Provenance};
use ganglion_model::network::{ModelConfig, NetworkShape, OutputNonlinearity};
use ganglion_recording::{Normalisation, RATE};

use super::error::ImportError;
use super::options::{BatchNormOrder, FlattenOrder, HiddenActivation, ImportOptions};
use super::source::{Said, WeightsSource};

/// Epsilon of batch normalisation in the published networks.
pub(super) const EPSILON: f64 = 1e-3;
/// Time from frame to frame in the published recordings, milliseconds.
pub(super) const FRAME_PERIOD_MS: f64 = 10.0;

/// What is known beside the arrays: options first, then what the file says.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) frame: Option<[usize; 2]>,
    pub(super) history: Option<usize>,
    pub(super) cells: Option<Vec<usize>>,
    pub(super) frame_period_ms: Option<f64>,
    pub(super) microns_per_pixel: Option<f64>,
    pub(super) normalisation: Option<Normalisation>,
    pub(super) response: Option<String>,
    pub(super) epsilon: f64,
    pub(super) noise: Option<f64>,
    pub(super) output: Option<OutputNonlinearity>,
    pub(super) hidden_activation: Option<HiddenActivation>,
    pub(super) batch_norm_order: Option<BatchNormOrder>,
    pub(super) flatten_order: Option<FlattenOrder>,
    /// What ganglion itself wrote into the file.
    pub(super) description: Option<ModelDescription>,
}

impl Known {
    /// Options first, then what ganglion wrote into the file, then what the file says otherwise.
    pub(super) fn of(source: &WeightsSource, options: &ImportOptions) -> Result<Self, ImportError> {
        let said = &source.said;
        let own: Option<ModelDescription> = match &said.description {
            Some(text) => Some(
                toml::from_str(text).map_err(|error| ImportError::Safetensors {
                    message: format!("its description `ganglion_model`: {}", error.message()),
                })?,
            ),
            None => None,
        };
        let own = own.as_ref();
        let own_frame = own.map(|own| [own.movie.height, own.movie.width]);
        let said_frame = said.image.map(|[_, height, width]| [height, width]);
        let usable = |[mean, sd]: &[f64; 2]| mean.is_finite() && sd.is_finite() && *sd > 0.0;
        let said_normalisation = said
            .normalisation
            .filter(usable)
            .map(|[mean, sd]| Normalisation::Global { mean, sd });
        let normalisation = options
            .normalisation
            .map(|[mean, sd]| Normalisation::Global { mean, sd });
        Ok(Self {
            frame: options.frame_size.or(own_frame).or(said_frame),
            history: own
                .map(|own| own.movie.history)
                .or(said.image.map(|image| image[0])),
            cells: options
                .cells
                .clone()
                .or(own.map(|own| own.cells.clone()))
                .or(said.cells.clone()),
            frame_period_ms: options
                .frame_period_ms
                .or(own.map(|own| own.frame_period_ms)),
            microns_per_pixel: options
                .microns_per_pixel
                .or(own.and_then(|own| own.microns_per_pixel)),
            normalisation: normalisation
                .or(own.map(|own| own.normalisation.clone()))
                .or(said_normalisation),
            response: options
                .response
                .clone()
                .or(own.map(|own| own.response.clone())),
            epsilon: options
                .batch_norm_epsilon
                .or(own.and_then(own_epsilon))
                .unwrap_or(EPSILON),
            noise: said.noise,
            output: output(said, options)?,
            hidden_activation: options.hidden_activation,
            batch_norm_order: options.batch_norm_order,
            flatten_order: options.flatten_order,
            description: own.cloned(),
        })
    }

    /// The description of the model.
    pub(super) fn describe(
        &self,
        config: ModelConfig,
        shape: NetworkShape,
        source: &WeightsSource,
    ) -> Result<ModelDescription, ImportError> {
        if let Some(cells) = &self.cells {
            refuse_repeated(cells)?;
        }
        let cells = match &self.cells {
            Some(cells) if cells.len() == shape.cells => cells.clone(),
            Some(cells) => {
                return Err(ImportError::Option {
                    flag: "--cells",
                    problem: format!(
                        "{} cells are listed ({cells:?}), but the network has {}",
                        cells.len(),
                        shape.cells
                    ),
                });
            }
            None => (0..shape.cells).collect(),
        };
        if let Some(frames) = self.history.filter(|frames| *frames != shape.history) {
            return Err(ImportError::DoesNotFit {
                name: "the first".into(),
                problem: format!(
                    "it sees {} frames, but the file says {frames}",
                    shape.history
                ),
            });
        }
        let normalisation = self
            .normalisation
            .clone()
            .unwrap_or_else(Normalisation::identity);
        let period = self.frame_period_ms.unwrap_or(FRAME_PERIOD_MS);
        let mut description = ModelDescription::new(config, shape, cells, period, normalisation);
        description.microns_per_pixel = self.microns_per_pixel;
        description.response = self.response.clone().unwrap_or_else(|| RATE.into());
        description.provenance = match &self.description {
            Some(own) => own.provenance.clone(),
            None => Provenance {
                epoch: source.said.epoch.unwrap_or(0),
                ..Provenance::default()
            },
        };
        description.provenance.ganglion_version = env!("CARGO_PKG_VERSION").into();
        Ok(description)
    }
}

fn own_epsilon(description: &ModelDescription) -> Option<f64> {
    let norm = description.architecture.batch_normalisation()?;
    Some(norm.epsilon)
}

/// From drive to rate, as the option or the file says.
fn output(said: &Said, options: &ImportOptions) -> Result<Option<OutputNonlinearity>, ImportError> {
    match (options.output_activation, said.output) {
        (Some(option), Some(file)) if option != file => Err(ImportError::Option {
            flag: "--output-activation",
            problem: format!("the file says {file:?}").to_lowercase(),
        }),
        (option, file) => Ok(option.or(file)),
    }
}

/// Every output is another cell.
pub(super) fn refuse_repeated(cells: &[usize]) -> Result<(), ImportError> {
    let mut seen = std::collections::BTreeSet::new();
    match cells.iter().find(|cell| !seen.insert(**cell)) {
        Some(cell) => Err(ImportError::Option {
            flag: "--cells",
            problem: format!("cell {cell} is listed twice ({cells:?})"),
        }),
        None => Ok(()),
    }
}
