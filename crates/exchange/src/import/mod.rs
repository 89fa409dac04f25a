//! Weights of other programs as models: PyTorch checkpoints, Keras models, safetensors.
//!
//! [`read`] reads a file's arrays and settings without running anything in it; [`import`] finds the
//! network in them by structure: the order and shapes of the layers, not their names. What follows
//! the published networks and their variants is known:
//!
//! - layers at any index, batch normalisation per unit or per channel, with or without biases;
//! - convolutions trained as stacks of linear ones (`convs.0`, `convs.2`, ...), composed into one;
//! - `AbsBatchNorm` (`scale`, `shift`), whose gain is the magnitude of its scale;
//! - a convolutional read-out of which each cell takes one unit (`convgc`), turned into the dense
//!   read-out that it is, given the units' coordinates or a recording to find them with;
//! - no batch normalisation at all (NIPS-CNN), and a dense layer alone (LN).
//!
//! What a file says of nonlinearities, orders of axes and the like is obeyed where we have the part,
//! and refused by name where we have not. What weights alone do not say is asked for by an option,
//! and listed as missing.
//!
//! Sources: the checkpoints published with Maheswaranathan et al., Neuron 2023 (torch-deep-retina);
//! the Keras models of deep-retina.

mod archive;
mod assumed;
mod compose;
mod error;
mod failure;
mod geometry;
mod half;
mod hdf5;
mod keras;
mod layer;
mod linear_nonlinear;
mod mapping;
mod network;
mod options;
mod pickle;
mod placement;
mod plan;
mod report;
mod safetensors;
mod settle;
mod several;
mod source;
mod torch;
mod transpose;
mod units;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use burn::tensor::Device;
use ganglion_model::model::{Model, ModelDescription, Provenance, Source};
use ganglion_model::network::{MovieShape, Nonlinearity};
use ganglion_recording::{Normalisation, sha256_of};

use crate::Error;
pub use error::ImportError;
use failure::Failure;
use geometry::Geometry;
use network::Settings;
pub use options::{BatchNormOrder, FlattenOrder, HiddenActivation, ImportOptions};
pub use placement::Placement;
use plan::{Plan, Readout};
pub use report::{Assumed, Mapped, Report};
pub use source::{Format, Ignored, Said, WeightsSource};

/// A model made of a weights file, and what became of everything in the file.
pub struct Imported {
    /// The model.
    pub model: Model,
    /// What was mapped, ignored and missing.
    pub report: Report,
}

/// Reads a weights file of any known format. Nothing in the file is run, and no memory is allocated
/// for what it only claims to hold.
///
/// # Errors
/// [`Error::Import`], naming the file, where it is of no known format, damaged, malicious or holds
/// no weights.
pub fn read(path: &Path) -> Result<WeightsSource, Error> {
    read_any(path, None).map_err(|problem| Error::import(path, problem))
}

/// `weights_at` chooses among several sets of weights.
fn read_any(path: &Path, weights_at: Option<&str>) -> Result<WeightsSource, ImportError> {
    if path.is_dir() {
        return Err(ImportError::Folder);
    }
    let mut start = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut start)?;
    let mut source = if hdf5::is_hdf5(&start) {
        hdf5::read(path)?
    } else if torch::is_torch(&start) && !safetensors::has_plausible_header(&start) {
        return torch::read(path, &start, weights_at);
    } else if safetensors::is_safetensors(&start) {
        safetensors::read(path)?
    } else {
        return Err(ImportError::UnknownFormat);
    };
    match weights_at {
        Some(_) if source.format == Format::Keras => Err(ImportError::Option {
            flag: "--weights-at",
            problem: "a file of Keras holds one set of weights; leave the option out".into(),
        }),
        Some(prefix) => several::choose(&mut source, prefix).map(|()| source),
        None => Ok(source),
    }
}

/// Makes a model of a weights file.
///
/// # Errors
/// [`Error::Import`] where the file cannot be read, or its layers are in no order or of no shape
/// that a known network has, or where something must be said that the file does not say.
pub fn import(path: &Path, options: &ImportOptions, device: &Device) -> Result<Imported, Error> {
    let source = read_any(path, options.weights_at.as_deref())
        .map_err(|problem| Error::import(path, problem))?;
    let mut imported =
        import_source(source, options, device).map_err(|failure| failure.of(path))?;
    let name = path.file_name().unwrap_or_default();
    imported.model.description.provenance.imported_from = Some(Source {
        name: name.to_string_lossy().into_owned(),
        sha256: sha256_of(path)?,
    });
    Ok(imported)
}

