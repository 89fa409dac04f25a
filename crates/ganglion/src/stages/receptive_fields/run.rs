//! Reading, finding, writing.

use ganglion_model::model::SourceFile;
use ganglion_recording::{
    Blocks, Normalisation, NormalisationRule, Recording, RecordingFile, Role, Split, Timeline,
};
use ganglion_reverse_correlation::{
    FieldSettings, Fields, FoundField, MeasuredNumber, ShownMovie, find,
};

use super::responses::{Read, read};
use super::{ReceptiveFields, files, notes};
use crate::error::{Context as _, Error, Result};
use crate::outputs::{Outputs, ResultFolder};
use crate::results::{CellLeftOut, CellReceptiveField, FieldPolarity, ReceptiveFieldSummary};
use crate::runner::Runner;

/// Receptive fields that were found.
#[derive(Clone, Debug)]
pub struct FoundReceptiveFields {
    /// Numbers of every cell, and how they were found.
    pub summary: ReceptiveFieldSummary,
    /// The fields themselves.
    pub fields: Fields,
    /// Where they were written.
    pub folder: Option<std::path::PathBuf>,
}

impl ReceptiveFields {
    /// Finds the receptive fields of all cells.
    ///
    /// # Errors
    /// Where the recording cannot be read, is too short, holds no responses or not the cells asked for; or
    /// a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<FoundReceptiveFields> {
        let results = self.results(runner)?;
        let name = self.recording.display().to_string();
        let file = RecordingFile::open(&self.recording)?;
        crate::notes::tell(&self.recording);
        let read = read(
            &file,
            self.partition,
            self.cells.as_deref(),
            self.response.as_deref(),
        )?;
        let history = self.history_frames(&read.recording)?;
        let fields = self.find(&read, history).with_context(|| name.clone())?;
        let summary = self.summary(&read, &fields, history)?;
        for note in &summary.notes {
            tracing::warn!("{name}: {note}");
        }
        for one in &summary.left_out {
            tracing::warn!("{name}: cell {} is left out: {}", one.cell, one.reason);
        }
        if let Some(results) = &results {
            results.write(|folder| files::write(&summary, &fields, folder, self.format))?;
        }
        Ok(FoundReceptiveFields {
            summary,
            fields,
            folder: self.out.clone(),
        })
    }

    fn results(&self, runner: &Runner<'_>) -> Result<Option<ResultFolder>> {
        let outputs = Outputs::of("receptive-fields", runner.overwrite).reading(&self.recording);
        let folder = self.out.as_ref();
        let folder = folder.map(|out| outputs.folder(out, files::NAMES));
        folder.transpose()
    }

    fn history_frames(&self, recording: &Recording) -> Result<usize> {
        let period = recording.frame_period.period;
        let frames = (self.history.0 / period.0).round();
        if !(frames >= 1.0 && frames <= recording.movie.frames() as f64) {
            return Err(Error::request(format!(
                "--history {} ms is {frames} frames of {:.2} ms; give at least one frame, and fewer than the {} of \
                 the movie",
                self.history.0,
                period.0,
                recording.movie.frames()
            )));
        }
        Ok(frames as usize)
    }

    fn find(&self, read: &Read, history: usize) -> Result<Fields> {
        let recording = &read.recording;
        let blocks = Blocks::single(recording.movie.frames(), history);
        let all = Split {
            fraction: 0.0,
            ..Split::default()
        };
        let timeline = Timeline::with_gaps(blocks, &recording.gaps, &all, 0)?;
        let whole = 0..recording.movie.frames();
        let normalisation = Normalisation::fit(
            NormalisationRule::Global,
            &recording.movie,
            std::slice::from_ref(&whole),
        )?;
        let shown = ShownMovie {
            movie: &recording.movie,
            normalisation: &normalisation,
        };
        let settings = FieldSettings {
            history,
            frame_period: recording.frame_period.period,
            estimate: self.estimate,
        };
        let runs = timeline.ranges(Role::Train);
        Ok(find(shown, &read.responses, &runs, settings)?)
    }

    fn summary(
        &self,
        read: &Read,
        fields: &Fields,
        history: usize,
    ) -> Result<ReceptiveFieldSummary> {
        let recording = &read.recording;
        let (movie, microns) = (&recording.movie, recording.microns_per_pixel);
        let frame = [movie.height(), movie.width()];
        let microns = microns.map(|microns| microns.0);
        Ok(ReceptiveFieldSummary {
            recording: self.recording.clone(),
            source: SourceFile::of_recording(&self.recording)?,
            partition: self.partition,
            responses: read.dataset.clone(),
            weighted_by: fields.kind,
            frame_period_ms: recording.frame_period.period.0,
            history_frames: history,
            microns_per_pixel: microns,
            frame,
            bins: fields.method.bins,
            movie: fields.method.movie,
            estimate: fields.method.estimate,
            blocks: fields.method.blocks,
            notes: notes::notes(fields, read),
            left_out: left_out(read, fields),
            cells: (fields.cells.iter())
                .map(|cell| of_cell(cell, frame, microns))
                .collect(),
        })
    }
}

