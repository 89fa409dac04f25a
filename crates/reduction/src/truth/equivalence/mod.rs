//! Circuits that do the same: what of a circuit its responses fix, and what they leave open.

mod canonical;
#[cfg(test)]
mod laws;
mod pool;
mod term;

pub use canonical::{canonical, same_class};
pub use term::Term;
