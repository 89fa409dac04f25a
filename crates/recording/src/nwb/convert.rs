//! From an NWB file to a session file.

use std::path::Path;

use serde::Serialize;

use super::bins::Bins;
use super::config::NwbConfig;
use super::series::{self, Series, problem};
use super::units;
use crate::container::Container;
use crate::{
    CellIndex, Error, Microns, Milliseconds, Partition, PixelType, SessionOptions, SessionWriter,
    smoothed,
};

/// Bins of a recording at most: a week at 1 kHz.
const MOST_BINS: usize = 600_000_000;
/// Bytes of frames read at once, about.
const PIECE: usize = 16 << 20;

/// What was made of an NWB file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NwbConversion {
    /// Path of the training movie in the file.
    pub stimulus: String,
    /// Paths of the presentations of the test movie.
    pub test: Vec<String>,
    /// Number of cells.
    pub cells: usize,
    /// Bins of the training partition.
    pub train_bins: usize,
    /// Bins of the test partition.
    pub test_bins: usize,
    /// Length of a bin, milliseconds.
    pub bin_ms: f64,
    /// Name of the response that was written beside the counts.
    pub response: String,
    /// Spikes that fell into bins, train and test.
    pub spikes: u64,
    /// What is unusual.
    pub warnings: Vec<String>,
}

/// Reads spikes and movies of an NWB 2 file and writes them as a session file.
///
/// The response `firing_rate_<smoothing>ms` is in Hz, `binned` counts spikes. Several test series
/// are taken as repeats of one movie: their counts are the single trials.
///
/// # Errors
/// Where the file is not NWB or lacks spikes or frames; where a series is named that is not there;
/// where the config's numbers are unusable; where the session cannot be written.
pub fn read_nwb(path: &Path, config: &NwbConfig, out: &Path) -> Result<NwbConversion, Error> {
    let container = Container::open(path)?;
    if let Some(text) = config.problem() {
        return Err(problem(&container, text));
    }
    if super::version(&container).is_none() {
        let text = "not an NWB file: it has no attribute `nwb_version`".to_owned();
        return Err(problem(&container, text));
    }
    let spikes = units::spikes(&container, &config.units)?;
    let train = series::open(&container, config.stimulus.as_deref())?;
    let test = config.test.names().iter();
    let test: Vec<Series> = test
        .map(|name| series::open(&container, Some(name)))
        .collect::<Result<_, _>>()?;
    let length = config
        .bin_ms
        .map_or(train.times.period(), |bin| Milliseconds(bin).seconds());
    let mut conversion = Converting::start(&container, config, length, &train, &test, out)?;
    let bins = checked(&container, Bins::over(&train.times, length), &train)?;
    let held_out = (bins.count as f64 * config.test_fraction) as usize;
    let kept = bins.count - held_out;
    conversion.write_train(&train, bins, kept, &spikes)?;
    if held_out > 0 {
        conversion.write_rest(&train, bins, kept, &spikes)?;
    } else if !test.is_empty() {
        conversion.write_repeats(&container, &test, &spikes)?;
    }
    conversion.finish()
}

fn checked(container: &Container, bins: Bins, series: &Series) -> Result<Bins, Error> {
    if (2..MOST_BINS).contains(&bins.count) {
        return Ok(bins);
    }
    let text = format!(
        "`{}` lasts {:.3} s, which is {} bins of {} ms; choose another nwb.bin_ms",
        series.path,
        series.times.end() - series.times.start(),
        bins.count,
        bins.length * 1e3
    );
    Err(problem(container, text))
}

/// A session file being filled.
struct Converting {
    writer: SessionWriter,
    smoothing: f64,
    report: NwbConversion,
}

impl Converting {
    fn start(
        container: &Container,
        config: &NwbConfig,
        length: f64,
        train: &Series,
        test: &[Series],
        out: &Path,
    ) -> Result<Self, Error> {
        if let Some(other) = test.iter().find(|series| series.size() != train.size()) {
            let (found, expected) = (other.size(), train.size());
            let text = format!(
                "`{}` has frames of {found:?} pixels, but `{}` of {expected:?}",
                other.path, train.path
            );
            return Err(problem(container, text));
        }
        let bin = Milliseconds::from_seconds(length);
        let options = SessionOptions {
            frame_period: bin,
            microns_per_pixel: config.microns_per_pixel.map(Microns),
            overwrite: false,
        };
        let mut writer = SessionWriter::create(out, options)?;
        writer.attribute("source", container.path().display().to_string());
        writer.attribute("stimulus_class", train.path.clone());
        Ok(Self {
            writer,
            smoothing: config.smoothing_ms / bin.0,
            report: NwbConversion {
                stimulus: train.path.clone(),
                test: test.iter().map(|series| series.path.clone()).collect(),
                cells: 0,
                train_bins: 0,
                test_bins: 0,
                bin_ms: bin.0,
                response: format!("firing_rate_{}ms", config.smoothing_ms),
                spikes: 0,
                warnings: Vec::new(),
            },
        })
    }

    fn write_train(
        &mut self,
        series: &Series,
        bins: Bins,
        kept: usize,
        spikes: &[Vec<f64>],
    ) -> Result<(), Error> {
        self.report.cells = spikes.len();
        self.report.train_bins = kept;
        self.warn_of_gaps(series);
        let counts: Vec<Vec<f32>> = spikes
            .iter()
            .map(|spikes| bins.counts(spikes)[..kept].to_vec())
            .collect();
        self.movie(
            Partition::Train,
            series,
            &bins.frames(&series.times)[..kept],
        )?;
        self.responses(Partition::Train, &counts)
    }

