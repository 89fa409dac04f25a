//! Units as types.

use serde::{Deserialize, Serialize};

/// A duration in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Milliseconds(pub f64);

impl Milliseconds {
    /// The duration of a number of seconds.
    pub fn from_seconds(seconds: f64) -> Self {
        Self(seconds * 1e3)
    }

    /// The same duration in seconds.
    pub fn seconds(self) -> f64 {
        self.0 * 1e-3
    }
}

/// A length on the retina in micrometres.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Microns(pub f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_milliseconds_agree() {
        assert_eq!(Milliseconds::from_seconds(0.01), Milliseconds(10.0));
        assert_eq!(Milliseconds(10.0).seconds(), 0.01);
    }
}
