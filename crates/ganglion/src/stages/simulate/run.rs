//! Recording from the simulated retina.

use ganglion_simulation::session::{Outcome, Progress, simulate};

use super::Simulate;
use crate::error::{Context as _, Result};
use crate::outputs::Outputs;
use crate::progress::{Meter, Silent, Work};
use crate::results::{write_json, write_text};
use crate::runner::Runner;

impl Simulate {
    /// Writes recordings, the circuit behind them and a summary.
    ///
    /// # Errors
    /// Where the settings make no sense or the folder cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Outcome> {
        let simulation = &self.tables.simulation;
        let outputs = Outputs::of("simulate", runner.overwrite)
            .reading_all(&self.config)
            .reading_all(simulation.family_file());
        let recordings = simulation.recordings().into_iter();
        let others = ["circuit.toml", "config.toml", "summary.json"].map(ToOwned::to_owned);
        let results = outputs.folder(&self.out, recordings.chain(others))?;
        results.write(|out| {
            let mut parts = PartMeters::new(runner);
            let outcome = simulate(simulation, self.tables.seed, out, &mut parts);
            parts.meter.finish();
            let outcome = match &self.config {
                Some(config) => outcome.with_context(|| config.display().to_string())?,
                None => outcome?,
            };
            write_text(&out.join("config.toml"), &toml::to_string(&self.tables)?)?;
            write_json(&out.join("summary.json"), &outcome)?;
            Ok(outcome)
        })
    }
}

/// One meter a part.
struct PartMeters<'a> {
    runner: &'a Runner<'a>,
    part: String,
    meter: Box<dyn Meter>,
}

impl<'a> PartMeters<'a> {
    fn new(runner: &'a Runner<'a>) -> Self {
        Self {
            runner,
            part: String::new(),
            meter: Box::new(Silent),
        }
    }
}

impl Progress for PartMeters<'_> {
    fn advance(&mut self, part: &str, done: usize, frames: usize) {
        if self.part != part {
            self.meter.finish();
            part.clone_into(&mut self.part);
            self.meter = self
                .runner
                .progress
                .begin(Work::Simulating { part, frames });
        }
        self.meter.set(done);
    }

    fn stops(&self) -> bool {
        self.runner.progress.stops()
    }
}
