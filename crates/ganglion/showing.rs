//! Progress of stimuli that are shown, on standard error.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

use crate::console;
use crate::settings::Settings;

const TEMPLATE: &str = "{prefix} {bar:30} {percent:>3} %  {pos} of {len} frames  {eta} left";

/// A bar on a terminal, a line elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct ShowingProgress {
    bar: ProgressBar,
}

impl ShowingProgress {
    /// Before the first frame is shown.
    pub fn new(settings: &Settings, name: &str, frames: usize) -> Self {
        let terminal = io::stderr().is_terminal();
        if !settings.quiet && !terminal {
            console::complain(&format!("{name}: showing {frames} frames"));
        }
        if settings.quiet || !terminal {
            return Self {
                bar: ProgressBar::hidden(),
            };
        }
        let style = ProgressStyle::with_template(TEMPLATE).expect("a valid template");
        let bar = ProgressBar::new(frames as u64).with_style(style);
        let bar = console::bars().add(bar.with_prefix(name.to_owned()));
        Self { bar }
    }

    /// Some more frames were answered.
    pub fn shown(&self, frames: usize) {
        self.bar.inc(frames as u64);
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