fn import_source(
    mut source: WeightsSource,
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, Failure> {
    let layers = assumed::completed(layers(&mut source, options)?, &source, options)?;
    let known = description(&source, options)?;
    let plan = Plan::of(layers)?;
    if let Some(what) = source.said.unsupported_output.clone() {
        return Err(ImportError::Unsupported { what }.into());
    }
    if plan.stages.is_empty() {
        return linear_nonlinear::import(plan, &source, &known, device);
    }
    refuse_unsupported(&source, &known)?;
    let geometry = Geometry::of(&plan, known.frame)?;
    let as_in_file = plan;
    let plan = settle::settled(&as_in_file, &geometry, known.epsilon)?;
    let mut settings = Settings {
        epsilon: known.epsilon,
        noise: known
            .noise
            .unwrap_or_else(|| said_noise(&plan).unwrap_or(0.0)),
        microns_per_pixel: known.microns_per_pixel,
        coordinates: options.coordinates.clone(),
    };
    let placements = match (&plan.readout.value, &options.match_recording) {
        (Readout::OneUnit(_), Some(recording)) => {
            let found = placement::find(&plan, &geometry, &settings, &known, recording, device)?;
            settings.coordinates = Some(found.iter().map(|place| place.unit).collect());
            found
        }
        _ => Vec::new(),
    };
    let config = network::architecture(&plan, &geometry, &settings);
    let network = network::build(&plan, &geometry, &config, &settings, device)?;
    let shape = MovieShape {
        height: geometry.frame[0],
        width: geometry.frame[1],
        history: geometry.history,
        cells: geometry.cells,
    };
    let report = Report::of_network(&as_in_file, &geometry, &source, &known, placements);
    let description = known.describe(config, shape, &source)?;
    Ok(Imported {
        model: Model::new(description, &network, device),
        report,
    })
}

/// The layers of a file: as a mapping lists them, as the file describes them, or by the shapes of
/// their arrays.
fn layers(
    source: &mut WeightsSource,
    options: &ImportOptions,
) -> Result<Vec<layer::Layer>, ImportError> {
    let description = source.keras.take();
    if let Some(mapping) = &options.mapping {
        if let Some(description) = description {
            description.refuse_other_convolutions()?;
        }
        return mapping::layers(mapping, source);
    }
    source.refuse_unreadable()?;
    match description {
        Some(description) => keras::layers(&description, source, options),
        None => {
            source.set_aside_counts();
            several::refuse(source)?;
            layer::layers(source)
        }
    }
}

/// What is known beside the arrays: options first, then what the file says.
struct Known {
    frame: Option<[usize; 2]>,
    history: Option<usize>,
    cells: Option<Vec<usize>>,
    frame_period_ms: Option<f64>,
    microns_per_pixel: Option<f64>,
    normalisation: Option<Normalisation>,
    response: Option<String>,
    epsilon: f64,
    noise: Option<f64>,
    output: Option<Nonlinearity>,
    hidden_activation: Option<HiddenActivation>,
    batch_norm_order: Option<BatchNormOrder>,
    flatten_order: Option<FlattenOrder>,
    /// What ganglion itself wrote into the file.
    description: Option<ModelDescription>,
}

/// In the published networks.
const EPSILON: f64 = 1e-3;
const FRAME_PERIOD_MS: f64 = 10.0;
const RESPONSE: &str = "firing_rate_10ms";

fn description(source: &WeightsSource, options: &ImportOptions) -> Result<Known, ImportError> {
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
    Ok(Known {
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

fn own_epsilon(description: &ModelDescription) -> Option<f64> {
    match &description.architecture {
        ganglion_model::network::ModelConfig::BnCnn {
            batch_norm_epsilon, ..
        } => Some(*batch_norm_epsilon),
        _ => None,
    }
}

fn said_noise(plan: &Plan) -> Option<f64> {
    plan.noise.first().map(|noise| noise.value)
}

/// From drive to rate, as the option or the file says.
fn output(said: &Said, options: &ImportOptions) -> Result<Option<Nonlinearity>, ImportError> {
    match (options.output_activation, said.output) {
        (Some(option), Some(file)) if option != file => Err(ImportError::Option {
            flag: "--output-activation",
            problem: format!("the file says {file:?}").to_lowercase(),
        }),
        (option, file) => Ok(option.or(file)),
    }
}

fn refuse_unsupported(source: &WeightsSource, known: &Known) -> Result<(), ImportError> {
    if known.output == Some(Nonlinearity::Exp) {
        return Err(ImportError::Unsupported {
            what: "has an exponential at the output and hidden layers, where networks here have \
                   softplus"
                .into(),
        });
    }
    let output = (source.said.softplus == Some(false))
        .then(|| "has another output nonlinearity than softplus (`softplus: False`)".to_owned());
    match output.or(source.said.unsupported.clone()) {
        Some(what) => Err(ImportError::Unsupported { what }),
        None => Ok(()),
    }
}

/// Every output is another cell.
fn refuse_repeated(cells: &[usize]) -> Result<(), ImportError> {
    let mut seen = std::collections::BTreeSet::new();
    match cells.iter().find(|cell| !seen.insert(**cell)) {
        Some(cell) => Err(ImportError::Option {
            flag: "--cells",
            problem: format!("cell {cell} is listed twice ({cells:?})"),
        }),
        None => Ok(()),
    }
}

impl Known {
    fn describe(
        &self,
        config: ganglion_model::network::ModelConfig,
        shape: MovieShape,
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
        description.response = self.response.clone().unwrap_or_else(|| RESPONSE.into());
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
