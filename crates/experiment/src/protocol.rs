//! What every experiment is made of.

use crate::answers::Answers;
use crate::condition::Draft;
use crate::moment::MomentTimes;
use crate::{Error, Outcome, Screen, Warning};

/// Stimuli and how to read the answers. The config of each experiment is its protocol.
pub(crate) trait Protocol {
    /// The experiment as a screen shows it, such as with its times as whole numbers of frames, and
    /// what changed.
    fn on(&self, _screen: &Screen) -> (Self, Vec<Warning>)
    where
        Self: Clone + Sized,
    {
        (self.clone(), Vec::new())
    }

    /// What to show.
    ///
    /// # Errors
    /// If a value makes no sense; the message says what would work.
    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error>;

    /// What the answers say about the cells, row by row; `answers` has the conditions of
    /// [`conditions`](Self::conditions) in their order. The name of the outcome is left open.
    fn measure(&self, answers: &Answers<'_>) -> Outcome;

    /// The metric that stands for the whole experiment.
    fn headline(&self) -> &'static str;

    /// When the response of the phenomenon is looked for; nothing where the whole of every condition
    /// counts.
    fn moments(&self, _screen: &Screen) -> Vec<MomentTimes> {
        Vec::new()
    }
}

/// A protocol with published parameters by name.
pub(crate) trait Presets: Sized + serde::Serialize + serde::de::DeserializeOwned {
    /// Name of the experiment.
    const EXPERIMENT: &'static str;

    /// Names and values; the first is the default.
    fn presets() -> Vec<(&'static str, Self)>;

    /// The values of a name.
    ///
    /// # Errors
    /// Naming those that there are.
    fn preset(name: &str) -> Result<Self, Error> {
        let presets = Self::presets();
        let known = presets
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let found = presets.into_iter().find(|(known, _)| *known == name);
        found
            .map(|(_, values)| values)
            .ok_or_else(|| Error::UnknownPreset {
                experiment: Self::EXPERIMENT,
                preset: name.to_owned(),
                known,
            })
    }
}
