//! Receptive fields by white noise.

use ganglion_recording::{CellIndex, Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Nonlinearity, ReceptiveField, ReverseCorrelation};
use crate::stimulus::{Distribution, Layer, Noise, PreparedStimulus, Stimulus};
use crate::{Contrast, Error, Rates, Responder, Screen};

/// White noise for reverse correlation.
///
/// Shown in segments, each with its own seed, so that no movie is long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WhiteNoise {
    /// Distribution of the values.
    pub distribution: Distribution,
    /// Standard deviation of the values.
    pub contrast: Contrast,
    /// Side of a square; one pixel if left out.
    pub check: Option<Microns>,
    /// How long the noise is shown in all.
    pub duration: Milliseconds,
    /// Length of a segment.
    pub segment: Milliseconds,
    /// Seed of the first segment; those after it count up.
    pub seed: u64,
    /// Bins of the nonlinearity.
    pub nonlinearity_bins: usize,
}

impl Default for WhiteNoise {
    fn default() -> Self {
        Self {
            distribution: Distribution::Gaussian,
            contrast: Contrast(1.0),
            check: None,
            duration: Milliseconds(120_000.0),
            segment: Milliseconds(10_000.0),
            seed: 1,
            nonlinearity_bins: 20,
        }
    }
}

/// What white noise says about a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellField {
    /// The cell.
    pub cell: CellIndex,
    /// Its linear filter.
    pub field: ReceptiveField,
    /// Its nonlinearity, against the output of the filter's best separable approximation (without
    /// weights that may be noise) over the standard deviation of that output.
    pub nonlinearity: Nonlinearity,
    /// Its mean rate, Hz.
    pub mean_rate: f64,
}

const NAME: &str = "white noise";

impl WhiteNoise {
    /// The segments, ready for a screen.
    ///
    /// # Errors
    /// If a value makes no sense; the message says what would work.
    pub fn prepare(&self, screen: Screen) -> Result<Vec<PreparedStimulus>, Error> {
        let segments = self.segments(screen)?;
        segments
            .iter()
            .map(|segment| segment.prepare(screen))
            .collect()
    }

    /// What is shown.
    pub(crate) fn segments(&self, screen: Screen) -> Result<Vec<Stimulus>, Error> {
        self.check(screen)?;
        let count = (self.duration / self.segment).ceil() as u64;
        Ok((0..count)
            .map(|segment| self.segment(screen, segment))
            .collect())
    }

    fn segment(&self, screen: Screen, segment: u64) -> Stimulus {
        let noise = Noise {
            distribution: self.distribution,
            contrast: self.contrast,
            mean: Contrast(0.0),
            update: screen.frame_period,
            check: Some(self.check.unwrap_or(screen.microns_per_pixel)),
            seed: self.seed.wrapping_add(segment),
            onset: Milliseconds(0.0),
            duration: None,
            region: Default::default(),
        };
        let name = format!("{NAME}, segment {}", segment + 1);
        Stimulus::new(name, self.segment, [Layer::Noise(noise)])
    }

    fn check(&self, screen: Screen) -> Result<(), Error> {
        let least = 2.0 * screen.history as f64 * screen.frame_period.0;
        if !(self.segment.0 >= least && self.segment.0 <= self.duration.0) {
            return Err(Error::value(
                NAME,
                "segment",
                format!("{} ms", self.segment.0),
                "is shorter than twice the responder's history or longer than `duration`",
                format!("use {least} to {} ms", self.duration.0),
            ));
        }
        if self.contrast.0.is_nan() || self.contrast.0 <= 0.0 {
            return Err(Error::value(
                NAME,
                "contrast",
                format!("{} sd", self.contrast.0),
                "is not above 0",
                "use for example 1",
            ));
        }
        let samples = (self.duration / screen.frame_period) as usize;
        if self.nonlinearity_bins < 2 || self.nonlinearity_bins * 4 > samples {
            return Err(Error::value(
                NAME,
                "nonlinearity_bins",
                self.nonlinearity_bins.to_string(),
                "are too few or too many for the stimulus",
                format!("use 2 to {}", samples / 4),
            ));
        }
        Ok(())
    }

