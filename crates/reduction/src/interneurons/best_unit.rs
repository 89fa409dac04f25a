//! The unit that is most like a potential.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The unit whose drive is most like the potential of an interneuron, chosen on one half of the bins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestUnit {
    /// Hidden layer, counted from 1; that which sees the movie is 1.
    pub layer: usize,
    /// Channel of the layer.
    pub channel: usize,
    /// Row and column of the unit in its layer.
    pub place: [usize; 2],
    /// Correlation on the half on which it was chosen; negative for a unit of the other polarity.
    pub chosen: f64,
    /// Correlation on the other half, with the sign that it was chosen with: what counts.
    pub correlation: f64,
}

/// Correlations of all units of one network with some potentials, summed up piece by piece.
#[derive(Debug)]
pub struct Search<'a> {
    potentials: &'a [Vec<f64>],
    /// Bins of the first half.
    half: usize,
    layers: Vec<Layer>,
}

/// Sums over the bins of one layer.
#[derive(Debug)]
struct Layer {
    shape: [usize; 3],
    units: Vec<Unit>,
}

/// Sums over the bins of one unit, `[half]`.
#[derive(Clone, Debug)]
struct Unit {
    moments: [Moments; 2],
    /// Products with each potential, `[potential][half]`.
    products: Vec<[f64; 2]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    /// Sum of squares around the mean.
    fn variation(&self) -> f64 {
        self.squares - self.sum * self.sum / self.count.max(1.0)
    }
}

impl<'a> Search<'a> {
    /// Begins with potentials `[interneuron][bin]`, all of one length; those before `half` choose, those
    /// after it judge.
    pub fn new(potentials: &'a [Vec<f64>], half: usize) -> Self {
        Self {
            potentials,
            half,
            layers: Vec::new(),
        }
    }

    /// Adds what the units of a layer say in the bins from `first` on: `values` is `[unit, bin]`, `shape`
    /// counts channels, rows and columns.
    ///
    /// # Panics
    /// If the values do not fill the units, or bins lie beyond the potentials.
    pub fn add(&mut self, layer: usize, shape: [usize; 3], first: usize, values: &[f32]) {
        let units: usize = shape.iter().product();
        let bins = values.len() / units.max(1);
        assert_eq!(values.len(), units * bins, "values do not fill the units");
        let (potentials, half) = (self.potentials, self.half);
        while self.layers.len() <= layer {
            self.layers.push(Layer {
                shape,
                units: Vec::new(),
            });
        }
        let layer = &mut self.layers[layer];
        layer.shape = shape;
        let new = Unit {
            moments: [Moments::default(); 2],
            products: vec![[0.0; 2]; potentials.len()],
        };
        layer.units.resize(units, new);
        let all = layer
            .units
            .par_iter_mut()
            .zip(values.par_chunks(bins.max(1)));
        all.for_each(|(unit, values)| unit.add(first, half, values, potentials));
    }

    /// The best unit for each potential; none where there are no units, or one half has no variation.
    pub fn best(&self) -> Vec<Option<BestUnit>> {
        let own: Vec<[Moments; 2]> = self
            .potentials
            .iter()
            .map(|one| self.moments(one))
            .collect();
        let all = own.par_iter().enumerate();
        all.map(|(index, own)| self.best_for(index, own)).collect()
    }

    fn moments(&self, potential: &[f64]) -> [Moments; 2] {
        let mut moments = [Moments::default(); 2];
        for (bin, &value) in potential.iter().enumerate() {
            moments[usize::from(bin >= self.half)].add(value);
        }
        moments
    }

    fn best_for(&self, potential: usize, own: &[Moments; 2]) -> Option<BestUnit> {
        let mut best: Option<BestUnit> = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let [_, rows, columns] = layer.shape;
            for (place, unit) in layer.units.iter().enumerate() {
                let Some([chosen, judged]) = unit.correlations(potential, own) else {
                    continue;
                };
                if best.is_some_and(|best| best.chosen.abs() >= chosen.abs()) {
                    continue;
                }
                best = Some(BestUnit {
                    layer: index + 1,
                    channel: place / (rows * columns),
                    place: [place / columns % rows, place % columns],
                    chosen,
                    correlation: chosen.signum() * judged,
                });
            }
        }
        best
    }
}

