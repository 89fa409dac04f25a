//! What the cells themselves answered to light that was the same everywhere.

use ganglion_recording::{
    CellIndex, Milliseconds, Movie, Normalisation, Partition, RecordingFile, SpikeCounts,
};
use std::ops::Range;

use super::cascade::FullFieldSpikes;
use crate::error::Error;

/// Spikes of the training partitions of recordings, in bins whose whole history was a full field.
#[derive(Clone, Debug)]
pub struct FullFieldRecording {
    history: usize,
    cells: Vec<CellIndex>,
    /// Light as the network sees it, `[stretch][frame]`: the history of the first bin and all bins.
    courses: Vec<Vec<f64>>,
    /// Spikes over all trials and seconds over all trials, `[cell][bin]`.
    bins: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Fewest frames of a stretch that is used, in histories: of the first no bin has a whole history, and those of the second
/// do not count.
const LEAST_HISTORIES: usize = 3;

impl FullFieldRecording {
    /// Nothing yet, of the cells and for the history of a network.
    pub fn new(cells: &[CellIndex], history: usize) -> Self {
        Self {
            history,
            cells: cells.to_vec(),
            courses: Vec::new(),
            bins: vec![Default::default(); cells.len()],
        }
    }

    /// Adds the training partition of a recording and its movie, as a network with this normalisation and bins of this
    /// length sees it. A recording without a full field adds nothing.
    ///
    /// # Errors
    /// Where the movie or the spike counts cannot be read.
    pub fn add_recording(
        &mut self,
        (file, movie): (&RecordingFile, &Movie),
        normalisation: &Normalisation,
        bin: Milliseconds,
    ) -> Result<(), Error> {
        let runs = file.partition(Partition::Train)?.runs();
        let light = uniform(movie, normalisation)?;
        let stretches: Vec<Range<usize>> = (runs.into_iter())
            .flat_map(|run| stretches(&light, run))
            .filter(|one| one.len() >= LEAST_HISTORIES * self.history)
            .collect();
        if stretches.is_empty() {
            return Ok(());
        }
        let counts = file.spike_counts(Partition::Train, &self.cells)?;
        for stretch in stretches {
            self.add(stretch, &light, &counts, bin.seconds());
        }
        Ok(())
    }

    fn add(
        &mut self,
        stretch: Range<usize>,
        light: &[Option<f64>],
        counts: &SpikeCounts,
        period: f64,
    ) {
        self.courses
            .push(light[stretch.clone()].iter().flatten().copied().collect());
        for (row, (spikes, seconds)) in self.bins.iter_mut().enumerate() {
            for bin in stretch.start + self.history..stretch.end {
                let trials = (0..counts.trials()).map(|trial| counts.trial(row, trial)[bin]);
                // What synapses have left at first is not known: the first bins bring them to it, and do not count.
                let is_settled = bin >= stretch.start + 2 * self.history;
                let held = trials.filter(|count| is_settled && !count.is_nan());
                let held: Vec<f64> = held.map(f64::from).collect();
                spikes.push(held.iter().sum());
                seconds.push(period * held.len() as f64);
            }
        }
    }

    /// Whether there was a full field at all.
    pub fn is_empty(&self) -> bool {
        self.courses.is_empty()
    }

    /// The spikes of a cell; none where it is not one of these, or none of its trials holds a bin that counts.
    pub(super) fn of(&self, cell: CellIndex, functions: usize) -> Option<FullFieldSpikes> {
        let row = self.cells.iter().position(|&one| one == cell)?;
        let spikes = || {
            let shape = (functions, self.history);
            FullFieldSpikes::new(&self.courses, self.bins[row].clone(), shape)
        };
        let seconds: f64 = self.bins[row].1.iter().sum();
        (seconds > 0.0).then(spikes)
    }
}

/// The light of each frame as a network sees it, where all its pixels are the same.
fn uniform(movie: &Movie, normalisation: &Normalisation) -> Result<Vec<Option<f64>>, Error> {
    const TOGETHER: usize = 1024;
    let mut light = Vec::with_capacity(movie.frames());
    let mut pixels = Vec::new();
    for start in (0..movie.frames()).step_by(TOGETHER) {
        let range = start..(start + TOGETHER).min(movie.frames());
        movie.normalised_frames(range, normalisation, &mut pixels)?;
        for frame in pixels.chunks_exact(movie.pixels()) {
            let is_uniform = frame.iter().all(|pixel| *pixel == frame[0]);
            light.push(is_uniform.then(|| f64::from(frame[0])));
        }
    }
    Ok(light)
}

/// Stretches of a run of frames in which all light is uniform.
fn stretches(light: &[Option<f64>], run: Range<usize>) -> Vec<Range<usize>> {
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

    /// A frame is uniform or not; stretches end where one is not, and where the clock jumps.
    #[test]
    fn stretches_are_of_uniform_frames_without_a_gap() {
        let shape = MovieShape {
            frames: 5,
            height: 1,
            width: 2,
        };
        let movie = Movie::from_u8(shape, vec![3, 3, 5, 5, 1, 2, 7, 7, 9, 9]);
        let normalisation = Normalisation::Global { mean: 5.0, sd: 2.0 };
        let light = uniform(&movie, &normalisation).unwrap();
        assert_eq!(light, [Some(-1.0), Some(0.0), None, Some(1.0), Some(2.0)]);
        assert_eq!(stretches(&light, 0..5), [0..2, 3..5]);
        assert_eq!(stretches(&light, 0..1).first(), Some(&(0..1)));
    }

    /// Bin t sees the frames before it; what a trial does not hold takes no time, and the first bins of a stretch do not
    /// count.
    #[test]
    fn bins_have_a_whole_history_and_the_time_of_their_trials() {
        let cells = [CellIndex(4)];
        let mut recorded = FullFieldRecording::new(&cells, 2);
        let light: Vec<Option<f64>> = (0..8).map(|frame| Some(f64::from(frame))).collect();
        let one = [9.0, 9.0, 9.0, 9.0, 9.0, 1.0, 2.0, 0.0];
        let other = [9.0, 9.0, 9.0, 9.0, 9.0, 3.0, f32::NAN, 1.0];
        let counts = SpikeCounts::new(cells.to_vec(), 2, 8, [one, other].concat());
        recorded.add(1..8, &light, &counts, 0.01);
        assert_eq!(recorded.courses, [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]);
        assert_eq!(recorded.bins[0].0, [0.0, 0.0, 4.0, 2.0, 1.0]);
        assert_eq!(recorded.bins[0].1, [0.0, 0.0, 0.02, 0.01, 0.02]);
        assert!(recorded.of(CellIndex(4), 2).is_some());
        assert!(recorded.of(CellIndex(0), 2).is_none());
        // A cell that no trial holds was not recorded.
        let mut silent = FullFieldRecording::new(&cells, 2);
        let nothing = SpikeCounts::new(cells.to_vec(), 1, 8, vec![f32::NAN; 8]);
        silent.add(0..8, &light, &nothing, 0.01);
        assert!(!silent.is_empty() && silent.of(CellIndex(4), 2).is_none());
    }
}
