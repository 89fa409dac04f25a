//! A plan in our order of units, its normalisations where ours can have them.
//!
//! Our networks normalise before they rectify. A normalisation after the rectification is, once the
//! network is trained, a factor and an offset of each input of the next layer, and goes into that
//! layer's weights and constants. Both networks answer alike.

use super::ImportError;
use super::convolution::Convolution;
use super::geometry::NetworkGeometry;
use super::layer::{Dense, FileNormalisation};
use super::plan::{ImportPlan, PlannedPart, PlannedReadout};
use super::units::{self, CHANNELS_FIRST};

/// A factor and an offset for each value of an input.
struct Rescaling {
    scale: Vec<f64>,
    shift: Vec<f64>,
}

impl Rescaling {
    /// `gain * (x - mean) / sqrt(variance + epsilon) + offset`
    fn of(affine: &FileNormalisation, epsilon: f64) -> Self {
        let epsilon = affine.epsilon.unwrap_or(epsilon);
        let groups = 0..affine.mean.len();
        let scale = |group: usize| {
            f64::from(affine.gain[group]) / (f64::from(affine.variance[group]) + epsilon).sqrt()
        };
        let scale: Vec<f64> = groups.clone().map(scale).collect();
        let shift = groups
            .map(|group| {
                f64::from(affine.offset[group]) - f64::from(affine.mean[group]) * scale[group]
            })
            .collect();
        Self { scale, shift }
    }
}

/// The plan with dense weights in our order, and normalisations that follow a rectification in the
/// layer after it. `epsilon` is that of layers that do not say their own.
pub(super) fn settled(
    plan: &ImportPlan,
    geometry: &NetworkGeometry,
    epsilon: f64,
) -> Result<ImportPlan, ImportError> {
    let mut plan = plan.clone();
    if let PlannedReadout::Dense(dense) = &mut plan.readout.value {
        reorder(dense, geometry.last());
    }
    for index in 0..plan.stages.len() {
        let Some(normalisation) = plan.stages[index].afterwards.take() else {
            continue;
        };
        let planes = geometry.planes[index];
        match plan.stages.get_mut(index + 1) {
            Some(next) => fold(&normalisation, planes, epsilon, &mut next.convolution.value)?,
            None => match &mut plan.readout.value {
                PlannedReadout::Dense(dense) => {
                    fold_dense(&normalisation.value, planes, epsilon, dense)
                }
                PlannedReadout::OneUnit(next) => fold(&normalisation, planes, epsilon, next)?,
            },
        }
    }
    Ok(plan)
}

/// Weights of each cell from the file's order of units into ours.
pub(super) fn reorder(dense: &mut Dense, planes: [usize; 3]) {
    if dense.order == CHANNELS_FIRST || dense.inputs == 0 {
        return;
    }
    let places = units::places(&dense.order, planes);
    let cells = dense.weight.chunks(dense.inputs);
    dense.weight = cells
        .flat_map(|weights| places.iter().map(|&place| weights[place]))
        .collect();
    dense.order = CHANNELS_FIRST;
}

/// Exact where all units of a channel share a factor and an offset, and nothing is padded.
fn fold(
    normalisation: &PlannedPart<FileNormalisation>,
    planes: [usize; 3],
    epsilon: f64,
    next: &mut Convolution,
) -> Result<(), ImportError> {
    let affine = &normalisation.value;
    if affine.axes(planes) != Some(vec![units::Axis::Channel]) {
        let name = &normalisation.name;
        return Err(ImportError::Unsupported {
            what: format!(
                "normalises unit by unit after a rectification and before a convolution \
                 (layer `{name}`)"
            ),
        });
    }
    let Rescaling { scale, shift } = Rescaling::of(affine, epsilon);
    let [outputs, inputs, rows, columns] = next.shape;
    let mut bias: Vec<f64> = match &next.bias {
        Some(bias) => bias.iter().copied().map(f64::from).collect(),
        None => vec![0.0; outputs],
    };
    for (place, kernel) in next.kernel.chunks_mut(rows * columns).enumerate() {
        let (output, input) = (place / inputs, place % inputs);
        let sum: f64 = kernel.iter().copied().map(f64::from).sum();
        bias[output] += sum * shift[input];
        for value in kernel {
            *value = (f64::from(*value) * scale[input]) as f32;
        }
    }
    next.bias = Some(bias.into_iter().map(|value| value as f32).collect());
    Ok(())
}

fn fold_dense(affine: &FileNormalisation, planes: [usize; 3], epsilon: f64, dense: &mut Dense) {
    let Rescaling { scale, shift } = Rescaling::of(affine, epsilon);
    let axes = affine.axes(planes).unwrap_or_default();
    let places = units::places(&axes, planes);
    let mut bias = dense
        .bias
        .clone()
        .unwrap_or_else(|| vec![0.0; dense.outputs]);
    for (weights, bias) in dense.weight.chunks_mut(dense.inputs).zip(&mut bias) {
        let mut sum = f64::from(*bias);
        for (weight, &place) in weights.iter_mut().zip(&places) {
            sum += f64::from(*weight) * shift[place];
            *weight = (f64::from(*weight) * scale[place]) as f32;
        }
        *bias = sum as f32;
    }
    dense.bias = Some(bias);
}
