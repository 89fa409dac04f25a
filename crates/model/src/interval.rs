//! Intervals of what was measured.

/// The lower and the upper end of a 95 % interval.
pub type Interval = [f64; 2];
