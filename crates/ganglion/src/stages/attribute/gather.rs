//! Attributing everything shown, piece by piece, so that memory does not grow with the movie.

use std::path::Path as FilePath;

use ganglion_attribution::{Attribution, AttributionConfig, Path, Quality, Summary};
use ganglion_recording::Spool;

use super::highlight::highlights;
use super::method::Method;
use super::peaks::Peaks;
use super::plan::{self, Plan};
use super::shown::{Segment, Shown};
use super::{Maps, Subject};
use crate::figures::attribution::Stretch;

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
    /// What figures show of each cell.
    pub highlights: Vec<Stretch>,
    /// The largest responses of each condition.
    pub peaks: Peaks,
}

/// How uniform a drive has to be for sums over space to tell everything: rounding.
const UNIFORM: f64 = 1e-4;

/// Attributes everything shown; large arrays wait in the folder that they are for.
///
/// # Errors
/// Where the baseline does not fit, a setting is impossible, or the disk is full.
pub fn gather(subject: &Subject, shown: &Shown, folder: &FilePath) -> crate::Result<Gathered> {
    let plan = Plan::new(subject, shown);
    let unit = match plan.distinct == shown.samples() {
        true => shown.rows.to_owned(),
        false => format!("distinct {}", shown.rows),
    };
    let steps = subject.begin(shown, plan.distinct, &unit);
    let rates = rates(subject, shown, &plan)?;
    let ranges = ranges_of(&rates);
    let peaks = Peaks::find(subject, shown, &plan, &rates, folder)?;
    let mut gathered = Gathered::new(subject, &ranges, peaks, folder)?;
    let settings = AttributionConfig {
        response_ranges: Some(ranges),
        ..subject.request.settings.clone()
    };
    let mut uniform = Uniform::default();
    for piece in plan.pieces(samples_together(subject)) {
        let path = plan::path(subject, shown, &piece)?;
        uniform.look(&path);
        gathered.add(subject, &attribute(subject, &path, &settings)?)?;
        steps.advance(path.samples());
    }
    steps.finish();
    if !uniform.is_bar() {
        gathered.weights_by_column = None;
    }
    gathered.highlights = highlights(subject, shown, &plan, &mut gathered)?;
    Ok(gathered.in_order(subject, shown, plan.index))
}

/// How everything shown drives the first layer.
#[derive(Default)]
struct Uniform {
    varies_along_y: bool,
    varies: bool,
}

impl Uniform {
    fn look(&mut self, path: &Path) {
        self.varies = self.varies || path.change_by_channel(UNIFORM).is_err();
        self.varies_along_y =
            self.varies_along_y || path.change_by_channel_and_column(UNIFORM).is_err();
    }

    /// Whether the stimulus varies along x but not along y, as an upright bar does.
    fn is_bar(&self) -> bool {
        self.varies && !self.varies_along_y
    }
}

/// Paths to some responses.
pub fn path(subject: &Subject, shown: &Shown, piece: &Segment) -> crate::Result<Path> {
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
) -> crate::Result<Attribution> {
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
pub fn response_ranges(subject: &Subject, shown: &Shown) -> crate::Result<Vec<f64>> {
    Ok(ranges_of(&rates(
        subject,
        shown,
        &Plan::new(subject, shown),
    )?))
}

/// Rates of all outputs at both ends of the path of every distinct response, Hz.
fn rates(subject: &Subject, shown: &Shown, plan: &Plan) -> crate::Result<Vec<Vec<[f64; 2]>>> {
    let mut rates = Vec::with_capacity(plan.distinct);
    for piece in plan.pieces(samples_together(subject)) {
        let path = plan::path(subject, shown, &piece)?;
        rates.extend(subject.attributor.end_rates(&path));
    }
    Ok(rates)
}

fn ranges_of(rates: &[Vec<[f64; 2]>]) -> Vec<f64> {
    let range = |output: usize| {
        let values = || rates.iter().flat_map(|rates| rates[output]);
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    (0..rates[0].len()).map(range).collect()
}

impl Gathered {
    fn new(
        subject: &Subject,
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
            highlights: Vec::new(),
            peaks,
        })
    }

    /// Adds distinct responses.
    fn add(&mut self, subject: &Subject, attribution: &Attribution) -> crate::Result<()> {
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
    fn in_order(self, subject: &Subject, shown: &Shown, index: Vec<usize>) -> Self {
        let cells = subject.request.outputs.len();
        let [channels, height, width] = subject.request.planes;
        let units = cells * channels * height * width;
        let columns = cells * channels * width;
        let ordered = |spool: Option<Spool>, size: usize| {
            spool.map(|spool| spool.in_order(size, index.clone()))
        };
        let rows = shown.whole().flat_map(|whole| {
            let times = shown.times(&whole).into_iter();
            times.map(move |time| (whole.condition, time))
        });
        Self {
            attribution: ordered(self.attribution, units),
            effective_weights: ordered(self.effective_weights, units),
            weights_by_column: ordered(self.weights_by_column, columns),
            by_channel: self.by_channel.of_samples(&index),
            weights_by_channel: self.weights_by_channel.of_samples(&index),
            response: rows_of(&self.response, cells, &index),
            resting: rows_of(&self.resting, cells, &index),
            quality: rows_of(&self.quality, cells, &index),
            by_column: self.by_column.in_order(columns, index),
            rows: rows.collect(),
            ..self
        }
    }
}

/// Rows of `size` values, in any order and as often as asked for.
pub fn rows_of<T: Copy>(values: &[T], size: usize, index: &[usize]) -> Vec<T> {
    let row = |&row: &usize| values[row * size..][..size].iter().copied();
    index.iter().flat_map(row).collect()
}
