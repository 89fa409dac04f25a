//! What kind of interneuron a channel is.

use ganglion_experiment::receptive_field::{Kinetics, Polarity};
use ganglion_model::filters::Filter;
use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

/// What a channel does to a cell's response to a stimulus: the sign of its attribution summed over
/// space and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// Raises the rate.
    Excitatory,
    /// Lowers the rate.
    Inhibitory,
    /// Exactly no effect.
    None,
}

impl Sign {
    /// The sign of a summed attribution.
    pub fn of(attribution: f64) -> Self {
        if attribution > 0.0 {
            Self::Excitatory
        } else if attribution < 0.0 {
            Self::Inhibitory
        } else {
            Self::None
        }
    }

    /// In tables and files: `"excitatory"`, `"inhibitory"` or `"none"`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Excitatory => "excitatory",
            Self::Inhibitory => "inhibitory",
            Self::None => "none",
        }
    }
}

/// Properties of a first-layer channel, from the best separable approximation of its kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelProperties {
    /// Channel, counted from zero.
    pub channel: usize,
    /// By the published rule: over the newest 25 frames of the spatially summed kernel, the sign at
    /// the largest magnitude (the authors' integrated-gradient notebooks).
    pub polarity: Polarity,
    /// Spatial profile `[y, x]` of unit norm; its largest weight is positive.
    pub space: Vec<f32>,
    /// Time course, oldest frame first; carries the kernel's norm and sign.
    pub time: Vec<f32>,
    /// Share of the squared kernel that space times time accounts for.
    pub explained_variance: f64,
    /// From the onset of the frame with the largest weight to the response bin.
    pub peak_lag: Milliseconds,
    /// Largest weight of the time course's other sign over its largest: 0 monophasic, towards 1
    /// biphasic.
    pub biphasic_index: f64,
    /// Spatial antagonism.
    pub centre_surround: CentreSurround,
}

/// Antagonism between the profile's two signs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CentreSurround {
    /// Summed weights of the centre's sign.
    pub centre: f64,
    /// Summed magnitude of the other sign.
    pub surround: f64,
    /// Surround over centre: 0 none, 1 full field cancels.
    pub index: f64,
}

impl ChannelProperties {
    /// Properties of a filter at a frame period.
    pub fn of(filter: &Filter, frame_period: Milliseconds) -> Self {
        let kinetics = Kinetics::of(&filter.temporal, frame_period);
        Self {
            channel: filter.channel,
            polarity: if filter.on {
                Polarity::On
            } else {
                Polarity::Off
            },
            space: filter.spatial.clone(),
            time: filter.temporal.clone(),
            explained_variance: filter.explained_variance,
            peak_lag: kinetics.peak_lag,
            biphasic_index: kinetics.biphasic_index,
            centre_surround: CentreSurround::of(&filter.spatial),
        }
    }
}

impl CentreSurround {
    fn of(profile: &[f32]) -> Self {
        let sum = |sign: f32| -> f64 {
            let part = |&w: &f32| f64::from((sign * w).max(0.0));
            profile.iter().map(part).sum()
        };
        let (centre, surround) = (sum(1.0), sum(-1.0));
        Self {
            centre,
            surround,
            index: if centre > 0.0 { surround / centre } else { 0.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_off_a_made_up_filter() {
        let mut temporal = vec![0.0; 40];
        (temporal[33], temporal[28]) = (-2.0, 0.5);
        let filter = Filter {
            channel: 3,
            height: 1,
            width: 4,
            spatial: vec![-0.1, 0.8, 0.2, -0.3],
            temporal,
            weights: Vec::new(),
            explained_variance: 0.9,
            on: false,
        };
        let channel = ChannelProperties::of(&filter, Milliseconds(10.0));
        assert_eq!(channel.polarity, Polarity::Off);
        assert_eq!(channel.peak_lag, Milliseconds(70.0));
        assert!((channel.biphasic_index - 0.25).abs() < 1e-6);
        assert!((channel.centre_surround.index - 0.4).abs() < 1e-6);
    }
}
