//! Which pixels, when: integrated gradients of the input.

use ganglion_model::spectral::{self, Geometry};

use crate::attribution::Attribution;
use crate::attributor::Attributor;
use crate::error::Error;
use crate::layer::Layer;
use crate::upper::floats;

/// Integrated gradients of one response with respect to its clip (Sundararajan et al. 2017).
#[derive(Clone, Debug, PartialEq)]
pub struct PixelAttribution {
    /// Attribution of each pixel `[frame, y, x]`, oldest frame first, Hz; sums to the response minus
    /// the baseline's.
    pub attribution: Vec<f32>,
    /// Path-averaged gradient `[frame, y, x]`: the effective receptive field for this stimulus.
    pub effective_weights: Vec<f32>,
}

impl Attributor {
    /// Carries a first-layer attribution on to the pixels of one clip.
    ///
    /// The first convolution is linear, so the path-averaged gradient of the pixels is its transpose
    /// applied to that of its units: nothing is integrated again. `change` is stimulus minus baseline,
    /// `[frame, y, x]`, of the sample's own history.
    ///
    /// # Errors
    /// If the attribution is not of the first convolution before batch normalisation, or `change` is
    /// not one clip.
    ///
    /// # Panics
    /// If there is no such sample or cell.
    pub fn pixels(
        &self,
        attribution: &Attribution,
        sample: usize,
        cell: usize,
        change: &[f32],
    ) -> Result<PixelAttribution, Error> {
        if attribution.layer != Layer::default() {
            return Err(Error::OutOfRange {
                key: "layer.stage",
                value: attribution.layer.stage as f64,
                allowed: "1, at the linear point: pixels are reached from there",
            });
        }
        let expected = self.shape.history * self.shape.height * self.shape.width;
        if change.len() != expected {
            return Err(Error::Length {
                what: "values of the clip",
                found: change.len(),
                expected,
            });
        }
        let effective_weights = self.transposed(attribution.weights(sample, cell));
        Ok(PixelAttribution {
            attribution: effective_weights
                .iter()
                .zip(change)
                .map(|(weight, change)| weight * change)
                .collect(),
            effective_weights,
        })
    }

    /// The first convolution's transpose: `[channel, y, x]` to `[frame, y, x]`.
    fn transposed(&self, weights: &[f32]) -> Vec<f32> {
        let kernel = self.network.stages[0].convolution.kernel.value();
        let [channels_out, _, history, kernel_height, kernel_width] = kernel.dims();
        let geometry = Geometry {
            channels_in: 1,
            height: self.shape.height,
            width: self.shape.width,
            segments: 1,
            frames: history,
            channels_out,
            history,
            kernel_height,
            kernel_width,
        };
        let by_pixel = spectral::input_gradient(&floats(kernel), weights, &geometry);
        (0..history)
            .flat_map(|frame| by_pixel.iter().skip(frame).step_by(history))
            .copied()
            .collect()
    }
}
