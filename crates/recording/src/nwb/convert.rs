//! From an NWB file to a session file.

use std::path::Path;

use serde::Serialize;

use super::config::NwbConfig;
use super::pieces::{self, BinRun};
use super::pixel_size::PixelSize;
use super::presentations::{self, Presentation};
use super::problem;
use super::series::{self, MovieSeries};
use super::units::{self, NwbUnit};
use crate::container::Container;
use crate::session::short_runs_note;
use crate::{
    CellIndex, Error, Microns, Milliseconds, Partition, PixelType, SessionOptions, SessionWriter,
    long_bins_note, smoothed,
};

/// Bins of a recording at most: a week at 1 kHz.
const MOST_BINS: usize = 600_000_000;
/// Relative difference from which frame periods of two series differ.
const SAME_PERIOD: f64 = 2e-3;

/// What was made of an NWB file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NwbConversion {
    /// Path of the training movie in the file; of several series, their paths.
    pub stimulus: String,
    /// Paths of the series of the test movie.
    pub test: Vec<String>,
    /// Presentations of the test movie; 0 where there is none.
    pub test_presentations: usize,
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
    /// Side of a pixel on the retina: as the config says, or else by `field_of_view` of the training movie.
    pub microns_per_pixel: Option<Microns>,
    /// What is unusual.
    pub warnings: Vec<String>,
}

/// Reads spikes and movies of an NWB 2 file and writes them as a session file.
///
/// The response `firing_rate_<smoothing>ms` is in Hz, `binned` counts spikes. Presentations of the
/// test movie, each a series or a part of one, are its repeats: their counts are the single trials,
/// NaN where a cell was not observed or a presentation was cut short. Joins, where the movie paused
/// or a cell was not observed, are jumps of `time`.
///
/// # Errors
/// Where the file is not NWB or lacks spikes or frames; where a series is named that is not there;
/// where repeats do not show the same frames; where the config's numbers are unusable; where the
/// session cannot be written.
pub fn read_nwb(path: &Path, config: &NwbConfig, out: &Path) -> Result<NwbConversion, Error> {
    let container = Container::open(path)?;
    if let Some(text) = config.problem() {
        return Err(problem(&container, text));
    }
    if super::version(&container).is_none() {
        let text = "not an NWB file: it has no attribute `nwb_version`".to_owned();
        return Err(problem(&container, text));
    }
    let mut units = units::read(&container, &config.units)?;
    let axes = config.frame_axes;
    let train = series::open(&container, config.stimulus.names(), axes)?;
    let test = match config.test.names() {
        [] => Vec::new(),
        names => series::open(&container, names, axes)?,
    };
    let length = config
        .bin_ms
        .map_or(train[0].times.period(), |bin| Milliseconds(bin).seconds());
    let mut conversion = Converting::start(&container, config, length, &train, &test, out)?;
    conversion.rescale(&mut units, &train);
    conversion.tell_of(&train, &test);
    let mut shown = conversion.train_pieces(&train, &units)?;
    let bins = pieces::count(&shown);
    let held_out = (bins as f64 * config.test_fraction) as usize;
    let rest = pieces::kept(&shown, |bin| bin >= bins - held_out);
    if held_out > 0 {
        shown = pieces::kept(&shown, |bin| bin < bins - held_out);
    }
    conversion.write_train(&train, &shown, &units)?;
    if held_out > 0 {
        conversion.write_rest(&train, &rest, &units)?;
    } else if !test.is_empty() {
        let presented = presentations::of_series(&container, &test, config.repeats)?;
        conversion.write_test(&test, &presented, &units, &shown)?;
    }
    conversion.finish()
}

/// A session file being filled.
struct Converting<'a> {
    container: &'a Container,
    writer: SessionWriter,
    /// Length of a bin, seconds.
    length: f64,
    /// Standard deviation of the smoothing, bins.
    smoothing: f64,
    report: NwbConversion,
}

