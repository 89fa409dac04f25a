//! Attributing everything shown, piece by piece, so that memory does not grow with the movie.

use std::path::Path as FilePath;

use ganglion_attribution::{Attribution, AttributionConfig, Path, Quality, Summary};
use ganglion_recording::Spool;

use super::highlight::{Highlight, Window};
use super::method::Method;
use super::shown::{Segment, Shown};
use super::{Maps, Subject};
use crate::steps::Steps;

/// Samples times cells whose attributions of every unit are in memory together: 50 MB at the
/// published size.
const TOGETHER: usize = 640;

/// Attributions of everything shown. Arrays over units are on the disk.
pub struct Gathered {
    /// A, `[sample, cell, channel, y, x]`.
    pub attribution: Option<Spool>,
    /// G, in the same layout.
    pub effective_weights: Option<Spool>,
    /// A summed over y, `[sample, cell, channel, x]`.
    pub by_column: Spool,
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
    /// What figures show of each cell.
    pub highlights: Vec<Highlight>,
}

/// Attributes everything shown; large arrays wait in the folder that they are for.
///
/// # Errors
/// Where the baseline does not fit, a setting is impossible, or the disk is full.
pub fn gather(subject: &Subject, shown: &Shown, folder: &FilePath) -> anyhow::Result<Gathered> {
    let steps = Steps::new(
        &shown.name,
        shown.samples(),
        shown.rows,
        subject.settings.quiet,
    );
    let ranges = response_ranges(subject, shown)?;
    let settings = AttributionConfig {
        response_ranges: Some(ranges.clone()),
        ..subject.request.settings.clone()
    };
    let mut gathered = Gathered::new(subject, &ranges, folder)?;
    for whole in shown.windows() {
        let mut window = Window::new(shown, &whole, &subject.request.outputs);
        for piece in whole.pieces(samples_together(subject)) {
            let path = path(subject, shown, &piece)?;
            let attribution = attribute(subject, &path, &settings)?;
            window.add(&path, &attribution);
            gathered.add(subject, shown, &piece, &attribution)?;
            steps.done(piece.bins.len());
        }
        window.compete(&mut gathered.highlights);
    }
    steps.finish();
    Ok(gathered)
}

/// Paths to some responses.
pub fn path(subject: &Subject, shown: &Shown, piece: &Segment) -> anyhow::Result<Path> {
    shown.path(subject.attributor, piece, subject.request.baseline.as_ref())
}

/// Responses to attribute at once.
pub fn samples_together(subject: &Subject) -> usize {
    (TOGETHER / subject.request.outputs.len()).clamp(8, 256)
}

fn attribute(
    subject: &Subject,
    path: &Path,
    settings: &AttributionConfig,
) -> anyhow::Result<Attribution> {
    let attributor = subject.attributor;
    Ok(match subject.request.method {
        Method::Rule(rule) => {
            let cells = Some(&subject.request.outputs[..]);
            attributor.by_rule(path, settings.layer, cells, rule)?
        }
        _ => attributor.attribute(path, settings)?,
    })
}

/// Largest minus smallest rate of every output over everything shown, which tolerances are shares
/// of.
///
/// # Errors
/// Where the baseline does not fit.
pub fn response_ranges(subject: &Subject, shown: &Shown) -> anyhow::Result<Vec<f64>> {
    let mut ends = vec![[f64::INFINITY, f64::NEG_INFINITY]; subject.attributor.cells()];
    for whole in shown.windows() {
        for piece in whole.pieces(samples_together(subject)) {
            let path = path(subject, shown, &piece)?;
            for rates in subject.attributor.end_rates(&path) {
                for ([least, most], rates) in ends.iter_mut().zip(rates) {
                    *least = rates.iter().copied().fold(*least, f64::min);
                    *most = rates.iter().copied().fold(*most, f64::max);
                }
            }
        }
    }
    Ok(ends.into_iter().map(|[least, most]| most - least).collect())
}

impl Gathered {
    fn new(subject: &Subject, ranges: &[f64], folder: &FilePath) -> anyhow::Result<Self> {
        let spool = || Spool::beside(folder.join("attribution.h5"));
        let outputs = &subject.request.outputs;
        let sums = Summary::empty(outputs.len(), subject.request.planes[0]);
        let maps = subject.request.maps;
        Ok(Self {
            attribution: (maps != Maps::None).then(spool).transpose()?,
            effective_weights: (maps == Maps::All).then(spool).transpose()?,
            by_column: spool()?,
            by_channel: sums.clone(),
            weights_by_channel: sums,
            response: Vec::new(),
            resting: Vec::new(),
            quality: Vec::new(),
            ranges: outputs.iter().map(|&output| ranges[output]).collect(),
            rows: Vec::new(),
            highlights: Vec::new(),
        })
    }

    fn add(
        &mut self,
        subject: &Subject,
        shown: &Shown,
        piece: &Segment,
        attribution: &Attribution,
    ) -> anyhow::Result<()> {
        debug_assert_eq!(attribution.planes, subject.request.planes);
        if let Some(spool) = &mut self.attribution {
            spool.append(&attribution.attribution)?;
        }
        if let Some(spool) = &mut self.effective_weights {
            spool.append(&attribution.effective_weights)?;
        }
        let columns = attribution.by_channel_and_column();
        let columns: Vec<f32> = columns.values.iter().map(|&a| a as f32).collect();
        self.by_column.append(&columns)?;
        self.by_channel.append(&attribution.by_channel());
        self.weights_by_channel
            .append(&attribution.effective_weights_by_channel());
        self.response.extend(&attribution.response);
        self.resting.extend(&attribution.resting_response);
        self.quality.extend(&attribution.quality);
        let times = shown.times(piece).into_iter();
        self.rows.extend(times.map(|time| (piece.condition, time)));
        Ok(())
    }
}
