//! Which terms to keep: ranking, forward selection, backward elimination, and what that costs.

mod choice;
mod curve;
mod search;

pub use choice::{Choice, Reason};
pub use curve::{SelectionCurve, SelectionStep};
pub use search::{backward, best, forward, ranked};
