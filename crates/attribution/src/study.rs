//! A study: the responses to everything shown, attributed piece by piece.
//!
//! What programs that attribute have in common: responses with the same history are the same and are
//! attributed once, memory does not grow with the length of a movie, and a first look at all responses
//! gives what each of them is compared with.

use std::ops::Range;

use ganglion_experiment::{Histories, StimulusMovie};

use crate::attribution::Attribution;
use crate::attributor::Attributor;
use crate::config::AttributionConfig;
use crate::error::Error;
use crate::path::Path;
use crate::rule::Rule;
use crate::survey::Survey;

/// Consecutive responses to one stimulus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responses {
    /// Which stimulus, in the order in which they are shown.
    pub stimulus: usize,
    /// Bins of a movie, each after the frames of its history; or clips.
    pub bins: Range<usize>,
}

impl Responses {
    /// The frames of a movie that they depend on: bin `b` comes after the frames `b - history .. b`.
    pub fn frames(&self, history: usize) -> Range<usize> {
        self.bins.start - history..self.bins.end - 1
    }
}

/// Stimuli whose responses a [`Study`] attributes.
pub trait Stimuli {
    /// Why a path cannot be made.
    type Error: From<Error>;

    /// Frames that a response depends on.
    fn history(&self) -> usize;

    /// The responses to each stimulus that are attributed.
    fn bins(&self) -> Vec<Range<usize>>;

    /// The movie that some responses depend on, all their paths starting from one baseline; nothing
    /// where each response is one of its own: clips, and baselines that change from frame to frame.
    fn movie(&self, responses: &Responses) -> Option<StimulusMovie>;

    /// Paths to some responses, each of which has a [`movie`](Self::movie), one after the other; or to
    /// those of one stimulus.
    ///
    /// # Errors
    /// Where a stimulus does not fit the network or its baseline.
    fn path(&self, attributor: &Attributor, piece: &[Responses]) -> Result<Path, Self::Error>;
}

/// Movies whose responses are all attributed, from grey.
pub struct Movies<'a> {
    movies: &'a [StimulusMovie],
    history: usize,
}

impl<'a> Movies<'a> {
    /// Movies that an attributor's network is shown.
    ///
    /// # Errors
    /// If a movie does not fit the network, is too short, or is not finite.
    pub fn new(attributor: &Attributor, movies: &'a [StimulusMovie]) -> Result<Self, Error> {
        for movie in movies {
            attributor.check_movie("stimulus", movie)?;
        }
        Ok(Self {
            movies,
            history: attributor.shape.history,
        })
    }
}

impl Stimuli for Movies<'_> {
    type Error = Error;

    fn history(&self) -> usize {
        self.history
    }

    fn bins(&self) -> Vec<Range<usize>> {
        let movies = self.movies.iter();
        movies.map(|m| self.history..m.frames() + 1).collect()
    }

    fn movie(&self, responses: &Responses) -> Option<StimulusMovie> {
        let frames = responses.frames(self.history);
        Some(self.movies[responses.stimulus].part(frames))
    }

    fn path(&self, attributor: &Attributor, piece: &[Responses]) -> Result<Path, Error> {
        let movies: Vec<_> = piece.iter().filter_map(|part| self.movie(part)).collect();
        attributor.one_after_the_other(&movies, None)
    }
}

/// The responses to some stimuli, each distinct history once.
pub struct Study<'a, S> {
    attributor: &'a Attributor,
    stimuli: &'a S,
    /// Distinct responses in their order, those together whose paths are in memory together.
    pieces: Vec<Vec<Responses>>,
    /// Responses whose attributions are in memory together.
    chunk: usize,
    index: Vec<usize>,
    distinct: usize,
}

/// Attributions of distinct responses that follow one another.
pub struct AttributedResponses<'a> {
    /// Number of the first among all distinct responses.
    pub first: usize,
    /// Whose they are.
    pub responses: &'a [Responses],
    /// What they are made of, `[response, cell, ...]`.
    pub attribution: Attribution,
}

impl<'a, S: Stimuli> Study<'a, S> {
    /// Finds out which responses repeat themselves; paths and attributions of `together` distinct ones
    /// are in memory at a time.
    ///
    /// # Panics
    /// If none may be in memory.
    pub fn new(attributor: &'a Attributor, stimuli: &'a S, together: usize) -> Self {
        Self::of(attributor, stimuli, [together, together])
    }

    /// The same with the paths of all responses in memory, and attributions of `together`.
    ///
    /// # Panics
    /// If none may be in memory.
    pub fn in_memory(attributor: &'a Attributor, stimuli: &'a S, together: usize) -> Self {
        Self::of(attributor, stimuli, [usize::MAX, together])
    }

    fn of(attributor: &'a Attributor, stimuli: &'a S, memory: [usize; 2]) -> Self {
        assert!(memory[1] > 0, "at least one response at a time");
        let whole: Vec<Responses> = (stimuli.bins().into_iter().enumerate())
            .map(|(stimulus, bins)| Responses { stimulus, bins })
            .collect();
        let mut histories = Histories::new(stimuli.history());
        for responses in &whole {
            match stimuli.movie(responses) {
                Some(movie) => histories.add(&movie),
                None => return Self::as_they_come(attributor, stimuli, memory, &whole),
            }
        }
        let runs = histories.runs().iter().map(|run| {
            let start = whole[run.movie].bins.start;
            Responses {
                stimulus: run.movie,
                bins: start + run.samples.start..start + run.samples.end,
            }
        });
        Self {
            attributor,
            stimuli,
            pieces: pieces(runs, memory[0]),
            chunk: memory[1],
            index: histories.index().to_vec(),
            distinct: histories.distinct(),
        }
    }