impl<'a> Converting<'a> {
    fn start(
        container: &'a Container,
        config: &NwbConfig,
        length: f64,
        train: &[MovieSeries],
        test: &[MovieSeries],
        out: &Path,
    ) -> Result<Self, Error> {
        let first = &train[0];
        let size = |series: &MovieSeries| series.pictures.size();
        if let Some(other) = train
            .iter()
            .chain(test)
            .find(|other| size(other) != size(first))
        {
            let (found, expected) = (size(other), size(first));
            let text = format!(
                "`{}` has frames of {found:?} pixels, but `{}` of {expected:?}",
                other.path, first.path
            );
            return Err(problem(container, text));
        }
        let bin = Milliseconds::from_seconds(length);
        let pixel = PixelSize::of(container, first, config.microns_per_pixel);
        let options = SessionOptions {
            frame_period: bin,
            microns_per_pixel: pixel.size,
            overwrite: false,
        };
        let mut writer = SessionWriter::create(out, options)?;
        let paths =
            |all: &[MovieSeries]| all.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
        let stimulus = paths(train).join(", ");
        writer.attribute("source", container.path().display().to_string());
        writer.attribute("stimulus_class", stimulus.clone());
        Ok(Self {
            container,
            writer,
            length,
            smoothing: config.smoothing_ms / bin.0,
            report: NwbConversion {
                stimulus,
                test: paths(test),
                test_presentations: 0,
                cells: 0,
                train_bins: 0,
                test_bins: 0,
                bin_ms: bin.0,
                response: format!("firing_rate_{}ms", config.smoothing_ms),
                spikes: 0,
                microns_per_pixel: pixel.size,
                warnings: pixel.note.into_iter().collect(),
            },
        })
    }

    /// Where stamps of frames are in milliseconds, spike times may be too: then hardly any of them
    /// lies in the movie as they stand.
    fn rescale(&mut self, units: &mut [NwbUnit], train: &[MovieSeries]) {
        let times = &train[0].times;
        let scale = times.units_a_second();
        let movie = times.at(0)..times.end();
        let inside = |scale: f64| {
            let spikes = units.iter().flat_map(|unit| &unit.spikes);
            spikes
                .filter(|spike| movie.contains(&(**spike / scale)))
                .count()
        };
        if scale == 1.0 || inside(scale) <= 10 * inside(1.0) {
            return;
        }
        for unit in units {
            unit.spikes.iter_mut().for_each(|spike| *spike /= scale);
            let during = unit.observed.during.iter_mut().flatten();
            for (start, stop) in during.chain(&mut unit.observed.except) {
                (*start, *stop) = (*start / scale, *stop / scale);
            }
        }
        let text = "spike times are taken to be in the unit of the timestamps: in seconds, hardly any \
                    lies in the movie";
        self.report.warnings.push(text.to_owned());
    }

    fn tell_of(&mut self, train: &[MovieSeries], test: &[MovieSeries]) {
        let long = long_bins_note(Milliseconds(self.report.bin_ms));
        self.report.warnings.extend(long);
        let first = &train[0];
        let mut told: Vec<&str> = Vec::new();
        for series in train.iter().chain(test) {
            if told.contains(&&*series.path) {
                continue;
            }
            told.push(&series.path);
            self.report
                .warnings
                .extend(series.times.warnings(&series.path));
            let (found, expected) = (series.times.period() * 1e3, first.times.period() * 1e3);
            if (found / expected - 1.0).abs() > SAME_PERIOD {
                self.report.warnings.push(format!(
                    "frames of `{}` last {found:.3} ms, those of `{}` {expected:.3} ms: both are \
                     shown in bins of {:.3} ms",
                    series.path, first.path, self.report.bin_ms
                ));
            }
        }
    }

    /// The bins of the training movie in which every unit was observed.
    fn train_pieces(
        &mut self,
        train: &[MovieSeries],
        units: &[NwbUnit],
    ) -> Result<Vec<BinRun>, Error> {
        let all = self.pieces_of(train, |series| train[series].times.stretches().to_vec());
        self.check_count(&all, &train[0])?;
        self.warn_of_skipped(train, &all);
        if !units.iter().any(|unit| unit.observed.is_limited()) {
            return Ok(all);
        }
        let spans: Vec<(f64, f64)> = spans(&all);
        let is_observed = |bin: usize| units.iter().all(|unit| unit.observed.covers(spans[bin]));
        let observed = pieces::kept(&all, is_observed);
        let (before, after) = (spans.len(), pieces::count(&observed));
        if after < 2 {
            return Err(self.never_observed(units, &spans));
        }
        if after < before {
            self.report.warnings.push(format!(
                "{} of {before} bins of `{}` are left out: not every unit was observed there \
                 (obs_intervals, invalid_times), and no data are not silence; nwb.units may choose \
                 units that were",
                before - after,
                self.report.stimulus
            ));
        }
        Ok(observed)
    }

