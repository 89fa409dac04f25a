//! Attributing everything shown, piece by piece, so that memory does not grow with the movie.

use std::path::Path as FilePath;

use ganglion_attribution::{Attribution, AttributionConfig, Invariance, Quality, Summary};
use ganglion_recording::Spool;

use super::asked::Study;
use super::method::Method;
use super::peaks::Peaks;
use super::{Analysis, Maps};

/// Samples times cells whose attributions of every unit are in memory together: 50 MB at the
/// published size.
const TOGETHER: usize = 640;

/// Attributions of everything shown, a row a response. Arrays over units are on the disk.
pub struct Gathered {
    /// A, `[sample, cell, channel, y, x]`.
    pub attribution: Option<Spool>,
    /// G, in the same layout.
    pub effective_weights: Option<Spool>,
    /// A summed over y, `[sample, cell, channel, x]`.
    pub by_column: Spool,
    /// G summed over y, where that tells everything: for bars along y.
    pub weights_by_column: Option<Spool>,
    /// A summed over space.
    pub by_channel: Summary,
    /// G summed over space.
    pub weights_by_channel: Summary,
    /// Rate for the stimulus, Hz: `[sample, cell]`.
    pub response: Vec<f64>,
    /// Rate for the baseline, Hz: `[sample, cell]`.
    pub resting: Vec<f64>,
    /// `[sample, cell]`
    pub quality: Vec<Quality>,
    /// Largest minus smallest rate of each cell, Hz.
    pub ranges: Vec<f64>,
    /// Per row of the results: condition and time.
    pub rows: Vec<(usize, f64)>,
    /// The largest responses of each condition.
    pub peaks: Peaks,
}

/// Attributes everything shown, distinct responses only; large arrays wait in the folder that they are
/// for.
///
/// # Errors
/// Where the baseline does not fit, a setting is impossible, or the disk is full.
pub fn gather(subject: &Analysis, study: &Study<'_>, folder: &FilePath) -> crate::Result<Gathered> {
    let steps = subject.begin(study);
    let survey = study.survey(Invariance::ROUNDING)?;
    let ranges = survey.ranges();
    let peaks = Peaks::find(subject, study, &survey.rates, folder)?;
    let mut gathered = Gathered::new(subject, &ranges, peaks, folder)?;
    let settings = AttributionConfig {
        response_ranges: Some(ranges),
        ..subject.request.settings.clone()
    };
    let rule = match subject.request.method {
        Method::Rule(rule) => Some(rule),
        _ => None,
    };
    study.attribute(rule, &settings, |piece| {
        gathered.add(subject, &piece.attribution)?;
        steps.advance(piece.attribution.samples);
        subject.runner.go_on()
    })?;
    steps.finish();
    if survey.invariance() != Some(Invariance::AlongY) {
        gathered.weights_by_column = None;
    }
    Ok(gathered)
}

/// Responses to attribute at once.
pub fn samples_together(cells: usize) -> usize {
    (TOGETHER / cells).clamp(8, 256)
}

impl Gathered {
    fn new(
        subject: &Analysis,
        ranges: &[f64],
        peaks: Peaks,
        folder: &FilePath,
    ) -> crate::Result<Self> {
        let spool = || Spool::beside(folder.join("attribution.h5"));
        let outputs = &subject.request.outputs;
        let sums = Summary::empty(outputs.len(), subject.request.planes[0]);
        let maps = subject.request.maps;
        Ok(Self {
            attribution: (maps != Maps::None).then(spool).transpose()?,
            effective_weights: (maps == Maps::All).then(spool).transpose()?,
            by_column: spool()?,
            weights_by_column: Some(spool()?),
            by_channel: sums.clone(),
            weights_by_channel: sums,
            response: Vec::new(),
            resting: Vec::new(),
            quality: Vec::new(),
            ranges: outputs.iter().map(|&output| ranges[output]).collect(),
            rows: Vec::new(),
            peaks,
        })
    }

    /// Adds distinct responses.
    fn add(&mut self, subject: &Analysis, attribution: &Attribution) -> crate::Result<()> {
        debug_assert_eq!(attribution.planes, subject.request.planes);
        if let Some(spool) = &mut self.attribution {
            spool.append(&attribution.attribution)?;
        }
        if let Some(spool) = &mut self.effective_weights {
            spool.append(&attribution.effective_weights)?;
        }
        self.peaks.keep(self.by_channel.samples, attribution)?;
        let single = |sums: Summary| {
            sums.values
                .into_iter()
                .map(|a| a as f32)
                .collect::<Vec<_>>()
        };
        self.by_column
            .append(&single(attribution.by_channel_and_column()))?;
        if let Some(spool) = &mut self.weights_by_column {
            spool.append(&single(
                attribution.effective_weights_by_channel_and_column(),
            ))?;
        }
        self.by_channel.append(&attribution.by_channel());
        self.weights_by_channel
            .append(&attribution.effective_weights_by_channel());
        self.response.extend(&attribution.response);
        self.resting.extend(&attribution.resting_response);
        self.quality.extend(&attribution.quality);
        Ok(())
    }

    /// From distinct responses to all, in their order.
    pub fn in_order(self, subject: &Analysis, study: &Study<'_>) -> Self {
        let cells = subject.request.outputs.len();
        let [channels, height, width] = subject.request.planes;
        let units = cells * channels * height * width;
        let columns = cells * channels * width;
        let index = study.index();
        let ordered = |spool: Option<Spool>, size: usize| {
            spool.map(|spool| spool.in_order(size, index.to_vec()))
        };
        Self {
            attribution: ordered(self.attribution, units),
            effective_weights: ordered(self.effective_weights, units),
            weights_by_column: ordered(self.weights_by_column, columns),
            by_channel: self.by_channel.of_samples(index),
            weights_by_channel: self.weights_by_channel.of_samples(index),
            response: study.all(&self.response, cells),
            resting: study.all(&self.resting, cells),
            quality: study.all(&self.quality, cells),
            by_column: self.by_column.in_order(columns, index.to_vec()),
            rows: study.stimuli().shown.rows_of_results(),
            ..self
        }
    }
}
