//! A linear-nonlinear model of an interneuron itself: how far its potential can be predicted from the
//! movie without a network.

use ganglion_numerics::{correlation, dot, mean, raised_cosines, solve_damped};
use rayon::prelude::*;

/// A movie as the regression sees it: normalised pixels `[pixel, frame]`.
#[derive(Clone, Debug)]
pub struct PixelMajorMovie {
    /// Rows of a frame.
    pub height: usize,
    /// Columns of a frame.
    pub width: usize,
    /// `[pixel, frame]`
    pub values: Vec<f32>,
}

/// Functions of time that a kernel is made of.
const FUNCTIONS: usize = 8;
/// Where the last of them peaks, of the history.
const LAST_PEAK: f64 = 0.9;
/// Pixels to each side of the middle that a kernel may see: few, where there is little to fit it to.
const RADII: [usize; 3] = [0, 1, 3];
/// Bins that a kernel is fitted to, at most, spread over the half.
const MOST_BINS: usize = 6000;
/// Ridge penalties that are tried, relative to the variance of each regressor.
const PENALTIES: [f64; 5] = [1e-4, 1e-3, 1e-2, 1e-1, 1.0];
/// Part of the half on which the penalty is chosen.
const VALIDATION: f64 = 0.2;

/// A linear-nonlinear model: a space-time kernel by ridge regression, then a cubic polynomial.
///
/// ```text
/// g[t] = sum over pixels p near the middle and functions f of c[p, f] (movie[p] * f)[t]
/// v[t] = a + b g + d g^2 + e g^3
/// ```
///
/// Kernels see 1, 3 x 3 or 7 x 7 pixels around the interneuron, or around the pixel that its potential
/// depends on most where its place is not known, and are made of eight raised cosines. Their size and the
/// penalty, of five, are those with the highest correlation on the last fifth of the half that is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct LnModel {
    /// Correlation with the potential on the half that was not fitted.
    pub correlation: f64,
    /// Penalty that was chosen.
    pub penalty: f64,
    /// Pixels to each side of the middle that the kernel sees.
    pub radius: usize,
}

/// The bins of a fit.
struct Bins<'a> {
    /// Frames before each bin.
    all: &'a [usize],
    history: usize,
}

impl LnModel {
    /// Fits the potential `[bin]` of the bins `at` (bin `t` is of the frames before it) up to `half`, and
    /// judges it on the others. None where the potential does not vary or no bin is left.
    pub fn fit(
        movie: &PixelMajorMovie,
        (at, history): (&[usize], usize),
        potential: &[f64],
        half: usize,
        place: Option<[f64; 2]>,
    ) -> Option<Self> {
        let bins = Bins { all: at, history };
        let centre = match place {
            Some([row, column]) => [row, column].map(|place| place.round().max(0.0) as usize),
            None => strongest(movie, &bins, &potential[..half]),
        };
        let first = every(0..half);
        let (fitted, held) = first.split_at(((1.0 - VALIDATION) * first.len() as f64) as usize);
        let mut best: Option<(f64, f64, usize, Vec<Vec<f64>>)> = None;
        for radius in RADII {
            let regressors = regressors(movie, &bins, centre, radius);
            let normal = Normal::new(&regressors, potential, fitted);
            for penalty in PENALTIES {
                let score = validated(&regressors, potential, (&normal, held), penalty);
                let Some(score) = score else { continue };
                if best.as_ref().is_none_or(|(highest, ..)| score > *highest) {
                    best = Some((score, penalty, radius, regressors.clone()));
                }
            }
        }
        let (_, penalty, radius, regressors) = best?;
        let weights = Normal::new(&regressors, potential, &first).weights(penalty)?;
        let drives: Vec<f64> = (0..potential.len())
            .into_par_iter()
            .map(|bin| drive(&regressors, &weights, bin))
            .collect();
        let bent = polynomial(&drives, potential, half)?;
        Some(Self {
            correlation: correlation(&bent[half..], &potential[half..])?,
            penalty,
            radius,
        })
    }
}

