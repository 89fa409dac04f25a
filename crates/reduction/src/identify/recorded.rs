//! What the cells themselves answered to full fields and to the probe's stripes.

use ganglion_recording::{
    CellIndex, Milliseconds, Movie, Normalisation, Partition, RecordingFile, SpikeCounts,
};
use std::ops::Range;

use super::cascade::{AnsweredStretch, OwnSpikes};
use crate::error::Error;

/// Spikes of the training partitions of recordings, in bins whose whole history was a full field or two sets of
/// stripes where the probe has them.
#[derive(Clone, Debug)]
pub struct RecordedAnswers {
    history: usize,
    /// Pixels that a stripe is wide.
    stripe: usize,
    cells: Vec<CellIndex>,
    stretches: Vec<RecordedStretch>,
}

/// A stretch of such light.
#[derive(Clone, Debug, PartialEq)]
struct RecordedStretch {
    /// Light as the network sees it, `[region][frame]`: the history of the first bin and all bins.
    courses: Vec<Vec<f64>>,
    /// Spikes over all trials and seconds over all trials, `[cell][bin]`.
    bins: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Fewest frames of a stretch that is used, in histories: of the first no bin has a whole history, and those of the second
/// do not count.
const LEAST_HISTORIES: usize = 3;

impl RecordedAnswers {
    /// Nothing yet, of the cells, for the history of a network and stripes of a width in pixels.
    pub fn new(cells: &[CellIndex], history: usize, stripe: usize) -> Self {
        Self {
            cells: cells.to_vec(),
            stretches: Vec::new(),
            history,
            stripe,
        }
    }

    /// Adds the training partition of a recording and its movie, as a network with this normalisation and bins of this
    /// length sees it, and says how many bins that makes: none of a recording without a full field and without such
    /// stripes.
    ///
    /// # Errors
    /// Where the movie or the spike counts cannot be read.
    pub fn add_recording(
        &mut self,
        (file, movie): (&RecordingFile, &Movie),
        normalisation: &Normalisation,
        bin: Milliseconds,
    ) -> Result<usize, Error> {
        let runs = file.partition(Partition::Train)?.runs();
        let light = light(movie, normalisation, self.stripe)?;
        let stretches: Vec<Range<usize>> = (runs.into_iter())
            .flat_map(|run| stretches(&light, run))
            .filter(|one| one.len() >= LEAST_HISTORIES * self.history)
            .collect();
        if stretches.is_empty() {
            return Ok(0);
        }
        let bins = stretches.iter().map(|one| one.len() - 2 * self.history);
        let bins = bins.sum();
        let counts = file.spike_counts(Partition::Train, &self.cells)?;
        for stretch in stretches {
            self.add(stretch, &light, &counts, bin.seconds());
        }
        Ok(bins)
    }

    fn add(
        &mut self,
        stretch: Range<usize>,
        light: &[Option<[f64; 2]>],
        counts: &SpikeCounts,
        period: f64,
    ) {
        let shown: Vec<[f64; 2]> = light[stretch.clone()].iter().flatten().copied().collect();
        let regions = match shown.iter().all(|[one, other]| one == other) {
            true => 1,
            false => 2,
        };
        let course = |region: usize| shown.iter().map(|light| light[region]).collect();
        let bins = |row: usize| {
            let bin = |bin: usize| {
                let trials = (0..counts.trials()).map(|trial| counts.trial(row, trial)[bin]);
                // What synapses have left at first is not known: the first bins bring them to it, and do not count.
                let is_settled = bin >= stretch.start + 2 * self.history;
                let held = trials.filter(|count| is_settled && !count.is_nan());
                let held: Vec<f64> = held.map(f64::from).collect();
                (held.iter().sum::<f64>(), period * held.len() as f64)
            };
            (stretch.start + self.history..stretch.end).map(bin).unzip()
        };
        self.stretches.push(RecordedStretch {
            courses: (0..regions).map(course).collect(),
            bins: (0..self.cells.len()).map(bins).collect(),
        });
    }

