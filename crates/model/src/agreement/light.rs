//! The intensities of a movie's pixels.

use std::fmt;

use ganglion_recording::Movie;

use crate::error::Error;

/// Intensities of the pixels of a movie, in the units that it is stored in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// Mean over pixels and frames.
    pub mean: f64,
    /// Standard deviation over pixels and frames.
    pub sd: f64,
    /// Least and greatest, where known.
    pub range: Option<[f64; 2]>,
}

/// Pixels that are read together.
const TOGETHER: usize = 1 << 20;

impl Light {
    /// That of a whole movie.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(movie: &Movie) -> Result<Self, Error> {
        let mut sums = LightSums::default();
        let mut values = Vec::new();
        let step = (TOGETHER / movie.pixels()).max(1);
        for start in (0..movie.frames()).step_by(step) {
            movie.read_frames(start..(start + step).min(movie.frames()), &mut values)?;
            sums.add(&values);
        }
        Ok(sums.light())
    }

    /// That of pixels in memory; nothing of none.
    pub fn of_values(values: &[f32]) -> Option<Self> {
        let mut sums = LightSums::default();
        sums.add(values);
        (!values.is_empty()).then(|| sums.light())
    }

    /// That of movies that are seen in turn, each with its number of pixels.
    pub(crate) fn joined_range(all: impl IntoIterator<Item = Self>) -> Option<[f64; 2]> {
        let ranges = all.into_iter().filter_map(|light| light.range);
        ranges.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)])
    }

    /// The range in words.
    pub(super) fn range_text(&self) -> String {
        match self.range {
            Some([least, greatest]) => format!("{} to {}", short(least), short(greatest)),
            None => "unknown".to_owned(),
        }
    }
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, sd) = (short(self.mean), short(self.sd));
        write!(f, "mean {mean} and standard deviation {sd}")?;
        match self.range {
            Some(_) => write!(f, " ({})", self.range_text()),
            None => Ok(()),
        }
    }
}

/// Three digits that count.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.01 => 3,
        0.0 => 0,
        _ => return format!("{value:.1e}"),
    };
    format!("{value:.digits$}")
}

/// Sums over pixels, shifted by the first so that little is lost.
#[derive(Clone, Copy, Default)]
struct LightSums {
    count: f64,
    shift: f64,
    sum: f64,
    squares: f64,
    least: f32,
    greatest: f32,
}

/// Sums that are kept side by side: one sum after the other waits for the last addition, eight do not.
const LANES: usize = 8;

impl LightSums {
    /// No values yet, of which one is known.
    fn at(shift: f64, known: f32) -> Self {
        Self {
            shift,
            least: known,
            greatest: known,
            ..Self::default()
        }
    }

    fn take(&mut self, value: f32) {
        let shifted = f64::from(value) - self.shift;
        self.sum += shifted;
        self.squares += shifted * shifted;
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }

    fn add(&mut self, values: &[f32]) {
        let Some(&first) = values.first() else { return };
        if self.count == 0.0 {
            self.shift = f64::from(first);
            (self.least, self.greatest) = (first, first);
        }
        let (lanes, rest) = values.as_chunks::<LANES>();
        let mut sums = [Self::at(self.shift, first); LANES];
        for lane_values in lanes {
            for (lane, &value) in sums.iter_mut().zip(lane_values) {
                lane.take(value);
            }
        }
        for (lane, &value) in sums.iter_mut().zip(rest) {
            lane.take(value);
        }
        for lane in sums {
            self.sum += lane.sum;
            self.squares += lane.squares;
            self.least = self.least.min(lane.least);
            self.greatest = self.greatest.max(lane.greatest);
        }
        self.count += values.len() as f64;
    }

    fn light(&self) -> Light {
        let mean = self.sum / self.count;
        Light {
            mean: self.shift + mean,
            sd: (self.squares / self.count - mean * mean).max(0.0).sqrt(),
            range: Some([f64::from(self.least), f64::from(self.greatest)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_range_are_those_of_the_pixels() {
        let light = Light::of_values(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert!((light.mean - 5.0).abs() < 1e-12 && (light.sd - 2.0).abs() < 1e-12);
        assert_eq!(light.range, Some([2.0, 9.0]));
        assert_eq!(Light::of_values(&[]), None);
        assert_eq!(
            light.to_string(),
            "mean 5.00 and standard deviation 2.00 (2.00 to 9.00)"
        );
    }
}
