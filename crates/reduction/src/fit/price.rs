//! What a pathway costs: the rule by which circuits are chosen in `reduce`, and by which those that `identify`
//! considers are found.

use serde::{Deserialize, Serialize};

use crate::network_error::{FLOOR, SAMPLES};

/// The price of pathways, in shares of the variance of the rates to be explained.
///
/// ```text
/// cost(circuit) = unexplained(circuit) + a_pathway * pathways + at_rest * pathways active at rest
///                 - 0.0004 * log of the probability that the cell has such pathways
/// ```
///
/// and 0.05 more for a circuit that nothing excites: what nothing excites does not fire. Two
/// circuits that do the same where a recording or a network has been can differ in what is active at
/// rest: OFF excitation that is never silent is ON inhibition that is never silent. Of such, the one
/// with fewer pathways active at rest is taken. The probability is that of the cell's circuits as they are
/// [identified](crate::known) from other stimuli, where they are known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Of every pathway.
    pub a_pathway: f64,
    /// Besides, of a pathway that is active at rest.
    pub at_rest: f64,
}

/// Price of a circuit that nothing excites.
const UNDRIVEN: f64 = 0.05;

/// What one unit of the logarithm of a probability is worth: the slope `2 floor / N` of the
/// [evidence](crate::identify::posterior) of a network where the misfit is far below the network's own error.
pub(super) const OF_PROBABILITY: f64 = 2.0 * FLOOR / SAMPLES;

/// What the price of a pathway depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Whether it excites.
    pub excites: bool,
    /// Whether it is active at rest.
    pub at_rest: bool,
}

impl Price {
    /// The price of a circuit's pathways together.
    pub fn of(&self, pathways: impl IntoIterator<Item = Priced>) -> f64 {
        let (mut price, mut any, mut excited) = (0.0, false, false);
        for pathway in pathways {
            any = true;
            excited |= pathway.excites;
            price += self.a_pathway;
            if pathway.at_rest {
                price += self.at_rest;
            }
        }
        match any && !excited {
            true => price + UNDRIVEN,
            false => price,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pathways_add_up_and_what_nothing_excites_is_dear() {
        let price = Price {
            a_pathway: 0.003,
            at_rest: 0.001,
        };
        let pathway = |excites, at_rest| Priced { excites, at_rest };
        assert_eq!(price.of([]), 0.0);
        assert!((price.of([pathway(true, false), pathway(false, true)]) - 0.007).abs() < 1e-12);
        assert!((price.of([pathway(false, false)]) - 0.053).abs() < 1e-12);
    }
}
