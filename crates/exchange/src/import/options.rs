//! What a weights file cannot say.

use std::path::PathBuf;
use std::str::FromStr;

use ganglion_model::network::OutputNonlinearity;

/// What a weights file cannot say, or says wrongly. Every field may be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Side of a pixel on the retina, micrometres.
    pub microns_per_pixel: Option<f64>,
    /// Cells, 0-based within the recording, in the order of the outputs.
    pub cells: Option<Vec<usize>>,
    /// Time from one frame to the next, milliseconds.
    pub frame_period_ms: Option<f64>,
    /// Rows and columns of a frame.
    pub frame_size: Option<[usize; 2]>,
    /// Mean and standard deviation of the training movie, in the recording's units.
    pub normalisation: Option<[f64; 2]>,
    /// Name of the response dataset that the network predicts.
    pub response: Option<String>,
    /// Added to variances before the root; 1e-3 in the published networks.
    pub batch_norm_epsilon: Option<f64>,
    /// Row and column of the unit that each cell takes of a convolutional read-out.
    pub coordinates: Option<Vec<[usize; 2]>>,
    /// A recording to find those coordinates with, by correlation.
    pub match_recording: Option<PathBuf>,
    /// A file that lists the layers in order, where names and shapes do not tell.
    pub mapping: Option<PathBuf>,
    /// Nonlinearity of hidden layers, where the file holds weights alone.
    pub hidden_activation: Option<HiddenActivation>,
    /// From drive to rate, where the file holds weights alone.
    pub output_activation: Option<OutputNonlinearity>,
    /// Order of normalisation and nonlinearity, where the file holds weights alone.
    pub batch_norm_order: Option<BatchNormOrder>,
    /// Order of the units that the dense layer reads, where the file does not say.
    pub flatten_order: Option<FlattenOrder>,
    /// Which weights to use of a PyTorch file that holds several: where they are in the file, such
    /// as `ema.state_dict`, or the beginning of their names.
    pub weights_at: Option<String>,
}

/// Nonlinearities of hidden layers. Networks here have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenActivation {
    /// max(0, z)
    Relu,
}

impl FromStr for HiddenActivation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "relu" => Ok(Self::Relu),
            _ => Err("hidden layers here have relu; others are not supported".into()),
        }
    }
}

/// Whether hidden units are normalised before or after their nonlinearity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchNormOrder {
    /// Before, as in the published networks.
    BeforeActivation,
    /// After.
    AfterActivation,
}

impl FromStr for BatchNormOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "before-activation" => Ok(Self::BeforeActivation),
            "after-activation" => Ok(Self::AfterActivation),
            _ => Err("choose before-activation or after-activation".into()),
        }
    }
}

/// The order in which units, or the pixels of a movie, become one row for a dense layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlattenOrder {
    /// Channel (or frame), row, column; the last fastest.
    ChannelsFirst,
    /// Row, column, channel (or frame).
    ChannelsLast,
}

impl FromStr for FlattenOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "channels-first" => Ok(Self::ChannelsFirst),
            "channels-last" => Ok(Self::ChannelsLast),
            _ => Err("choose channels-first or channels-last".into()),
        }
    }
}

impl From<FlattenOrder> for super::units::Order {
    fn from(order: FlattenOrder) -> Self {
        match order {
            FlattenOrder::ChannelsFirst => super::units::CHANNELS_FIRST,
            FlattenOrder::ChannelsLast => super::units::CHANNELS_LAST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_nonlinearities_are_refused_by_name() {
        assert_eq!("relu".parse(), Ok(HiddenActivation::Relu));
        assert!("elu".parse::<HiddenActivation>().is_err());
        assert_eq!(
            "after-activation".parse(),
            Ok(BatchNormOrder::AfterActivation)
        );
        assert_eq!("channels-last".parse(), Ok(FlattenOrder::ChannelsLast));
    }
}