/// Numbers of a cell; those of noise are not told.
fn of_cell(found: &FoundField, frame: [usize; 2], microns: Option<f64>) -> CellReceptiveField {
    let numbers = &found.numbers;
    let is_known = found.is_significant();
    let told = |number: Option<MeasuredNumber>| number.filter(|_| is_known);
    let scaled = |number: Option<MeasuredNumber>, origin: f64| {
        let (number, microns) = (told(number)?, microns?);
        Some(MeasuredNumber {
            value: (number.value - origin) * microns,
            error: number.error.map(|error| error * microns),
        })
    };
    let middle = |size: usize| 0.5 * (size as f64 - 1.0);
    let gaussian = numbers.gaussian.filter(|_| is_known);
    CellReceptiveField {
        cell: found.cell.0,
        bins: found.bins,
        mean_rate_hz: found.mean_rate_hz,
        significance: found.significance,
        polarity: FieldPolarity::of(numbers.polarity.filter(|_| is_known)),
        undetermined: undetermined(found),
        centre_x_pixels: told(numbers.centre_x),
        centre_y_pixels: told(numbers.centre_y),
        centre_x_um: scaled(numbers.centre_x, middle(frame[1])),
        centre_y_um: scaled(numbers.centre_y, middle(frame[0])),
        diameter_2sd_pixels: told(numbers.diameter),
        diameter_2sd_um: scaled(numbers.diameter, 0.0),
        note: (is_known && numbers.is_bound()).then(|| bound(numbers.finest_pixels)),
        sigmas_pixels: gaussian.map(|fit| fit.sigmas),
        angle: gaussian.map(|fit| fit.angle),
        peak_lag_ms: is_known.then_some(numbers.peak_lag_ms),
        zero_crossing_ms: told(numbers.zero_crossing_ms),
        biphasic_index: told(Some(numbers.biphasic_index)),
        separability: is_known.then_some(numbers.separability),
        ridge: found.decorrelated.as_ref().map(|(_, ridge)| *ridge),
        space: numbers.separable.space.clone(),
        time: numbers.separable.time.clone(),
    }
}

/// What a diameter means that is smaller than what was shown.
fn bound(finest_pixels: f64) -> String {
    let what = if finest_pixels > 1.0 {
        format!("the {finest_pixels:.0} pixels of a check")
    } else {
        "a pixel".to_owned()
    };
    format!("smaller than {what}: the size is a bound")
}

/// Cells without spikes where others have them, and cells of which too little was recorded.
fn left_out(read: &Read, fields: &Fields) -> Vec<CellLeftOut> {
    let without = read.without_spikes.iter().map(|(cell, reason)| CellLeftOut {
        cell: cell.0,
        reason: format!("its spikes are not known, and rates are no spikes; give --response to use rates of all ({reason})"),
    });
    let others = fields.left_out.iter().map(|one| CellLeftOut {
        cell: one.cell.0,
        reason: one.reason.to_string(),
    });
    let mut all: Vec<CellLeftOut> = without.chain(others).collect();
    all.sort_by_key(|one| one.cell);
    all
}

fn undetermined(found: &FoundField) -> Option<String> {
    match found.significance {
        None => Some("the recording is too short to tell".to_owned()),
        Some(one) if !one.significant => Some(format!(
            "the average does not stand out of those of shifted responses (p = {:.2})",
            one.p
        )),
        Some(_) => found.numbers.polarity.is_none().then(|| {
            "the sign at the peak is another without one of ten parts of the recording".to_owned()
        }),
    }
}
