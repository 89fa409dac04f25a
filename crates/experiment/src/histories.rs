//! Responses that have the same history, and so are the same.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use crate::StimulusMovie;

/// Which responses to some movies differ.
///
/// A response depends on the frames of its history alone (the law of [`FiniteMemory`](crate::FiniteMemory)),
/// and experiments repeat themselves: grey before and after every stimulus, a bar's way up to the place
/// where it turns, a train's flashes before it stops. What is computed for each response is computed
/// once for each *distinct* history, and [`index`](Self::index) tells whose it is.
#[derive(Clone, Debug)]
pub struct Histories {
    history: usize,
    frames: HashMap<u128, u32>,
    distinct: HashMap<Box<[u32]>, usize>,
    runs: Vec<Run>,
    index: Vec<usize>,
    movies: usize,
}

/// Consecutive responses to a movie whose histories were not seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The movie, in the order in which they were added.
    pub movie: usize,
    /// Its responses: `i` depends on the frames `i .. i + history`.
    pub samples: Range<usize>,
}

impl Histories {
    /// Of no movie yet; a response depends on `history` frames.
    ///
    /// # Panics
    /// If there is no history.
    pub fn new(history: usize) -> Self {
        assert!(history > 0, "responses without a history");
        Self {
            history,
            frames: HashMap::new(),
            distinct: HashMap::new(),
            runs: Vec::new(),
            index: Vec::new(),
            movies: 0,
        }
    }

    /// Adds the responses to a movie; one shorter than a history has none.
    pub fn add(&mut self, movie: &StimulusMovie) {
        let frames: Vec<u32> = (0..movie.frames())
            .map(|frame| {
                let number = self.frames.len() as u32;
                let fingerprint = fingerprint(movie.frame(frame));
                *self.frames.entry(fingerprint).or_insert(number)
            })
            .collect();
        for (sample, window) in frames.windows(self.history).enumerate() {
            let distinct = match self.distinct.get(window) {
                Some(&distinct) => distinct,
                None => self.first_seen(sample, window),
            };
            self.index.push(distinct);
        }
        self.movies += 1;
    }

    fn first_seen(&mut self, sample: usize, window: &[u32]) -> usize {
        let distinct = self.distinct.len();
        self.distinct.insert(window.into(), distinct);
        match self.runs.last_mut() {
            Some(run) if run.movie == self.movies && run.samples.end == sample => {
                run.samples.end += 1;
            }
            _ => self.runs.push(Run {
                movie: self.movies,
                samples: sample..sample + 1,
            }),
        }
        distinct
    }

    /// Frames that a response depends on.
    pub fn history(&self) -> usize {
        self.history
    }

    /// Number of distinct histories.
    pub fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// The distinct histories in their order, as responses to movies.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The distinct history of each response to all movies, one movie after the other.
    pub fn index(&self) -> &[usize] {
        &self.index
    }
}

impl Run {
    /// The frames that its responses depend on.
    pub fn frames(&self, history: usize) -> Range<usize> {
        self.samples.start..self.samples.end + history - 1
    }
}

/// 128 bits of a frame: that two frames which differ share them is not to be expected.
fn fingerprint(frame: &[f32]) -> u128 {
    let half = |salt: u32| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u32(salt);
        frame.iter().for_each(|v| hasher.write_u32(v.to_bits()));
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of one pixel.
    fn movie(values: &[f32]) -> StimulusMovie {
        StimulusMovie::new(1, 1, values.to_vec())
    }

    #[test]
    fn histories_are_counted_once() {
        let mut histories = Histories::new(2);
        histories.add(&movie(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
        histories.add(&movie(&[0.0]));
        histories.add(&movie(&[1.0, 0.0, 2.0, 2.0]));
        // 00 00 01 10 00 and 10 02 22.
        assert_eq!(histories.index(), [0, 0, 1, 2, 0, 2, 3, 4]);
        assert_eq!(histories.distinct(), 5);
        let run = |movie, samples| Run { movie, samples };
        assert_eq!(histories.runs(), [run(0, 0..1), run(0, 2..4), run(2, 1..3)]);
        assert_eq!(histories.runs()[1].frames(2), 2..5);
    }
}
