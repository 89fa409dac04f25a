//! Loops of inhibition among the types of a retina.

use ganglion_recording::Microns;
use rand::RngExt;

use super::equip::probability;
use super::mechanisms::FeedbackRanges;
use super::number::Draws;
use crate::circuit::{Interneuron, InterneuronKind, Problem, Sign, loop_gain};
use crate::mechanism::Synapse;

/// Halvings of the factor on the weights of a retina whose loops are too strong.
const HALVINGS: usize = 40;

impl FeedbackRanges {
    /// Gives synapses that come late to bipolar types from the amacrine types that they drive, and to amacrine
    /// types from each other; then lowers their weights where a loop is too strong.
    pub(super) fn close_loops(
        &self,
        interneurons: &mut [Interneuron],
        draws: &Draws,
    ) -> Result<(), Problem> {
        if !(self.most_gain > 0.0 && self.most_gain < 1.0) {
            let remedy = "give a number above 0 and below 1";
            let key = "mechanisms.feedback.most_gain";
            return Err(Problem::new(
                key,
                self.most_gain,
                "is no gain of a loop at rest",
                remedy,
            ));
        }
        if interneurons.iter().all(|known| known.drive.is_none()) {
            return Err(Problem::new(
                "mechanisms.feedback",
                "true",
                "has no amacrine type that bipolar types drive",
                "switch on mechanisms.amacrine_stage as well",
            ));
        }
        for (from, to) in self.pairs(interneurons, draws)? {
            let synapse = self.synapse(&interneurons[from].name, &interneurons[to].name, draws)?;
            interneurons[to].mechanisms.feedback.push(synapse);
        }
        self.lower(interneurons);
        Ok(())
    }

    /// Indices of the types that give feedback and of those that receive it.
    fn pairs(
        &self,
        interneurons: &[Interneuron],
        draws: &Draws,
    ) -> Result<Vec<(usize, usize)>, Problem> {
        let drawn = |name: &str, share: f64, pair: [&str; 2]| {
            let share = probability("mechanisms.feedback", name, share)?;
            let key = format!("feedback.{}.{}", pair[0], pair[1]);
            Ok::<bool, Problem>(draws.generator(&key).random_bool(share))
        };
        let is_amacrine = |known: &Interneuron| known.kind == InterneuronKind::Amacrine;
        let mut pairs = Vec::new();
        for (to, receiver) in interneurons.iter().enumerate() {
            for (from, giver) in interneurons
                .iter()
                .enumerate()
                .filter(|(_, known)| is_amacrine(known))
            {
                let names = [giver.name.as_str(), receiver.name.as_str()];
                let drives = giver.drive.iter().flat_map(|drive| &drive.synapses);
                let mut drives = drives.filter(|synapse| synapse.sign == Sign::Excitatory);
                if drives.any(|synapse| synapse.interneuron == receiver.name) {
                    if drawn("probability", self.probability, names)? {
                        pairs.push((from, to));
                    }
                } else if is_amacrine(receiver)
                    && from < to
                    && drawn("reciprocal", self.reciprocal, names)?
                {
                    pairs.extend([(from, to), (to, from)]);
                }
            }
        }
        Ok(pairs)
    }

    fn synapse(&self, from: &str, to: &str, draws: &Draws) -> Result<Synapse, Problem> {
        let key = format!("interneurons.{to}.feedback.{from}");
        let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
        Ok(Synapse {
            interneuron: from.to_owned(),
            sign: Sign::Inhibitory,
            weight: draw("weight", self.weight)?,
            threshold: draw("threshold", self.threshold)?,
            pool_sd: Microns(draw("pool_sd", self.pool_sd)?),
        })
    }

    /// Multiplies all weights of feedback by one factor, so that no loop is stronger than the family allows.
    fn lower(&self, interneurons: &mut [Interneuron]) {
        if loop_gain(interneurons) <= self.most_gain {
            return;
        }
        let before = interneurons.to_vec();
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            scale(interneurons, &before, middle);
            match loop_gain(interneurons) <= self.most_gain {
                true => low = middle,
                false => high = middle,
            }
        }
        scale(interneurons, &before, low);
    }
}

/// Sets weights of feedback to those of before, times a factor.
fn scale(interneurons: &mut [Interneuron], before: &[Interneuron], factor: f64) {
    for (interneuron, before) in interneurons.iter_mut().zip(before) {
        let synapses = interneuron.mechanisms.feedback.iter_mut();
        for (synapse, before) in synapses.zip(&before.mechanisms.feedback) {
            synapse.weight = factor * before.weight;
        }
    }
}
