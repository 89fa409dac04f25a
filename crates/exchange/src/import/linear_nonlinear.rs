//! A dense layer alone: the linear-nonlinear model.

use burn::tensor::Device;
use ganglion_model::model::Model;
use ganglion_model::network::{ModelConfig, MovieShape, Nonlinearity};
use ganglion_model::weights::Weights;

use super::error::ImportError;
use super::failure::Failure;
use super::geometry;
use super::imported::Imported;
use super::known::Known;
use super::layer::{Affine, Dense};
use super::plan::{Plan, Readout};
use super::report::Report;
use super::settle;
use super::source::WeightsSource;

/// Frames of history of the published models.
const HISTORY: usize = 40;

/// Makes a model of filters over the whole frame; batch normalisation is folded into them.
pub(super) fn import(
    mut plan: Plan,
    source: &WeightsSource,
    known: &Known,
    device: &Device,
) -> Result<Imported, Failure> {
    let Readout::Dense(dense) = &mut plan.readout.value else {
        unreachable!("a plan without stages has a dense layer")
    };
    let shape = shape(dense, known, &plan.readout.name)?;
    settle::reorder(dense, [shape.history, shape.height, shape.width]);
    let dense = &*dense;
    let config = ModelConfig::Ln {
        window: None,
        nonlinearity: nonlinearity(source, known),
        factorised: None,
        microns_per_pixel: known.microns_per_pixel,
    };
    let affine = plan.readout_normalisation.as_ref().map(|norm| &norm.value);
    if affine.is_some_and(|affine| affine.mean.len() != dense.outputs) {
        return Err(ImportError::DoesNotFit {
            name: plan.readout.name.clone(),
            problem: "its batch normalisation is of another number of cells".into(),
        }
        .into());
    }
    let (filter, bias) = folded(dense, affine, known.epsilon);
    let network = config.init(&shape, 0, device)?;
    let mut weights = Weights::of(&network);
    let scale = plan.scale.as_ref().map(|scale| scale.value.clone());
    let parts = [
        ("filter", Some(filter)),
        ("bias", Some(bias)),
        ("output.scale", scale),
    ];
    for (name, values) in parts {
        let array = weights.0.get_mut(name).expect("an LN model has it");
        match values {
            Some(values) if values.len() == array.values.len() => array.values = values,
            Some(values) => {
                return Err(ImportError::DoesNotFit {
                    name: name.into(),
                    problem: format!("{} values for {} cells", values.len(), shape.cells),
                }
                .into());
            }
            None => (),
        }
    }
    let network = weights.load_into(network)?;
    let report = Report::of_filters(&plan, source, known, shape.cells);
    let description = known.describe(config, shape, source)?;
    Ok(Imported {
        model: Model::new(description, &network, device),
        report,
    })
}

fn nonlinearity(source: &WeightsSource, known: &Known) -> Nonlinearity {
    match known.description.as_ref().map(|own| &own.architecture) {
        Some(ModelConfig::Ln { nonlinearity, .. }) => *nonlinearity,
        _ => match known.output {
            Some(output) => output,
            None if source.said.softplus == Some(false) => Nonlinearity::Exp,
            None => Nonlinearity::Softplus,
        },
    }
}

/// Frames first, as in the published models: inputs are `[frame, y, x]`.
fn shape(dense: &Dense, known: &Known, name: &str) -> Result<MovieShape, ImportError> {
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
    Ok(MovieShape {
        height,
        width,
        history: dense.inputs / pixels,
        cells: dense.outputs,
    })
}

/// Filters and constants with the normalisation in them.
fn folded(dense: &Dense, affine: Option<&Affine>, epsilon: f64) -> (Vec<f32>, Vec<f32>) {
    let mut filter = dense.weight.clone();
    let mut bias = dense
        .bias
        .clone()
        .unwrap_or_else(|| vec![0.0; dense.outputs]);
    let Some(affine) = affine else {
        return (filter, bias);
    };
    for (cell, (filter, bias)) in filter.chunks_mut(dense.inputs).zip(&mut bias).enumerate() {
        let epsilon = affine.epsilon.unwrap_or(epsilon);
        let deviation = (f64::from(affine.variance[cell]) + epsilon).sqrt();
        let scale = f64::from(affine.gain[cell]) / deviation;
        filter
            .iter_mut()
            .for_each(|value| *value = (f64::from(*value) * scale) as f32);
        let centred = f64::from(*bias) - f64::from(affine.mean[cell]);
        *bias = (centred * scale + f64::from(affine.offset[cell])) as f32;
    }
    (filter, bias)
}
