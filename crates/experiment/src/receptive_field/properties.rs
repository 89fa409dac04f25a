//! What a physiologist reports of a receptive field.

use ganglion_recording::{Microns, Milliseconds};

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

    /// The numbers by name, with their units in the names.
    pub fn metrics(&self) -> Vec<(&'static str, f64)> {
        let sigmas = self
            .gaussian
            .map_or([f64::NAN; 2], |gaussian| gaussian.sigmas);
        vec![
            ("on", f64::from(u8::from(self.polarity == Polarity::On))),
            ("peak_lag_ms", self.kinetics.peak_lag.0),
            ("zero_crossing_ms", self.kinetics.zero_crossing.0),
            ("biphasic_index", self.kinetics.biphasic_index),
            ("centre_x_um", self.centre[0].0),
            ("centre_y_um", self.centre[1].0),
            ("diameter_um", self.diameter.0),
            ("half_maximum_diameter_um", self.half_maximum_diameter.0),
            ("elongation", sigmas[0] / sigmas[1]),
            ("separability", self.separable.explained_variance),
            ("signal_to_noise", self.signal_to_noise),
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