    /// Whether there was no such light at all.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// The spikes of a cell in the stretches that were recorded of it; none where it is not one of these, or none of its
    /// trials holds a bin that counts.
    pub(super) fn of(&self, cell: CellIndex, functions: usize) -> Option<OwnSpikes> {
        let row = self.cells.iter().position(|&one| one == cell)?;
        let of_cell = |stretch: &RecordedStretch| {
            let (counts, exposures) = stretch.bins[row].clone();
            AnsweredStretch {
                courses: stretch.courses.clone(),
                counts,
                exposures,
            }
        };
        let was_recorded =
            |one: &AnsweredStretch| one.exposures.iter().any(|seconds| *seconds > 0.0);
        let stretches = self.stretches.iter().map(of_cell).filter(was_recorded);
        let stretches: Vec<AnsweredStretch> = stretches.collect();
        (!stretches.is_empty()).then(|| OwnSpikes::new(&stretches, (functions, self.history)))
    }
}

/// The light of each frame on the first and the second set of stripes, as a network sees it, where all pixels of a set are
/// the same.
fn light(
    movie: &Movie,
    normalisation: &Normalisation,
    stripe: usize,
) -> Result<Vec<Option<[f64; 2]>>, Error> {
    const TOGETHER: usize = 1024;
    let width = movie.width();
    let is_second: Vec<bool> = (0..width).map(|x| x / stripe % 2 == 1).collect();
    let of_frame = |frame: &[f32]| {
        let one = frame[0];
        // A screen that is no wider than a stripe has one set.
        let other = frame.get(stripe).filter(|_| stripe < width);
        let other = *other.unwrap_or(&one);
        let expected = |is_second: &bool| if *is_second { other } else { one };
        let rows = frame.chunks_exact(width);
        let mut pairs = rows.flat_map(|row| row.iter().zip(&is_second));
        let is_striped = pairs.all(|(pixel, is_second)| *pixel == expected(is_second));
        is_striped.then(|| [one, other].map(f64::from))
    };
    let mut light = Vec::with_capacity(movie.frames());
    let mut pixels = Vec::new();
    for start in (0..movie.frames()).step_by(TOGETHER) {
        let range = start..(start + TOGETHER).min(movie.frames());
        movie.normalised_frames(range, normalisation, &mut pixels)?;
        light.extend(pixels.chunks_exact(movie.pixels()).map(of_frame));
    }
    Ok(light)
}

/// Stretches of a run of frames with such light.
fn stretches(light: &[Option<[f64; 2]>], run: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for frame in run.filter(|&frame| light[frame].is_some()) {
        match found.last_mut() {
            Some(last) if last.end == frame => last.end += 1,
            _ => found.push(frame..frame + 1),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use ganglion_recording::MovieShape;

    use super::*;

    /// A frame shows stripes, of which a full field is a case, or something else; stretches end where one does, and
    /// where the clock jumps.
    #[test]
    fn stretches_are_of_stripes_without_a_gap() {
        let shape = MovieShape {
            frames: 5,
            height: 2,
            width: 3,
        };
        let frames: [[u8; 6]; 5] = [
            [3, 3, 3, 3, 3, 3],
            [5, 9, 5, 5, 9, 5],
            [5, 9, 5, 5, 9, 7],
            [7, 7, 5, 7, 7, 5],
            [9, 1, 9, 9, 1, 9],
        ];
        let movie = Movie::from_u8(shape, frames.concat());
        let normalisation = Normalisation::Global { mean: 5.0, sd: 2.0 };
        let narrow = light(&movie, &normalisation, 1).unwrap();
        assert_eq!(
            narrow,
            [
                Some([-1.0, -1.0]),
                Some([0.0, 2.0]),
                None,
                None,
                Some([2.0, -2.0])
            ]
        );
        let wide = light(&movie, &normalisation, 2).unwrap();
        assert_eq!(wide[3], Some([1.0, 0.0]));
        assert_eq!([wide[1], wide[2], wide[4]], [None; 3]);
        // No second set where a stripe fills the screen.
        let whole = light(&movie, &normalisation, 3).unwrap();
        assert_eq!(
            whole,
            [Some([-1.0, -1.0]), None, None, None, None],
            "{whole:?}"
        );
        assert_eq!(stretches(&narrow, 0..5), [0..2, 4..5]);
        assert_eq!(stretches(&narrow, 0..1).first(), Some(&(0..1)));
    }

    /// Bin t sees the frames before it; what a trial does not hold takes no time, and the first bins of a stretch do not
    /// count.
    #[test]
    fn bins_have_a_whole_history_and_the_time_of_their_trials() {
        let cells = [CellIndex(4)];
        let mut recorded = RecordedAnswers::new(&cells, 2, 1);
        let light = |difference: f64| -> Vec<Option<[f64; 2]>> {
            let frames = (0..8).map(f64::from);
            frames
                .map(|light| Some([light, light + difference]))
                .collect()
        };
        let one = [9.0, 9.0, 9.0, 9.0, 9.0, 1.0, 2.0, 0.0];
        let other = [9.0, 9.0, 9.0, 9.0, 9.0, 3.0, f32::NAN, 1.0];
        let counts = SpikeCounts::new(cells.to_vec(), 2, 8, [one, other].concat());
        recorded.add(1..8, &light(0.0), &counts, 0.01);
        recorded.add(1..8, &light(0.5), &counts, 0.01);
        let [full, striped] = &recorded.stretches[..] else {
            panic!("{recorded:?}");
        };
        assert_eq!(full.courses, [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]);
        assert_eq!(striped.courses[0], full.courses[0]);
        assert_eq!(striped.courses[1], [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]);
        assert_eq!(full.bins[0].0, [0.0, 0.0, 4.0, 2.0, 1.0]);
        assert_eq!(full.bins[0].1, [0.0, 0.0, 0.02, 0.01, 0.02]);
        assert_eq!(full.bins, striped.bins);
        let own = recorded.of(CellIndex(4), 2).unwrap();
        assert_eq!(own.spikes(), 14.0);
        assert!(recorded.of(CellIndex(0), 2).is_none());
        // A cell that no trial holds was not recorded.
        let mut silent = RecordedAnswers::new(&cells, 2, 1);
        let nothing = SpikeCounts::new(cells.to_vec(), 1, 8, vec![f32::NAN; 8]);
        silent.add(0..8, &light(0.0), &nothing, 0.01);
        assert!(!silent.is_empty() && silent.of(CellIndex(4), 2).is_none());
    }
}
