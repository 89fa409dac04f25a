//! Attributing everything shown, piece by piece, so that memory does not grow with the movie.

use std::path::Path as FilePath;

use ganglion_attribution::{Attribution, AttributionConfig, Path, Quality, Summary};
use ganglion_recording::Spool;

use super::highlight::{Highlight, highlights};
use super::method::Method;
use super::plan::{self, Plan};
use super::shown::{Segment, Shown};
use super::{Maps, Subject};
use crate::steps::Steps;

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
    let plan = Plan::new(subject, shown);
    let unit = match plan.distinct == shown.samples() {
        true => shown.rows.to_owned(),
        false => format!("distinct {}", shown.rows),
    };
    let steps = Steps::new(&shown.name, plan.distinct, &unit, subject.settings.quiet);
    let settings = settings(subject, ranges_of(subject, shown, &plan)?);
    let mut gathered = Gathered::new(subject, &settings, folder)?;
    for piece in plan.pieces(samples_together(subject)) {
        let path = plan::path(subject, shown, &piece)?;
        let attribution = attribute(subject, &path, &settings)?;
        gathered.add(subject, &attribution)?;
        steps.done(path.samples());
    }
    steps.finish();
    gathered.highlights = highlights(subject, shown, &settings, &plan, &mut gathered)?;
    Ok(gathered.in_order(subject, shown, plan.index))
}

/// Settings that know the response ranges of all outputs.
fn settings(subject: &Subject, ranges: Vec<f64>) -> AttributionConfig {
    AttributionConfig {
        response_ranges: Some(ranges),
        ..subject.request.settings.clone()
    }
}

/// Paths to some responses.
pub fn path(subject: &Subject, shown: &Shown, piece: &Segment) -> anyhow::Result<Path> {
    shown.path(subject.attributor, piece, subject.request.baseline.as_ref())
}

/// Responses to attribute at once.
pub fn samples_together(subject: &Subject) -> usize {
    (TOGETHER / subject.request.outputs.len()).clamp(8, 256)
}

/// Attributes some responses by the method asked for.
///
/// # Errors
/// If a cell, stage or setting is impossible.
pub fn attribute(
    subject: &Subject,
    path: &Path,
    settings: &AttributionConfig,
) -> anyhow::Result<Attribution> {
    let attributor = subject.attributor;
    Ok(match subject.request.method {
        Method::Rule(rule) => {
            attributor.by_rule(path, settings.layer, settings.cells.as_deref(), rule)?
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
    ranges_of(subject, shown, &Plan::new(subject, shown))
}

fn ranges_of(subject: &Subject, shown: &Shown, plan: &Plan) -> anyhow::Result<Vec<f64>> {
    let mut ends = vec![[f64::INFINITY, f64::NEG_INFINITY]; subject.attributor.cells()];
    for piece in plan.pieces(samples_together(subject)) {
        let path = plan::path(subject, shown, &piece)?;
        for rates in subject.attributor.end_rates(&path) {
            for ([least, most], rates) in ends.iter_mut().zip(rates) {
                *least = rates.iter().copied().fold(*least, f64::min);
                *most = rates.iter().copied().fold(*most, f64::max);
            }
        }
    }
    Ok(ends.into_iter().map(|[least, most]| most - least).collect())
}

impl Gathered {
    fn new(
        subject: &Subject,
        settings: &AttributionConfig,
        folder: &FilePath,
    ) -> anyhow::Result<Self> {
        let spool = || Spool::beside(folder.join("attribution.h5"));
        let outputs = &subject.request.outputs;
        let sums = Summary::empty(outputs.len(), subject.request.planes[0]);
        let maps = subject.request.maps;
        let ranges = settings.response_ranges.iter().flatten();
        let ranges: Vec<f64> = ranges.copied().collect();
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

    /// Adds distinct responses.
    fn add(&mut self, subject: &Subject, attribution: &Attribution) -> anyhow::Result<()> {
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
        Ok(())
    }

    /// From distinct responses to all, in their order.
    fn in_order(self, subject: &Subject, shown: &Shown, index: Vec<usize>) -> Self {
        let cells = subject.request.outputs.len();
        let [channels, height, width] = subject.request.planes;
        let units = cells * channels * height * width;
        let maps = |spool: Option<Spool>| spool.map(|s| s.in_order(units, index.clone()));
        let rows = shown.whole().flat_map(|whole| {
            let times = shown.times(&whole).into_iter();
            times.map(move |time| (whole.condition, time))
        });
        Self {
            attribution: maps(self.attribution),
            effective_weights: maps(self.effective_weights),
            by_channel: self.by_channel.of_samples(&index),
            weights_by_channel: self.weights_by_channel.of_samples(&index),
            response: rows_of(&self.response, cells, &index),
            resting: rows_of(&self.resting, cells, &index),
            quality: rows_of(&self.quality, cells, &index),
            by_column: self.by_column.in_order(cells * channels * width, index),
            rows: rows.collect(),
            ..self
        }
    }
}

fn rows_of<T: Copy>(values: &[T], size: usize, index: &[usize]) -> Vec<T> {
    let row = |&row: &usize| values[row * size..][..size].iter().copied();
    index.iter().flat_map(row).collect()
}
