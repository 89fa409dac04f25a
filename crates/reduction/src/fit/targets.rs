//! What a circuit has to follow: the intact network, and the network with channels silenced.

/// Rates of one cell of the network, over the samples of a sweep.
#[derive(Clone, Debug)]
pub struct FitTargets {
    /// Of the intact network `[sample]`, Hz.
    pub intact: Vec<f64>,
    /// With each candidate's channels silenced alone, `[candidate][sample]`, Hz; empty if silencing is
    /// not asked for.
    pub silenced: Vec<Vec<f64>>,
    /// Weight of one silencing, that of the intact network being 1.
    pub weight: f64,
}

/// Samples that count, each with how many samples it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Samples, in rising order.
    pub samples: Vec<usize>,
    /// How many each stands for.
    pub counts: Vec<f64>,
}

/// Rows that stand for this many samples are kept where others are thinned out: grey, mostly.
const FREQUENT: f64 = 16.0;

impl Rows {
    /// Of some samples, those of one history once: responses to it are the same.
    pub fn distinct(histories: &[usize], among: &[usize]) -> Self {
        let most = histories.iter().copied().max().map_or(0, |last| last + 1);
        let mut place = vec![usize::MAX; most];
        let mut rows = Self {
            samples: Vec::new(),
            counts: Vec::new(),
        };
        for &sample in among {
            let known = &mut place[histories[sample]];
            if *known == usize::MAX {
                *known = rows.samples.len();
                rows.samples.push(sample);
                rows.counts.push(0.0);
            }
            rows.counts[*known] += 1.0;
        }
        rows
    }

    /// About `most` of the rows, evenly: neighbours share all but one frame.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Self {
        let step = self.samples.len().div_ceil(most.max(1)).max(1) as f64;
        let mut thinned = Self {
            samples: Vec::new(),
            counts: Vec::new(),
        };
        let mut waiting = 0.0;
        for (place, (&sample, &count)) in self.samples.iter().zip(&self.counts).enumerate() {
            let is_frequent = count >= FREQUENT;
            if is_frequent || place as f64 % step == 0.0 {
                thinned.samples.push(sample);
                thinned.counts.push(match is_frequent {
                    true => count,
                    false => count + std::mem::take(&mut waiting),
                });
            } else {
                waiting += count;
            }
        }
        thinned
    }

    /// Values of the rows.
    pub fn of(&self, values: &[f64]) -> Vec<f64> {
        self.samples.iter().map(|&sample| values[sample]).collect()
    }
}

/// Rates that one state of a circuit has to follow: intact, or with one pathway silenced.
#[derive(Clone, Debug)]
pub(super) struct FollowedRates {
    /// The pathway that is silenced, by its place in the circuit.
    pub(super) silenced: Option<usize>,
    /// Weight of a squared residual of a row that stands for one sample.
    pub(super) weight: f64,
    /// Rates `[row]`, Hz.
    pub(super) rates: Vec<f64>,
}

/// All that a circuit of some candidates has to follow.
#[derive(Clone, Debug)]
pub(super) struct FitBlocks {
    pub(super) blocks: Vec<FollowedRates>,
    /// What no circuit of these candidates can follow: it does the same whichever other candidate is
    /// silenced, and the network does not.
    pub(super) beyond: f64,
}

impl FitTargets {
    /// The summed squares of the intact rates around their mean.
    pub fn variation(&self, rows: &Rows) -> f64 {
        let rates = rows.of(&self.intact);
        let total: f64 = rows.counts.iter().sum();
        let pairs = || rates.iter().zip(&rows.counts);
        let mean = pairs().map(|(rate, count)| rate * count).sum::<f64>() / total.max(1.0);
        let sum: f64 = pairs()
            .map(|(rate, count)| count * (rate - mean).powi(2))
            .sum();
        sum.max(f64::MIN_POSITIVE)
    }

    /// What a circuit of some candidates has to follow, in shares of the variation.
    ///
    /// A circuit answers alike to the silencing of any candidate that it does not have, so that these
    /// targets and the intact network's are one, their mean:
    /// `sum_i w_i (p - t_i)^2 = w (p - t)^2 + sum_i w_i (t_i - t)^2`.
    pub(super) fn blocks(&self, rows: &Rows, members: &[usize]) -> FitBlocks {
        let unit = 1.0 / self.variation(rows);
        let others: Vec<&Vec<f64>> = self
            .silenced
            .iter()
            .enumerate()
            .filter(|(candidate, _)| !members.contains(candidate))
            .map(|(_, rates)| rates)
            .collect();
        let total = 1.0 + self.weight * others.len() as f64;
        let mut beyond = 0.0;
        let mut mean = Vec::with_capacity(rows.samples.len());
        for (&sample, count) in rows.samples.iter().zip(&rows.counts) {
            let intact = self.intact[sample];
            let sum: f64 = others.iter().map(|rates| rates[sample]).sum();
            let target = (intact + self.weight * sum) / total;
            let left: f64 = others
                .iter()
                .map(|rates| (rates[sample] - target).powi(2))
                .sum();
            beyond += unit * count * ((intact - target).powi(2) + self.weight * left);
            mean.push(target);
        }
        let mut blocks = vec![FollowedRates {
            silenced: None,
            weight: unit * total,
            rates: mean,
        }];
        if !self.silenced.is_empty() {
            blocks.extend(
                members
                    .iter()
                    .enumerate()
                    .map(|(place, &member)| FollowedRates {
                        silenced: Some(place),
                        weight: unit * self.weight,
                        rates: rows.of(&self.silenced[member]),
                    }),
            );
        }
        FitBlocks { blocks, beyond }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_for_all_samples() {
        let histories = [0, 0, 1, 2, 0, 3];
        let rows = Rows::distinct(&histories, &[0, 1, 2, 4, 5]);
        assert_eq!(rows.samples, [0, 2, 5]);
        assert_eq!(rows.counts, [3.0, 1.0, 1.0]);
        let many = Rows {
            samples: (0..10).collect(),
            counts: [1.0, 1.0, 100.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0].to_vec(),
        };
        let thinned = many.thinned(4);
        assert_eq!(thinned.samples, [0, 2, 3, 6, 9]);
        assert_eq!(thinned.counts, [1.0, 100.0, 2.0, 3.0, 3.0]);
    }

    /// The mean target and what is beyond it add up to all squares.
    #[test]
    fn targets_that_a_circuit_answers_alike_are_one() {
        let targets = FitTargets {
            intact: vec![1.0, 5.0, 2.0],
            silenced: vec![vec![0.5, 4.0, 2.5], vec![1.0, 0.0, 2.0]],
            weight: 0.3,
        };
        let rows = Rows::distinct(&[0, 1, 2], &[0, 1, 2]);
        let found = targets.blocks(&rows, &[1]);
        let answer = [0.7, 3.0, 1.9];
        let squares = |target: &[f64]| -> f64 {
            let pairs = target.iter().zip(answer);
            pairs.map(|(t, p)| (p - t) * (p - t)).sum()
        };
        let unit = 1.0 / targets.variation(&rows);
        let expected = unit * (squares(&targets.intact) + 0.3 * squares(&targets.silenced[0]));
        let block = &found.blocks[0];
        let got = block.weight * squares(&block.rates) + found.beyond;
        assert!((got - expected).abs() < 1e-12, "{got} {expected}");
        assert_eq!(found.blocks[1].silenced, Some(0));
        assert_eq!(found.blocks[1].rates, targets.silenced[1]);
    }
}