    fn pieces_of(
        &self,
        all: &[MovieSeries],
        stretches: impl Fn(usize) -> Vec<std::ops::Range<usize>>,
    ) -> Vec<BinRun> {
        let mut found: Vec<BinRun> = Vec::new();
        for (index, series) in all.iter().enumerate() {
            let stretches = stretches(index);
            let pieces = stretches
                .iter()
                .map(|stretch| BinRun::of(index, series, stretch, self.length));
            found.extend(pieces.filter(|piece| piece.bins.count > 1 || stretches.len() == 1));
        }
        found
    }

    fn check_count(&self, pieces: &[BinRun], series: &MovieSeries) -> Result<(), Error> {
        let count = pieces::count(pieces);
        if (2..MOST_BINS).contains(&count) {
            return Ok(());
        }
        let text = format!(
            "`{}` lasts {:.3} s, which is {count} bins of {}; choose another nwb.bin_ms",
            series.path,
            series.times.end() - series.times.at(0),
            Milliseconds::from_seconds(self.length)
        );
        Err(problem(self.container, text))
    }

    fn never_observed(&self, units: &[NwbUnit], spans: &[(f64, f64)]) -> Error {
        let seen = |unit: &NwbUnit| spans.iter().any(|span| unit.observed.covers(*span));
        let never: Vec<usize> = units
            .iter()
            .filter(|unit| !seen(unit))
            .map(|u| u.row)
            .collect();
        let text = match never.is_empty() {
            true => "no bin of the training movie is one in which all chosen units were observed \
                     (obs_intervals, invalid_times); choose units that were observed together with \
                     nwb.units"
                .to_owned(),
            false => format!(
                "units {never:?} were not observed while the training movie was shown \
                 (obs_intervals, invalid_times); leave them out with nwb.units"
            ),
        };
        problem(self.container, text)
    }

    fn warn_of_skipped(&mut self, all: &[MovieSeries], pieces: &[BinRun]) {
        for (index, series) in all.iter().enumerate() {
            let own = pieces.iter().filter(|piece| piece.series == index);
            let skipped: usize = own.map(BinRun::skipped).sum();
            if skipped > 0 {
                self.report.warnings.push(format!(
                    "{skipped} of {} frames of `{}` are shown in no bin: a bin lasts {:.3} ms, a \
                     frame {:.3} ms; with a shorter nwb.bin_ms every frame has one",
                    series.times.frames(),
                    series.path,
                    self.report.bin_ms,
                    series.times.period() * 1e3
                ));
            }
        }
    }

    fn write_train(
        &mut self,
        train: &[MovieSeries],
        shown: &[BinRun],
        units: &[NwbUnit],
    ) -> Result<(), Error> {
        self.report.cells = units.len();
        self.report.train_bins = pieces::count(shown);
        self.movie(Partition::Train, train, shown)?;
        let counts: Vec<Vec<f32>> = units.iter().map(|unit| counts(shown, unit)).collect();
        self.responses(Partition::Train, shown, &counts)
    }

    /// The end of the training movie as the test partition.
    fn write_rest(
        &mut self,
        train: &[MovieSeries],
        rest: &[BinRun],
        units: &[NwbUnit],
    ) -> Result<(), Error> {
        self.report.test_bins = pieces::count(rest);
        self.report.test_presentations = 1;
        self.movie(Partition::Test, train, rest)?;
        let counts: Vec<Vec<f32>> = units.iter().map(|unit| counts(rest, unit)).collect();
        self.responses(Partition::Test, rest, &counts)
    }