/// Correlation on the bins that are held out of a fit to others.
fn validated(
    regressors: &[Vec<f64>],
    potential: &[f64],
    (fitted, held): (&Normal, &[usize]),
    penalty: f64,
) -> Option<f64> {
    let weights = fitted.weights(penalty)?;
    let predicted = held.iter().map(|&bin| drive(regressors, &weights, bin));
    let predicted: Vec<f64> = predicted.collect();
    let truth: Vec<f64> = held.iter().map(|&bin| potential[bin]).collect();
    correlation(&predicted, &truth)
}

/// Some of the bins of a range, evenly spread.
fn every(range: std::ops::Range<usize>) -> Vec<usize> {
    let step = range.len().div_ceil(MOST_BINS).max(1);
    range.step_by(step).collect()
}

/// The pixel whose light at some lag is most like the potential.
fn strongest(movie: &PixelMajorMovie, bins: &Bins<'_>, potential: &[f64]) -> [usize; 2] {
    let frames = movie.values.len() / (movie.height * movie.width);
    let around = mean(potential);
    let size = |pixel: usize| -> f64 {
        let course = &movie.values[pixel * frames..][..frames];
        let at_lag = |lag: usize| -> f64 {
            let pairs = potential.iter().zip(bins.all);
            pairs
                .map(|(value, &bin)| (value - around) * f64::from(course[bin - 1 - lag]))
                .sum::<f64>()
                .abs()
        };
        (0..bins.history).step_by(2).map(at_lag).fold(0.0, f64::max)
    };
    let sizes: Vec<f64> = (0..movie.height * movie.width)
        .into_par_iter()
        .map(size)
        .collect();
    let best = (0..sizes.len()).max_by(|&a, &b| sizes[a].total_cmp(&sizes[b]));
    let best = best.unwrap_or(0);
    [best / movie.width, best % movie.width]
}

/// Regressors `[regressor][bin]`, each with mean 0.
fn regressors(
    movie: &PixelMajorMovie,
    bins: &Bins<'_>,
    [row, column]: [usize; 2],
    radius: usize,
) -> Vec<Vec<f64>> {
    let frames = movie.values.len() / (movie.height * movie.width);
    let near = |middle: usize, size: usize| {
        middle.saturating_sub(radius).min(size - 1)..(middle + radius + 1).min(size)
    };
    let pixels: Vec<usize> = near(row, movie.height)
        .flat_map(|y| near(column, movie.width).map(move |x| y * movie.width + x))
        .collect();
    let functions = raised_cosines(FUNCTIONS, bins.history, LAST_PEAK);
    let functions: Vec<&[f32]> = functions.chunks(bins.history).collect();
    let pairs = pixels
        .into_iter()
        .flat_map(|pixel| functions.iter().map(move |function| (pixel, *function)));
    let of = |(pixel, function): (usize, &[f32])| -> Vec<f64> {
        let course = &movie.values[pixel * frames..][..frames];
        let at = |&bin: &usize| dot(&course[bin - bins.history..bin], function);
        let values: Vec<f64> = bins.all.iter().map(at).collect();
        let around = mean(&values);
        values.into_iter().map(|value| value - around).collect()
    };
    pairs.collect::<Vec<_>>().into_par_iter().map(of).collect()
}

/// The normal equations of a regression on some bins: the same for every penalty.
struct Normal {
    /// Lower triangle of the products of regressors.
    matrix: Vec<f64>,
    right: Vec<f64>,
}

impl Normal {
    fn new(regressors: &[Vec<f64>], potential: &[f64], bins: &[usize]) -> Self {
        let chosen: Vec<Vec<f64>> = regressors
            .iter()
            .map(|one| bins.iter().map(|&bin| one[bin]).collect())
            .collect();
        let target: Vec<f64> = bins.iter().map(|&bin| potential[bin]).collect();
        let around = mean(&target);
        let target: Vec<f64> = target.iter().map(|value| value - around).collect();
        let rows = chosen.par_iter().enumerate();
        let matrix: Vec<Vec<f64>> = rows
            .map(|(row, one)| {
                let products = chosen[..=row].iter().map(|other| dot(one, other));
                let rest = std::iter::repeat_n(0.0, chosen.len() - row - 1);
                products.chain(rest).collect()
            })
            .collect();
        Self {
            matrix: matrix.concat(),
            right: chosen.iter().map(|one| dot(one, &target)).collect(),
        }
    }