    /// The end of the training movie as the test partition.
    fn write_rest(
        &mut self,
        series: &Series,
        bins: Bins,
        kept: usize,
        spikes: &[Vec<f64>],
    ) -> Result<(), Error> {
        self.report.test_bins = bins.count - kept;
        let counts: Vec<Vec<f32>> = spikes
            .iter()
            .map(|spikes| bins.counts(spikes)[kept..].to_vec())
            .collect();
        self.movie(Partition::Test, series, &bins.frames(&series.times)[kept..])?;
        self.responses(Partition::Test, &counts)
    }

    /// Presentations of one movie: their mean is the response, their counts the trials.
    fn write_repeats(
        &mut self,
        container: &Container,
        test: &[Series],
        spikes: &[Vec<f64>],
    ) -> Result<(), Error> {
        let length = Milliseconds(self.report.bin_ms).seconds();
        let all: Vec<Bins> = test
            .iter()
            .map(|series| checked(container, Bins::over(&series.times, length), series))
            .collect::<Result<_, _>>()?;
        let shortest = all.iter().map(|bins| bins.count).min().unwrap_or(0);
        let first = all[0].frames(&test[0].times);
        self.report.test_bins = shortest;
        self.movie(Partition::Test, &test[0], &first[..shortest])?;
        let mut means = Vec::new();
        for (cell, spikes) in spikes.iter().enumerate() {
            let trials: Vec<f32> = all
                .iter()
                .flat_map(|bins| bins.counts(spikes)[..shortest].to_vec())
                .collect();
            let mean = |bin: usize| {
                let sum: f32 = trials.iter().skip(bin).step_by(shortest).sum();
                sum / all.len() as f32
            };
            means.push((0..shortest).map(mean).collect());
            if all.len() > 1 {
                self.writer
                    .repeats(Partition::Test, CellIndex(cell), all.len(), trials)?;
            }
        }
        self.responses(Partition::Test, &means)
    }

    /// Counts a bin, and smoothed rates.
    fn responses(&mut self, partition: Partition, counts: &[Vec<f32>]) -> Result<(), Error> {
        let length = Milliseconds(self.report.bin_ms).seconds();
        let total: f64 = counts.iter().flatten().copied().map(f64::from).sum();
        self.report.spikes += total.round() as u64;
        for (cell, counts) in counts.iter().enumerate() {
            if counts.iter().all(|count| *count == 0.0) {
                let text = format!("cell {cell} has no spikes in `{partition}`");
                self.report.warnings.push(text);
            }
        }
        let rate = |counts: &Vec<f32>| {
            let per_second = smoothed(counts, self.smoothing).into_iter();
            per_second
                .map(|count| (f64::from(count) / length) as f32)
                .collect::<Vec<f32>>()
        };
        let rates: Vec<f32> = counts.iter().flat_map(rate).collect();
        let name = self.report.response.clone();
        self.writer
            .responses(partition, &name, counts.len(), rates)?;
        self.writer
            .responses(partition, "binned", counts.len(), counts.concat())
    }

    /// The frames of a list, which never goes back, read piece by piece.
    fn movie(
        &mut self,
        partition: Partition,
        series: &Series,
        frames: &[usize],
    ) -> Result<(), Error> {
        let [height, width] = series.size();
        let pixel = if series.data.is_u8() {
            PixelType::U8
        } else {
            PixelType::F32
        };
        self.writer.begin_movie(partition, height, width, pixel)?;
        let pixels = height * width;
        let rows = (PIECE / (4 * pixels)).max(1);
        let mut rest = frames;
        while let Some(&first) = rest.first() {
            let inside = rest
                .partition_point(|frame| *frame < first + rows)
                .min(rows);
            let (piece, after) = rest.split_at(inside);
            let stored = first..piece[inside - 1] + 1;
            match pixel {
                PixelType::U8 => {
                    let read = series.data.rows_u8(stored)?;
                    let movie = taken(&read, piece, first, pixels);
                    self.writer.append_u8(partition, &movie)?;
                }
                PixelType::F32 => {
                    let read = series.data.rows_f32(stored)?;
                    let movie = taken(&read, piece, first, pixels);
                    self.writer.append_f32(partition, &movie)?;
                }
            }
            rest = after;
        }
        Ok(())
    }

    fn warn_of_gaps(&mut self, series: &Series) {
        let super::bins::Times::Listed(times) = &series.times else {
            return;
        };
        let period = series.times.period();
        let gaps = times
            .windows(2)
            .filter(|pair| pair[1] - pair[0] > 3.0 * period)
            .count();
        if gaps > 0 {
            self.report.warnings.push(format!(
                "`{}` pauses {gaps} times for more than three frames: the last frame is taken to \
                 stay on",
                series.path
            ));
        }
    }

    fn finish(self) -> Result<NwbConversion, Error> {
        self.writer.finish()?;
        Ok(self.report)
    }
}

/// The listed frames of a piece that begins with frame `first`.
fn taken<T: Copy>(piece: &[T], frames: &[usize], first: usize, pixels: usize) -> Vec<T> {
    frames
        .iter()
        .flat_map(|frame| &piece[(frame - first) * pixels..][..pixels])
        .copied()
        .collect()
}
