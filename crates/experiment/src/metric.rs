//! Numbers by which cells are described.

/// A number that an experiment measures on every cell.
///
/// Each experiment has its own as constants, such as
/// [`Latency::FALL_PER_OCTAVE`](crate::Latency::FALL_PER_OCTAVE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its key in files.
    pub key: &'static str,
    /// Its unit, such as `ms`; empty for none.
    pub unit: &'static str,
    /// Whether it stands for the whole experiment: what a reduced circuit has to reproduce.
    pub primary: bool,
}

impl Metric {
    /// A metric that does not stand for the experiment.
    pub const fn new(key: &'static str, unit: &'static str) -> Self {
        Self {
            key,
            unit,
            primary: false,
        }
    }

    /// The one that does.
    pub const fn primary(self) -> Self {
        Self {
            primary: true,
            ..self
        }
    }
}
