//! The four phenomena by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A phenomenon of retinal prediction that an experiment looks for.
///
/// Tanaka et al., NeurIPS 2019, explain these four by reduced circuits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phenomenon {
    /// A response to the flash that is missing at the end of a train, at a constant delay after it
    /// was due. Schwartz et al. 2007.
    OmittedStimulus,
    /// A response whose latency falls with contrast. Gollisch & Meister 2008.
    Latency,
    /// A response to a moving bar that leads the bar. Berry et al. 1999.
    MotionAnticipation,
    /// A burst after a moving bar reverses, at a constant delay. Schwartz et al. 2007.
    MotionReversal,
}

impl Phenomenon {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::OmittedStimulus,
        Self::Latency,
        Self::MotionAnticipation,
        Self::MotionReversal,
    ];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::OmittedStimulus => "omitted-stimulus",
            Self::Latency => "latency",
            Self::MotionAnticipation => "motion-anticipation",
            Self::MotionReversal => "motion-reversal",
        }
    }
}

impl fmt::Display for Phenomenon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Phenomenon {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| Error::UnknownExperiment {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_are_those_of_files() {
        for phenomenon in Phenomenon::ALL {
            assert_eq!(phenomenon.name().parse::<Phenomenon>().unwrap(), phenomenon);
            let written = serde_json::to_string(&phenomenon).unwrap();
            assert_eq!(written, format!("\"{phenomenon}\""));
        }
    }

    #[test]
    fn another_name_is_refused_with_those_that_work() {
        let error = "latncy".parse::<Phenomenon>().unwrap_err().to_string();
        assert!(error.contains("\"latncy\""), "{error}");
        assert!(error.contains("omitted-stimulus, latency, motion-anticipation"));
    }
}