    /// Presentations of one movie: the mean of what they hold is the response, their counts the
    /// trials.
    fn write_test(
        &mut self,
        test: &[MovieSeries],
        presented: &[Presentation],
        units: &[NwbUnit],
        train: &[BinRun],
    ) -> Result<(), Error> {
        let of = |one: &Presentation| {
            let stretches = |index: usize| match index == one.series {
                true => one.stretches.clone(),
                false => Vec::new(),
            };
            self.pieces_of(test, stretches)
        };
        let all: Vec<Vec<BinRun>> = presented.iter().map(of).collect();
        for (pieces, one) in all.iter().zip(presented) {
            self.check_count(pieces, &test[one.series])?;
        }
        self.warn_of_skipped(test, &all.concat());
        self.warn_of_overlap(train, &all.concat());
        // The longest shows all of the movie.
        let lengths = all.iter().map(|pieces| pieces::count(pieces));
        let bins = lengths.max().unwrap_or(0);
        let whole = all.iter().find(|pieces| pieces::count(pieces) == bins);
        let whole = whole.map_or(&[][..], |pieces| &pieces[..]);
        let trials: Vec<Vec<Vec<f32>>> = units
            .iter()
            .map(|unit| all.iter().map(|pieces| trial(pieces, unit, bins)).collect())
            .collect();
        self.warn_of_short(&all, bins, &trials);
        let is_held = |bin: usize| {
            let held = |trials: &Vec<Vec<f32>>| trials.iter().any(|trial| trial[bin].is_finite());
            trials.iter().all(held)
        };
        let shown = pieces::kept(whole, is_held);
        let kept: Vec<usize> = (0..bins).filter(|&bin| is_held(bin)).collect();
        if pieces::count(&shown) != kept.len() || shown.is_empty() {
            return Err(self.never_repeated(units, &trials));
        }
        self.report.test_bins = kept.len();
        self.report.test_presentations = all.len();
        self.movie(Partition::Test, test, &shown)?;
        let mut means = Vec::new();
        for (cell, trials) in trials.iter().enumerate() {
            let at = |trial: &Vec<f32>| kept.iter().map(|&bin| trial[bin]).collect::<Vec<f32>>();
            let trials: Vec<Vec<f32>> = trials.iter().map(at).collect();
            means.push((0..kept.len()).map(|bin| mean_at(&trials, bin)).collect());
            if trials.len() > 1 {
                self.writer.repeats(
                    Partition::Test,
                    CellIndex(cell),
                    trials.len(),
                    trials.concat(),
                )?;
            }
        }
        self.responses(Partition::Test, &shown, &means)
    }

    fn warn_of_overlap(&mut self, train: &[BinRun], test: &[BinRun]) {
        let shared = pieces::shared_s(train, test);
        if shared > self.length {
            self.report.warnings.push(format!(
                "{shared:.3} s of the test movie were shown while the training movie was, and are \
                 in both partitions: scores on them are no test"
            ));
        }
    }

    fn warn_of_short(&mut self, all: &[Vec<BinRun>], bins: usize, trials: &[Vec<Vec<f32>>]) {
        // A bin more or less comes of when the screen was ready.
        let is_short = |pieces: &&Vec<BinRun>| pieces::count(pieces) + 1 < bins;
        let short = all.iter().filter(is_short).count();
        if short > 0 {
            self.report.warnings.push(format!(
                "{short} of {} presentations of the test movie are shorter than the longest, of \
                 {bins} bins: they count for what they hold",
                all.len()
            ));
        }
        let lost = trials.iter().flat_map(|trials| trials.iter().zip(all));
        let lost = lost.filter(|(trial, pieces)| {
            trial[..pieces::count(pieces)]
                .iter()
                .any(|count| count.is_nan())
        });
        let lost = lost.count();
        if lost > 0 {
            self.report.warnings.push(format!(
                "{lost} repeats are NaN where their unit was not observed (obs_intervals, \
                 invalid_times)"
            ));
        }
    }

    fn never_repeated(&self, units: &[NwbUnit], trials: &[Vec<Vec<f32>>]) -> Error {
        let is_never = |trials: &Vec<Vec<f32>>| trials.iter().flatten().all(|count| count.is_nan());
        let never = units
            .iter()
            .zip(trials)
            .filter(|(_, trials)| is_never(trials));
        let never: Vec<usize> = never.map(|(unit, _)| unit.row).collect();
        let text = match never.is_empty() {
            true => "bins of the test movie in which all units were observed are too few or too \
                     scattered; choose units that were observed together with nwb.units"
                .to_owned(),
            false => format!(
                "units {never:?} were observed in no presentation of the test movie \
                 (obs_intervals, invalid_times); leave them out with nwb.units"
            ),
        };
        problem(self.container, text)
    }

