//! A dense layer alone: filters over the movie, without hidden units.

use burn::tensor::Device;
use ganglion_model::model::Model;
use ganglion_model::network::{FoundNetwork, FoundReadout, NetworkShape, OutputNonlinearity};

use super::error::ImportError;
use super::failure::ImportFailure;
use super::geometry;
use super::imported::Imported;
use super::known::Known;
use super::layer::{Dense, FileNormalisation};
use super::network;
use super::plan::{ImportPlan, PlannedReadout};
use super::report::Report;
use super::settle;
use super::source::WeightsSource;

/// Frames of history of the published models.
const HISTORY: usize = 40;

/// Makes a model of filters over the whole frame.
pub(super) fn import(
    mut plan: ImportPlan,
    source: &WeightsSource,
    known: &Known,
    device: &Device,
) -> Result<Imported, ImportFailure> {
    let name = plan.readout.name.clone();
    let PlannedReadout::Dense(dense) = &mut plan.readout.value else {
        let problem = "it is a convolution that cells take one unit of, without one before".into();
        return Err(ImportError::Order { name, problem }.into());
    };
    let shape = shape(dense, known, &name)?;
    settle::reorder(dense, [shape.history, shape.height, shape.width]);
    let dense = &*dense;
    let affine = plan.readout_normalisation.as_ref().map(|norm| &norm.value);
    let scale = plan.scale.as_ref().map(|scale| scale.value.clone());
    check(dense, affine, scale.as_deref(), &name)?;
    let found = FoundNetwork {
        shape,
        stages: Vec::new(),
        readout: FoundReadout {
            weight: dense.weight.clone(),
            bias: dense.bias.clone(),
            normalisation: affine.map(|affine| network::normalisation(affine, [shape.cells, 1, 1])),
        },
        scale,
        nonlinearity: nonlinearity(source, known),
        epsilon: known.epsilon,
        noise: 0.0,
        microns_per_pixel: known.microns_per_pixel,
    };
    let (config, network) = network::as_family(&found, device)?;
    let report = Report::of_filters(&plan, source, known, shape.cells);
    let description = known.describe(config, shape, source)?;
    Ok(Imported {
        model: Model::new(description, &network, device),
        report,
    })
}

/// Refuses values of another number of cells.
fn check(
    dense: &Dense,
    affine: Option<&FileNormalisation>,
    scale: Option<&[f32]>,
    name: &str,
) -> Result<(), ImportError> {
    let cells = dense.outputs;
    if affine.is_some_and(|affine| affine.mean.len() != cells) {
        return Err(ImportError::DoesNotFit {
            name: name.into(),
            problem: "its batch normalisation is of another number of cells".into(),
        });
    }
    for (name, values) in [("bias", dense.bias.as_deref()), ("output.scale", scale)] {
        if let Some(values) = values.filter(|values| values.len() != cells) {
            return Err(ImportError::DoesNotFit {
                name: name.into(),
                problem: format!("{} values for {cells} cells", values.len()),
            });
        }
    }
    Ok(())
}

fn nonlinearity(source: &WeightsSource, known: &Known) -> OutputNonlinearity {
    let own = known.description.as_ref();
    let own = own.and_then(|own| own.architecture.nonlinearity());
    own.or(known.output)
        .unwrap_or(match source.said.softplus == Some(false) {
            true => OutputNonlinearity::Exp,
            false => OutputNonlinearity::Softplus,
        })
}

/// Frames first, as in the published models: inputs are `[frame, y, x]`.
fn shape(dense: &Dense, known: &Known, name: &str) -> Result<NetworkShape, ImportError> {
    let square =
        || geometry::root(dense.inputs, known.history.unwrap_or(HISTORY)).map(|side| [side; 2]);
    let [height, width] = known.frame.or_else(square).ok_or(ImportError::NotSaid {
        what: "the size of a frame, and no layer tells it",
        flag: "--frame-size ROWSxCOLUMNS",
    })?;
    let pixels = height.saturating_mul(width);
    if pixels == 0 || !dense.inputs.is_multiple_of(pixels) {
        return Err(ImportError::DoesNotFit {
            name: name.into(),
            problem: format!(
                "its {} inputs are no whole number of frames of {height}x{width} pixels; give \
                 --frame-size ROWSxCOLUMNS",
                dense.inputs
            ),
        });
    }
    Ok(NetworkShape {
        height,
        width,
        history: dense.inputs / pixels,
        cells: dense.outputs,
    })
}
