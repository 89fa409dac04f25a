//! A Gaussian fitted to a map.

use ganglion_numerics::{LeastSquares, NormalEquations, dot_by_fours, levenberg_marquardt};

use super::half_maximum::half_maximum_region;

/// `amplitude * exp(-(r - centre)' P (r - centre) / 2)`, fitted to a map `[y, x]` by least squares.
///
/// Lengths are in pixels; `[x, y]` counts from the centre of the first pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// Height.
    pub amplitude: f64,
    /// Centre `[x, y]`.
    pub centre: [f64; 2],
    /// Standard deviations along the long and the short axis.
    pub sigmas: [f64; 2],
    /// Direction of the long axis, radians from x towards y, in (-pi/2, pi/2].
    pub angle: f64,
    /// Share of the map's variance in the fitted window that the Gaussian accounts for.
    pub explained_variance: f64,
}

/// Half-maximum radii that the fitted window reaches from the peak: beyond it is noise.
const WINDOW: f64 = 3.5;
/// Radius of the half-maximum over the standard deviation.
const HALF_MAXIMUM: f64 = 1.177_41;
/// Most steps of the fit.
const STEPS: usize = 200;
/// Relative improvement below which the fit ends.
const CONVERGED: f64 = 1e-12;

/// Amplitude, centre x and y, and the precision matrix' xx, xy and yy.
type GaussianParameters = [f64; 6];

impl Gaussian {
    /// Fits a Gaussian by Levenberg and Marquardt's method, from the region above half the maximum,
    /// to the pixels around it. Nothing without a positive value.
    pub fn fit(map: &[f32], width: usize) -> Option<Self> {
        let region = half_maximum_region(map, width);
        let peak = f64::from(map[*region.first()?]);
        let count = region.len() as f64;
        let mean = |part: &dyn Fn(usize) -> usize| {
            region.iter().map(|&pixel| part(pixel) as f64).sum::<f64>() / count
        };
        let centre = [mean(&|pixel| pixel % width), mean(&|pixel| pixel / width)];
        let radius = (count / std::f64::consts::PI).sqrt();
        let precision = (HALF_MAXIMUM / radius).powi(2);
        let window = Window(pixels_near(map, width, centre, WINDOW * radius + 1.0));
        let start = [peak, centre[0], centre[1], precision, 0.0, precision];
        let (fitted, _) = levenberg_marquardt(&window, start, STEPS, CONVERGED);
        Some(Self::from_parameters(fitted, &window.0))
    }

    /// The Gaussian whose sums over areas, each of some pixels `[x, y]`, are nearest to measured sums `[area]`
    /// by least squares, beginning with this one. Where what is measured is a mixture of such sums, `mixing` `[area,
    /// area]` says of which: each measured sum is its row times the sums of the Gaussian. Nothing if the fit
    /// leaves the numbers that there are.
    ///
    /// # Panics
    /// If there is not one sum an area, or the mixture has another size.
    pub fn refitted(
        &self,
        areas: &[Vec<[f64; 2]>],
        sums: &[f64],
        mixing: Option<&[f64]>,
    ) -> Option<Self> {
        assert_eq!(areas.len(), sums.len(), "one sum an area");
        assert!(
            mixing.is_none_or(|all| all.len() == sums.len() * sums.len()),
            "a square mixture"
        );
        let areas = Areas {
            areas,
            sums,
            mixing,
        };
        let mut start = self.parameters();
        let own = areas.mixed(|place| value(start, place));
        let (shared, norm): (f64, f64) = (own.iter().zip(sums))
            .fold((0.0, 0.0), |(shared, norm), (own, sum)| {
                (shared + own * sum, norm + own * own)
            });
        // The map and the sums need not have one scale.
        start[0] *= shared / norm;
        let (fitted, left) = levenberg_marquardt(&areas, start, STEPS, CONVERGED);
        let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
        let found = Self {
            explained_variance: 1.0 - left / squares,
            ..Self::from_parameters(fitted, &[])
        };
        (fitted.iter().all(|value| value.is_finite()) && left.is_finite()).then_some(found)
    }

    fn parameters(&self) -> GaussianParameters {
        let [long, short] = self.sigmas.map(|sigma| sigma.powi(-2));
        let (sin, cos) = self.angle.sin_cos();
        let [x, y] = self.centre;
        [
            self.amplitude,
            x,
            y,
            long * cos * cos + short * sin * sin,
            (long - short) * cos * sin,
            long * sin * sin + short * cos * cos,
        ]
    }

    /// Diameter of the circle of the same area as the ellipse at one standard deviation.
    pub fn diameter(&self) -> f64 {
        2.0 * (self.sigmas[0] * self.sigmas[1]).sqrt()
    }

