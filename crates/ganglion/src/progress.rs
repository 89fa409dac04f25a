//! How far stages are.

/// Work that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Work<'a> {
    /// One part of a simulated recording.
    Simulating {
        /// Which.
        part: &'a str,
        /// Its frames.
        frames: usize,
    },
    /// A training run.
    Training {
        /// Optimiser steps of the whole run.
        steps: usize,
        /// Those that were made before.
        done: usize,
    },
    /// The stimuli of an experiment.
    Showing {
        /// Its name.
        experiment: &'a str,
        /// Their frames.
        frames: usize,
    },
    /// Rates in answer to a movie.
    Responding {
        /// Bins of it.
        bins: usize,
    },
    /// Responses that are attributed.
    Attributing {
        /// The experiment, or `stimulus`.
        shown: &'a str,
        /// How many.
        responses: usize,
        /// What one is called.
        unit: &'a str,
    },
    /// Circuits that are identified.
    Identifying {
        /// Of so many cells.
        cells: usize,
    },
    /// An experiment that is reduced to circuits.
    Reducing {
        /// Its name.
        experiment: &'a str,
    },
}

/// A stage of a row of them, such as a [pipeline](crate::pipeline).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage<'a> {
    /// Its place in the row, from 1.
    pub place: usize,
    /// Stages in the row.
    pub of: usize,
    /// Its name, such as `Training`.
    pub name: &'a str,
    /// The command that does the same; none where there is no such command.
    pub line: Option<&'a str>,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageEnd<'a> {
    /// Whether it was finished before, and was not run again.
    pub was_done: bool,
    /// How long it took, seconds.
    pub seconds: f64,
    /// What it found, in a sentence; none where it finds nothing, or that is not known any more.
    pub found: Option<&'a str>,
}

/// Who wants to know how far stages are: a terminal, a log, or [nobody](Silent).
pub trait Progress: Sync {
    /// Work begins; what is returned counts it.
    fn begin(&self, work: Work<'_>) -> Box<dyn Meter>;

    /// A stage of a row begins. Until it ends, all else is about it.
    fn stage_begins(&self, stage: &Stage<'_>) {
        let Stage { place, of, .. } = stage;
        let does = match stage.line {
            Some(line) => line.to_owned(),
            None => stage.name.to_lowercase(),
        };
        self.say(&format!("[{place}/{of}] {does}"));
    }

    /// The stage ends.
    fn stage_ends(&self, _stage: &Stage<'_>, end: &StageEnd<'_>) {
        if end.was_done {
            self.say("      done before");
        }
    }

    /// A stage of a row is left out, before the first begins.
    fn stage_skipped(&self, name: &str, reason: &str) {
        self.say(&format!("{name}: skipped: {reason}"));
    }

    /// A line worth telling at any time.
    fn say(&self, line: &str);

    /// A line for those who see no [`Meter`]: a log.
    fn log(&self, line: &str);

    /// Whether the work is to end early. Stages ask after every piece of it, and then fail with
    /// [`Error::Stopped`](crate::Error::Stopped): what they have finished is kept.
    fn stops(&self) -> bool {
        false
    }
}

/// Counts work.
pub trait Meter: Send + Sync {
    /// So much more is done.
    fn advance(&self, more: usize);

    /// So much is done in all.
    fn set(&self, done: usize);

    /// So much there is to do.
    fn set_total(&self, total: usize);

    /// What is being done, and how it goes.
    fn tell(&self, name: &str, message: &str);

    /// The work is at its end.
    fn finish(&self);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Work<'_>) -> Box<dyn Meter> {
        Box::new(Self)
    }

    fn say(&self, _: &str) {}

    fn log(&self, _: &str) {}
}

impl Meter for Silent {
    fn advance(&self, _: usize) {}

    fn set(&self, _: usize) {}

    fn set_total(&self, _: usize) {}

    fn tell(&self, _: &str, _: &str) {}

    fn finish(&self) {}
}
