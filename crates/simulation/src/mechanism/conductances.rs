//! Excitation and inhibition as conductances of the ganglion cell.

use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, finite, positive};

/// A ganglion cell whose synapses open conductances, in the place of a sum of drives:
///
/// ```text
/// v = (g_e E_e + g_i E_i) / (g_0 + g_e + g_i),   g_e = e / E_e,   g_i = i / E_e,   g_0 = 1
/// ```
///
/// with `e` and `i` the sums of what excitatory and inhibitory pathways give, both without sign, and potentials
/// relative to that at which the leak `g_0` reverses. The output acts on `v`. Weak excitation alone gives
/// `v = e`; strong excitation saturates at `E_e`; inhibition divides, and subtracts as far as `E_i` is below 0
/// (`E_i = 0` is shunting alone). Koch, Poggio & Torre, PNAS 1983; in ganglion cells Roska & Werblin, Nature 2001
/// (both recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conductances {
    /// Reversal potential of excitation, in units of drive.
    pub excitatory_reversal: f64,
    /// Reversal potential of inhibition, in units of drive; 0 or below.
    pub inhibitory_reversal: f64,
}

impl Conductances {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("excitatory_reversal", self.excitatory_reversal)?;
        finite("inhibitory_reversal", self.inhibitory_reversal)?;
        if self.inhibitory_reversal <= 0.0 {
            return Ok(());
        }
        Err(Problem::new(
            "inhibitory_reversal",
            self.inhibitory_reversal,
            "is above rest, where it excites",
            "give 0 or less",
        ))
    }

    /// Potential where pathways give these signed drives.
    pub(crate) fn potential(&self, drives: impl Iterator<Item = f32>) -> f32 {
        let (mut excitation, mut inhibition) = (0.0, 0.0);
        for drive in drives {
            match drive > 0.0 {
                true => excitation += f64::from(drive),
                false => inhibition -= f64::from(drive),
            }
        }
        let reversal = self.excitatory_reversal;
        let (excitatory, inhibitory) = (excitation / reversal, inhibition / reversal);
        let current = excitatory * reversal + inhibitory * self.inhibitory_reversal;
        (current / (1.0 + excitatory + inhibitory)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn potential(inhibitory_reversal: f64, drives: [f32; 2]) -> f64 {
        let conductances = Conductances {
            excitatory_reversal: 2.0,
            inhibitory_reversal,
        };
        f64::from(conductances.potential(drives.into_iter()))
    }

    #[test]
    fn excitation_saturates_and_shunting_divides() {
        assert!((potential(0.0, [1e-4, 0.0]) - 1e-4).abs() < 1e-8);
        assert!((potential(0.0, [2.0, 0.0]) - 1.0).abs() < 1e-6);
        assert!((potential(0.0, [2e6, 0.0]) - 2.0).abs() < 1e-4);
        // Twice the conductance of leak and excitation halves the response and takes nothing from it.
        assert!((potential(0.0, [2.0, -4.0]) - 0.5).abs() < 1e-6);
        assert_eq!(potential(0.0, [0.0, -4.0]), 0.0);
        assert!((potential(-1.0, [0.0, -2e6]) + 1.0).abs() < 1e-4);
    }
}
