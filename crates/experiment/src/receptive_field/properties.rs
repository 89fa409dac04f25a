//! What a physiologist reports of a receptive field.

use ganglion_recording::{Microns, Milliseconds};

use crate::Metric;

use super::{Gaussian, Kinetics, Polarity, ReceptiveField, Separable, half_maximum_area};

/// Numbers read off a receptive field's best separable approximation.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldProperties {
    /// The split into space and time.
    pub separable: Separable,
    /// Sign of the time course at its peak, where the map is largest.
    pub polarity: Polarity,
    /// Timing of the time course.
    pub kinetics: Kinetics,
    /// Centre of the fitted Gaussian `[x, y]`, from the centre of the screen, x to the right and y
    /// down.
    pub centre: [Microns; 2],
    /// Diameter of the circle of the same area as the fitted Gaussian's ellipse at one standard
    /// deviation.
    pub diameter: Microns,
    /// Diameter of the circle of the same area as the map above half its maximum.
    pub half_maximum_diameter: Microns,
    /// The fitted Gaussian, in pixels.
    pub gaussian: Option<Gaussian>,
    /// Largest weight over the noise, see [`ReceptiveField::signal_to_noise`].
    pub signal_to_noise: f64,
}

impl FieldProperties {
    /// 1 for ON, 0 for OFF.
    pub const ON: Metric = Metric::new("on", "");
    /// Lag of the peak.
    pub const PEAK_LAG: Metric = Metric::new("peak_lag_ms", "ms");
    /// Lag at which the time course changes its sign.
    pub const ZERO_CROSSING: Metric = Metric::new("zero_crossing_ms", "ms");
    /// How biphasic the time course is.
    pub const BIPHASIC_INDEX: Metric = Metric::new("biphasic_index", "");
    /// Centre, to the right of the middle of the screen.
    pub const CENTRE_X: Metric = Metric::new("centre_x_um", "um");
    /// Centre, below the middle of the screen.
    pub const CENTRE_Y: Metric = Metric::new("centre_y_um", "um");
    /// Diameter of the fitted Gaussian.
    pub const DIAMETER: Metric = Metric::new("diameter_um", "um");
    /// Diameter of the map above half its maximum.
    pub const HALF_MAXIMUM_DIAMETER: Metric = Metric::new("half_maximum_diameter_um", "um");
    /// Long over short axis.
    pub const ELONGATION: Metric = Metric::new("elongation", "");
    /// Share of the variance of its best separable approximation.
    pub const SEPARABILITY: Metric = Metric::new("separability", "");
    /// Largest weight over the noise.
    pub const SIGNAL_TO_NOISE: Metric = Metric::new("signal_to_noise", "");

    /// Properties of a field on pixels of a size, at a frame period. Where nothing can be fitted,
    /// places and sizes are NaN.
    pub fn of(field: &ReceptiveField, frame_period: Milliseconds, pixel: Microns) -> Self {
        let separable = field.separated();
        let kinetics = Kinetics::of(&separable.time, frame_period);
        let gaussian = Gaussian::fit(&separable.space, separable.width);
        let [_, height, width] = field.shape();
        let middle = [width, height].map(|side| 0.5 * (side as f64 - 1.0));
        let from_middle = |axis: usize| {
            let centre = gaussian.map_or(f64::NAN, |gaussian| gaussian.centre[axis]);
            Microns((centre - middle[axis]) * pixel.0)
        };
        let area = half_maximum_area(&separable.space, separable.width);
        Self {
            polarity: Polarity::of(kinetics.peak),
            kinetics,
            centre: [from_middle(0), from_middle(1)],
            diameter: Microns(gaussian.map_or(f64::NAN, |g| g.diameter()) * pixel.0),
            half_maximum_diameter: Microns(2.0 * (area / std::f64::consts::PI).sqrt() * pixel.0),
            gaussian,
            signal_to_noise: field.signal_to_noise(),
            separable,
        }
    }

    /// The numbers as metrics.
    pub fn metrics(&self) -> Vec<(Metric, f64)> {
        let sigmas = self
            .gaussian
            .map_or([f64::NAN; 2], |gaussian| gaussian.sigmas);
        vec![
            (Self::ON, f64::from(u8::from(self.polarity == Polarity::On))),
            (Self::PEAK_LAG, self.kinetics.peak_lag.0),
            (Self::ZERO_CROSSING, self.kinetics.zero_crossing.0),
            (Self::BIPHASIC_INDEX, self.kinetics.biphasic_index),
            (Self::CENTRE_X, self.centre[0].0),
            (Self::CENTRE_Y, self.centre[1].0),
            (Self::DIAMETER, self.diameter.0),
            (Self::HALF_MAXIMUM_DIAMETER, self.half_maximum_diameter.0),
            (Self::ELONGATION, sigmas[0] / sigmas[1]),
            (Self::SEPARABILITY, self.separable.explained_variance),
            (Self::SIGNAL_TO_NOISE, self.signal_to_noise),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_field_is_described() {
        let (height, width, history) = (20, 24, 30);
        let time: Vec<f64> = (0..history)
            .map(|frame| {
                let lag = (history - frame) as f64 / 4.0;
                -lag.powi(3) * (-lag).exp() + 0.03 * lag.powi(5) * (-lag).exp()
            })
            .collect();
        let space = |pixel: usize| {
            let (x, y) = ((pixel % width) as f64 - 14.5, (pixel / width) as f64 - 7.5);
            (-(x * x + y * y) / 8.0).exp()
        };
        let values: Vec<f32> = (time.iter())
            .flat_map(|t| (0..height * width).map(move |pixel| (t * space(pixel)) as f32))
            .collect();
        let field = ReceptiveField::new([history, height, width], values);
        let found = FieldProperties::of(&field, Milliseconds(10.0), Microns(50.0));
        assert_eq!(found.polarity, Polarity::Off);
        // The planted centre is 3 pixels right of and 2 above the middle.
        assert!((found.centre[0].0 - 150.0).abs() < 0.1 && (found.centre[1].0 + 100.0).abs() < 0.1);
        assert!(
            (found.diameter.0 - 4.0 * 50.0).abs() < 0.5,
            "{:?}",
            found.diameter
        );
        let half = 2.0 * 2.0 * (2.0 * 2f64.ln()).sqrt() * 50.0;
        assert!((found.half_maximum_diameter.0 / half - 1.0).abs() < 0.03);
        assert!(found.separable.explained_variance > 0.9999);
        assert!(found.metrics().iter().all(|(_, value)| !value.is_nan()));
    }
}