    /// Shows the noise and measures every cell.
    ///
    /// # Errors
    /// If a value makes no sense, or the responder fails.
    pub fn measure(&self, responder: &dyn Responder) -> Result<Vec<CellField>, Error> {
        let segments = self.prepare(responder.screen())?;
        let responses = segments
            .iter()
            .map(|segment| answer(responder, segment))
            .collect::<Result<Vec<_>, _>>()?;
        let shown: Vec<_> = segments.iter().zip(&responses).collect();
        Ok(self.fields(&shown, responder.cells()))
    }

    /// Fields and nonlinearities from all segments and their responses.
    ///
    /// # Panics
    /// If there is no segment, or a response does not cover its segment.
    pub fn fields(
        &self,
        shown: &[(&PreparedStimulus, &Rates)],
        cells: &[CellIndex],
    ) -> Vec<CellField> {
        let screen = shown[0].0.screen();
        let history = screen.history;
        let mut sums = ReverseCorrelation::new(cells.len(), 1..history + 1, screen.pixels());
        for (segment, rates) in shown {
            let bins = bins(segment, rates);
            let (first, movie) = (bins.start - history, segment.movie());
            let frames = &movie.values()[first * screen.pixels()..];
            sums.add(frames, first, bins.clone(), |cell| {
                &rates.cell(cell)[bins.start - rates.bins().start..][..bins.len()]
            });
        }
        let variance = (self.contrast.0 as f32).powi(2);
        let field = |cell: usize| {
            let weights = sums.average(cell).iter().map(|w| w / variance).collect();
            ReceptiveField::new([history, screen.height, screen.width], weights)
        };
        let fields: Vec<ReceptiveField> = (0..cells.len()).map(field).collect();
        let curves = self.nonlinearities(&fields, shown);
        (cells.iter().zip(fields).zip(curves).enumerate())
            .map(|(row, ((&cell, field), nonlinearity))| CellField {
                cell,
                field,
                nonlinearity,
                mean_rate: sums.mean_rate(row),
            })
            .collect()
    }

    fn nonlinearities(
        &self,
        fields: &[ReceptiveField],
        shown: &[(&PreparedStimulus, &Rates)],
    ) -> Vec<Nonlinearity> {
        let filters: Vec<_> = (fields.iter())
            .map(|field| field.separated().without_noise())
            .collect();
        let mut drives = vec![Vec::new(); fields.len()];
        let mut rates = vec![Vec::new(); fields.len()];
        for (segment, response) in shown {
            let bins = bins(segment, response);
            let movie = segment.movie();
            let pixels = movie.height() * movie.width();
            let frames = &movie.values()[(bins.start - segment.screen().history) * pixels..];
            for (cell, filter) in filters.iter().enumerate() {
                drives[cell].extend(&filter.output(frames)[..bins.len()]);
                let first = bins.start - response.bins().start;
                rates[cell].extend_from_slice(&response.cell(cell)[first..][..bins.len()]);
            }
        }
        (drives.iter_mut().zip(&rates))
            .map(|(drive, rate)| {
                standardise(drive);
                Nonlinearity::of(drive, rate, self.nonlinearity_bins)
            })
            .collect()
    }
}

fn answer(responder: &dyn Responder, segment: &PreparedStimulus) -> Result<Rates, Error> {
    let failed = |source| Error::Responder {
        stage: segment.stimulus().name.clone(),
        source,
    };
    let mut rates = responder.respond(&[segment.movie()]).map_err(failed)?;
    rates.pop().ok_or_else(|| Error::Answer {
        stimulus: segment.stimulus().name.clone(),
        problem: "there is none".to_owned(),
    })
}

/// The bins of a segment whose whole history is noise.
fn bins(segment: &PreparedStimulus, rates: &Rates) -> std::ops::Range<usize> {
    let end = rates.bins().end.min(segment.frames() + 1);
    segment.zero() + segment.screen().history..end
}

/// Divides by the root mean square.
fn standardise(drive: &mut [f32]) {
    let squares: f64 = drive.iter().map(|&g| f64::from(g).powi(2)).sum();
    let scale = (squares / drive.len() as f64).sqrt();
    if scale > 0.0 {
        drive
            .iter_mut()
            .for_each(|g| *g = (f64::from(*g) / scale) as f32);
    }
}