impl Unit {
    fn add(&mut self, first: usize, half: usize, values: &[f32], potentials: &[Vec<f64>]) {
        // Both sides of the middle of time that this piece has.
        let cut = half.saturating_sub(first).min(values.len());
        for (side, range) in [(0, 0..cut), (1, cut..values.len())] {
            let values = &values[range.clone()];
            for &value in values {
                self.moments[side].add(f64::from(value));
            }
            for (products, potential) in self.products.iter_mut().zip(potentials) {
                let potential = &potential[first + range.start..first + range.end];
                let pairs = values.iter().zip(potential);
                products[side] += pairs.map(|(&a, b)| f64::from(a) * b).sum::<f64>();
            }
        }
    }

    /// Correlations with a potential on both halves; none where one has no variation.
    fn correlations(&self, potential: usize, own: &[Moments; 2]) -> Option<[f64; 2]> {
        let of = |side: usize| {
            let (unit, own) = (&self.moments[side], &own[side]);
            let shared = self.products[potential][side] - unit.sum * own.sum / own.count.max(1.0);
            let scale = unit.variation() * own.variation();
            // Rounding leaves a little variation to a unit that never changes.
            let varies =
                unit.variation() > FLAT * unit.squares && own.variation() > FLAT * own.squares;
            (varies && scale > 0.0).then(|| (shared / scale.sqrt()).clamp(-1.0, 1.0))
        };
        Some([of(0)?, of(1)?])
    }
}

/// Share of the sum of squares below which variation is rounding.
const FLAT: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use ganglion_numerics::correlation;

    use super::*;

    const BINS: usize = 400;

    /// Numbers that look random.
    fn noise(seed: usize, bin: usize) -> f64 {
        let value = (seed * 104_729 + bin * 7919 + seed * bin * 31) % 10_007;
        value as f64 / 10_007.0 - 0.5
    }

    /// Two channels of 2 x 3 units; unit 4 of channel 1 is the potential turned over, all others noise.
    fn values(potential: &[f64], bins: std::ops::Range<usize>) -> Vec<f32> {
        let unit = |unit: usize| {
            bins.clone().map(move |bin| match unit {
                10 => (3.0 - 2.0 * potential[bin]) as f32,
                _ => noise(unit + 1, bin) as f32,
            })
        };
        (0..12).flat_map(unit).collect()
    }

    #[test]
    fn a_unit_that_is_the_potential_scores_1_whatever_the_pieces() {
        let potentials = vec![(0..BINS).map(|bin| noise(77, bin)).collect::<Vec<f64>>()];
        let mut search = Search::new(&potentials, BINS / 2);
        for (start, end) in [(0, 150), (150, 320), (320, BINS)] {
            search.add(0, [2, 2, 3], start, &values(&potentials[0], start..end));
        }
        let best = search.best()[0].unwrap();
        assert_eq!((best.layer, best.channel, best.place), (1, 1, [1, 1]));
        assert!(
            best.chosen < -0.9999 && best.correlation > 0.9999,
            "{best:?}"
        );
    }

    /// Noise is high on the half on which the best of 12 units was chosen, and not on the other: its
    /// correlation there is that of 200 independent bins, 0.07, within four errors.
    #[test]
    fn noise_is_not_like_the_potential_on_the_half_that_judges() {
        let potential = vec![vec![0.0; BINS]; 1];
        let other = vec![(0..BINS).map(|bin| noise(501, bin)).collect::<Vec<f64>>()];
        let mut search = Search::new(&other, BINS / 2);
        search.add(1, [2, 2, 3], 0, &values(&potential[0], 0..BINS));
        let best = search.best()[0].unwrap();
        assert!(best.correlation.abs() < 0.28, "{best:?}");
        // The sums give the correlation of the definition.
        let unit = best.channel * 6 + best.place[0] * 3 + best.place[1];
        let all = values(&potential[0], 0..BINS);
        let drive: Vec<f64> = all[unit * BINS..][..BINS]
            .iter()
            .map(|&v| f64::from(v))
            .collect();
        let direct = correlation(&drive[..BINS / 2], &other[0][..BINS / 2]).unwrap();
        assert!((direct - best.chosen).abs() < 1e-9);
    }

    #[test]
    fn what_never_changes_has_no_best_unit() {
        let flat = vec![vec![0.3; BINS]];
        let mut search = Search::new(&flat, BINS / 2);
        search.add(0, [2, 2, 3], 0, &values(&flat[0], 0..BINS));
        assert_eq!(search.best(), [None]);
    }
}
