//! How far a fit is.

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Passes over the data in this stage.
    pub passes: usize,
    /// Models that are not yet found, of those that are fitted together.
    pub left: usize,
    /// Models that are fitted together.
    pub of: usize,
    /// The largest derivative of any.
    pub gradient: f64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Strengths of penalties are selected.
    Selection,
    /// Models are fitted.
    Fit,
    /// Standard errors are computed, and couplings tested.
    Errors,
}
