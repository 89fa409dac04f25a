//! One file for each command.

mod attribute;
mod card;
mod completions;
mod evaluate;
mod experiment;
mod export;
mod identify;
mod import;
mod inspect;
mod interneurons;
mod manual;
mod plot;
mod receptive_fields;
mod recovery;
mod reduce;
mod reference;
mod reproduce;
mod respond;
mod score;
mod simulate;
mod train;

use clap::Subcommand;

use crate::settings::Settings;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a retina whose circuit is known, and record from it
    Simulate(simulate::Arguments),
    /// Tell what a recording holds and whether it can be trained on
    Inspect(inspect::Arguments),
    /// Find where, when and how recorded cells look, by reverse correlation with what was shown
    ReceptiveFields(receptive_fields::Arguments),
    /// Train a network as a config file says
    Train(train::Arguments),
    /// Judge a model against a recording and the cells' own reliability, or beside another model
    Evaluate(evaluate::Arguments),
    /// Ask a model for its firing rates to a movie or clips
    Respond(respond::Arguments),
    /// Make a model of another program's weights, or a recording of an NWB file
    Import(import::Arguments),
    /// Write a model's weights for another program
    Export(export::Arguments),
    /// Say what a model is, and put it into a folder as a model hub takes it
    Card(card::Arguments),
    /// Look for a phenomenon: show stimuli and measure the answers
    Experiment(experiment::Arguments),
    /// Say how much each hidden unit of a model adds to its responses
    Attribute(attribute::Arguments),
    /// Reduce a model to the smallest circuit behind a phenomenon, and check it by ablation
    Reduce(reduce::Arguments),
    /// Identify each cell's circuit, kernels and all, from a model's answers to a probe
    Identify(identify::Arguments),
    /// Correlate hidden units of a model with potentials of interneurons, beside nulls
    Interneurons(interneurons::Arguments),
    /// Score predicted circuits of simulated retinas against their truth
    Score(score::Arguments),
    /// Simulate retinas, train a network on each, identify its circuits and score them
    Recovery(recovery::Arguments),
    /// Run everything that a config asks for, and write one report
    Reproduce(reproduce::Arguments),
    /// Draw what was learned, with the numbers beside each figure
    Plot(plot::Arguments),
    /// Print the reference of all keys of config files, as Markdown
    Reference,
    /// Print a script that lets a shell complete commands and options
    Completions(completions::Arguments),
    /// Write the pages of the manual, for `man`
    Manual(manual::Arguments),
}

impl Command {
    /// Runs the command; `program` makes the whole command line, for those that tell of it.
    ///
    /// # Errors
    /// Whatever ends it early.
    pub fn run(&self, settings: &Settings, program: fn() -> clap::Command) -> anyhow::Result<()> {
        match self {
            Self::Simulate(arguments) => simulate::run(arguments, settings),
            Self::Inspect(arguments) => inspect::run(arguments),
            Self::ReceptiveFields(arguments) => receptive_fields::run(arguments, settings),
            Self::Train(arguments) => train::run(arguments, settings),
            Self::Evaluate(arguments) => evaluate::run(arguments, settings),
            Self::Respond(arguments) => respond::run(arguments, settings),
            Self::Import(arguments) => import::run(arguments, settings),
            Self::Export(arguments) => export::run(arguments, settings),
            Self::Card(arguments) => card::run(arguments, settings),
            Self::Experiment(arguments) => experiment::run(arguments, settings),
            Self::Attribute(arguments) => attribute::run(arguments, settings),
            Self::Reduce(arguments) => reduce::run(arguments, settings),
            Self::Identify(arguments) => identify::run(arguments, settings),
            Self::Interneurons(arguments) => interneurons::run(arguments, settings),
            Self::Score(arguments) => score::run(arguments, settings),
            Self::Recovery(arguments) => recovery::run(arguments, settings),
            Self::Reproduce(arguments) => reproduce::run(arguments, settings),
            Self::Plot(arguments) => plot::run(arguments, settings),
            Self::Reference => reference::run(),
            Self::Completions(arguments) => completions::run(arguments, program()),
            Self::Manual(arguments) => manual::run(arguments, program()),
        }
    }
}
