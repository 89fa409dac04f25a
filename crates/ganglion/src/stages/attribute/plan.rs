//! Which responses are attributed, and which have the same history as one of them.

use ganglion_attribution::Path;
use ganglion_experiment::{Histories, StimulusMovie};

use super::Subject;
use super::shown::{Segment, Shown};

/// Every distinct history once.
pub struct Plan {
    /// Distinct responses, in their order.
    segments: Vec<Segment>,
    /// The distinct response of each response, in the order of the results.
    pub index: Vec<usize>,
    /// Distinct responses.
    pub distinct: usize,
}

impl Plan {
    /// Finds out what repeats itself. Clips are taken as they come, and so are movies with baselines
    /// that change from frame to frame.
    pub fn new(subject: &Subject, shown: &Shown) -> Self {
        let baseline = subject.request.baseline.as_ref();
        if baseline.is_some_and(|baseline| baseline.shared().is_none()) {
            return Self::as_they_come(shown);
        }
        let mut histories = Histories::new(shown.history());
        for whole in shown.whole() {
            match shown.movie(&whole) {
                Some(movie) => histories.add(&movie),
                None => return Self::as_they_come(shown),
            }
        }
        let starts: Vec<usize> = shown.whole().map(|whole| whole.bins.start).collect();
        let segments = histories.runs().iter().map(|run| {
            let start = starts[run.movie];
            Segment {
                condition: run.movie,
                bins: start + run.samples.start..start + run.samples.end,
            }
        });
        Self {
            segments: segments.collect(),
            distinct: histories.distinct(),
            index: histories.index().to_vec(),
        }
    }

    fn as_they_come(shown: &Shown) -> Self {
        Self {
            segments: shown.whole().collect(),
            index: (0..shown.samples()).collect(),
            distinct: shown.samples(),
        }
    }

    /// Which share of all responses each distinct one is.
    pub fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.distinct];
        let each = 1.0 / self.index.len() as f64;
        self.index
            .iter()
            .for_each(|&distinct| shares[distinct] += each);
        shares
    }

    /// Distinct responses, in their order, about `count` at a time.
    pub fn pieces(&self, count: usize) -> Vec<Vec<Segment>> {
        let mut pieces: Vec<Vec<Segment>> = vec![Vec::new()];
        let mut room = count;
        for whole in &self.segments {
            let mut bins = whole.bins.clone();
            while !bins.is_empty() {
                let end = bins.end.min(bins.start + room);
                room -= end - bins.start;
                let piece = pieces.last_mut().expect("at least one piece");
                piece.push(Segment {
                    condition: whole.condition,
                    bins: bins.start..end,
                });
                bins.start = end;
                if room == 0 {
                    pieces.push(Vec::new());
                    room = count;
                }
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }
}

/// Paths to the responses of a piece.
///
/// # Errors
/// Where the baseline does not fit.
pub fn path(subject: &Subject, shown: &Shown, piece: &[Segment]) -> crate::Result<Path> {
    let baseline = subject.request.baseline.as_ref();
    if let [only] = piece {
        return shown.path(subject.attributor, only, baseline);
    }
    let movies: Option<Vec<StimulusMovie>> = piece.iter().map(|one| shown.movie(one)).collect();
    let movies = movies.expect("several segments are of movies");
    let baseline = baseline.and_then(super::baseline::Baseline::shared);
    let (path, histories) = subject.attributor.movies(&movies, baseline.as_ref())?;
    debug_assert!(histories.index().iter().copied().eq(0..path.samples()));
    Ok(path)
}
