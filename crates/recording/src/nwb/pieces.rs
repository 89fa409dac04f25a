//! Runs of bins without a gap: what a recording is joined from.

use std::ops::Range;

use super::bins::EqualBins;
use super::series::MovieSeries;

/// A run of bins and the frames that they show.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BinRun {
    /// Which of a list of series.
    pub(super) series: usize,
    /// The bins.
    pub(super) bins: EqualBins,
    /// The frame of each bin.
    pub(super) frames: Vec<usize>,
}

impl BinRun {
    /// The bins of a stretch of frames.
    pub(super) fn of(series: usize, of: &MovieSeries, stretch: &Range<usize>, length: f64) -> Self {
        let bins = EqualBins::over(&of.times, stretch, length);
        Self {
            series,
            bins,
            frames: bins.frames(&of.times, stretch),
        }
    }

    fn part(&self, bins: Range<usize>) -> Self {
        Self {
            series: self.series,
            bins: EqualBins {
                start: self.bins.span(bins.start).0,
                count: bins.len(),
                ..self.bins
            },
            frames: self.frames[bins].to_vec(),
        }
    }

    /// Start and end, seconds.
    pub(super) fn span(&self) -> (f64, f64) {
        (self.bins.start, self.bins.span(self.bins.count).0)
    }

    /// Frames between two bins that no bin shows.
    pub(super) fn skipped(&self) -> usize {
        let steps = self.frames.windows(2).map(|pair| pair[1] - pair[0]);
        steps.map(|step| step.saturating_sub(1)).sum()
    }
}

/// Number of bins of all pieces.
pub(super) fn count(pieces: &[BinRun]) -> usize {
    pieces.iter().map(|piece| piece.bins.count).sum()
}

/// The bins that are kept, by their place among those of all pieces: a piece is cut where some are
/// missing. Runs of a single bin, which predict nothing, are dropped.
pub(super) fn kept(pieces: &[BinRun], keep: impl Fn(usize) -> bool) -> Vec<BinRun> {
    let mut parts = Vec::new();
    let mut before = 0;
    for piece in pieces {
        let mut start = None;
        for bin in 0..=piece.bins.count {
            let is_kept = bin < piece.bins.count && keep(before + bin);
            match (is_kept, start) {
                (true, None) => start = Some(bin),
                (false, Some(first)) => {
                    if bin - first > 1 {
                        parts.push(piece.part(first..bin));
                    }
                    start = None;
                }
                _ => (),
            }
        }
        before += piece.bins.count;
    }
    parts
}

/// When each bin begins, seconds after the first one. Pieces stay apart by at least a bin, so that
/// the join can be told from the times.
pub(super) fn times(pieces: &[BinRun]) -> Vec<f64> {
    let mut times = Vec::with_capacity(count(pieces));
    let origin = pieces.first().map_or(0.0, |piece| piece.bins.start);
    let mut earliest = f64::NEG_INFINITY;
    for piece in pieces {
        let start = (piece.bins.start - origin).max(earliest);
        let length = piece.bins.length;
        times.extend((0..piece.bins.count).map(|bin| start + bin as f64 * length));
        earliest = start + (piece.bins.count + 1) as f64 * length;
    }
    times
}

/// Seconds of one list of pieces that are also in another.
pub(super) fn shared_s(pieces: &[BinRun], others: &[BinRun]) -> f64 {
    let overlap = |a: &BinRun, b: &BinRun| {
        let ((a_start, a_end), (b_start, b_end)) = (a.span(), b.span());
        (a_end.min(b_end) - a_start.max(b_start)).max(0.0)
    };
    let all = pieces
        .iter()
        .flat_map(|a| others.iter().map(move |b| overlap(a, b)));
    all.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(start: f64, frames: Range<usize>) -> BinRun {
        BinRun {
            series: 0,
            bins: EqualBins {
                start,
                length: 0.5,
                count: frames.len(),
            },
            frames: frames.collect(),
        }
    }

    #[test]
    fn bins_that_are_left_out_cut_a_piece() {
        let pieces = [piece(1.0, 0..6), piece(9.0, 6..10)];
        let found = kept(&pieces, |bin| bin != 2 && bin != 4);
        let expected = [piece(1.0, 0..2), piece(9.0, 6..10)];
        assert_eq!(found, expected);
        assert_eq!(count(&found), 6);
        assert_eq!(times(&found), [0.0, 0.5, 8.0, 8.5, 9.0, 9.5]);
        assert_eq!(shared_s(&pieces, &found), 3.0);
    }

    #[test]
    fn pieces_that_touch_are_told_apart_by_their_times() {
        let pieces = [piece(1.0, 0..2), piece(2.0, 2..4)];
        assert_eq!(times(&pieces), [0.0, 0.5, 1.5, 2.0]);
    }
}
