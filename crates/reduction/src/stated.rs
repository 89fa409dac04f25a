//! How sure a pathway has to be to be stated.

/// Probability above which a pathway is stated; the others are undetermined.
pub const STATED: f64 = 0.9;
