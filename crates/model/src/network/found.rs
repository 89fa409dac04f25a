//! A network of another program, as far as its file tells, before a family takes it.

use super::config::OutputNonlinearity;
use super::patch_size::PatchSize;
use super::shape::NetworkShape;
use crate::layer::Grouping;

/// A network of another program: its layers in our order of axes, and what is known beside them.
#[derive(Clone, Debug)]
pub struct FoundNetwork {
    /// Sizes that it is built for.
    pub shape: NetworkShape,
    /// Hidden stages, the one that sees the movie first; none where cells filter the movie itself.
    pub stages: Vec<FoundStage>,
    /// From the last stage, or the movie, to the cells.
    pub readout: FoundReadout,
    /// Factors of the rates, one a cell.
    pub scale: Option<Vec<f32>>,
    /// From generator signal to rate, where there are no hidden stages; with them it is softplus.
    pub nonlinearity: OutputNonlinearity,
    /// Epsilon of normalisations that do not say their own.
    pub epsilon: f64,
    /// Standard deviation of the noise before each rectification, in training.
    pub noise: f64,
    /// Size of a pixel on the retina, micrometres, where known.
    pub microns_per_pixel: Option<f64>,
}

/// A hidden stage of another program: a valid convolution, normalisation, rectification.
#[derive(Clone, Debug)]
pub struct FoundStage {
    /// Channels, rows and columns of its units.
    pub planes: [usize; 3],
    /// Rows and columns of its kernels, pixels.
    pub size: [usize; 2],
    /// Kernels `[channel out, channel in or frame, y, x]`.
    pub kernel: Vec<f32>,
    /// `[channel]`
    pub bias: Option<Vec<f32>>,
    /// Batch normalisation before the rectification.
    pub normalisation: Option<FoundNormalisation>,
}

/// A dense read-out of another program.
#[derive(Clone, Debug)]
pub struct FoundReadout {
    /// `[cell, unit]`; units are `[channel, y, x]` of the last stage, or `[frame, y, x]` of the movie.
    pub weight: Vec<f32>,
    /// `[cell]`
    pub bias: Option<Vec<f32>>,
    /// Batch normalisation of the cells, one group a cell.
    pub normalisation: Option<FoundNormalisation>,
}

/// `gain * (z - mean) / sqrt(variance + epsilon) + offset`, one value a group.
#[derive(Clone, Debug)]
pub struct FoundNormalisation {
    /// `[group]`
    pub gain: Vec<f32>,
    /// `[group]`
    pub offset: Vec<f32>,
    /// `[group]`
    pub mean: Vec<f32>,
    /// `[group]`
    pub variance: Vec<f32>,
    /// Its own, where the file says.
    pub epsilon: Option<f64>,
    /// The group of each unit `[channel, y, x]`.
    pub groups: Vec<usize>,
    /// Whether its groups are the channels.
    pub is_per_channel: bool,
}

impl FoundNormalisation {
    /// One that changes nothing.
    fn identity(groups: usize, epsilon: f64) -> Self {
        Self {
            gain: vec![1.0; groups],
            offset: vec![0.0; groups],
            mean: vec![0.0; groups],
            variance: vec![(1.0 - epsilon) as f32; groups],
            epsilon: None,
            groups: Vec::new(),
            is_per_channel: true,
        }
    }
}

impl FoundNetwork {
    /// Whether it has any batch normalisation.
    pub fn is_normalised(&self) -> bool {
        let mut stages = self.stages.iter();
        stages.any(|stage| stage.normalisation.is_some()) || self.readout.normalisation.is_some()
    }

    /// Per channel only where every stage is.
    pub fn grouping(&self) -> Grouping {
        let mut norms = (self.stages.iter()).filter_map(|stage| stage.normalisation.as_ref());
        match norms.all(|norm| norm.is_per_channel) {
            true => Grouping::PerChannel,
            false => Grouping::PerUnit,
        }
    }

    /// Channels of each stage.
    pub fn channels(&self) -> Vec<usize> {
        self.stages.iter().map(|stage| stage.planes[0]).collect()
    }

    /// Size of each stage's kernels.
    pub fn kernels(&self) -> Vec<PatchSize> {
        self.stages.iter().map(|stage| stage.size.into()).collect()
    }

    /// The factors of the rates by our name.
    pub(super) fn scale(&self) -> Option<(String, Vec<f32>)> {
        let scale = self.scale.clone()?;
        Some(("output.scale".to_owned(), scale))
    }

    /// A normalisation by our names, of `planes`' units or channels; the identity where the file has
    /// none. `bias` is what the layer before adds and ours cannot.
    pub(super) fn normalisation(
        &self,
        name: &str,
        norm: Option<&FoundNormalisation>,
        [channels, rows, columns]: [usize; 3],
        grouping: Grouping,
        bias: Option<&[f32]>,
    ) -> [(String, Vec<f32>); 4] {
        let identity = || FoundNormalisation::identity(channels, self.epsilon);
        let norm = norm.cloned().unwrap_or_else(identity);
        // Ours has one epsilon: the difference goes into the variance.
        let difference = norm.epsilon.map_or(0.0, |epsilon| epsilon - self.epsilon);
        let variance = norm
            .variance
            .iter()
            .map(|v| (f64::from(*v) + difference) as f32);
        let positions = rows * columns;
        let group = |unit: usize| match norm.is_per_channel {
            true => unit / positions,
            false => norm.groups[unit],
        };
        let spread = |values: &[f32]| -> Vec<f32> {
            match grouping {
                Grouping::PerChannel => values.to_vec(),
                Grouping::PerUnit => (0..channels * positions)
                    .map(|unit| values[group(unit)])
                    .collect(),
            }
        };
        let mut mean = spread(&norm.mean);
        for (mean, bias) in mean.iter_mut().zip(bias.unwrap_or(&[])) {
            *mean -= bias;
        }
        [
            (format!("{name}.gain"), spread(&norm.gain)),
            (format!("{name}.offset"), spread(&norm.offset)),
            (format!("{name}.running_mean"), mean),
            (
                format!("{name}.running_variance"),
                spread(&variance.collect::<Vec<_>>()),
            ),
        ]
    }
}
