//! A plan as one of our networks.

use burn::tensor::Device;
use ganglion_model::network::{
    FoundNetwork, FoundNormalisation, FoundReadout, FoundStage, ModelConfig, Network,
    OutputNonlinearity,
};

use super::ImportError;
use super::failure::ImportFailure;
use super::geometry::NetworkGeometry;
use super::layer::FileNormalisation;
use super::plan::{ImportPlan, PlannedReadout, PlannedStage};
use super::units;

/// Values of the read-out that are allocated at most: half a gigabyte.
const MOST_WEIGHTS: usize = 1 << 27;

/// What is needed beside the arrays.
pub(super) struct ImportSettings {
    pub(super) epsilon: f64,
    pub(super) noise: f64,
    pub(super) microns_per_pixel: Option<f64>,
    /// The unit of the last map that each cell takes, row and column.
    pub(super) coordinates: Option<Vec<[usize; 2]>>,
}

impl ImportSettings {
    /// The first network of our families that has a place for all of a plan.
    pub(super) fn network(
        &self,
        plan: &ImportPlan,
        geometry: &NetworkGeometry,
        device: &Device,
    ) -> Result<(ModelConfig, Network), ImportFailure> {
        as_family(&self.found(plan, geometry)?, device)
    }

    /// A plan in our order of axes, whatever family it is of.
    fn found(
        &self,
        plan: &ImportPlan,
        geometry: &NetworkGeometry,
    ) -> Result<FoundNetwork, ImportError> {
        refuse_too_many(plan, geometry)?;
        let stages = plan.stages.iter().zip(&geometry.planes);
        Ok(FoundNetwork {
            shape: geometry.shape(),
            stages: stages
                .map(|(stage, planes)| found(stage, *planes))
                .collect(),
            readout: readout(plan, geometry, self)?,
            scale: plan.scale.as_ref().map(|scale| scale.value.clone()),
            nonlinearity: OutputNonlinearity::Softplus,
            epsilon: self.epsilon,
            noise: self.noise,
            microns_per_pixel: self.microns_per_pixel,
        })
    }
}

/// A network of the first family that has a place for all that was found.
pub(super) fn as_family(
    found: &FoundNetwork,
    device: &Device,
) -> Result<(ModelConfig, Network), ImportFailure> {
    ModelConfig::import(found, device)?.ok_or_else(|| {
        let what = "has layers that are those of no family of models here".into();
        ImportError::Unsupported { what }.into()
    })
}

fn found(stage: &PlannedStage, planes: [usize; 3]) -> FoundStage {
    let convolution = &stage.convolution.value;
    let norm = stage.normalisation.as_ref();
    FoundStage {
        planes,
        size: [convolution.shape[2], convolution.shape[3]],
        kernel: convolution.kernel.clone(),
        bias: convolution.bias.clone(),
        normalisation: norm.map(|norm| normalisation(&norm.value, planes)),
    }
}

/// A normalisation of the units of `planes`.
pub(super) fn normalisation(affine: &FileNormalisation, planes: [usize; 3]) -> FoundNormalisation {
    let axes = affine.axes(planes).unwrap_or_default();
    FoundNormalisation {
        gain: affine.gain.clone(),
        offset: affine.offset.clone(),
        mean: affine.mean.clone(),
        variance: affine.variance.clone(),
        epsilon: affine.epsilon,
        groups: units::places(&axes, planes),
        is_per_channel: affine.is_per_channel(planes),
    }
}

fn refuse_too_many(plan: &ImportPlan, geometry: &NetworkGeometry) -> Result<(), ImportError> {
    let (units, cells) = (geometry.last().iter().product::<usize>(), geometry.cells);
    let count = units.checked_mul(cells);
    if count.is_some_and(|count| count <= MOST_WEIGHTS) {
        return Ok(());
    }
    Err(ImportError::DoesNotFit {
        name: plan.readout.name.clone(),
        problem: format!("{units} units for each of {cells} cells are too many"),
    })
}

/// The read-out as a dense one.
fn readout(
    plan: &ImportPlan,
    geometry: &NetworkGeometry,
    settings: &ImportSettings,
) -> Result<FoundReadout, ImportError> {
    let affine = plan
        .readout_normalisation
        .as_ref()
        .map(|norm| norm.value.clone());
    let dense = |weight: Vec<f32>, bias: &Option<Vec<f32>>, affine: Option<FileNormalisation>| {
        FoundReadout {
            weight,
            bias: bias.clone(),
            normalisation: affine.map(|affine| normalisation(&affine, [geometry.cells, 1, 1])),
        }
    };
    let convolution = match &plan.readout.value {
        PlannedReadout::Dense(layer) => {
            return Ok(dense(layer.weight.clone(), &layer.bias, affine));
        }
        PlannedReadout::OneUnit(convolution) => convolution,
    };
    let places = settings.coordinates.as_ref().ok_or(ImportError::NotSaid {
        what: "which unit of the last map each cell takes (row and column)",
        flag: "--coordinates ROW,COLUMN;ROW,COLUMN;... or --match RECORDING.h5",
    })?;
    let [cells, channels, height, width] = convolution.shape;
    let [_, rows, columns] = geometry.last();
    let map = [rows - height + 1, columns - width + 1];
    if places.len() != cells || places.iter().any(|[r, c]| *r >= map[0] || *c >= map[1]) {
        return Err(ImportError::Option {
            flag: "--coordinates",
            problem: format!(
                "expected {cells} pairs ROW,COLUMN within {}x{} units, counted from 0; got {places:?}",
                map[0], map[1]
            ),
        });
    }
    let mut weight = vec![0.0; cells * channels * rows * columns];
    for (place, value) in convolution.kernel.iter().enumerate() {
        let (column, rest) = (place % width, place / width);
        let (row, rest) = (rest % height, rest / height);
        let (channel, cell) = (rest % channels, rest / channels);
        let [top, left] = places[cell];
        let unit = (channel * rows + top + row) * columns + left + column;
        weight[cell * channels * rows * columns + unit] = *value;
    }
    let affine = affine.map(|affine| of_units(&affine, places, map));
    Ok(dense(weight, &convolution.bias, affine))
}

/// The normalisation of the units that the cells take, where every unit has its own.
fn of_units(
    affine: &FileNormalisation,
    places: &[[usize; 2]],
    [rows, columns]: [usize; 2],
) -> FileNormalisation {
    if affine.mean.len() == places.len() {
        return affine.clone();
    }
    let take = |values: &[f32]| {
        let cells = places.iter().enumerate();
        cells
            .map(|(cell, [row, column])| values[(cell * rows + row) * columns + column])
            .collect()
    };
    FileNormalisation {
        gain: take(&affine.gain),
        offset: take(&affine.offset),
        mean: take(&affine.mean),
        variance: take(&affine.variance),
        epsilon: affine.epsilon,
        ..FileNormalisation::new(0)
    }
}
