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
mod convolution;
mod datasets;
mod error;
mod failure;
mod finite;
mod geometry;
mod grouping;
mod half;
mod hdf5;
mod imported;
mod keras;
mod known;
mod layer;
mod linear_nonlinear;
mod mapping;
mod network;
mod numbers;
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
mod unsupported;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use burn::tensor::Device;
use ganglion_model::model::{Model, SourceFile};
use ganglion_model::network::OutputNonlinearity;
use ganglion_model::weights::WeightArray;

use crate::Error;
pub use error::ImportError;
use failure::ImportFailure;
use geometry::NetworkGeometry;
pub use imported::Imported;
use known::Known;
use network::ImportSettings;
pub use options::{BatchNormOrder, FlattenOrder, HiddenActivation, ImportOptions};
pub use placement::Placement;
use plan::{ImportPlan, PlannedReadout};
pub use report::{Assumed, Mapped, Report};
pub use source::{Format, Ignored, Said, WeightsSource};

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
    imported.model.description.provenance.imported_from = Some(SourceFile::of_file(path)?);
    Ok(imported)
}

/// Makes a model of arrays in memory, named and shaped as in a state dict of PyTorch. `description` is the
/// `model.toml` that [`export`](crate::export) wrote beside them, if it did. Errors name the arrays
/// `(memory)`.
///
/// # Errors
/// As [`import`].
pub fn import_arrays(
    arrays: Vec<(String, WeightArray)>,
    description: Option<String>,
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, Error> {
    let mut source = WeightsSource::new(Format::Safetensors);
    for (name, array) in arrays {
        source.add(&name, array, "float32");
    }
    source.sort_by_name();
    source.said.description = description;
    import_source(source, options, device).map_err(|failure| failure.of(Path::new("(memory)")))
}

fn import_source(
    mut source: WeightsSource,
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, ImportFailure> {
    let layers = assumed::completed(layers(&mut source, options)?, &source, options)?;
    let known = Known::of(&source, options)?;
    let plan = ImportPlan::of(layers)?;
    if let Some(what) = source.said.unsupported_output.clone() {
        return Err(ImportError::Unsupported { what }.into());
    }
    if plan.stages.is_empty() {
        return linear_nonlinear::import(plan, &source, &known, device);
    }
    refuse_unsupported(&source, &known)?;
    let geometry = NetworkGeometry::of(&plan, known.frame)?;
    let as_in_file = plan;
    let plan = settle::settled(&as_in_file, &geometry, known.epsilon)?;
    let mut settings = ImportSettings {
        epsilon: known.epsilon,
        noise: known
            .noise
            .unwrap_or_else(|| said_noise(&plan).unwrap_or(0.0)),
        microns_per_pixel: known.microns_per_pixel,
        coordinates: options.coordinates.clone(),
    };
    let placements = match (&plan.readout.value, &options.match_recording) {
        (PlannedReadout::OneUnit(convolution), Some(recording)) => {
            let search = placement::PlacementSearch {
                plan: &plan,
                convolution,
                geometry: &geometry,
                settings: &settings,
                known: &known,
            };
            let found = search.run(recording, device)?;
            settings.coordinates = Some(found.iter().map(|place| place.unit).collect());
            found
        }
        _ => Vec::new(),
    };
    let (config, network) = settings.network(&plan, &geometry, device)?;
    let report = Report::of_network(&as_in_file, &geometry, &source, &known, placements);
    let description = known.describe(config, geometry.shape(), &source)?;
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
) -> Result<Vec<layer::FileLayer>, ImportError> {
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
            grouping::layers(source)
        }
    }
}

fn said_noise(plan: &ImportPlan) -> Option<f64> {
    plan.noise.first().map(|noise| noise.value)
}

fn refuse_unsupported(source: &WeightsSource, known: &Known) -> Result<(), ImportError> {
    if known.output == Some(OutputNonlinearity::Exp) {
        return Err(ImportError::Unsupported {
            what: "has an exponential at the output and hidden layers, where networks here have \
                   softplus"
                .into(),
        });
    }
    if let Some(own) = &known.description
        && !own.architecture.is_rectified()
    {
        return Err(ImportError::Unsupported {
            what: format!(
                "is of kind \"{}\" with hidden units that are not rectified, or an exponential at the output, \
                 which no network that is imported has; use the model's own folder",
                own.architecture.kind()
            ),
        });
    }
    let output = (source.said.softplus == Some(false))
        .then(|| "has another output nonlinearity than softplus (`softplus: False`)".to_owned());
    match output.or(source.said.unsupported.clone()) {
        Some(what) => Err(ImportError::Unsupported { what }),
        None => Ok(()),
    }
}
