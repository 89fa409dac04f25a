//! Layers in order, as the parts of a network of the retina.

use super::ImportError;
use super::convolution::Convolution;
use super::layer::{Dense, FileLayer, FileNormalisation, LayerKind};

/// The parts of a network, read in order.
#[derive(Clone, Debug)]
pub(super) struct ImportPlan {
    pub(super) stages: Vec<PlannedStage>,
    pub(super) readout: PlannedPart<PlannedReadout>,
    pub(super) readout_normalisation: Option<PlannedPart<FileNormalisation>>,
    /// Factors of the rates.
    pub(super) scale: Option<PlannedPart<Vec<f32>>>,
    /// Layers that only count.
    pub(super) counters: Vec<FileLayer>,
    /// Layers of noise.
    pub(super) noise: Vec<PlannedPart<f64>>,
}

/// A part and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct PlannedPart<T> {
    pub(super) name: String,
    pub(super) arrays: Vec<(String, Vec<usize>)>,
    pub(super) value: T,
}

impl FileLayer {
    /// What it holds as a part of the network.
    fn holding<T>(self, value: T) -> PlannedPart<T> {
        PlannedPart {
            name: self.name,
            arrays: self.arrays,
            value,
        }
    }
}

/// A hidden stage.
#[derive(Clone, Debug)]
pub(super) struct PlannedStage {
    pub(super) convolution: PlannedPart<Convolution>,
    pub(super) normalisation: Option<PlannedPart<FileNormalisation>>,
    /// Batch normalisation after the rectification.
    pub(super) afterwards: Option<PlannedPart<FileNormalisation>>,
}

/// From the last stage to the cells.
#[derive(Clone, Debug)]
pub(super) enum PlannedReadout {
    /// A weight for every unit and cell.
    Dense(Dense),
    /// A convolution with a channel a cell, of which each cell takes one unit.
    OneUnit(Convolution),
}

impl ImportPlan {
    /// Reads layers in order: convolutions with what follows each, then the read-out.
    pub(super) fn of(layers: Vec<FileLayer>) -> Result<Self, ImportError> {
        let mut reading = PlanReading::default();
        for layer in layers {
            reading.take(layer)?;
        }
        reading.finish()
    }
}

/// A plan while it is read.
#[derive(Default)]
struct PlanReading {
    stages: Vec<PlannedStage>,
    dense: Option<PlannedPart<Dense>>,
    readout_normalisation: Option<PlannedPart<FileNormalisation>>,
    scale: Option<PlannedPart<Vec<f32>>>,
    counters: Vec<FileLayer>,
    noise: Vec<PlannedPart<f64>>,
}

impl PlanReading {
    fn take(&mut self, layer: FileLayer) -> Result<(), ImportError> {
        let name = layer.name.clone();
        let wrong = |problem: &str| ImportError::Order {
            name: name.clone(),
            problem: problem.to_owned(),
        };
        match layer.kind.clone() {
            LayerKind::Counter => self.counters.push(layer),
            LayerKind::Noise(value) => self.noise.push(layer.holding(value)),
            LayerKind::Scale(value) => self.scale = Some(layer.holding(value)),
            LayerKind::Convolution(_) if self.dense.is_some() => {
                return Err(wrong("a convolution after the read-out"));
            }
            LayerKind::Convolution(value) => self.stages.push(PlannedStage {
                convolution: layer.holding(value),
                normalisation: None,
                afterwards: None,
            }),
            LayerKind::Dense(_) if self.dense.is_some() => {
                return Err(wrong("a second read-out"));
            }
            LayerKind::Dense(value) => self.dense = Some(layer.holding(value)),
            LayerKind::Normalisation(value) => {
                let place = match (&self.dense, self.stages.last_mut()) {
                    (Some(_), _) => &mut self.readout_normalisation,
                    (None, Some(stage)) if value.after_activation => &mut stage.afterwards,
                    (None, Some(stage)) => &mut stage.normalisation,
                    (None, None) => return Err(wrong("batch normalisation of the movie itself")),
                };
                if place.is_some() {
                    return Err(wrong("a second batch normalisation in a row"));
                }
                *place = Some(layer.holding(value));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<ImportPlan, ImportError> {
        let (readout, readout_normalisation) = match self.dense {
            Some(PlannedPart {
                name,
                arrays,
                value,
            }) => {
                let value = PlannedReadout::Dense(value);
                (
                    PlannedPart {
                        name,
                        arrays,
                        value,
                    },
                    self.readout_normalisation,
                )
            }
            None => {
                let last = self.stages.pop().filter(|_| !self.stages.is_empty());
                let last = last.ok_or_else(|| ImportError::Order {
                    name: "the last".into(),
                    problem: "there is no read-out, neither dense nor a second convolution".into(),
                })?;
                let PlannedPart {
                    name,
                    arrays,
                    value,
                } = last.convolution;
                let value = PlannedReadout::OneUnit(value);
                (
                    PlannedPart {
                        name,
                        arrays,
                        value,
                    },
                    last.normalisation,
                )
            }
        };
        Ok(ImportPlan {
            stages: self.stages,
            readout,
            readout_normalisation,
            scale: self.scale,
            counters: self.counters,
            noise: self.noise,
        })
    }
}
