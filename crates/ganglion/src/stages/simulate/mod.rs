//! Simulating a retina whose circuit is known, and recording from it.

mod run;
mod settings;
mod text;

pub use settings::{Simulate, SimulateTables};
pub use text::{sentence, text};
