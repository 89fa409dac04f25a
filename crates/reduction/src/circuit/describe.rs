//! A circuit in two sentences.

use ganglion_attribution::Sign;

use super::{Circuit, Pathway};

impl Circuit {
    /// What it is made of, in two sentences of plain words.
    pub fn describe(&self) -> String {
        let count = match self.pathways.len() {
            0 => return format!("Cell {} is driven by no pathway.", self.cell),
            1 => "one pathway".to_owned(),
            count => format!("{} pathways", number(count)),
        };
        let names = self.names();
        let parts: Vec<String> = names
            .iter()
            .zip(&self.pathways)
            .map(|(name, pathway)| self.told(name, pathway))
            .collect();
        let follow = match parts.len() {
            1 => "It follows",
            _ => "Together they follow",
        };
        // A fit is told, not the cell: how its pathways stand in the cell is said by who knows.
        let (fitted, followed) = match self.follows_own_spikes_alone() {
            true => (
                "As fitted to its spikes",
                "the cell's own spikes, bin by bin,",
            ),
            false => ("As fitted to the network", "the full network's rate"),
        };
        format!(
            "{fitted}, cell {} answers the {} stimuli through {count}: {}. {follow} {followed} with a correlation of {:.3}.",
            self.cell,
            self.phenomenon.replace('-', " "),
            listed(&parts),
            self.correlation,
        )
    }

    /// A name for each pathway: polarity, with fast and slow where two share it, and what it does.
    pub fn names(&self) -> Vec<String> {
        (0..self.pathways.len())
            .map(|index| self.name(index))
            .collect()
    }

    fn name(&self, index: usize) -> String {
        let pathway = &self.pathways[index];
        let others = (self.pathways.iter().enumerate())
            .filter(|(other, p)| *other != index && p.polarity == pathway.polarity)
            .map(|(_, other)| other.peak.0);
        let peaks: Vec<f64> = others.collect();
        let speed = if peaks.is_empty() {
            ""
        } else if peaks.iter().all(|&peak| pathway.peak.0 < peak) {
            "fast "
        } else if peaks.iter().all(|&peak| pathway.peak.0 > peak) {
            "slow "
        } else {
            ""
        };
        let polarity = pathway.polarity_name();
        match pathway.sign {
            Sign::Inhibitory => format!("{speed}{polarity} inhibition"),
            _ => format!("{speed}{polarity} excitation"),
        }
    }
}

impl Circuit {
    fn told(&self, name: &str, pathway: &Pathway) -> String {
        let article = if name.starts_with('O') || name.starts_with("ON") {
            "an"
        } else {
            "a"
        };
        let phases = if pathway.biphasic_index > 0.3 {
            "biphasic"
        } else {
            "monophasic"
        };
        let taken_away = match pathway.is_disinhibition() {
            true => "disinhibition: the stimuli take it away, ",
            false => "",
        };
        let depresses = match pathway.depression {
            Some(depression) => format!(
                ", with synapses that depress and recover in {:.0} ms",
                depression.recovery.0
            ),
            None => String::new(),
        };
        let pooled = match self.has_pools() {
            true => format!(", pooled over {:.0} um", 2.0 * pathway.pool.sd.0),
            false => String::new(),
        };
        format!(
            "{article} {name} ({taken_away}{phases}, peak {:.0} ms before the response{pooled}, {:.0} % of the \
         drive{depresses})",
            pathway.peak.0,
            100.0 * pathway.share,
        )
    }
}

fn number(count: usize) -> &'static str {
    [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight",
    ]
    .get(count)
    .copied()
    .unwrap_or("many")
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::PROBE;
    use crate::circuit::fixture::circuit;

    #[test]
    fn a_circuit_is_told_in_two_sentences() {
        let text = circuit().describe();
        assert!(text.contains("two pathways"), "{text}");
        assert!(
            text.contains("an OFF excitation (biphasic, peak 20 ms"),
            "{text}"
        );
        assert!(text.contains("and an ON inhibition"), "{text}");
        assert_eq!(text.matches(". ").count(), 1, "{text}");
        assert!(text.contains("pooled over 140 um"), "{text}");
    }

    /// What stripes do not tell is not told.
    #[test]
    fn pools_that_nothing_was_learned_of_are_not_told() {
        let probed = Circuit {
            phenomenon: PROBE.to_owned(),
            ..circuit()
        };
        let text = probed.describe();
        assert!(
            !text.contains("pooled") && text.contains("20 ms before the response, 50 %"),
            "{text}"
        );
    }
}
