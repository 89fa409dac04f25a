//! The two halves of a session file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which half of a session file: the movie to learn from, or the one held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partition {
    /// Group `train`: long, usually shown once.
    Train,
    /// Group `test`: short, usually repeated.
    Test,
}

impl Partition {
    /// Both partitions, train first.
    pub const ALL: [Self; 2] = [Self::Train, Self::Test];

    /// Name of the HDF5 group.
    pub fn group(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }

    /// Path of an object in this partition's group.
    pub(crate) fn path(self, name: &str) -> String {
        format!("{}/{name}", self.group())
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.group())
    }
}