    fn from_parameters(fitted: GaussianParameters, window: &[PixelSample]) -> Self {
        let [amplitude, x, y, a, b, c] = fitted;
        // Eigenvalues of the precision matrix; the smaller belongs to the long axis.
        let (middle, half) = (0.5 * (a + c), (0.5 * (a - c)).hypot(b));
        let sigmas = [middle - half, middle + half].map(|eigenvalue| eigenvalue.sqrt().recip());
        Self {
            amplitude,
            centre: [x, y],
            sigmas,
            angle: 0.5 * (-2.0 * b).atan2(c - a),
            explained_variance: explained(fitted, window),
        }
    }
}

/// Place and value of a pixel.
type PixelSample = ([f64; 2], f64);

fn pixels_near(map: &[f32], width: usize, [x, y]: [f64; 2], reach: f64) -> Vec<PixelSample> {
    let place = |pixel: usize| [(pixel % width) as f64, (pixel / width) as f64];
    (0..map.len())
        .map(|pixel| (place(pixel), f64::from(map[pixel])))
        .filter(|([column, row], _)| (column - x).abs() <= reach && (row - y).abs() <= reach)
        .collect()
}

fn value([amplitude, x, y, a, b, c]: GaussianParameters, [column, row]: [f64; 2]) -> f64 {
    let (dx, dy) = (column - x, row - y);
    amplitude * (-0.5 * (a * dx * dx + 2.0 * b * dx * dy + c * dy * dy)).exp()
}

fn gradient(parameters: GaussianParameters, place: [f64; 2]) -> [f64; 6] {
    let [amplitude, x, y, a, b, c] = parameters;
    let (dx, dy) = (place[0] - x, place[1] - y);
    let height = value(parameters, place);
    [
        height / amplitude,
        height * (a * dx + b * dy),
        height * (b * dx + c * dy),
        -0.5 * height * dx * dx,
        -height * dx * dy,
        -0.5 * height * dy * dy,
    ]
}

fn is_ellipse([.., a, b, c]: GaussianParameters) -> bool {
    a * c > b * b && a > 0.0
}

fn loss(parameters: GaussianParameters, window: &[PixelSample]) -> f64 {
    if !is_ellipse(parameters) {
        return f64::INFINITY;
    }
    let residual = |&(place, seen): &PixelSample| (seen - value(parameters, place)).powi(2);
    window.iter().map(residual).sum()
}

fn explained(parameters: GaussianParameters, window: &[PixelSample]) -> f64 {
    let mean = window.iter().map(|sample| sample.1).sum::<f64>() / window.len() as f64;
    let total: f64 = window.iter().map(|sample| (sample.1 - mean).powi(2)).sum();
    1.0 - loss(parameters, window) / total
}

/// The map in a window, as what a Gaussian is fitted to.
struct Window(Vec<PixelSample>);

impl LeastSquares for Window {
    type Point = GaussianParameters;

    fn error(&self, &parameters: &GaussianParameters) -> f64 {
        loss(parameters, &self.0)
    }

    fn normal_equations(&self, &parameters: &GaussianParameters) -> (Vec<f64>, Vec<f64>) {
        let mut equations = NormalEquations::new(parameters.len());
        for &(place, seen) in &self.0 {
            let residual = value(parameters, place) - seen;
            equations.add(residual, &gradient(parameters, place));
        }
        equations.finish()
    }

    fn moved(&self, parameters: &GaussianParameters, step: &[f64]) -> Option<GaussianParameters> {
        moved(parameters, step)
    }
}

fn moved(parameters: &GaussianParameters, step: &[f64]) -> Option<GaussianParameters> {
    let moved: GaussianParameters = std::array::from_fn(|index| parameters[index] + step[index]);
    moved.iter().all(|value| value.is_finite()).then_some(moved)
}

/// Sums over areas, as what a Gaussian is fitted to.
struct Areas<'a> {
    areas: &'a [Vec<[f64; 2]>],
    sums: &'a [f64],
    mixing: Option<&'a [f64]>,
}

impl Areas<'_> {
    /// Sums of a function of the place over the areas, mixed.
    fn mixed(&self, of: impl Fn([f64; 2]) -> f64) -> Vec<f64> {
        let sums = self
            .areas
            .iter()
            .map(|places| places.iter().map(|&place| of(place)).sum());
        let sums: Vec<f64> = sums.collect();
        match self.mixing {
            None => sums,
            Some(mixing) => {
                let rows = mixing.chunks_exact(sums.len().max(1));
                rows.map(|row| dot_by_fours(row, &sums)).collect()
            }
        }
    }
}

