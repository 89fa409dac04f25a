//! Units as types.

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A duration in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("unit" = "ms"))]
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

/// For people: at most four decimals, without trailing zeros.
impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:.4}", self.0);
        let short = decimals.trim_end_matches('0').trim_end_matches('.');
        match (short, self.0 == 0.0) {
            // Less than the last decimal is still not nothing.
            ("0" | "-0", false) => write!(f, "{:e} ms", self.0),
            ("-0", true) => f.write_str("0 ms"),
            (short, _) => write!(f, "{short} ms"),
        }
    }
}

/// A length on the retina in micrometres.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("unit" = "um"))]
pub struct Microns(pub f64);

/// Sums, multiples and ratios of a unit.
macro_rules! arithmetic {
    ($unit:ident) => {
        impl Add for $unit {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $unit {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Mul<$unit> for f64 {
            type Output = $unit;

            fn mul(self, one: $unit) -> $unit {
                $unit(self * one.0)
            }
        }

        /// How many times the other it is.
        impl Div for $unit {
            type Output = f64;

            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }
    };
}

arithmetic!(Milliseconds);
arithmetic!(Microns);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_added_multiplied_and_compared() {
        let (period, window) = (Milliseconds(20.0), Milliseconds(300.0));
        assert_eq!(period + window, Milliseconds(320.0));
        assert_eq!(window - period, Milliseconds(280.0));
        assert_eq!(2.0 * period, Milliseconds(40.0));
        assert_eq!(window / period, 15.0);
        assert_eq!(Microns(150.0) / Microns(50.0), 3.0);
    }

    #[test]
    fn durations_are_written_with_the_digits_that_matter() {
        let t = |milliseconds: f64| Milliseconds(milliseconds).to_string();
        assert_eq!(t(10.000000000000002), "10 ms");
        assert_eq!(t(1000.0 / 60.0), "16.6667 ms");
        assert_eq!(t(-0.5), "-0.5 ms");
        assert_eq!(t(1200.0), "1200 ms");
        assert_eq!(t(0.0), "0 ms");
        assert_eq!(t(2e-6), "2e-6 ms");
        assert_eq!(t(f64::INFINITY), "inf ms");
    }

    #[test]
    fn seconds_and_milliseconds_agree() {
        assert_eq!(Milliseconds::from_seconds(0.01), Milliseconds(10.0));
        assert_eq!(Milliseconds(10.0).seconds(), 0.01);
    }
}