    /// Every response as one of its own, no two stimuli in a piece.
    fn as_they_come(
        attributor: &'a Attributor,
        stimuli: &'a S,
        [together, chunk]: [usize; 2],
        whole: &[Responses],
    ) -> Self {
        let samples = whole.iter().map(|responses| responses.bins.len()).sum();
        let of_each = |one: &Responses| pieces([one.clone()], together);
        Self {
            attributor,
            stimuli,
            pieces: whole.iter().flat_map(of_each).collect(),
            chunk,
            index: (0..samples).collect(),
            distinct: samples,
        }
    }

    /// What is shown.
    pub fn stimuli(&self) -> &'a S {
        self.stimuli
    }

    /// The distinct response of each response to all stimuli, one stimulus after the other.
    pub fn index(&self) -> &[usize] {
        &self.index
    }

    /// Number of distinct responses.
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// How many responses each distinct one stands for.
    pub fn occurrences(&self) -> Vec<usize> {
        let mut occurrences = vec![0; self.distinct];
        self.index.iter().for_each(|&i| occurrences[i] += 1);
        occurrences
    }

    /// Values `[response, size]` of all responses, from those of the distinct ones.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn all<T: Copy>(&self, distinct: &[T], size: usize) -> Vec<T> {
        let row = |&row: &usize| distinct[row * size..][..size].iter().copied();
        self.index.iter().flat_map(row).collect()
    }

    /// Paths to the distinct responses, a piece at a time.
    pub fn paths(&self) -> impl Iterator<Item = Result<Path, S::Error>> + '_ {
        let pieces = self.pieces.iter();
        pieces.map(|piece| self.stimuli.path(self.attributor, piece))
    }

    /// A look at all responses before any is attributed; positions are driven alike that differ by at
    /// most `tolerance` of the largest change of the drive.
    ///
    /// # Errors
    /// If a stimulus does not fit, or there is no response.
    pub fn survey(&self, tolerance: f64) -> Result<Survey, S::Error> {
        let mut survey = Survey::new(self.attributor.cells(), tolerance);
        for path in self.paths() {
            survey.add(self.attributor, &path?);
        }
        if survey.rates.is_empty() {
            return Err(S::Error::from(Error::NoResponses {
                history: self.stimuli.history(),
            }));
        }
        Ok(survey)
    }

    /// Attributes every distinct response, by the path integral or another rule, and hands over each
    /// piece before the next is begun.
    ///
    /// The response ranges that tolerances are shares of are to be given in the config, as those of the
    /// [`survey`](Self::survey): else they are those of each piece.
    ///
    /// # Errors
    /// If a cell, stage or setting is impossible, a stimulus does not fit, or a piece cannot be taken.
    ///
    /// # Panics
    /// For a rule if the study is [in memory](Self::in_memory) and has more responses than a chunk.
    pub fn attribute(
        &self,
        rule: Option<Rule>,
        config: &AttributionConfig,
        mut take: impl FnMut(AttributedResponses<'_>) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        let mut first = 0;
        for (responses, path) in self.pieces.iter().zip(self.paths()) {
            let path = path?;
            let chunks = pieces(responses.iter().cloned(), self.chunk);
            let mut chunks = chunks.iter();
            let mut taken = Ok(());
            self.walk(&path, rule, config, |start, attribution| {
                let responses = chunks.next().expect("a chunk for each part of a path");
                if taken.is_ok() {
                    taken = take(AttributedResponses {
                        first: first + start,
                        responses,
                        attribution,
                    });
                }
            })?;
            taken?;
            first += path.samples();
        }
        Ok(())
    }

    /// Attributes a path, a chunk of its responses at a time, which begin with a sample.
    fn walk(
        &self,
        path: &Path,
        rule: Option<Rule>,
        config: &AttributionConfig,
        mut each: impl FnMut(usize, Attribution),
    ) -> Result<(), Error> {
        let attributor = self.attributor;
        let Some(rule) = rule else {
            return attributor.attribute_in_chunks(path, config, self.chunk, |samples, part| {
                each(samples.start, part);
            });
        };
        assert!(path.samples() <= self.chunk, "rules take whole paths");
        let cells = config.cells.as_deref();
        each(0, attributor.by_rule(path, config.layer, cells, rule)?);
        Ok(())
    }
}

/// Responses in their order, `count` at a time.
fn pieces(all: impl IntoIterator<Item = Responses>, count: usize) -> Vec<Vec<Responses>> {
    let mut pieces: Vec<Vec<Responses>> = vec![Vec::new()];
    let mut room = count;
    for Responses { stimulus, mut bins } in all {
        while !bins.is_empty() {
            let end = bins.end.min(bins.start.saturating_add(room));
            room -= end - bins.start;
            let piece = pieces.last_mut().expect("at least one piece");
            piece.push(Responses {
                stimulus,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_a_number_of_responses_and_lose_none() {
        let of = |stimulus, bins| Responses { stimulus, bins };
        let found = pieces([of(0, 5..8), of(1, 0..0), of(2, 4..9)], 4);
        let expected = [vec![of(0, 5..8), of(2, 4..5)], vec![of(2, 5..9)]];
        assert_eq!(found, expected);
    }
}
