//! Nonlinearities of subunits beyond the rectifier.

use serde::{Deserialize, Serialize};

use super::power::scaled_power;
use crate::circuit::{Problem, positive};

/// Largest exponent: a synapse is not steeper.
const STEEPEST: f64 = 5.0;

/// Potential above the threshold up to which slopes are looked at: twice a full-contrast step.
const HIGHEST: f64 = 2.0;

/// Potentials at which slopes are looked at.
const SLOPES: u32 = 1000;

/// What a synapse gives for a potential `x` above its threshold:
///
/// ```text
/// y = reference * (x / reference)^power
/// release = y / (1 + y / saturation)
/// ```
///
/// `power` 1 and no `saturation` is the rectifier alone. `reference` is the potential at which the power
/// changes nothing. Powers of 1 to 2.5 as in models of bipolar and ganglion cell subunits (Real et al.,
/// Curr Biol 2017; Maheswaranathan et al., PLoS Comput Biol 2018; both recalled); saturation as in
/// Baccus & Meister, Neuron 2002 (recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subunits {
    /// Exponent.
    pub power: f64,
    /// Potential above the threshold at which the power changes nothing.
    pub reference: f64,
    /// Largest release; none if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturation: Option<f64>,
}

impl Subunits {
    /// What is released at potentials above the threshold, which must not be negative, in their place.
    #[inline(always)]
    pub(crate) fn release(&self, above: &mut [f32]) {
        let (power, reference) = (self.power as f32, self.reference as f32);
        let factor = (1.0 - power) * reference.log2();
        let saturation = self.saturation.map(|saturation| saturation as f32);
        let saturated = |raised: f32, saturation: f32| raised * saturation / (saturation + raised);
        match (power == 1.0, saturation) {
            (true, None) => (),
            (true, Some(most)) => change(above, |value| saturated(value, most)),
            (false, None) => change(above, |value| scaled_power(value, power, factor)),
            (false, Some(most)) => {
                change(above, |value| {
                    saturated(scaled_power(value, power, factor), most)
                });
            }
        }
    }

    /// The steepest slope of the release between potentials of 0 and [`HIGHEST`] above the threshold.
    pub(crate) fn steepest_slope(&self) -> f64 {
        let slope = |index: u32| {
            let above = HIGHEST * f64::from(index) / f64::from(SLOPES);
            let relative = above / self.reference;
            let raised = self.reference * relative.powf(self.power);
            let slope = self.power * relative.powf(self.power - 1.0);
            let unsaturated = |saturation| 1.0 / (1.0 + raised / saturation);
            slope * self.saturation.map_or(1.0, unsaturated).powi(2)
        };
        (0..=SLOPES).map(slope).fold(0.0, f64::max)
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("power", self.power)?;
        positive("reference", self.reference)?;
        if let Some(saturation) = self.saturation {
            positive("saturation", saturation)?;
        }
        if self.power <= STEEPEST {
            return Ok(());
        }
        Err(Problem::new(
            "power",
            self.power,
            "is steeper than any synapse",
            format!("give at most {STEEPEST}"),
        ))
    }
}

#[inline(always)]
fn change(values: &mut [f32], new: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|value| *value = new(*value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_keeps_the_reference_and_saturation_bounds() {
        let square = Subunits {
            power: 2.0,
            reference: 0.2,
            saturation: None,
        };
        let release = |subunits: &Subunits, above: f32| {
            let mut value = [above];
            subunits.release(&mut value);
            value[0]
        };
        // 0.2 * (0.1 / 0.2)^2; 32-bit powers.
        assert!((release(&square, 0.1) - 0.05).abs() < 1e-6);
        assert!((release(&square, 0.2) - 0.2).abs() < 1e-6);
        assert_eq!(release(&square, 0.0), 0.0);
        // 2 x / 0.2 at x = 2.
        assert!((square.steepest_slope() - 20.0).abs() < 1e-9);
        let saturating = Subunits {
            power: 1.0,
            saturation: Some(0.5),
            ..square
        };
        assert_eq!(saturating.steepest_slope(), 1.0);
        assert!((release(&saturating, 0.5) - 0.25).abs() < 1e-6);
        assert!(release(&saturating, 1e6) <= 0.5);
    }
}
