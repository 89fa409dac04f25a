//! Which terms to keep: ranking, forward selection, backward elimination, and the knee.

mod curve;
mod knee;
mod search;

pub use curve::{Curve, Step};
pub use knee::{Choice, Knee, Reason};
pub use search::{backward, best, forward, ranked};
