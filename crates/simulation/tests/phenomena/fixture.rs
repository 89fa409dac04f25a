//! Retinas of the family with one cell of every class, and what they answer.

use ganglion_experiment::stimulus::{Flash, Layer, Region};
use ganglion_experiment::{Contrast, Responder, Screen, Stimulus};
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{Family, Retina};

/// The published frames.
pub const SCREEN: Screen = Screen {
    height: 50,
    width: 50,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

/// Weber contrast of a standard deviation of the natural movies.
pub const CONTRAST_UNIT: f64 = 0.4;

/// A frame in ms.
pub const FRAME: f64 = 10.0;

/// A retina with one cell of every class.
pub struct Specimen {
    pub retina: Retina,
}

pub fn specimen(seed: u64) -> Specimen {
    let family = Family::preset("salamander")
        .unwrap()
        .with_mosaics(Some(1), None, None);
    Specimen {
        retina: family.draw(seed, SCREEN, CONTRAST_UNIT).unwrap(),
    }
}

/// Rates of one cell; bin 0 is the last that depends on grey only.
pub struct Course {
    pub rates: Vec<f64>,
}

impl Specimen {
    fn index(&self, class: &str) -> usize {
        self.retina
            .cells()
            .iter()
            .position(|cell| cell.class == class)
            .unwrap()
    }

    /// Place of a class' cell from the middle of the screen.
    pub fn x(&self, class: &str) -> f64 {
        self.retina.cells()[self.index(class)].centre.x.0 - 0.5 * SCREEN.width_on_retina().0
    }

    /// Rates of a class' cell to layers shown for some frames.
    pub fn show(&self, class: &str, frames: usize, layers: Vec<Layer>) -> Course {
        let stimulus = Stimulus::new("test", Milliseconds(frames as f64 * FRAME), layers);
        let prepared = stimulus.prepare(SCREEN).unwrap();
        let rates = self.retina.respond(&[prepared.movie()]).unwrap().remove(0);
        let index = self.index(class);
        let bins = prepared.zero()..rates.bins().end;
        Course {
            rates: bins.map(|bin| f64::from(rates.at(index, bin))).collect(),
        }
    }
}

pub fn full_field(onset: f64, duration: Option<f64>, contrast: f64) -> Layer {
    Layer::Flash(Flash {
        onset: Milliseconds(onset),
        duration: duration.map(Milliseconds),
        contrast: Contrast(contrast),
        region: Region::Everywhere,
    })
}

/// A local maximum: time in frames, by a parabola, and height.
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    pub frame: f64,
    pub rate: f64,
}

impl Course {
    pub fn rest(&self) -> f64 {
        self.rates[0]
    }

    /// Local maxima of some bins.
    pub fn peaks(&self, bins: std::ops::Range<usize>) -> Vec<Peak> {
        let inner = bins.start.max(1)..bins.end.min(self.rates.len() - 1);
        let peak = |bin: usize| {
            let [before, here, after] = [bin - 1, bin, bin + 1].map(|bin| self.rates[bin]);
            let offset = 0.5 * (before - after) / (before - 2.0 * here + after);
            (here > before && here > after).then_some(Peak {
                frame: bin as f64 + offset,
                rate: here,
            })
        };
        inner.filter_map(peak).collect()
    }

    pub fn highest(&self, bins: std::ops::Range<usize>) -> f64 {
        let bins = bins.start..bins.end.min(self.rates.len());
        self.rates[bins].iter().copied().fold(f64::MIN, f64::max)
    }
}

pub fn highest(peaks: &[Peak]) -> Option<Peak> {
    peaks
        .iter()
        .copied()
        .max_by(|a, b| a.rate.total_cmp(&b.rate))
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