impl LeastSquares for Areas<'_> {
    type Point = GaussianParameters;

    fn error(&self, &parameters: &GaussianParameters) -> f64 {
        if !is_ellipse(parameters) {
            return f64::INFINITY;
        }
        let own = self.mixed(|place| value(parameters, place));
        own.iter()
            .zip(self.sums)
            .map(|(own, sum)| (sum - own).powi(2))
            .sum()
    }

    fn normal_equations(&self, &parameters: &GaussianParameters) -> (Vec<f64>, Vec<f64>) {
        let own = self.mixed(|place| value(parameters, place));
        let columns: [Vec<f64>; 6] =
            std::array::from_fn(|index| self.mixed(|place| gradient(parameters, place)[index]));
        let mut equations = NormalEquations::new(parameters.len());
        for (area, sum) in self.sums.iter().enumerate() {
            let row: [f64; 6] = std::array::from_fn(|index| columns[index][area]);
            equations.add(own[area] - sum, &row);
        }
        equations.finish()
    }

    fn moved(&self, parameters: &GaussianParameters, step: &[f64]) -> Option<GaussianParameters> {
        moved(parameters, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(sigmas: [f64; 2], angle: f64, centre: [f64; 2], surround: f64) -> Vec<f32> {
        (0..1200)
            .map(|pixel| {
                let (x, y) = (
                    (pixel % 40) as f64 - centre[0],
                    (pixel / 40) as f64 - centre[1],
                );
                let along = x * angle.cos() + y * angle.sin();
                let across = y * angle.cos() - x * angle.sin();
                let centre =
                    (-0.5 * ((along / sigmas[0]).powi(2) + (across / sigmas[1]).powi(2))).exp();
                let wide = (-0.5 * (x * x + y * y) / 81.0).exp();
                (0.7 * centre - surround * wide) as f32
            })
            .collect()
    }

    #[test]
    fn a_gaussian_is_recovered_exactly() {
        let fit = Gaussian::fit(&map([3.0, 1.5], 0.6, [17.3, 12.8], 0.0), 40).unwrap();
        let found = [
            fit.sigmas[0],
            fit.sigmas[1],
            fit.angle,
            fit.centre[0],
            fit.centre[1],
        ];
        for (found, planted) in found.into_iter().zip([3.0, 1.5, 0.6, 17.3, 12.8]) {
            // Single precision of the map.
            assert!((found - planted).abs() < 1e-4, "{found}, not {planted}");
        }
        assert!((fit.amplitude - 0.7).abs() < 1e-4 && fit.explained_variance > 0.999_99);
        assert!((fit.diameter() - 2.0 * 4.5f64.sqrt()).abs() < 1e-3);
    }

    #[test]
    fn a_weak_surround_hardly_changes_the_centre() {
        let fit = Gaussian::fit(&map([2.0, 2.0], 0.0, [20.0, 15.0], 0.03), 40).unwrap();
        assert!((fit.sigmas[0] - 2.0).abs() < 0.2, "{:?}", fit.sigmas);
    }

    #[test]
    fn a_single_pixel_has_a_size() {
        let mut single = vec![0.0f32; 100];
        single[55] = 1.0;
        let fit = Gaussian::fit(&single, 10).unwrap();
        assert!(fit.diameter() < 1.5 && fit.centre == [5.0, 5.0], "{fit:?}");
    }

    /// Sums over squares of 6 pixels, blurred: the pixels' own Gaussian is found again, though the squares are wider
    /// than it.
    #[test]
    fn a_gaussian_is_recovered_from_sums_over_blurred_areas() {
        let planted = map([4.0, 2.5], -0.4, [17.3, 12.8], 0.0);
        let square = |index: usize| {
            let (left, top) = (index % 6 * 6 + 2, index / 6 * 6);
            let pixels =
                (0..36).map(move |pixel| [(left + pixel % 6) as f64, (top + pixel / 6) as f64]);
            pixels.collect::<Vec<_>>()
        };
        let areas: Vec<_> = (0..30).map(square).collect();
        let at = |[x, y]: &[f64; 2]| f64::from(planted[*y as usize * 40 + *x as usize]);
        let sums: Vec<f64> = areas
            .iter()
            .map(|places| places.iter().map(at).sum())
            .collect();
        let mixing: Vec<f64> = (0..900_i32)
            .map(|i| 0.3f64.powi((i / 30).abs_diff(i % 30) as i32))
            .collect();
        let mixed: Vec<f64> = mixing
            .chunks(30)
            .map(|row| dot_by_fours(row, &sums))
            .collect();
        let start = Gaussian {
            amplitude: 1.0,
            centre: [16.0, 14.0],
            sigmas: [5.0, 4.0],
            angle: 0.0,
            explained_variance: 0.0,
        };
        for (sums, mixing) in [(&sums, None), (&mixed, Some(&mixing[..]))] {
            let fit = start.refitted(&areas, sums, mixing).unwrap();
            let found = [
                fit.centre[0],
                fit.centre[1],
                fit.sigmas[0],
                fit.sigmas[1],
                fit.angle,
            ];
            for (found, planted) in found.into_iter().zip([17.3, 12.8, 4.0, 2.5, -0.4]) {
                // Single precision of the map.
                assert!((found - planted).abs() < 1e-4, "{fit:?}");
            }
        }
    }

    #[test]
    fn nothing_is_fitted_to_nothing() {
        assert_eq!(Gaussian::fit(&[-1.0; 9], 3), None);
    }
}