    /// Weights of a ridge regression.
    fn weights(&self, penalty: f64) -> Option<Vec<f64>> {
        solve_damped(&self.matrix, &self.right, penalty)
    }
}

fn drive(regressors: &[Vec<f64>], weights: &[f64], bin: usize) -> f64 {
    regressors
        .iter()
        .zip(weights)
        .map(|(one, weight)| weight * one[bin])
        .sum()
}

/// Drives bent by a cubic polynomial that is fitted to the first half; beyond the drives of that half it
/// goes on as at their ends.
fn polynomial(drives: &[f64], potential: &[f64], half: usize) -> Option<Vec<f64>> {
    let first = &drives[..half];
    let scale = ganglion_numerics::root_mean_square(first);
    if !scale.is_finite() || scale <= 0.0 {
        return None;
    }
    let [low, high] = first
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &g| {
            [low.min(g), high.max(g)]
        });
    let powers = |g: f64| {
        let g = g.clamp(low, high) / scale;
        [1.0, g, g * g, g * g * g]
    };
    let mut matrix = vec![0.0; 16];
    let mut right = vec![0.0; 4];
    for (&g, value) in first.iter().zip(potential) {
        let powers = powers(g);
        for row in 0..4 {
            right[row] += powers[row] * value;
            for column in 0..4 {
                matrix[row * 4 + column] += powers[row] * powers[column];
            }
        }
    }
    let weights = solve_damped(&matrix, &right, SMALLEST)?;
    Some(drives.iter().map(|&g| dot(&powers(g), &weights)).collect())
}

/// Keeps the polynomial's equations solvable where drives take few values.
const SMALLEST: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: usize = 12;
    const FRAMES: usize = 900;

    fn movie() -> PixelMajorMovie {
        let value = |index: usize| {
            let mixed = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32 / 8_388_608.0
                - 1.0
        };
        PixelMajorMovie {
            height: 6,
            width: 5,
            values: (0..30 * FRAMES).map(value).collect(),
        }
    }

    /// A potential that is a bent linear filter of two pixels is found; one of another movie is not.
    #[test]
    fn a_linear_nonlinear_potential_is_predicted_and_noise_is_not() {
        let movie = movie();
        let at: Vec<usize> = (HISTORY..=FRAMES).collect();
        let kernel: Vec<f32> = (0..HISTORY).map(|lag| ((lag as f32) / 3.0).sin()).collect();
        let course = |pixel: usize| &movie.values[pixel * FRAMES..][..FRAMES];
        let bent = |&bin: &usize| {
            let seen = |pixel| dot(&course(pixel)[bin - HISTORY..bin], &kernel);
            (0.7 * (seen(13) - 0.4 * seen(14))).tanh()
        };
        let potential: Vec<f64> = at.iter().map(bent).collect();
        let half = at.len() / 2;
        let fit =
            |potential: &[f64], place| LnModel::fit(&movie, (&at, HISTORY), potential, half, place);
        // 72 regressors on 445 bins: penalised estimates of a filter of two pixels.
        let found = fit(&potential, None).unwrap();
        assert!(found.correlation > 0.85, "{found:?}");
        let known = fit(&potential, Some([2.0, 3.0])).unwrap();
        assert!(known.correlation > 0.85, "{known:?}");
        let mut noise = potential.clone();
        noise.rotate_right(333);
        let nothing = fit(&noise, None).unwrap();
        assert!(nothing.correlation < 0.35, "{nothing:?}");
        assert_eq!(fit(&vec![1.0; at.len()], None), None);
    }
}