    /// Counts a bin, and rates, smoothed within each piece.
    fn responses(
        &mut self,
        partition: Partition,
        shown: &[BinRun],
        counts: &[Vec<f32>],
    ) -> Result<(), Error> {
        let total: f64 = counts.iter().flatten().copied().map(f64::from).sum();
        self.report.spikes += total.round() as u64;
        for (cell, counts) in counts.iter().enumerate() {
            if counts.iter().all(|count| *count == 0.0) {
                let text = format!("cell {cell} has no spikes in `{partition}`");
                self.report.warnings.push(text);
            }
        }
        let mut rates = Vec::new();
        for counts in counts {
            let mut rest = &counts[..];
            for piece in shown {
                let (own, others) = rest.split_at(piece.bins.count);
                let per_second = smoothed(own, self.smoothing).into_iter();
                rates.extend(per_second.map(|count| (f64::from(count) / self.length) as f32));
                rest = others;
            }
        }
        let name = self.report.response.clone();
        self.writer
            .responses(partition, &name, counts.len(), rates)?;
        self.writer
            .responses(partition, "binned", counts.len(), counts.concat())
    }

    /// The frames of pieces, read part by part.
    fn movie(
        &mut self,
        partition: Partition,
        all: &[MovieSeries],
        shown: &[BinRun],
    ) -> Result<(), Error> {
        let [height, width] = all[0].pictures.size();
        let is_byte = |piece: &BinRun| all[piece.series].pictures.pixel() == PixelType::U8;
        let pixel = match shown.iter().all(is_byte) {
            true => PixelType::U8,
            false => PixelType::F32,
        };
        self.writer.begin_movie(partition, height, width, pixel)?;
        for piece in shown {
            let pictures = &all[piece.series].pictures;
            for frames in pictures.pieces(&piece.frames) {
                match pixel {
                    PixelType::U8 => self.writer.append_u8(partition, &pictures.bytes(frames)?)?,
                    PixelType::F32 => self
                        .writer
                        .append_f32(partition, &pictures.values(frames)?)?,
                }
            }
        }
        let runs: Vec<usize> = shown.iter().map(|piece| piece.bins.count).collect();
        let short = short_runs_note(partition, &runs);
        self.report.warnings.extend(short);
        match shown.len() {
            1 => Ok(()),
            _ => self.writer.times(partition, pieces::times(shown)),
        }
    }

    fn finish(self) -> Result<NwbConversion, Error> {
        self.writer.finish()?;
        Ok(self.report)
    }
}

fn spans(pieces: &[BinRun]) -> Vec<(f64, f64)> {
    let of_piece = |piece: &BinRun| {
        let bins = piece.bins;
        (0..bins.count).map(move |bin| bins.span(bin))
    };
    pieces.iter().flat_map(of_piece).collect()
}

fn counts(pieces: &[BinRun], unit: &NwbUnit) -> Vec<f32> {
    let of_piece = |piece: &BinRun| piece.bins.counts(&unit.spikes);
    pieces.iter().flat_map(of_piece).collect()
}

/// Counts of one presentation, NaN where the unit was not observed and beyond the end.
fn trial(pieces: &[BinRun], unit: &NwbUnit, bins: usize) -> Vec<f32> {
    let mut counts = counts(pieces, unit);
    for (count, span) in counts.iter_mut().zip(spans(pieces)) {
        if !unit.observed.covers(span) {
            *count = f32::NAN;
        }
    }
    counts.resize(bins, f32::NAN);
    counts
}

/// Mean over the trials that hold a bin.
fn mean_at(trials: &[Vec<f32>], bin: usize) -> f32 {
    let held = trials
        .iter()
        .map(|trial| trial[bin])
        .filter(|count| count.is_finite());
    let (sum, count) = held.fold((0.0, 0.0), |(sum, n), count| (sum + count, n + 1.0));
    sum / count
}
