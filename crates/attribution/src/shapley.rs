//! Shapley values of channels, for comparison.

use crate::ablation::{LayerPart, Replacement};
use crate::attributor::Attributor;
use crate::error::Error;
use crate::layer::Layer;
use crate::path::Path;

/// Channels at most: there are 2 to the power of their number of choices.
const MOST_CHANNELS: usize = 16;

/// Choices of channels whose rates are in memory together.
const TOGETHER: usize = 64;

impl Attributor {
    /// Shapley values of the channels of a layer, Hz:
    ///
    /// ```text
    /// A_c = sum over choices S without c of |S|! (n - |S| - 1)! / n! (r(S and c) - r(S))
    /// ```
    ///
    /// with `r(S)` the rate when the `n` channels but those of S hold their values for the baseline. They sum to the
    /// change of the rate. Source: Shapley 1953, *Contributions to the Theory of Games* II:307 (recalled); for channels
    /// of a network, computed over all choices rather than sampled, ours.
    ///
    /// # Shapes
    /// `[sample, cell, channel]`, all cells of the network.
    ///
    /// # Errors
    /// If the layer does not exist or has more than 16 channels.
    pub fn shapley(&self, path: &Path, layer: Layer) -> Result<Vec<f64>, Error> {
        let [channels, ..] = self.planes(layer)?;
        if channels > MOST_CHANNELS {
            return Err(Error::TooManyChannels {
                channels,
                most: MOST_CHANNELS,
            });
        }
        let responses = path.samples() * self.cells();
        let mut values = vec![0.0; responses * channels];
        let choices: Vec<usize> = (0..1 << channels).collect();
        for choices in choices.chunks(TOGETHER) {
            let silenced: Vec<LayerPart> = (choices.iter())
                .map(|choice| LayerPart::Channels(members(!choice, channels)))
                .collect();
            let rates = self.without(path, layer, &silenced, Replacement::Baseline)?;
            for (choice, rates) in choices.iter().zip(rates.chunks_exact(responses)) {
                let weights = weights(*choice, channels);
                for (values, rate) in values.chunks_exact_mut(channels).zip(rates) {
                    let terms = values.iter_mut().zip(&weights);
                    terms.for_each(|(value, weight)| *value += weight * f64::from(*rate));
                }
            }
        }
        Ok(values)
    }
}

/// The channels of a choice, whose bits are set.
fn members(choice: usize, channels: usize) -> Vec<usize> {
    (0..channels)
        .filter(|channel| choice >> channel & 1 == 1)
        .collect()
}

/// With which weight the rate of a choice counts for each channel.
fn weights(choice: usize, channels: usize) -> Vec<f64> {
    let size = members(choice, channels).len();
    let weight = |channel: usize| match choice >> channel & 1 == 1 {
        true => share(size - 1, channels),
        false => -share(size, channels),
    };
    (0..channels).map(weight).collect()
}

/// `others! (channels - others - 1)! / channels!`: one over the channels, and over the choices of so many others.
fn share(others: usize, channels: usize) -> f64 {
    let choices = (0..others).map(|place| (channels - 1 - place) as f64 / (place + 1) as f64);
    1.0 / (channels as f64 * choices.product::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every order of three channels has a share of one sixth.
    #[test]
    fn weights_are_those_of_orders() {
        assert!((share(0, 3) - 1.0 / 3.0).abs() < 1e-15);
        assert!((share(1, 3) - 1.0 / 6.0).abs() < 1e-15);
        assert!((share(2, 3) - 1.0 / 3.0).abs() < 1e-15);
        // Of what counts for a channel, as much is added as taken away.
        for channel in 0..5 {
            let sum: f64 = (0..32).map(|choice| weights(choice, 5)[channel]).sum();
            assert!(sum.abs() < 1e-15, "{sum}");
        }
    }
}
