//! A plan as one of our networks.

use burn::tensor::Device;
use ganglion_model::layer::Grouping;
use ganglion_model::network::{ModelConfig, MovieShape, Network};
use ganglion_model::weights::Weights;

use super::ImportError;
use super::failure::Failure;
use super::geometry::Geometry;
use super::layer::Affine;
use super::plan::{Plan, Readout};
use super::units;

/// Values of the read-out that are allocated at most: half a gigabyte.
const MOST_WEIGHTS: usize = 1 << 27;

/// What is needed beside the arrays.
pub(super) struct Settings {
    pub(super) epsilon: f64,
    pub(super) noise: f64,
    pub(super) microns_per_pixel: Option<f64>,
    /// The unit of the last map that each cell takes, row and column.
    pub(super) coordinates: Option<Vec<[usize; 2]>>,
}

/// Whether the network has any batch normalisation.
fn is_normalised(plan: &Plan) -> bool {
    let hidden = plan
        .stages
        .iter()
        .any(|stage| stage.normalisation.is_some());
    hidden || plan.readout_normalisation.is_some()
}

/// The architecture that holds a plan.
pub(super) fn architecture(plan: &Plan, geometry: &Geometry, settings: &Settings) -> ModelConfig {
    let shape = |stage: &super::plan::Stage| stage.convolution.value.shape;
    let channels = plan.stages.iter().map(|stage| shape(stage)[0]).collect();
    let kernels = plan.stages.iter().map(|stage| shape(stage)[2]).collect();
    let (noise, microns_per_pixel) = (settings.noise, settings.microns_per_pixel);
    if !is_normalised(plan) {
        return ModelConfig::NipsCnn {
            channels,
            kernels,
            noise,
            algorithm: Default::default(),
            microns_per_pixel,
        };
    }
    ModelConfig::BnCnn {
        channels,
        kernels,
        batch_norm: grouping(plan, geometry),
        batch_norm_epsilon: settings.epsilon,
        batch_norm_momentum: 0.01,
        noise,
        bias: true,
        factorised: None,
        readout: Default::default(),
        algorithm: Default::default(),
        microns_per_pixel,
    }
}

/// Per channel only where every stage is.
fn grouping(plan: &Plan, geometry: &Geometry) -> Grouping {
    let per_channel = plan
        .stages
        .iter()
        .zip(&geometry.planes)
        .all(|(stage, planes)| {
            let norm = stage.normalisation.as_ref();
            norm.is_none_or(|norm| norm.value.is_per_channel(*planes))
        });
    match per_channel {
        true => Grouping::PerChannel,
        false => Grouping::PerUnit,
    }
}

/// Builds the network and gives it the plan's weights.
pub(super) fn build(
    plan: &Plan,
    geometry: &Geometry,
    config: &ModelConfig,
    settings: &Settings,
    device: &Device,
) -> Result<Network, Failure> {
    let units: usize = geometry.last().iter().product();
    if units
        .checked_mul(geometry.cells)
        .is_none_or(|count| count > MOST_WEIGHTS)
    {
        return Err(ImportError::DoesNotFit {
            name: plan.readout.name.clone(),
            problem: format!(
                "{units} units for each of {} cells are too many",
                geometry.cells
            ),
        }
        .into());
    }
    let shape = MovieShape {
        height: geometry.frame[0],
        width: geometry.frame[1],
        history: geometry.history,
        cells: geometry.cells,
    };
    let network = config.init(&shape, 0, device)?;
    let mut filling = Filling {
        weights: Weights::of(&network),
        epsilon: settings.epsilon,
    };
    let per_channel = grouping(plan, geometry) == Grouping::PerChannel;
    for (index, (stage, planes)) in plan.stages.iter().zip(&geometry.planes).enumerate() {
        let convolution = &stage.convolution.value;
        let name = format!("stages.{index}.convolution");
        filling.set(&format!("{name}.kernel"), convolution.kernel.clone());
        let bias = convolution.bias.clone();
        filling.set(
            &format!("{name}.bias"),
            bias.unwrap_or_else(|| vec![0.0; planes[0]]),
        );
        if is_normalised(plan) {
            let planes = match per_channel {
                true => [planes[0], 1, 1],
                false => *planes,
            };
            let affine = stage.normalisation.as_ref().map(|norm| &norm.value);
            filling.normalise(
                &format!("stages.{index}.normalisation"),
                affine,
                planes,
                None,
            );
        }
    }
    filling.read_out(plan, geometry, settings, is_normalised(plan))?;
    Ok(filling.weights.load_into(network)?)
}

/// Our weights, being replaced.
struct Filling {
    weights: Weights,
    epsilon: f64,
}

impl Filling {
    /// # Panics
    /// Where the network has no such array or another size: every size was checked before.
    fn set(&mut self, name: &str, values: Vec<f32>) {
        let array = self.weights.0.get_mut(name);
        let array = array.unwrap_or_else(|| panic!("the network has no array {name}"));
        assert_eq!(array.values.len(), values.len(), "size of {name}");
        array.values = values;
    }

    /// Sets a normalisation of all units of `planes`, spread over them where they share values; the
    /// identity where the file has none. `bias` is what the layer before adds and ours cannot.
    fn normalise(
        &mut self,
        name: &str,
        affine: Option<&Affine>,
        planes: [usize; 3],
        bias: Option<&[f32]>,
    ) {
        let identity = || Affine {
            variance: vec![(1.0 - self.epsilon) as f32; planes[0]],
            ..Affine::new(planes[0])
        };
        let affine = affine.cloned().unwrap_or_else(identity);
        // Ours has one epsilon: the difference goes into the variance.
        let difference = affine.epsilon.map_or(0.0, |epsilon| epsilon - self.epsilon);
        let variance = affine
            .variance
            .iter()
            .map(|v| (f64::from(*v) + difference) as f32);
        let axes = affine.axes(planes).unwrap_or_default();
        let places = units::places(&axes, planes);
        let spread =
            |values: Vec<f32>| -> Vec<f32> { places.iter().map(|&place| values[place]).collect() };
        let variance = spread(variance.collect());
        let mut mean = spread(affine.mean);
        for (mean, bias) in mean.iter_mut().zip(bias.unwrap_or(&[])) {
            *mean -= bias;
        }
        self.set(&format!("{name}.gain"), spread(affine.gain));
        self.set(&format!("{name}.offset"), spread(affine.offset));
        self.set(&format!("{name}.running_mean"), mean);
        self.set(&format!("{name}.running_variance"), variance);
    }

    fn read_out(
        &mut self,
        plan: &Plan,
        geometry: &Geometry,
        settings: &Settings,
        normalised: bool,
    ) -> Result<(), ImportError> {
        let (weight, bias, affine) = readout(plan, geometry, settings)?;
        self.set("readout.weight", weight);
        if normalised {
            let (cells, bias) = (geometry.cells, bias.as_deref());
            let planes = [cells, 1, 1];
            self.normalise("readout_normalisation", affine.as_ref(), planes, bias);
        } else {
            self.set(
                "readout.bias",
                bias.unwrap_or_else(|| vec![0.0; geometry.cells]),
            );
        }
        if let Some(scale) = &plan.scale {
            self.set("output.scale", scale.value.clone());
        }
        Ok(())
    }
}

/// Weights `[cell, unit]`, constants and normalisation of the cells.
type DenseParts = (Vec<f32>, Option<Vec<f32>>, Option<Affine>);

fn readout(
    plan: &Plan,
    geometry: &Geometry,
    settings: &Settings,
) -> Result<DenseParts, ImportError> {
    let affine = plan
        .readout_normalisation
        .as_ref()
        .map(|norm| norm.value.clone());
    let convolution = match &plan.readout.value {
        Readout::Dense(dense) => return Ok((dense.weight.clone(), dense.bias.clone(), affine)),
        Readout::OneUnit(convolution) => convolution,
    };
    let places = settings.coordinates.as_ref().ok_or(ImportError::NotSaid {
        what: "which unit of the last map each cell takes (row and column)",
        flag: "--coordinates ROW,COLUMN;ROW,COLUMN;... or --match RECORDING.h5",
    })?;
    let [cells, channels, size, _] = convolution.shape;
    let [_, rows, columns] = geometry.last();
    let map = [rows - size + 1, columns - size + 1];
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
        let (column, rest) = (place % size, place / size);
        let (row, rest) = (rest % size, rest / size);
        let (channel, cell) = (rest % channels, rest / channels);
        let [top, left] = places[cell];
        let unit = (channel * rows + top + row) * columns + left + column;
        weight[cell * channels * rows * columns + unit] = *value;
    }
    let affine = affine.map(|affine| of_units(&affine, places, map));
    Ok((weight, convolution.bias.clone(), affine))
}

/// The normalisation of the units that the cells take, where every unit has its own.
fn of_units(affine: &Affine, places: &[[usize; 2]], [rows, columns]: [usize; 2]) -> Affine {
    if affine.mean.len() == places.len() {
        return affine.clone();
    }
    let take = |values: &[f32]| {
        let cells = places.iter().enumerate();
        cells
            .map(|(cell, [row, column])| values[(cell * rows + row) * columns + column])
            .collect()
    };
    Affine {
        gain: take(&affine.gain),
        offset: take(&affine.offset),
        mean: take(&affine.mean),
        variance: take(&affine.variance),
        epsilon: affine.epsilon,
        ..Affine::new(0)
    }
}
